"""承诺: papers that follow (容缺受理, 容缺后补) and pledges (告知承诺), from the signature to what follows if they are not kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tongban.applications import pledges, queries, rules
from tongban.applications.actions import common, papers, stepping
from tongban.applications.events import CommitmentSettled, Committed
from tongban.applications.models import Application, ApplicationMaterial, Commitment
from tongban.catalog import rules as guide
from tongban.catalog.content import Give
from tongban.credit import actions as credit
from tongban.flow import actions as flow
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.kernel import actors, journal, rows
from tongban.kernel.refusals import Conflict, NotFound


def papers_to_follow(application: Application) -> list[ApplicationMaterial]:
    """Papers that the edition lets follow and that are not there yet."""
    needed = guide.materials_for(application.edition.document, application.answers)
    may_follow = {material.key for material in needed if material.may_follow and material.required}
    if not may_follow:
        return []
    columns = {"application_id": application.pk, "given": False, "give": Give.UPLOAD}
    return [row for row in rows.find(ApplicationMaterial, columns, order="id") if row.key in may_follow]


def undertake_at_acceptance(application: Application, missing: Sequence[ApplicationMaterial], *, now: datetime) -> None:
    """The applicant said so when handing in; it holds from the acceptance on."""
    content = application.edition.document
    if missing:
        kind = "provision" if content.follow == "decision" else "later"
        text = pledges.to_supply([row.name for row in missing], content, kind=kind)
        _undertake(application, kind, [row.key for row in missing], text, days=content.follow_days, now=now)


def sign_licence_pledge(application: Application, *, now: datetime) -> Commitment:
    """涉企经营许可告知承诺, signed with the submission: it replaces the review; its verification begins with the decision."""
    pledged = ApplicationMaterial.objects.filter(application=application, give=Give.PLEDGE, given=True).order_by("id")
    text = pledges.of_licence(application.edition.document)
    return _undertake(application, "licence_pledge", [row.key for row in pledged], text, days=0, now=now)


def undertake_pledges(application: Application, *, now: datetime) -> None:
    """With the decision that rests on them: what was pledged is verified within the days the edition gives."""
    content = application.edition.document
    if content.licence_pledge and (signed := queries.signed_pledge(application)):
        if signed.state == "void":  # the decision that rested on it fell, and the case was handled again
            kind, days = "licence_pledge", content.verify_days
            _undertake(application, kind, signed.materials, signed.text, days=days, now=now)
        else:
            _await_verification(application, signed, days=content.verify_days, now=now)
        return
    if not content.verify_days or not any(material.give == Give.PLEDGE for material in content.materials):
        return
    pledged = rows.find(
        ApplicationMaterial, {"application_id": application.pk, "give": Give.PLEDGE, "given": True}, order="id"
    )
    if keys := [row.key for row in pledged]:
        texts = {m.key: m.pledge_text or m.name for m in content.materials}
        text = pledges.of_facts([texts[key] for key in keys], content)
        _undertake(application, "fact_pledge", keys, text, days=content.verify_days, now=now)


def _await_verification(application: Application, one: Commitment, *, days: int, now: datetime) -> None:
    if one.state != "open" or not days:
        return
    (clock,) = flow.start(application.number, {"commitment": clocks.Limit(days)}, now=now, round=one.number)
    one.due_on = clock.due_on
    one.save(update_fields=["due_on"])
    common.await_act(application, "application.verify", due_on=clock.due_on, near_on=clock.near_on, now=now)


@transaction.atomic
def withdraw_pledge(number: str, *, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """撤回承诺, until the decision: the ordinary way from here on. What stood for papers is handed in as papers: asked for
    at the acceptance, or within the days of 容缺 where the case was accepted already."""
    application = common.locked(number, by=by, seen=seen)
    common.must_be_one_s_own(application, by=by)
    one = queries.signed_pledge(application)
    if one is None:
        raise Conflict("pledge_unknown", "这个办件没有签署告知承诺", "请在办件详情查看当前进度")
    if not rules.may_follow(application.status, rules.Act.WITHDRAW):
        raise Conflict("pledge_stands", "已经作出决定，承诺不能再撤回", "不符合承诺的情况，请主动告诉办理部门")
    one.state, one.settled_by, one.settled_at = "withdrawn", by.who, now
    one.save(update_fields=["state", "settled_by", "settled_at"])
    papers_due = ApplicationMaterial.objects.filter(application=application, key__in=one.materials)
    papers_due.update(give=Give.UPLOAD, given=False)
    application.version += 1
    common.save(application)
    if application.status == rules.State.ACCEPTED:
        flow.close_tasks(application.number, "application.decide", by=by, now=now)
        dates = flow.dates_of(application.number)
        stepping.await_review(application, near_on=dates.near_on, now=now)
        if missing := list(papers_due.order_by("id")):
            content = application.edition.document
            text = pledges.to_supply([row.name for row in missing], content, kind="provision")
            _undertake(application, "provision", [row.key for row in missing], text, days=content.follow_days, now=now)
    journal.record(CommitmentSettled(number=application.number, kind=one.kind, state="withdrawn"), by=by, now=now)
    return application


def _undertake(
    application: Application, kind: str, materials: list[str], text: str, *, days: int, now: datetime
) -> Commitment:
    number = 1 + (Commitment.objects.filter(application=application).aggregate(last=Max("number"))["last"] or 0)
    limits = {"commitment": clocks.Limit(days)}
    (clock,) = flow.start(application.number, limits, now=now, round=number) if days else (None,)
    commitment = Commitment.objects.create(
        application=application, number=number, kind=kind, materials=materials, text=text,
        due_on=clock.due_on if clock else None, by=application.submitted_by, at=now,
    )  # fmt: skip
    if kind in pledges.VERIFIED and clock:
        common.await_act(application, "application.verify", due_on=clock.due_on, near_on=clock.near_on, now=now)
    due_on = commitment.due_on.isoformat() if commitment.due_on else None
    by = actors.Actor(who=application.submitted_by)
    journal.record(Committed(number=application.number, kind=kind, due_on=due_on), by=by, now=now)
    return commitment


def still_open(application: Application, *kinds: str) -> list[Commitment]:
    columns = {"application_id": application.pk, "state": tuple(pledges.OPEN)}
    found = rows.find(Commitment, columns, order="number")
    return [one for one in found if not kinds or one.kind in kinds]


def missing_before_decision(application: Application) -> list[str]:
    """Names of the papers that a 容缺受理 let off and that are not there yet."""
    keys = [key for one in still_open(application, "provision") for key in one.materials]
    if not keys:
        return []
    missing = ApplicationMaterial.objects.filter(application=application, key__in=keys, given=False).order_by("id")
    return list(missing.values_list("name", flat=True))


@transaction.atomic
def supply(
    number: str, *, materials: Mapping[str, str], by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """补交容缺材料: all that were let off, at once or in parts; the last one settles the commitment."""
    application = common.locked(number, by=by, seen=seen)
    by = common.for_the_applicant(application, "supplement", by=by, now=now)
    common.advance(application, rules.Act.SUPPLY)
    waiting = still_open(application, "provision", "later")
    asked = [key for one in waiting for key in one.materials]
    if not asked:
        raise Conflict("nothing_to_supply", "这个办件没有待补交的容缺材料", "请在办件详情查看当前进度")
    papers.take(application, asked, materials, all_of_them=False, by=by, now=now)
    missing = {row.key for row in ApplicationMaterial.objects.filter(application=application, given=False)}
    for one in waiting:
        if not missing & set(one.materials):
            settle(one, "kept", by=by, now=now)
    if by.is_staff:
        application.visits += 1
    common.save(application, "visits")
    close_if_done(application, now=now)
    return application


@transaction.atomic
def verify(
    number: str, commitment: int, *, holds: bool, note: str, rectify_days: int = 0, by: Actor, now: datetime,
    seen: int | None = None,
) -> Application:  # fmt: skip
    """事后核查 of a pledge: it holds; or it doesn't, and the body orders it put right within so many working days (0: broken).

    A second failed verification after the order breaks it.
    """
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.verify", by=by, now=now)
    one = Commitment.objects.select_for_update().filter(application=application, number=commitment).first()
    if one is None or one.kind not in pledges.VERIFIED:
        raise NotFound("commitment_unknown", "没有这项承诺，或者它不需要核查", "请刷新页面")
    note = rules.check_reason(note, field="note", what="核查情况")
    if rectify_days and not holds:
        pledges.check_rectify_days(rectify_days)
    state = pledges.after_verification(one.state, holds=holds, ordered=rectify_days > 0)
    application.version += 1
    common.save(application)
    flow.close_tasks(application.number, "application.verify", by=by, now=now)
    settle(one, state, note=note, by=by, now=now)
    if state == "ordered":
        limits = {"commitment": clocks.Limit(rectify_days)}
        (clock,) = flow.start(application.number, limits, now=now, round=_rectifying(one))
        one.due_on = clock.due_on
        one.save(update_fields=["due_on"])
        common.await_act(application, "application.verify", due_on=clock.due_on, near_on=clock.near_on, now=now)
    if state == "broken":
        record_breach(one, by=by, now=now)
        propose_revocation(application, one, by=by, now=now)
    close_if_done(application, now=now)
    return application


def record_breach(one: Commitment, *, by: actors.Actor, now: datetime) -> None:
    """What the signed words said: a record, which bars from pledges until it is repaired."""
    case = one.application
    kind = "pledge_broken" if one.kind in pledges.VERIFIED else "supply_missing"
    credit.record(
        kind=kind, case_number=case.number, title=case.title, person=case.person, organisation=case.organisation,
        ground=f"{one.text}\n核查情况：{one.note}" if one.note else one.text, body=case.body, by=by, now=now,
    )  # fmt: skip


def propose_revocation(application: Application, broken: Commitment, *, by: actors.Actor, now: datetime) -> None:
    """The head decides whether a decision that was granted is revoked; nothing is revoked by a machine."""
    if application.decision and application.decision.granted:
        flow.close_tasks(application.number, "application.reopen", by=by, now=now)
        common.await_act(application, "application.reopen", due_on=broken.due_on, near_on=None, now=now)


def settle(one: Commitment, state: str, *, note: str = "", by: actors.Actor, now: datetime) -> None:
    one.state, one.settled_by, one.settled_at = state, by.who, now
    if note:
        one.note = note
    one.save(update_fields=["state", "settled_by", "settled_at", "note"])
    flow.stop(one.application.number, "commitment", rounds=(one.number, _rectifying(one)), now=now)
    journal.record(CommitmentSettled(number=one.application.number, kind=one.kind, state=state), by=by, now=now)


def _rectifying(one: Commitment) -> int:
    """The round of the clock of the days given to put it right, beside that of the commitment itself."""
    return 100 + one.number


def release(application: Application, *kinds: str, by: actors.Actor, now: datetime) -> None:
    """What was undertaken, of all kinds or some, serves nothing any more: the case is over, or the decision that rested on it
    no longer stands."""
    for one in still_open(application, *kinds):
        settle(one, "void", by=by, now=now)


def close_if_done(application: Application, *, now: datetime) -> None:
    """办结: delivered, and nothing that was promised is open."""
    if application.status == rules.State.DELIVERED and not still_open(application):
        common.close(application, now=now)
