"""草稿: saved on every page, resumed on any device, submitted once: its id is the idempotency key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.applications import acting
from tongban.applications.actions import confirmations, reusing
from tongban.applications.actions.back_entry import back_enter
from tongban.applications.actions.intake import Submission, submit
from tongban.applications.actions.reusing import Reused
from tongban.applications.actions.versions import Taken
from tongban.applications.document_rules import Address
from tongban.applications.models import Application, Draft
from tongban.catalog import forming
from tongban.catalog import rules as guide
from tongban.catalog.models import Edition
from tongban.delegation import rules as powers
from tongban.delegation.models import PowerOfAttorney
from tongban.files.actions import keeping, sheaves
from tongban.files.actions.removing import remove
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.identity.forgetting import forget_person
from tongban.identity.models import Account, Organisation, Person
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal

DRAFT_LASTS = timedelta(days=30)
"""Since it was last saved, as its page says."""
A_TURN = 200


@transaction.atomic
def open_draft(
    edition: Edition, *, person: Person, organisation: Organisation | None = None,
    power: PowerOfAttorney | None = None, answers: Mapping[str, str] | None = None, by: Actor, now: datetime,
) -> Draft:  # fmt: skip
    """The account's open draft for this guide (in any version: see `carry_over`) and applicant, or a new one. `power`: one
    under which the account fills it in for the applicant."""
    if by.account_id is None:
        raise Refusal("not_logged_in", "请先登录", "")
    found = Draft.objects.filter(
        account_id=by.account_id, edition__code=edition.code, applicant=person, organisation=organisation,
        power=power, submitted_number="",
    ).order_by("-updated_at").first()  # fmt: skip
    if found is None:
        found = Draft(
            account_id=by.account_id, edition=edition, applicant=person, organisation=organisation, power=power
        )
        found.content = {"answers": {}, "form": {}, "materials": {}}
    if answers:
        found.content = {**found.content, "answers": {**found.content["answers"], **answers}}
    found.updated_at = now
    found.save()
    return found


def own_draft(public_id: UUID, *, by: Actor) -> Draft:
    """Raises NotFound for another's draft as for none."""
    mine = Draft.objects.select_related("edition__item", "edition__body", "applicant", "organisation", "power")
    found = mine.filter(public_id=public_id, account_id=by.account_id).first() if by.account_id else None
    if found is None:
        raise NotFound("draft_unknown", "没有这份草稿", "可能已提交，或者是用另一个账号填的")
    return found


def locked_draft(public_id: UUID, *, by: Actor) -> Draft:
    """The draft as it is now; another page that saves or submits it waits."""
    draft = own_draft(public_id, by=by)
    Draft.objects.select_for_update().get(pk=draft.pk)
    draft.refresh_from_db(fields=["content", "submitted_number", "edition"])
    return draft


def must_still_act(draft: Draft, *, by: Actor, today: date) -> None:
    """Raise Forbidden when the power has ended under which another's draft is filled in, or one's handling of the
    organisation's things."""
    if (
        draft.organisation_id
        and not draft.power
        and not by.is_staff
        and draft.organisation_id not in by.organisation_ids
    ):
        raise Forbidden(
            "handler_ended", "您已经不是这家单位的经办人，不能再替它填写", "请单位的法定代表人重新登记经办人"
        )
    if draft.power:
        powers.must_act(draft.power, draft.edition.item.code, "submit", today)


@transaction.atomic
def save_draft(
    public_id: UUID, *, answers: Mapping[str, str] | None = None, form: Mapping[str, Any] | None = None,
    materials: Mapping[str, str] | None = None, pledged: bool | None = None,
    back_entry: Mapping[str, str] | None = None, taken: Mapping[str, Mapping[str, Any]] | None = None,
    service: Mapping[str, str] | None = None, confirmed: Mapping[str, str] | None = None, by: Actor, now: datetime,
) -> Draft:  # fmt: skip
    """Merge what a page brought; what other pages brought stays. Raw text is kept, right or wrong.

    `taken`: at a window, what the clerk says of each material (`said_of`).

    `back_entry`: what makes it a 补录 (day, time and reason as typed); empty makes it an ordinary draft again.
    `service`: the address of service as checked; empty: none. `confirmed`: how the person at a window confirmed it.
    """
    draft = locked_draft(public_id, by=by)
    must_still_act(draft, by=by, today=date_of(now))
    if draft.submitted_number:
        raise Conflict("draft_submitted", "这份申请已经提交", f"办件编号 {draft.submitted_number}，可在“我的办件”查看")
    content = draft.content
    draft.content = {
        **content,
        "answers": {**content["answers"], **(answers or {})},
        "form": {**content["form"], **(form or {})},
        "materials": {key: how for key, how in {**content["materials"], **(materials or {})}.items() if how},
    }
    if pledged is not None:
        draft.content["pledged"] = pledged
    if taken is not None:
        draft.content["taken"] = {**draft.content.get("taken", {}), **taken}
    if back_entry is not None:
        rest = {key: value for key, value in draft.content.items() if key != "back_entry"}
        draft.content = rest | ({"back_entry": dict(back_entry)} if back_entry else {})
    if service is not None:
        draft.content["service"] = dict(service)
    if confirmed is not None:
        draft.content["confirmed"] = dict(confirmed)
    draft.updated_at = now
    draft.save(update_fields=["content", "updated_at"])
    return draft


def take_bound(draft: Draft, *, by: Actor, now: datetime) -> Draft:
    """The draft with what phones have sent for its materials since it was last opened."""
    subjects = {draft.subject(material.key): material.key for material in draft.edition.document.materials}
    if draft.submitted_number or not sheaves.any_bound(list(subjects)):
        return draft
    with transaction.atomic():
        locked_draft(draft.public_id, by=by)
        found = sheaves.take_bound(list(subjects), now=now)
        given = {subjects[subject]: str(file.public_id) for subject, file in found.items()}
        return save_draft(draft.public_id, materials=given, by=by, now=now)


@transaction.atomic
def submit_draft(public_id: UUID, *, by: Actor, now: datetime) -> Application:
    """Submit what the draft holds; submitting again gives the same case. Of a clerk's it needs the person's confirmation."""
    draft = locked_draft(public_id, by=by)
    if draft.applicant is None:
        raise Refusal("applicant_missing", "请先选择申请人", "")
    if draft.submitted_number:
        return Application.objects.select_related("edition", "body").get(number=draft.submitted_number)
    confirmed = confirmations.demand(draft, by=by) if by.is_staff else None
    by = by.under("application.intake", region_path=draft.edition.region_path)
    application = submit(submission_of(draft), key=f"draft:{draft.public_id}", by=by, now=now)
    if confirmed:
        confirmations.keep(application, confirmed, by=by, now=now)
    _hand_in(draft, application)
    return application


@transaction.atomic
def back_enter_draft(public_id: UUID, *, received_at: datetime, reason: str, by: Actor, now: datetime) -> Application:
    """补录 of what the draft holds; doing it again gives the same case."""
    draft = locked_draft(public_id, by=by)
    if draft.applicant is None:
        raise Refusal("applicant_missing", "请先选择申请人", "")
    if draft.submitted_number:
        return Application.objects.select_related("edition", "body").get(number=draft.submitted_number)
    application = back_enter(
        submission_of(draft), received_at=received_at, reason=reason, key=f"draft:{draft.public_id}", by=by, now=now
    )
    _hand_in(draft, application)
    return application


def _hand_in(draft: Draft, application: Application) -> None:
    draft.submitted_number = application.number
    if reused := draft.content.get("reused"):  # the case names the earlier file itself
        _remove_files({one["file"] for one in reused.values()}, of=draft)
    draft.content = {"answers": {}, "form": {}, "materials": {}}  # the case holds it now
    draft.save(update_fields=["submitted_number", "content"])


def submission_of(draft: Draft) -> Submission:
    """The draft as it would be submitted: only what the answers still call for."""
    content, document = draft.content, draft.edition.document
    asked = {question.key for question in guide.asked(document, content["answers"])}
    answers = {key: value for key, value in content["answers"].items() if key in asked}
    needed = {material.key for material in guide.materials_for(document, answers)}
    assert draft.applicant is not None  # noqa: S101 - told apart by the callers
    return Submission(
        edition=draft.edition,
        person=draft.applicant,
        organisation=draft.organisation,
        answers=answers,
        form=forming.kept(document, answers, content["form"]),
        materials={key: how for key, how in content["materials"].items() if key in needed},
        pledged=document.licence_pledge and content.get("pledged") is True,
        taken={key: said_of(said) for key, said in content.get("taken", {}).items() if key in needed and any(said.values())},
        reused=_reused(content, needed),
        service=Address(**content["service"]) if content.get("service") else None,
        power=draft.power,
    )  # fmt: skip


def _reused(content: Mapping[str, Any], needed: Collection[str]) -> dict[str, Reused]:
    """Where the file of a material still is the one that was taken from an earlier case."""
    came = {one["file"]: Reused(one["number"], one["key"]) for one in content.get("reused", {}).values()}
    return {key: came[how] for key, how in content["materials"].items() if key in needed and how in came}


def said_of(said: Mapping[str, Any]) -> Taken:
    """What a window said of a material, from how it was typed. What is no number or day is refused with the rest."""
    copies = str(said.get("copies", "")).strip()
    day = str(said.get("valid_until", "")).strip()
    try:
        valid_until = date.fromisoformat(day) if day else None
    except ValueError:
        valid_until = None
    return Taken(
        original=bool(said.get("original")), valid_until=valid_until, form=str(said.get("form", "")),
        copies=(int(copies) if copies.isascii() and copies.isdigit() and len(copies) < 5 else 0) if copies else None,
        kept_at=str(said.get("kept_at", "")).strip(), points=tuple(said.get("points", ())),
    )  # fmt: skip


@transaction.atomic
def reuse_in_draft(public_id: UUID, key: str, one: Reused, *, by: Actor, now: datetime) -> Draft:
    """用以前交过的: the earlier file stands in the draft like an upload of one's own; its watermark comes with the submission.
    Raises Refusal for what may not be used again."""
    draft = locked_draft(public_id, by=by)
    if draft.applicant is None:
        raise Refusal("applicant_missing", "请先选择申请人", "")
    must_still_act(draft, by=by, today=date_of(now))
    answers = {key: value for key, value in draft.content["answers"].items() if value}
    needed = guide.materials_for(draft.edition.document, answers)
    if "earlier" not in acting.knows(draft.power):
        raise Forbidden("power_other_acts", "这份委托没有授权您使用委托人以前交过的材料", "请重新上传")
    found = reusing.origins({key: one}, needed, person=draft.applicant, organisation=draft.organisation)[key]
    assert found.file  # noqa: S101 - told apart by origins
    copied = keeping.copy(found.file, by=by, now=now)
    saved = save_draft(public_id, materials={key: str(copied.public_id)}, by=by, now=now)
    reused = {"file": str(copied.public_id), "number": one.number, "key": one.key}
    saved.content = {**saved.content, "reused": {**saved.content.get("reused", {}), key: reused}}
    saved.save(update_fields=["content"])
    return saved


@transaction.atomic
def discard_draft(public_id: UUID, *, by: Actor) -> None:
    _discard(own_draft(public_id, by=by))


def expire_drafts(*, now: datetime) -> int:
    """Those that nobody went on with, with their files. Returns how many."""
    found = Draft.objects.filter(submitted_number="", updated_at__lt=now - DRAFT_LASTS).order_by("updated_at")
    old = list(found.values_list("pk", flat=True)[:A_TURN])
    return sum(_expire(pk, now=now) for pk in old)


@transaction.atomic
def _expire(pk: int, *, now: datetime) -> bool:
    draft = Draft.objects.select_for_update(of=("self",)).select_related("edition", "account").filter(pk=pk).first()
    if draft is None or draft.submitted_number or draft.updated_at >= now - DRAFT_LASTS:
        return False
    _discard(draft)
    if draft.applicant_id:
        forget_person(draft.applicant_id)  # who came to a window once and filed nothing
    return True


def _discard(draft: Draft) -> None:
    files = set(draft.content.get("materials", {}).values())
    draft.delete()
    _remove_files(files, of=draft)


def _remove_files(named: Collection[str], *, of: Draft) -> None:
    """What nothing else refers to of the files that stood in the draft: those of who filled it in."""
    ids = [how for how in named if len(how) == 36]
    mine = StoredFile.objects.filter(public_id__in=ids, uploaded_by__in=_who(of.account)) if ids else ()
    if found := [one.pk for one in mine]:
        remove(found)


def _who(account: Account) -> list[str]:
    """As whom the account uploads: as itself, its person, or in office."""
    names = [f"account:{account.pk}", f"staff:{account.pk}"]
    return [*names, f"person:{account.person.public_id}"] if account.person else names
