"""环节 of a case by its own edition: which are open, their rows and tasks. `flow.plan` says whose turn it is.

An edition whose steps are all plain reviews in a row has no plan here: nothing is asked of the database for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tongban.applications import queries, rules, step_rules
from tongban.applications.actions import common
from tongban.applications.events import Asked
from tongban.applications.models import Application, CaseStep, Inspection, StepAnswer
from tongban.applications.rules import State
from tongban.applications.step_rules import has_plan, steps_of
from tongban.catalog import forming
from tongban.catalog import rules as guide
from tongban.catalog.content import Limit, Step
from tongban.flow import actions as flow
from tongban.flow import plan
from tongban.flow import queries as clocks_of
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.kernel import actors, calendar, journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, NotFound
from tongban.orgs.models import Body


@dataclass(frozen=True)
class Course:
    """The steps of a case and how far they are."""

    steps: Mapping[str, Step]
    sequence: tuple[plan.Step, ...]
    concluded: Mapping[str, bool]

    @property
    def open(self) -> tuple[plan.Step, ...]:
        return plan.open_now(self.sequence, self.concluded)

    @property
    def missing(self) -> list[str]:
        return [self.steps[one.key].name for one in plan.missing(self.sequence, self.concluded)]

    @property
    def standing(self) -> dict[str, plan.Standing]:
        return plan.standing(self.sequence, self.concluded)


def course_of(application: Application) -> Course | None:
    """None where the edition has no plan, where the case is decided on the spot, or where no step applies to it."""
    content = application.edition.document
    if not has_plan(content) or queries.decided_on_the_spot(application):
        return None
    said = forming.everything_said(content, application.answers, application.form)
    steps = {step.key: step for step in steps_of(content)}
    planned = tuple(
        plan.Step(step.key, step.kind, applies=guide.holds(step.when, said), beside=step.beside)
        for step in steps.values()
    )
    if not any(step.applies for step in planned):
        return None
    rows = CaseStep.objects.filter(
        application=application, round=application.round, returned=False, closed_at__isnull=False
    )
    return Course(steps, planned, {key: bool(passes) for key, passes in rows.values_list("key", "passes")})


def await_review(application: Application, *, near_on: date | None, now: datetime) -> None:
    """The accepted case awaits its review: the steps whose turn it is, or, without a plan or when all are done, an opinion."""
    course = course_of(application)
    if course is None or not course.open:
        due_on = application.promised_on or application.statutory_on
        common.await_act(application, "application.review", due_on=due_on, near_on=near_on, now=now)
        return
    open_steps(application, course, near_on=near_on, now=now)


def open_steps(application: Application, course: Course, *, near_on: date | None, now: datetime) -> None:
    """A row and a task for each step whose turn it is, unless they are there. Bodies that the edition names are asked."""
    rows = CaseStep.objects.filter(application=application, round=application.round)
    there = {row.key: row for row in rows.filter(returned=False)}
    awaited = clocks_of.awaited_steps(application.number, "application.review")
    for one in course.open:
        step = course.steps[one.key]
        row = there.get(step.key)
        if row is None:
            row = CaseStep.objects.create(
                application=application, round=application.round, key=step.key,
                turn=rows.filter(key=step.key).count() + 1, name=step.name, kind=step.kind, opened_at=now,
                due_on=_due_on(application, step.limit, now),
            )  # fmt: skip
            if step.asked:
                ask(application, row, step, step.asked, by=actors.system("steps"), now=now)
        if step.key not in awaited:
            due_on = row.due_on or application.promised_on or application.statutory_on
            flow.open_task(
                application.number, act="application.review", step=step.key, title=_title(application, step.name),
                body_id=application.body_id, region_path=application.region_path, due_on=due_on,
                near_on=row.due_on or near_on, now=now,
            )  # fmt: skip


def _title(application: Application, name: str) -> str:
    return f"{application.title[:130]}（{name}）"


def _due_on(application: Application, limit: Limit | None, since: datetime) -> date | None:
    """By the step's own limit; suspended days are not counted. None without one, or while the case stands still."""
    if limit is None:
        return None
    days = calendar.current()
    counted = clocks.Limit(limit.amount, limit.unit.value)
    pauses = clocks_of.pauses_of(application.number)
    if counted.unit == "hour":
        at = clocks.due_at(clocks.starts_at(since, days), counted, pauses)
        return date_of(at) if at else None
    return clocks.due_on(clocks.starts_on(since, days), counted, days, pauses)


def ask(
    application: Application, row: CaseStep, step: Step, names: Collection[str], *, question: str = "",
    days: int | None = None, by: actors.Actor, now: datetime,
) -> None:  # fmt: skip
    """会签 or 征求意见: a letter to each body; those on this platform get a task. A body's deadline runs on, whatever stops."""
    known = {body.name: body for body in Body.objects.filter(name__in=list(names)).order_by("pk")}
    limit = clocks.Limit(days or step_rules.ANSWER_DAYS)
    if days is None and step.limit and step.limit.unit.value != "hour":
        limit = clocks.Limit(step.limit.amount, step.limit.unit.value)
    working = calendar.current()
    due_on = clocks.due_on(clocks.starts_on(now, working), limit, working)
    for name in names:
        body = known.get(name)
        answer = StepAnswer.objects.create(
            step=row, body=body, body_name=name, question=question or step.standard or step.name, asked_at=now,
            due_on=due_on, silence=step.silence if step.kind == "consultation" else "",
        )  # fmt: skip
        if body:
            flow.open_task(
                application.number, act="application.respond", step=task_of(answer),
                title=_title(application, plan.KINDS[step.kind]), body_id=body.pk, region_path=application.region_path,
                due_on=due_on, near_on=due_on, now=now,
            )  # fmt: skip
    journal.record(
        Asked(
            number=application.number, step=row.key, kind=row.kind, bodies=tuple(names),
            due_on=due_on.isoformat() if due_on else None,
        ),
        by=by,
        now=now,
    )  # fmt: skip


def task_of(answer: StepAnswer) -> str:
    """How the task of a body that is asked is told from the others of the case."""
    return f"answer {answer.pk}"


def retime(application: Application) -> None:
    """The clocks of the case were counted again: so are the days of the steps that are open."""
    if application.status not in (State.ACCEPTED, State.SUSPENDED) or not has_plan(application.edition.document):
        return
    limits = {step.key: step.limit for step in steps_of(application.edition.document)}
    rows = CaseStep.objects.filter(application=application, round=application.round, returned=False, closed_at=None)
    near_on = flow.dates_of(application.number).near_on
    for row in rows:
        row.due_on = _due_on(application, limits.get(row.key), row.opened_at)
        row.save(update_fields=["due_on"])
        due_on = row.due_on or application.promised_on or application.statutory_on
        flow.move_tasks(
            application.number, acts=["application.review"], step=row.key, due_on=due_on, near_on=row.due_on or near_on
        )


# One step


def open_step(application: Application, key: str) -> CaseStep:
    """The step that is open now, locked. Raises NotFound for one that the case doesn't have, Conflict when it isn't open."""
    key = key.replace("\0", "")
    row = CaseStep.objects.select_for_update().filter(
        application=application, round=application.round, key=key, returned=False
    ).first()  # fmt: skip
    if row and row.closed_at is None:
        return row
    names = {step.key: step.name for step in steps_of(application.edition.document)}
    if key not in names or course_of(application) is None:
        raise no_such_step(application)
    state = "已经办完" if row else "还没有轮到"
    raise Conflict("step_not_open", f"环节“{names[key]}”{state}，现在不能办理", "请刷新页面查看现在办到哪一步")


def begin(
    number: str, key: str, kind: str, *, by: Actor, now: datetime, seen: int | None
) -> tuple[Application, CaseStep, Actor]:
    """The case and its open step of that kind, both locked, for whoever reviews it, who acts in that office."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.review", step=key, by=by, now=now)
    rules.step(application.status, rules.Act.RECORD)
    row = open_step(application, key)
    if row.kind != kind:
        raise Conflict("step_other_kind", f"环节“{row.name}”不是这样办的", "请从环节图上打开这个环节的页面")
    return application, row, by


def no_such_step(application: Application) -> NotFound | Conflict:
    """For an edition without such steps that is where the case stands; else the address is wrong."""
    if has_plan(application.edition.document):
        return NotFound("step_unknown", "这个办件没有这个环节", "请从办件页面上的环节图打开")
    return Conflict("no_steps", "这个事项的指南没有写这样的环节", "按一般审查办理")


def given_for(row: CaseStep) -> step_rules.Given:
    """What lies on record for the step, as its rule needs it."""
    match row.kind:
        case "countersign" | "consultation":
            asked = list(row.answers.order_by("pk"))
            return step_rules.Given(
                answers=[answer.stands for answer in asked],
                waived=sum(answer.waived_at is not None and answer.stands is None for answer in asked),
            )
        case "inspection":
            return step_rules.Given(inspections=list(row.inspections.order_by("pk").values_list("passes", flat=True)))
        case "expert":
            standing = [one for one in row.experts.order_by("pk") if not one.recused]
            return step_rules.Given(opinions=[one.passes for one in standing])
        case "notice":
            notice = getattr(row, "public_notice", None)
            return step_rules.Given(
                notice_until=notice.until_on if notice else None,
                unanswered=row.objections.filter(answered_at=None).count(),
            )
        case "hearing":
            hearing = getattr(row, "hearing", None)
            return step_rules.Given(hearing_recorded=bool(hearing and hearing.recorded_at))
    return step_rules.Given()


def carried(step: Step, given: step_rules.Given) -> bool | None:
    """The outcome of a countersign, or None while it is open."""
    return plan.tally(step.mode, len(given.answers), [answer for answer in given.answers if answer is not None])


# Before the decision


def check_decision(application: Application, *, decider: str) -> None:
    """Every step that applies is concluded, and who inspected does not decide. Raises Conflict naming the steps."""
    course = course_of(application)
    if course is None:
        return
    step_rules.check_complete(course.missing)
    inspectors = Inspection.objects.filter(step__application=application, step__round=application.round)
    seen = {who for on_site in inspectors.values_list("inspectors", flat=True) for who in on_site}
    step_rules.check_not_by_inspector(decider, seen)


def check_carried(application: Application) -> None:
    """A grant needs every countersign carried. Raises Conflict."""
    course = course_of(application)
    if course is None:
        return
    failed = [
        course.steps[one.key].name
        for one in course.sequence
        if one.kind == "countersign" and course.concluded.get(one.key) is False
    ]
    step_rules.check_carried(failed)


def may_go_on(application: Application, act: rules.Act) -> None:
    """The state lets this act happen; the version moves, so that stale pages are told."""
    common.advance(application, act)
    common.save(application)
