"""审查 as the published item says, and the legal causes that stop the clock. 《行政许可法》第三十四条、第四十五条、第四十七条."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.applications import rules, step_rules
from tongban.applications.actions import acceptance, commitments, common, stepping, steps
from tongban.applications.events import CauseEnded, HearingAsked, Resumed, Reviewed, Suspended
from tongban.applications.models import Application, HearingRequest, Review, Suspension
from tongban.flow import actions as flow
from tongban.flow import holding
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.refusals import Conflict


@transaction.atomic
def review(
    number: str, *, passes: bool, opinion: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """Give the opinion of the next review step; after the last one the case awaits its decision.

    A case that comes back (after a suspension, or reopened) is reviewed once more. The last opinion waits for papers that
    were let off at the acceptance.
    """
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.review", step="", by=by, now=now)
    opinion = rules.check_reason(opinion, field="opinion", what="审查意见")
    rules.step(application.status, rules.Act.REVIEW)
    if turn := plain_review_in(application):
        return steps.complete_step(number, turn, passes=passes, opinion=opinion, by=by, now=now)
    following = next_step(application)
    key, name, last = following.key, following.name, following.last
    if last:
        rules.check_supplied(commitments.missing_before_decision(application))
    common.advance(application, rules.Act.CONCLUDE if last else rules.Act.REVIEW)
    Review.objects.create(
        application=application, round=application.round, step=key, step_name=name, passes=passes, opinion=opinion,
        by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    common.save(application)
    flow.close_tasks(application.number, "application.review", by=by, now=now)
    near_on = flow.dates_of(application.number).near_on
    acceptance.await_act(application, "application.decide" if last else "application.review", near_on=near_on, now=now)
    journal.record(Reviewed(number=application.number, step=key, passes=passes, last=last), by=by, now=now)
    return application


def plain_review_in(application: Application) -> str:
    """Where the edition has steps of several kinds: the review whose turn it is. Empty without such steps, or when all are
    done. Raises Conflict when it is the turn of others only."""
    course = stepping.course_of(application)
    if course is None or not course.open:
        return ""
    turn = next((one.key for one in course.open if one.kind == "review"), "")
    if not turn:
        names = "、".join(course.steps[one.key].name for one in course.open)
        raise Conflict("other_step_first", f"现在要办的环节是：{names}", "请在办件页面的环节图上打开这个环节办理")
    return turn


@dataclass(frozen=True)
class NextStep:
    """The review step whose turn it is: its place among `of`, and whether it is the last."""

    key: str
    name: str
    last: bool
    place: int = 1
    of: int = 1


def next_step(application: Application) -> NextStep:
    reviews = step_rules.steps_of(application.edition.document)
    given = Review.objects.filter(application=application, round=application.round)
    done = set(given.values_list("step", flat=True))
    waiting = (
        [] if step_rules.has_plan(application.edition.document) else [one for one in reviews if one.key not in done]
    )
    if waiting:
        place = len(reviews) - len(waiting) + 1
        return NextStep(waiting[0].key, waiting[0].name, len(waiting) == 1, place, len(reviews))
    again = len(done) + 1 if step_rules.has_plan(application.edition.document) else len(done) - len(reviews) + 1
    return NextStep(f"review-{again}", "复核意见", True) if done else NextStep("review", "审查", True)


@transaction.atomic
def suspend(number: str, *, cause: str, reason: str, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """A legal cause begins; both clocks stand still. The list of causes is closed; several may run at once."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.suspend", by=by, now=now)
    common.must_be_free(application, "application.review", by=by, now=now)
    special = {one.name: one.basis for one in application.edition.document.special_procedures if one.basis}
    rules.check_cause(cause, special)
    reason = rules.check_reason(reason, field="reason", what="暂停的原因和所需时间")
    running = application.suspensions.filter(ended_at=None)
    rules.check_not_running(cause, running.values_list("cause", flat=True))
    common.advance(application, rules.Act.SUSPEND)
    Suspension.objects.create(application=application, cause=cause, reason=reason, by=by.who, by_post=by.post, at=now)
    flow.pause_clocks(application.number, cause=cause, article=special.get(cause, clocks.STANDS_STILL), now=now)
    if cause == "hearing":
        asked = HearingRequest.objects.filter(application=application, round=application.round, held_at=None)
        if asked.update(held_at=now):
            flow.stop(application.number, "hearing", now=now)
            flow.close_tasks(application.number, "application.suspend", by=by, now=now)
    take_over_dates(application)
    journal.record(Suspended(number=application.number, cause=cause), by=by, now=now)
    return application


@transaction.atomic
def resume(number: str, *, cause: str = "", by: Actor, now: datetime, seen: int | None = None) -> Application:
    """The cause ended (without one: all that run). When none is left the rest of the limit runs on, and the review looks at
    what came of it."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.suspend", by=by, now=now)
    rules.step(application.status, rules.Act.RESUME)
    running = set(application.suspensions.filter(ended_at=None).values_list("cause", flat=True))
    left = running - {cause} if cause else set()
    if cause:
        rules.check_running(cause, running)
    common.advance(application, rules.Act.END_CAUSE if left else rules.Act.RESUME)
    ended = Suspension.objects.filter(application=application, ended_at=None)
    (ended.filter(cause=cause) if cause else ended).update(ended_at=now, ended_by=by.who)
    dates = flow.resume_clocks(application.number, cause=cause, now=now)
    take_over_dates(application)
    if left:
        journal.record(CauseEnded(number=application.number, cause=cause), by=by, now=now)
        return application
    held = holding.holders_of(application.number)
    flow.close_tasks(application.number, *common.TIMED_BY_THE_DECISION, by=by, now=now)
    act = acceptance.next_act(application)
    acceptance.await_act(application, act, near_on=dates.near_on, now=now)
    holding.keep(application.number, held)
    promised, statutory = (str(day) if day else None for day in (dates.promised_on, dates.statutory_on))
    journal.record(Resumed(number=application.number, promised_on=promised, statutory_on=statutory), by=by, now=now)
    return application


def take_over_dates(application: Application) -> None:
    """The clocks were counted again: the case's dates and its open tasks follow."""
    dates = flow.dates_of(application.number)
    application.promised_on, application.statutory_on = dates.promised_on, dates.statutory_on
    common.save(application, "promised_on", "statutory_on")
    due_on = dates.promised_on or dates.statutory_on
    flow.move_tasks(application.number, acts=common.TIMED_BY_THE_DECISION, due_on=due_on, near_on=dates.near_on)
    stepping.retime(application)


@transaction.atomic
def ask_hearing(number: str, *, reason: str, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """申请听证 (《行政许可法》第四十七条): the body holds it within twenty working days. Costs the applicant nothing."""
    application = common.locked(number, by=by, seen=seen)
    common.must_be_one_s_own(application, by=by)
    reason = rules.check_reason(reason, field="reason", what="申请听证的理由")
    common.advance(application, rules.Act.ASK_HEARING)
    rules.check_asked_once(HearingRequest.objects.filter(application=application, round=application.round).exists())
    HearingRequest.objects.create(
        application=application, round=application.round, reason=reason, by=by.who, by_post=by.post, at=now
    )
    common.save(application)
    hold_by = common.await_within(
        application,
        "application.suspend",
        "hearing",
        days=rules.HEARING_HELD_DAYS,
        again=application.round > 1,
        now=now,
    )
    journal.record(HearingAsked(number=application.number, hold_by=str(hold_by)), by=by, now=now)
    return application
