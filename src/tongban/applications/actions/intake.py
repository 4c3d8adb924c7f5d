"""收件: one `submit` for every door: web, counter, agent, API. Then what the applicant may still do."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.applications import acting, rules
from tongban.applications.actions import (
    acceptance,
    by_rule,
    commitments,
    common,
    limiting,
    papers,
    reusing,
    serving,
    versions,
)
from tongban.applications.actions.reusing import Reused
from tongban.applications.actions.versions import Taken
from tongban.applications.document_rules import Address
from tongban.applications.events import Submitted, Supplemented
from tongban.applications.events import Withdrawn as WithdrawnEvent
from tongban.applications.material_rules import Source, source_of
from tongban.applications.models import Application, ApplicationMaterial, Correction, Withdrawal
from tongban.catalog import forming
from tongban.catalog import rules as guide
from tongban.catalog.content import Content, Give, Material
from tongban.catalog.models import Edition
from tongban.credit.queries import standing
from tongban.delegation.models import PowerOfAttorney
from tongban.design.words import date_cn
from tongban.flow import actions as flow
from tongban.identity.actors import Actor
from tongban.identity.levels import check_level, level
from tongban.identity.models import Organisation, Person
from tongban.kernel import idempotency, journal, numbering, rows
from tongban.kernel.clock import date_of
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, Refusal
from tongban.kernel.together import together

ROUTE = "applications"


@dataclass(frozen=True)
class Submission:
    """What the applicant hands in. `materials`: key → id of an uploaded file, `pledge`, or `paper` (seen at a window)."""

    edition: Edition
    person: Person
    organisation: Organisation | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    materials: Mapping[str, str] = field(default_factory=dict)
    pledged: bool = False
    """涉企经营许可告知承诺: the applicant signs the edition's licence pledge, which was shown whole."""
    taken: Mapping[str, Taken] = field(default_factory=dict)
    """At a window: what the clerk says of each material."""
    reused: Mapping[str, Reused] = field(default_factory=dict)
    """Materials taken from earlier cases of the applicant, by key."""
    service: Address | None = None
    """送达地址确认, where the applicant gave one."""
    power: PowerOfAttorney | None = None
    """代办: under which an agent hands it in for the applicant."""


@transaction.atomic
def submit(handed_in: Submission, *, key: str, by: Actor, now: datetime) -> Application:
    """收件: check, number, keep. The same key gives the same case; the same key with other content is refused.

    Raises Refusal (Invalid names each fault with its field).
    """
    edition = handed_in.edition
    by_system = edition.document.accepted_by == "system"
    if handed_in.power:
        by = _agent(handed_in, by=by, now=now)
    with together():
        application, fresh = receive(handed_in, key=key, state=rules.State.SUBMITTED, received_at=now, by=by, now=now)
        if not fresh:
            return application
        submitted = Submitted(number=application.number, edition=edition.pk, body=edition.body_id, channel=by.channel)
        journal.record(submitted, by=by, now=now)
        if not by_system:
            await_acceptance(application, now=now)
    keep_details(application, handed_in, by=by, now=now)
    if handed_in.pledged:
        commitments.sign_licence_pledge(application, now=now)
    if by_system:
        acceptance.accept_by_system(application, now=now)
        by_rule.decide_where_rules_allow(application, now=now)
    return application


def receive(
    handed_in: Submission, *, key: str, state: rules.State, received_at: datetime, by: Actor, now: datetime
) -> tuple[Application, bool]:
    """The case as a row with its materials, and whether it is new: the same key gives the one that is there."""
    edition = handed_in.edition
    serial = numbering.next_in("application")
    number = numbering.public_number(_district(edition), date_of(now), serial)
    request = idempotency.request_hash(*request_parts(handed_in))
    earlier = idempotency.claim(actor=by.who, route=ROUTE, key=key, request=request, reference=number, now=now)
    if earlier:
        return Application.objects.select_related("edition", "body").get(number=earlier), False
    limiting.check(edition, for_others=bool(handed_in.organisation or handed_in.power), by=by, now=now)
    answers, form, materials = check(handed_in, by=by, now=now)
    application = Application(
        number=number,
        query_code=numbering.query_code(serial),
        edition=edition,
        body=edition.body,
        region_path=edition.region_path,
        title=edition.name,
        person=handed_in.person,
        organisation=handed_in.organisation,
        holder_index=_holder_index(handed_in),
        particulars={"answers": answers, "form": form},
        state=state,
        channel=by.channel,
        visits=1 if by.channel == "counter" else 0,
        submitted_by=by.who,
        submitted_at=received_at,
        agent_id=_agent_id(handed_in, by=by),
        power=handed_in.power,
    )
    rows.insert(application)
    for material in materials:
        material.application = application
    rows.insert_all(materials)
    if by.is_staff:
        versions.take_in(application, by=by)
    if handed_in.service:
        kept = serving.check_address(handed_in.service, handed_in.person)
        rows.insert(serving.address_row(application, kept, on_paper=by.is_staff, by=by, now=now))
    return application, True


def keep_details(application: Application, handed_in: Submission, *, by: Actor, now: datetime) -> None:
    """What a window says of what it took in, and what was taken from earlier cases: for few cases there is any."""
    if not (handed_in.reused or (handed_in.taken and by.is_staff)):
        return
    given = rows.find(ApplicationMaterial, {"application_id": application.pk}, order="id")
    if by.is_staff:
        versions.say_of(application, given, handed_in.taken, by=by, now=now)
    reusing.note(application, given, handed_in, by=by, now=now)


def await_acceptance(
    application: Application, *, again: bool = False, since: datetime | None = None, now: datetime
) -> None:
    """《行政许可法》第三十二条: within five working days of receipt someone accepts, corrects or rejects."""
    common.await_within(
        application, "application.accept", "notice", days=rules.NOTICE_DAYS, again=again, since=since, now=now
    )


def check(
    handed_in: Submission, *, by: Actor, now: datetime
) -> tuple[dict[str, str], dict[str, Any], list[ApplicationMaterial]]:
    """The pre-check: answers, form and materials complete and well-formed; all faults at once."""
    edition, content = handed_in.edition, handed_in.edition.document
    if content.connection != "here":
        raise Refusal("item_not_here", "这个事项暂不能在本平台提交", "请按办事指南上的方式办理")
    if edition.state != "published":
        raise Conflict(
            "edition_withdrawn",
            "这个事项的办事指南已更新或下线",
            "请重新打开办事指南，按最新要求填写；已填内容仍在草稿里",
        )
    _check_applicant(handed_in, by=by, now=now)
    faults: list[Refusal] = []
    form: dict[str, Any] = {}
    # Without the situation nobody can say which fields and materials are needed: its faults come alone.
    answers = guide.check_answers(content, handed_in.answers)
    try:
        excused = forming.PHONELESS if by.is_staff else ()
        form = forming.check_form(content, answers, handed_in.form, today=date_of(now), excused=excused)
    except Invalid as invalid:
        faults += invalid.faults
    materials: list[ApplicationMaterial] = []
    try:
        materials = _check_materials(content, answers, handed_in, by=by, now=now)
    except Refusal as refusal:
        faults += refusal.faults if isinstance(refusal, Invalid) else [refusal]
    if faults:
        raise Invalid(faults)
    return answers, form, materials


def _agent_id(handed_in: Submission, *, by: Actor) -> int | None:
    """Who came: the actor; at a window the agent of the power."""
    if handed_in.power is None:
        return None
    return handed_in.power.agent_id if by.is_staff else by.person_id


def _agent(handed_in: Submission, *, by: Actor, now: datetime) -> Actor:
    assert handed_in.power  # noqa: S101 - asked by the callers
    return acting.handing_in(
        handed_in.power, handed_in.edition, person=handed_in.person, organisation=handed_in.organisation, by=by, now=now
    )


def _check_applicant(handed_in: Submission, *, by: Actor, now: datetime) -> None:
    edition = handed_in.edition
    if handed_in.organisation is None and not edition.for_people:
        raise Refusal("applicant_kind", "这个事项只接受企业或组织申请", "请选择您代表的企业后再申请", "organisation")
    if handed_in.organisation is not None and not edition.for_enterprises:
        raise Refusal("applicant_kind", "这个事项只接受个人申请", "请以个人身份申请", "organisation")
    own = by.person_id == handed_in.person.pk
    enterprise = handed_in.organisation
    agent = handed_in.power.agent_id if handed_in.power else None
    own_errand = by.person_id is not None and by.person_id == agent
    if by.is_staff and (own or own_errand or (enterprise and common.stands_for(enterprise.pk, since=now, by=by))):
        raise Forbidden("own_case", "不能办理自己的申请，应当回避", "请以个人账号申请，或请另一位同事收件")
    if by.may("application.intake", region_path=edition.region_path):
        return
    if handed_in.power:
        _agent(handed_in, by=by, now=now)
    elif not own or (handed_in.organisation and handed_in.organisation.pk not in by.organisation_ids):
        raise Forbidden("applicant_not_yours", "您不能代这位申请人提交", "请由本人登录，或到窗口办理")
    check_level(by.assurance, level(edition.document.assurance), what="网上办这个事项")


def _check_materials(
    content: Content, answers: Mapping[str, str], handed_in: Submission, *, by: Actor, now: datetime
) -> list[ApplicationMaterial]:
    """One row for each material the situation calls for; and whether its applicant may be handled on a promise at all
    (逢办必查). Raises Invalid."""
    needed = guide.materials_for(content, answers)
    given = handed_in.materials
    files = papers.files_of(given, by=by)
    listed: list[ApplicationMaterial] = []
    at_counter = by.is_staff
    faults, barred = _check_pledges(content, handed_in, now=now)
    faults += versions.check_taken(handed_in.taken)
    reused = reusing.origins(handed_in.reused, needed, person=handed_in.person, organisation=handed_in.organisation)
    for material in needed:
        how = given.get(material.key, "")
        row = ApplicationMaterial(key=material.key, name=material.name, give=material.give, given=True)
        if material.key in reused:
            row.give, row.source = Give.UPLOAD, Source.EARLIER  # its file is there once it has its watermark
        elif how == "paper" and at_counter and material.give in (Give.UPLOAD, Give.WINDOW, Give.PLEDGE):
            row.give = "paper"
        elif material.give == Give.PLEDGE and how in files:
            row.give, row.file = Give.UPLOAD, files[how]  # the paper itself, instead of a promise
        elif material.give == Give.PLEDGE and barred:
            faults.append(
                Refusal("pledge_barred", f"请提交：{material.name}", BARRED_HINT, f"materials.{material.key}")
            )
        elif material.give == Give.PLEDGE and how != "pledge" and not handed_in.pledged:
            faults.append(
                Refusal(
                    "pledge_missing",
                    f"请确认承诺：{material.name}",
                    "不愿承诺的，上传证明，或到窗口提交",
                    f"materials.{material.key}",
                )
            )
        elif material.give == Give.WINDOW:
            row.given = False  # the original is brought to the window
        elif material.give == Give.UPLOAD:
            row.file = files.get(how)
            row.given = row.file is not None
            if not row.given and material.required and not material.may_follow:
                faults.append(_missing(material))
        row.source = row.source or source_of(row.give, at_window=at_counter)
        listed.append(row)
    if unknown := set(given) - {material.key for material in content.materials}:
        faults.append(
            Refusal(
                "material_unknown",
                f"这个事项不需要材料：{'、'.join(sorted(unknown))}",
                "请以办事指南列出的材料为准",
                "materials",
            )
        )
    if faults:
        raise Invalid(faults)
    return listed


BARRED_HINT = "有没有修复的信用记录，不能用承诺代替；请上传证明，或到窗口提交"


def _check_pledges(content: Content, handed_in: Submission, *, now: datetime) -> tuple[list[Refusal], bool]:
    """The faults of the licence pledge; and whether a bad record bars from every pledge. Asked only where one is made."""
    if handed_in.pledged and not content.licence_pledge:
        return [Refusal("pledge_unknown", "这个事项不实行涉企经营许可告知承诺", "请按普通程序申请", "pledged")], False
    if not (handed_in.pledged or "pledge" in handed_in.materials.values()):
        return [], False
    record = standing(person=handed_in.person, organisation=handed_in.organisation, now=now)
    if record is None:
        return [], False
    if not handed_in.pledged:
        return [], True
    why = f"您有没有修复的信用记录（{record.get_kind_display()}，{date_cn(record.from_at, year=True)}），不能按告知承诺办理"
    return [Refusal("pledge_barred", why, "请改选普通程序；记录修复以后可以再用告知承诺", "pledged")], False


def _missing(material: Material) -> Refusal:
    return Refusal(
        "materials_missing", f"缺少材料：{material.name}", material.requirement or "请上传", f"materials.{material.key}"
    )


def _district(edition: Edition) -> str:
    """The six digits of the district: the first code in the region path that has six."""
    return next((code for code in edition.region_path.split("/") if len(code) >= 6), "000000")[:6]


def _holder_index(handed_in: Submission) -> bytes:
    if handed_in.organisation:
        return blind_index(handed_in.organisation.uscc[-4:], purpose="id_tail")
    return bytes(handed_in.person.id_tail_index)


def request_parts(handed_in: Submission) -> tuple[str, ...]:
    """What makes two submissions the same request."""
    organisation = handed_in.organisation.uscc if handed_in.organisation else ""
    content: list[object] = [dict(handed_in.answers), dict(handed_in.form), dict(handed_in.materials)]
    content += [True] if handed_in.pledged else []
    content += [{key: one.facts for key, one in handed_in.reused.items()}] if handed_in.reused else []
    content += [asdict(handed_in.service)] if handed_in.service else []
    content += [str(handed_in.power.public_id)] if handed_in.power else []
    said = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return handed_in.edition.code, str(handed_in.person.public_id), organisation, said


@transaction.atomic
def supplement(
    number: str, *, materials: Mapping[str, str], beside: Collection[str] = (),
    taken: Mapping[str, Taken] | None = None, by: Actor, now: datetime, seen: int | None = None,
) -> Application:  # fmt: skip
    """补正: the applicant supplies what the notice named; the case goes back to be accepted. `beside`: materials whose new
    file is put beside the earlier one (补充) instead of in its place. `taken`: what a window says of the paper."""
    application = common.locked(number, by=by, seen=seen)
    by = common.for_the_applicant(application, "supplement", by=by, now=now)
    common.advance(application, rules.Act.SUPPLEMENT)
    correction = Correction.objects.filter(application=application, answered_at=None).latest("at")
    papers.take(
        application, {gap["key"] for gap in correction.gaps}, materials, all_of_them=True, correction=correction,
        beside=beside, taken=taken, by=by, now=now,
    )  # fmt: skip
    correction.answered_at = now
    correction.save(update_fields=["answered_at"])
    if by.is_staff:
        application.visits += 1
    common.save(application, "visits")
    flow.move_on(application.number, by=by, now=now)
    await_acceptance(application, again=True, now=now)
    journal.record(Supplemented(number=application.number), by=by, now=now)
    return application


@transaction.atomic
def withdraw(number: str, *, reason: str = "", by: Actor, now: datetime, seen: int | None = None) -> Application:
    """撤回: the applicant's own right until the decision."""
    application = common.locked(number, by=by, seen=seen)
    common.must_be_one_s_own(application, by=by)
    common.advance(application, rules.Act.WITHDRAW)
    common.end(application, by=by, now=now)
    Withdrawal.objects.create(application=application, by=by.who, by_post=by.post, at=now, reason=reason[:2000])
    common.save(application, "closed_at")
    commitments.release(application, by=by, now=now)
    journal.record(WithdrawnEvent(number=application.number), by=by, now=now)
    return application
