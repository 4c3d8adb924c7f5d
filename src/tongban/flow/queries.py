"""Reads that desk, counter and API share: who holds what, due when; and the day-by-day count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tongban.flow import rules
from tongban.flow.models import NEVER, Clock, ClockPause, Task
from tongban.identity.actors import Actor
from tongban.kernel import calendar


@dataclass(frozen=True)
class TaskLine:
    """One line of the list of what awaits someone; `after` continues the list behind it."""

    subject: str
    act: str
    title: str
    due_on: date | None
    lamp: rules.Lamp
    opened_at: datetime
    after: str


def tasks(actor: Actor, *, today: date, limit: int = 20, after: str = "", act: str = "") -> list[TaskLine]:
    found = Task.objects.open().visible_to(actor).urgent_first()
    if act:
        found = found.filter(act=act)
    due, _, pk = after.partition("_")
    if pk.isdigit() and len(pk) < 18:
        try:
            found = found.after(date.fromisoformat(due), int(pk))
        except ValueError:
            return []
    columns = found.values_list("id", "subject", "act", "title", "due_on", "near_on", "opened_at")
    return [_line(*row, today=today) for row in columns[: max(1, min(limit, 100))]]


def _line(
    pk: int, subject: str, act: str, title: str, stored: date, near_on: date | None, opened_at: datetime, *, today: date
) -> TaskLine:
    due_on = None if stored == NEVER else stored
    lamp = rules.lamp(today, due_on, near_on)
    return TaskLine(subject, act, title, due_on, lamp, opened_at, f"{stored.isoformat()}_{pk}")


def pauses_of(subject: str) -> list[rules.Pause]:
    rows = ClockPause.objects.filter(subject=subject).order_by("from_on").values_list("from_on", "until_on")
    return [rules.Pause(from_on, until_on) for from_on, until_on in rows]


@dataclass(frozen=True)
class Sheet:
    """时限计算单: one clock, every day counted or not, by which article."""

    kind: str
    kind_name: str
    limit: rules.Limit
    started_on: date
    due_on: date | None
    stopped_on: date | None
    provisional: bool
    calendar_version: int
    days: list[rules.Day]
    lamp: rules.Lamp


def sheets(subject: str, *, today: date) -> list[Sheet]:
    pauses = pauses_of(subject)
    return [_sheet(clock, pauses, today) for clock in Clock.objects.filter(subject=subject).order_by("kind")]


def _sheet(clock: Clock, pauses: list[rules.Pause], today: date) -> Sheet:
    days = rules.count(
        clock.started_on, clock.limit, calendar.of_version(clock.calendar_version), pauses,
        until=max(clock.stopped_on or today, clock.started_on),
    )  # fmt: skip
    return Sheet(
        kind=clock.kind,
        kind_name=clock.get_kind_display(),
        limit=clock.limit,
        started_on=clock.started_on,
        due_on=clock.due_on,
        stopped_on=clock.stopped_on,
        provisional=clock.provisional,
        calendar_version=clock.calendar_version,
        days=days,
        lamp=rules.lamp(clock.stopped_on or today, clock.due_on, clock.near_on),
    )
