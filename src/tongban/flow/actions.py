"""Start, pause, resume and stop clocks; open and close tasks. Called by the verbs of the rooms above, in their transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from tongban.flow import rules
from tongban.flow.models import NEVER, Clock, ClockPause, Task
from tongban.flow.queries import pauses_of
from tongban.identity.models import Account
from tongban.kernel import calendar, clock, rows
from tongban.kernel.refusals import Conflict
from tongban.kernel.workdays import WorkCalendar


@dataclass(frozen=True)
class Dates:
    """What the applicant is told. None: no such limit, or paused."""

    promised_on: date | None = None
    statutory_on: date | None = None
    provisional: bool = False
    near_on: date | None = None
    """When the lamp of the clock that comes first turns yellow."""


def start_clocks(subject: str, limits: Mapping[str, rules.Limit], *, now: datetime) -> Dates:
    """Start the promised and statutory clocks of a subject; they run and stop together."""
    days = calendar.current()
    started_on = rules.starts_on(now, days)
    clocks = [
        _timed(Clock(subject=subject, kind=kind, amount=limit.amount, unit=limit.unit, started_on=started_on), days, [])
        for kind, limit in limits.items()
    ]
    rows.insert_all(clocks)
    return _dates(clocks)


def pause_clocks(subject: str, *, cause: str, now: datetime) -> None:
    """A legal cause begins (《行政许可法》第四十五条). The dates are open until it ends."""
    ClockPause.objects.create(subject=subject, cause=cause, from_on=clock.date_of(now))
    _retime(subject)


def resume_clocks(subject: str, *, now: datetime) -> Dates:
    """The cause ended; the rest of the limit runs on."""
    ended = ClockPause.objects.filter(subject=subject, until_on=None).update(until_on=clock.date_of(now))
    if not ended:
        raise Conflict("not_paused", "这个办件没有在暂停计时", "请刷新页面查看当前状态")
    return _dates(_retime(subject))


def stop_clocks(subject: str, *, now: datetime) -> None:
    """The end of counting; a pause that is still open ends too."""
    if _paused(subject):
        resume_clocks(subject, now=now)
    with connection.cursor() as cursor:
        cursor.execute(_STOP, [clock.date_of(now), subject])


_STOP = "UPDATE flow_clock SET stopped_on = %s WHERE subject = %s AND stopped_on IS NULL"
_PAUSED = "SELECT 1 FROM flow_clockpause WHERE subject = %s AND until_on IS NULL"
_CLOSE = "UPDATE flow_task SET closed_at = %s WHERE subject = %s AND closed_at IS NULL"


def _paused(subject: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_PAUSED, [subject])
        return cursor.fetchone() is not None


def _retime(subject: str) -> list[Clock]:
    pauses = pauses_of(subject)
    clocks = list(Clock.objects.select_for_update().filter(subject=subject, stopped_on=None).order_by("kind"))
    for one in clocks:
        _timed(one, calendar.current(), pauses)
    Clock.objects.bulk_update(clocks, ["due_on", "near_on", "provisional", "calendar_version"])
    return clocks


def _timed(one: Clock, days: WorkCalendar, pauses: list[rules.Pause]) -> Clock:
    one.due_on = rules.due_on(one.started_on, one.limit, days, pauses)
    one.near_on = rules.near_on(one.started_on, one.limit, days, pauses)
    one.provisional = one.due_on is not None and rules.is_provisional(
        rules.count(one.started_on, one.limit, days, pauses)
    )
    one.calendar_version = days.version
    return one


def _dates(clocks: list[Clock]) -> Dates:
    by_kind = {one.kind: one for one in clocks}
    promised, statutory = by_kind.get("promised"), by_kind.get("statutory")
    return Dates(
        promised_on=promised.due_on if promised else None,
        statutory_on=statutory.due_on if statutory else None,
        provisional=any(one.provisional for one in clocks),
        near_on=min((one.near_on for one in clocks if one.near_on and not one.stopped_on), default=None),
    )


def dates_of(subject: str) -> Dates:
    return _dates(list(Clock.objects.filter(subject=subject).order_by("kind")))


@dataclass(frozen=True)
class Drift:
    """A stored date that is not what the recount gives."""

    subject: str
    kind: str
    stored: date | None
    recounted: date | None


def verify_clocks() -> Iterator[Drift]:
    """Recount every clock under the calendar version it recorded; what differs was changed behind the law's back."""
    for one in Clock.objects.order_by("pk").iterator(chunk_size=2000):
        days = calendar.of_version(one.calendar_version)
        recounted = rules.due_on(one.started_on, one.limit, days, pauses_of(one.subject))
        if recounted != one.due_on:
            yield Drift(one.subject, one.kind, one.due_on, recounted)


@transaction.atomic
def recompute_for_calendar(*, now: datetime) -> list[str]:
    """After a calendar was imported: running clocks whose version is old are counted again. Returns whose dates moved."""
    days = calendar.current()
    moved: dict[str, None] = {}
    running = Clock.objects.select_for_update().filter(stopped_on=None).exclude(calendar_version=days.version)
    for one in running.order_by("pk"):
        before = (one.due_on, one.provisional)
        _timed(one, days, pauses_of(one.subject))
        one.save(update_fields=["due_on", "near_on", "provisional", "calendar_version"])
        if before != (one.due_on, one.provisional):
            moved[one.subject] = None
    return list(moved)


def open_task(
    subject: str,
    *,
    act: str,
    title: str,
    body_id: int,
    region_path: str,
    due_on: date | None,
    near_on: date | None = None,
    held_by: Account | None = None,
    now: datetime,
) -> None:
    rows.insert(Task(
        subject=subject, act=act, title=title, body_id=body_id, region_path=region_path,
        due_on=due_on or NEVER, near_on=near_on, held_by=held_by, opened_at=now,
    ))  # fmt: skip


def close_tasks(subject: str, *, now: datetime, act: str = "") -> None:
    """Close the subject's open tasks, or only those of one act."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE + (" AND act = %s" if act else ""), [now, subject, *filter(None, [act])])


def move_tasks(subject: str, *, due_on: date | None, near_on: date | None = None) -> None:
    """The due date moved: after a pause began or ended."""
    Task.objects.open().filter(subject=subject).update(due_on=due_on or NEVER, near_on=near_on)
