"""办理环节: concluded by whoever holds it, or returned to an earlier one. 《行政许可法》第三十四条."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.applications import rules, step_rules
from tongban.applications.actions import acceptance, commitments, common, stepping
from tongban.applications.events import Reviewed, StepReturned
from tongban.applications.models import Application, CaseStep, Review, StepAnswer, StepReturn
from tongban.flow import actions as flow
from tongban.flow import plan
from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict


@transaction.atomic
def complete_step(
    number: str, key: str, *, passes: bool, opinion: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """Conclude an open step: it passes, or there is an objection with its reason. After the last one the case awaits its
    decision.

    What was found on site decides an inspection, and the answers a countersign, whatever `passes` says.
    """
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.review", step=key, by=by, now=now)
    opinion = rules.check_reason(opinion, field="opinion", what="办理意见")
    rules.step(application.status, rules.Act.REVIEW)
    row = stepping.open_step(application, key)
    course = stepping.course_of(application)
    if course is None:
        raise stepping.no_such_step(application)
    passes = _outcome(course, row, passes, now)
    left = [one for one in plan.missing(course.sequence, course.concluded) if one.key != key]
    if not left:
        rules.check_supplied(commitments.missing_before_decision(application))
    common.advance(application, rules.Act.REVIEW if left else rules.Act.CONCLUDE)
    CaseStep.objects.filter(pk=row.pk).update(closed_at=now, closed_by=by.who, passes=passes)
    Review.objects.create(
        application=application, round=application.round, step=key if row.turn == 1 else f"{key[:34]}-{row.turn}",
        step_name=row.name, passes=passes, opinion=opinion, by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    common.save(application)
    _close_tasks(application, [row], by=by, now=now)
    journal.record(Reviewed(number=application.number, step=key, passes=passes, last=not left), by=by, now=now)
    near_on = flow.dates_of(application.number).near_on
    if left:
        following = stepping.course_of(application)
        if following:
            stepping.open_steps(application, following, near_on=near_on, now=now)
    else:
        acceptance.await_act(application, "application.decide", near_on=near_on, now=now)
    return application


def _outcome(course: stepping.Course, row: CaseStep, passes: bool, now: datetime) -> bool:
    """Whether the step passes; raises Conflict where something is still lacking."""
    given = stepping.given_for(row)
    carried = stepping.carried(course.steps[row.key], given) if row.kind == "countersign" else None
    step_rules.check_lacking(row.name, step_rules.lacking(row.kind, given, carried=carried, today=date_of(now)))
    if row.kind == "inspection":
        return given.inspections[-1]
    return passes if carried is None else carried


@transaction.atomic
def return_step(number: str, to: str, *, reason: str, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """退回: a step, done or begun, and all that came after it are done again; what ran beside it stands."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.review", by=by, now=now)
    reason = rules.check_reason(reason, field="reason", what="退回的理由")
    rules.step(application.status, rules.Act.RETURN)
    course = stepping.course_of(application)
    if course is None or to not in course.steps:
        raise stepping.no_such_step(application)
    if to not in course.concluded and to not in {one.key for one in course.open}:
        raise Conflict(
            "step_not_done", f"环节“{course.steps[to].name}”还没有办过，不用退回", "退回的是办过或者正在办的环节"
        )
    common.advance(application, rules.Act.RETURN)
    undone = CaseStep.objects.filter(
        application=application, round=application.round, returned=False,
        key__in=plan.undone_by_return(course.sequence, to),
    )  # fmt: skip
    rows = list(undone)
    undone.update(returned=True)
    CaseStep.objects.filter(pk__in=[row.pk for row in rows], closed_at=None).update(closed_at=now, closed_by=by.who)
    StepReturn.objects.create(
        application=application, round=application.round, to_key=to, to_name=course.steps[to].name, reason=reason,
        by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    common.save(application)
    _close_tasks(application, rows, by=by, now=now)
    flow.close_tasks(application.number, "application.decide", by=by, now=now)
    journal.record(StepReturned(number=application.number, to=to, to_name=course.steps[to].name), by=by, now=now)
    stepping.await_review(application, near_on=flow.dates_of(application.number).near_on, now=now)
    return application


def _close_tasks(application: Application, rows: list[CaseStep], *, by: Actor, now: datetime) -> None:
    """Of the steps, and of the bodies that were asked in them."""
    answers = StepAnswer.objects.filter(step__in=rows)
    asked = [stepping.task_of(answer) for answer in answers]
    flow.close_step_tasks(application.number, *(row.key for row in rows), *asked, by=by, now=now)
