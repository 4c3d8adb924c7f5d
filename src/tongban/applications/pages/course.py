"""环节图: the steps of the edition with the case's position on them, as pages draw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from tongban.applications.actions import stepping
from tongban.applications.models import Application, CaseStep
from tongban.applications.rules import FINAL, State
from tongban.catalog import conditions
from tongban.flow import plan
from tongban.flow.plan import Standing


@dataclass(frozen=True)
class Node:
    """One step: its state in a word, a shape and a colour."""

    name: str
    kind: str
    state: str
    """For the style: passed, objected, open, ahead, skipped."""
    mark: str
    word: str
    due_on: date | None = None
    note: str = ""
    url: str = ""


_MARKS = {
    Standing.PASSED: ("✓", "已办"),
    Standing.OBJECTED: ("■", "有异议"),
    Standing.OPEN: ("●", "在办"),
    Standing.AHEAD: ("○", "未到"),
    Standing.SKIPPED: ("—", "这件不需要"),
}
DECIDED = {State.GRANTED, State.REFUSED, State.MADE, State.DELIVERED, State.CLOSED, State.REVOKED}


def drawn(one: Application, *, links: bool) -> list[list[Node]]:
    """From the acceptance to the decision, what runs side by side together; nothing where the edition has no such steps.

    `links`: to the pages of the steps, for who handles the case.
    """
    course = stepping.course_of(one)
    if course is None or one.status in (State.SUBMITTED, State.PRECHECKED, State.CORRECTING, State.RECORDED):
        return []
    rows = {row.key: row for row in CaseStep.objects.filter(application=one, round=one.round, returned=False)}
    standing, sets = course.standing, list[list[Node]]()
    for at, step in enumerate(course.sequence):
        if not step.beside or at == 0:
            sets.append([])
        sets[-1].append(_node(one, course, step.key, standing[step.key], rows.get(step.key), links=links))
    return [[Node("受理", "", "passed", "✓", "已办")], *sets, [_decision(one, course)]]


def _node(
    one: Application, course: stepping.Course, key: str, standing: Standing, row: CaseStep | None, *, links: bool
) -> Node:
    step, (mark, word) = course.steps[key], _MARKS[standing]
    ended = standing == Standing.OPEN and one.status in FINAL
    note = conditions.in_words(one.edition.document, step.when) if standing == Standing.SKIPPED else ""
    return Node(
        name=step.name,
        kind="" if step.kind == "review" else plan.KINDS[step.kind],
        state="ahead" if ended else standing.value,
        mark="○" if ended else mark,
        word="没有办完"
        if ended
        else f"第 {row.turn} 次办"
        if row and row.turn > 1 and standing == Standing.OPEN
        else word,
        due_on=row.due_on if row and standing == Standing.OPEN else None,
        note=f"{note}才办" if note else "",
        url=reverse("applications:step", args=[one.number, key]) if links and row else "",
    )


def _decision(one: Application, course: stepping.Course) -> Node:
    if one.status in DECIDED:
        return Node("决定", "", "passed", "✓", "已作出")
    if one.status in FINAL:
        return Node("决定", "", "skipped", "—", one.status.label)
    waits = one.status in (State.REVIEWED, State.FORWARDED)
    return Node("决定", "", "open" if waits else "ahead", "●" if waits else "○", "等待决定" if waits else "未到")
