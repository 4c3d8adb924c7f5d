"""受理, 不予受理, 补正不来: by whoever the edition empowers. 《行政许可法》第三十二条."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongban.applications import mandated, queries, rules
from tongban.applications.actions import checking, commitments, common, stepping
from tongban.applications.actions.checking import Found
from tongban.applications.events import Accepted, Lapsed, Prechecked, Rejected
from tongban.applications.models import (
    Acceptance,
    Application,
    ApplicationMaterial,
    Correction,
    Lapse,
    Precheck,
    Rejection,
)
from tongban.catalog.content import Content, Limit
from tongban.flow import actions as flow
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.identity.roles import Act as Power
from tongban.kernel import actors, journal, rows
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Forbidden, Refusal
from tongban.kernel.together import together


@transaction.atomic
def precheck(
    number: str, *, note: str = "", found: Found | None = None, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """预审: looked through, ready to be accepted. It runs inside the five days and moves no date; it is no act in law.
    `found`: of the check points."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.precheck", by=by, now=now)
    common.advance(application, rules.Act.PRECHECK)
    _keep_found(application, found or {}, by=by, now=now)
    Precheck.objects.create(application=application, note=note.strip()[:2000], by=by.who, by_post=by.post, at=now)
    common.save(application)
    journal.record(Prechecked(number=application.number), by=by, now=now)
    return application


@transaction.atomic
def accept(
    number: str, *, found: Found | None = None, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """受理: both clocks start; the review awaits the body. 容缺受理 when papers that may follow are still missing.
    `found`: of the check points; what is not met stands in the way."""
    application = common.locked(number, by=by, seen=seen)
    by = _must_be_empowered(application, "application.accept", by=by, now=now)
    if found:
        rules.step(application.status, rules.Act.ACCEPT)
        checking.must_be_met(found, _keep_found(application, found, by=by, now=now))
    _accept(application, by=by, now=now)
    return application


def _keep_found(application: Application, found: Found, *, by: Actor, now: datetime) -> dict[str, ApplicationMaterial]:
    """The materials by key, with what was found of them on record."""
    if not found:
        return {}
    given = {row.key: row for row in rows.find(ApplicationMaterial, {"application_id": application.pk}, order="id")}
    checking.check_known(application, given, {key: list(results) for key, results in found.items()})
    checking.keep(given, found, {}, by=by, now=now)
    return given


def accept_by_system(application: Application, *, now: datetime) -> None:
    """Where the edition empowers the system: at once, in the submitting transaction."""
    _accept(application, by=actors.system("acceptance"), now=now)


@transaction.atomic
def deem_accepted(number: str, *, by: actors.Actor, now: datetime) -> Application | None:
    """视为受理 (《行政许可法》第三十二条): the five days passed without a word, so the case was accepted on the day of receipt.

    None when somebody acted meanwhile, or the five days are not over.
    """
    application = common.locked_by_system(number)
    if not rules.may_follow(application.status, rules.Act.DEEM_ACCEPTED):
        return None
    due_on = queries.answer_due_on(application)
    if date_of(now) <= due_on:
        return None
    _accept(application, by=by, now=now, since=queries.received_at(application))
    return application


def _accept(application: Application, *, by: actors.Actor, now: datetime, since: datetime | None = None) -> None:
    """`since`: deemed accepted, on that day. What may follow is owed all the same: the applicant said so when handing in."""
    deemed = since is not None
    missing = commitments.papers_to_follow(application)
    content = application.edition.document
    provisional = bool(missing) and content.follow == "decision" and not deemed
    act = rules.Act.ACCEPT_PROVISIONALLY if provisional else rules.Act.ACCEPT
    common.advance(application, rules.Act.DEEM_ACCEPTED if deemed else act)
    with together():
        rows.insert(Acceptance(application=application, deemed=deemed, by=by.who, by_post=by.post, at=now))
        flow.move_on(application.number, by=by, now=now)
        dates = flow.start_clocks(
            application.number, limits_of(content), now=since or now, near_percent=content.near_percent
        )
        application.promised_on, application.statutory_on = dates.promised_on, dates.statutory_on
        common.save(application, "promised_on", "statutory_on")
        journal.record(
            Accepted(
                number=application.number, promised_on=_iso(dates.promised_on), statutory_on=_iso(dates.statutory_on),
                deemed=deemed, provisional=provisional,
            ),
            by=by,
            now=now,
        )  # fmt: skip
        await_act(application, next_act(application), near_on=dates.near_on, now=now)
    commitments.undertake_at_acceptance(application, missing, now=now)


def act_after_acceptance(content: Content) -> Power:
    return "application.decide" if content.review == "instant" else "application.review"


def next_act(application: Application) -> Power:
    """What the accepted case awaits: its review, or at once its decision."""
    on_the_spot = queries.decided_on_the_spot(application)
    return "application.decide" if on_the_spot else act_after_acceptance(application.edition.document)


def await_act(application: Application, act: Power, *, near_on: date | None, now: datetime) -> None:
    """Open the task for the next act, due with the promised (else statutory) clock; for a review those of its steps."""
    if act == "application.review":
        stepping.await_review(application, near_on=near_on, now=now)
        return
    due_on = application.promised_on or application.statutory_on
    common.await_act(application, act, due_on=due_on, near_on=near_on, now=now)


def limits_of(content: Content) -> dict[str, clocks.Limit]:
    """The limits of both clocks; where a law sets none, that of 《行政许可法》第四十二条 for joint handling."""
    statutory = content.statutory or (JOINT if content.joint else None)
    limits: dict[str, Limit | None] = {"promised": content.promised or statutory, "statutory": statutory}
    return {kind: clocks.Limit(limit.amount, limit.unit.value) for kind, limit in limits.items() if limit}


JOINT = Limit(amount=rules.JOINT_DAYS, basis="《行政许可法》第四十二条第二款")


def _iso(day: object) -> str | None:
    return str(day) if day else None


def _must_be_empowered(application: Application, power: Power, *, by: Actor, now: datetime) -> Actor:
    """受理权, which is also that to refuse it: the department's own posts always; a window only where the edition says so,
    or (to accept) where a mandate does."""
    by = common.must(application, power, by=by, now=now)
    check_delegated(application, power, by=by, now=now)
    return by


def check_delegated(application: Application, power: Power, *, by: Actor, now: datetime) -> None:
    """Raises Forbidden for a window that has neither the edition's word nor a mandate."""
    window_only = all(post.role.scope == "region" for post in by.posts_for(power))
    if window_only and application.edition.document.accepted_by != "window":
        if power == "application.accept" and mandated.mandate_for(application, "accept", by=by, now=now):
            return
        raise Forbidden(
            "acceptance_not_delegated",
            "这个事项由主管部门受理，窗口只收件",
            "材料会自动转给部门，五个工作日内受理或告知补正",
        )


@transaction.atomic
def reject(
    number: str,
    *,
    kind: str,
    reason: str,
    right_body: str = "",
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> Application:
    """不予受理: not needed, or the wrong body with the right one named."""
    application = common.locked(number, by=by, seen=seen)
    by = _must_be_empowered(application, "application.reject", by=by, now=now)
    if kind not in rules.REJECTION_KINDS:
        raise Refusal("rejection_kind", "请选择不予受理的情形", "", "kind")
    if kind == "wrong_body" and not right_body.strip():
        raise Refusal(
            "right_body_missing", "请写明应向哪个机关申请", "《行政许可法》第三十二条要求告知申请人", "right_body"
        )
    reason = rules.check_reason(reason, field="reason", what="不予受理的理由")
    common.advance(application, rules.Act.REJECT)
    common.end(application, by=by, now=now)
    Rejection.objects.create(
        application=application, round=application.round, kind=kind, reason=reason, right_body=right_body.strip()[:100],
        by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    common.save(application, "closed_at")
    journal.record(Rejected(number=application.number, kind=kind), by=by, now=now)
    return application


@transaction.atomic
def lapse(number: str, *, by: actors.Actor, now: datetime) -> Application | None:
    """补正不来: the applicant let the deadline of the notice pass in silence. None when they answered meanwhile, or it is not over."""
    application = common.locked_by_system(number)
    correction = Correction.objects.filter(application=application, answered_at=None).order_by("-at").first()
    if correction is None or not rules.may_follow(application.status, rules.Act.LAPSE):
        return None
    if date_of(now) <= correction.answer_by:
        return None
    common.advance(application, rules.Act.LAPSE)
    common.end(application, by=by, now=now)
    Lapse.objects.create(application=application, round=application.round, by=by.who, at=now)
    common.save(application, "closed_at")
    journal.record(Lapsed(number=application.number, answer_by=correction.answer_by.isoformat()), by=by, now=now)
    return application
