"""审查 as the published item says, and the legal causes that stop the clock. 《行政许可法》第三十四条、第四十五条."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.applications import rules
from tongban.applications.actions import acceptance, common
from tongban.applications.events import Resumed, Reviewed, Suspended
from tongban.applications.models import Application, Review, Suspension
from tongban.flow import actions as flow
from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.refusals import Refusal


@transaction.atomic
def review(
    number: str, *, passes: bool, opinion: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """Give the opinion of the next review step; after the last one the case awaits its decision."""
    application = common.locked(number, by=by, seen=seen)
    common.must(application, "application.review", by=by)
    opinion = rules.check_reason(opinion, field="opinion", what="审查意见")
    rules.step(application.status, rules.Act.REVIEW)
    steps = [step for step in application.edition.document.steps if step.role == "reviewer"]
    done = set(Review.objects.filter(application=application).values_list("step", flat=True))
    waiting = [step for step in steps if step.key not in done]
    key, name = (waiting[0].key, waiting[0].name) if waiting else ("review", "审查")
    Review.objects.create(
        application=application, step=key, step_name=name, passes=passes, opinion=opinion,
        by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    flow.close_tasks(application.number, now=now)
    near_on = flow.dates_of(application.number).near_on
    if len(waiting) > 1:
        application.version += 1
        common.save(application)
        acceptance.await_act(application, "application.review", near_on=near_on, now=now)
    else:
        common.advance(application, rules.Act.REVIEW)
        common.save(application)
        acceptance.await_act(application, "application.decide", near_on=near_on, now=now)
    journal.record(Reviewed(number=application.number, step=key, passes=passes), by=by, now=now)
    return application


@transaction.atomic
def suspend(number: str, *, cause: str, reason: str, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """A legal cause begins; both clocks stand still. The list of causes is closed."""
    application = common.locked(number, by=by, seen=seen)
    common.must(application, "application.suspend", by=by)
    if cause not in rules.SUSPENSION_CAUSES:
        causes = "、".join(rules.SUSPENSION_CAUSES.values())
        raise Refusal("suspension_cause", "这不是可以暂停计时的法定情形", f"只有：{causes}", "cause")
    reason = rules.check_reason(reason, field="reason", what="暂停的原因和所需时间")
    common.advance(application, rules.Act.SUSPEND)
    Suspension.objects.create(application=application, cause=cause, reason=reason, by=by.who, by_post=by.post, at=now)
    flow.pause_clocks(application.number, cause=cause, now=now)
    application.promised_on = application.statutory_on = None
    common.save(application, "promised_on", "statutory_on")
    flow.move_tasks(application.number, due_on=None)
    journal.record(Suspended(number=application.number, cause=cause), by=by, now=now)
    return application


@transaction.atomic
def resume(number: str, *, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """The cause ended; the rest of the limit runs on."""
    application = common.locked(number, by=by, seen=seen)
    common.must(application, "application.suspend", by=by)
    common.advance(application, rules.Act.RESUME)
    Suspension.objects.filter(application=application, ended_at=None).update(ended_at=now, ended_by=by.who)
    dates = flow.resume_clocks(application.number, now=now)
    application.promised_on, application.statutory_on = dates.promised_on, dates.statutory_on
    common.save(application, "promised_on", "statutory_on")
    due_on = dates.promised_on or dates.statutory_on
    flow.move_tasks(application.number, due_on=due_on, near_on=dates.near_on)
    promised, statutory = (str(day) if day else None for day in (dates.promised_on, dates.statutory_on))
    journal.record(Resumed(number=application.number, promised_on=promised, statutory_on=statutory), by=by, now=now)
    return application


@transaction.atomic
def take_over_dates(number: str) -> None:
    """The clocks of a case were counted again under a new calendar: its dates and tasks follow."""
    application = Application.objects.select_for_update().get(number=number)
    dates = flow.dates_of(number)
    application.promised_on, application.statutory_on = dates.promised_on, dates.statutory_on
    application.version += 1
    application.save(update_fields=["promised_on", "statutory_on", "version"])
    due_on = dates.promised_on or dates.statutory_on
    flow.move_tasks(number, due_on=due_on, near_on=dates.near_on)
