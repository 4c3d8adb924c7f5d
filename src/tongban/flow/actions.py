"""Start, pause, resume, extend and stop clocks; open and close tasks. Called by the verbs of the rooms above, in their transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db import connection, transaction
from django.db.models import Max

from tongban.flow import queries, rules
from tongban.flow.models import BESIDE, NEVER, RUN_TOGETHER, Clock, ClockPause, Task
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.kernel import actors, calendar, clock, rows
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


def start_clocks(
    subject: str,
    limits: Mapping[str, rules.Limit],
    *,
    now: datetime,
    round: int = 1,
    near_percent: int = rules.NEAR_PERCENT,
) -> Dates:
    """Start the promised and statutory clocks of a subject; they run and stop together."""
    return _dates(start(subject, limits, now=now, round=round, near_percent=near_percent))


def start(
    subject: str,
    limits: Mapping[str, rules.Limit],
    *,
    now: datetime,
    round: int = 1,
    near_percent: int = rules.NEAR_PERCENT,
) -> list[Clock]:
    """Start clocks of any kinds (`flow.models.KINDS`) at an act's moment. Raises IntegrityError for one that is there."""
    days = calendar.current()
    started_on = rules.starts_on(now, days)
    clocks = [
        _timed(
            Clock(
                subject=subject, kind=kind, round=round, amount=limit.amount, unit=limit.unit, started_at=now,
                started_on=started_on, near_percent=near_percent,
            ),
            days,
            [],
        )
        for kind, limit in limits.items()
    ]  # fmt: skip
    rows.insert_all(clocks)
    return clocks


def next_round(subject: str, *kinds: str) -> int:
    """For clocks that a subject may have had before."""
    last = Clock.objects.filter(subject=subject, kind__in=kinds).aggregate(last=Max("round"))["last"]
    return 1 + (last or 0)


def pause_clocks(subject: str, *, cause: str, article: str = rules.STANDS_STILL, now: datetime) -> None:
    """A legal cause begins (《行政许可法》第四十五条). The dates are open until the last cause has ended."""
    ClockPause.objects.create(subject=subject, cause=cause, article=article, from_on=clock.date_of(now), from_at=now)
    _retime(subject)


def resume_clocks(subject: str, *, cause: str = "", now: datetime) -> Dates:
    """The cause ended (without one: all that are open); unless another is open, the rest of the limit runs on."""
    open_ones = ClockPause.objects.filter(subject=subject, until_on=None)
    if cause:
        open_ones = open_ones.filter(cause=cause)
    if not open_ones.update(until_on=clock.date_of(now), until_at=now):
        raise Conflict("not_paused", "这个办件没有在暂停计时", "请刷新页面查看当前状态")
    return _dates(_retime(subject))


def extend_clocks(subject: str, *, extension: rules.Limit, now: datetime) -> Dates:
    """延长 (《行政许可法》第四十二条): both clocks that run get as much more, once. Raises Conflict the second time."""
    clocks = _running(subject)
    if any(one.extra_amount for one in clocks):
        raise Conflict(
            "extended_already", "办理期限已经延长过一次，不能再次延长", "《行政许可法》第四十二条只允许延长一次"
        )
    for one in clocks:
        if one.amount:
            one.extra_amount, one.extra_unit = extension.amount, extension.unit
    return _dates(_store(clocks, queries.pauses_of(subject)))


def stop_clocks(subject: str, *, now: datetime) -> None:
    """The end of all counting, also of what was promised; pauses that are still open end too."""
    if _paused(subject):
        resume_clocks(subject, now=now)
    with connection.cursor() as cursor:
        cursor.execute(_STOP, [clock.date_of(now), now, subject])


def stop(subject: str, kind: str, *, rounds: Collection[int] = (), now: datetime) -> None:
    """One kind of clock ends; only those of some rounds, where they are given."""
    which = " AND round = ANY(%s)" if rounds else ""
    with connection.cursor() as cursor:
        cursor.execute(
            _STOP + " AND kind = %s" + which,
            [clock.date_of(now), now, subject, kind, *([list(rounds)] if rounds else [])],
        )


_STOP = "UPDATE flow_clock SET stopped_on = %s, stopped_at = %s WHERE subject = %s AND stopped_on IS NULL"
_PAUSED = "SELECT 1 FROM flow_clockpause WHERE subject = %s AND until_on IS NULL"
_CLOSE = "UPDATE flow_task SET closed_at = %s, closed_by_id = %s WHERE subject = %s AND closed_at IS NULL"
_OF_THE_PROCEDURE = f" AND act <> '{BESIDE}'"


def move_on(subject: str, *, by: actors.Actor | None = None, now: datetime) -> None:
    """The subject comes to its next step, by whose act: the clocks of this one stop and its open tasks close.

    What the applicant promised runs on: a 容缺后补 is due after the decision.
    """
    rows.write(_STOP + " AND kind <> 'commitment'", [clock.date_of(now), now, subject])
    rows.write(_CLOSE + _OF_THE_PROCEDURE, [now, _account(by), subject])


def _account(by: actors.Actor | None) -> int | None:
    return by.account_id if isinstance(by, Actor) and by.is_staff else None


def _paused(subject: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_PAUSED, [subject])
        return cursor.fetchone() is not None


def _running(subject: str) -> list[Clock]:
    """The clocks that run together, locked."""
    running = Clock.objects.select_for_update().filter(subject=subject, kind__in=RUN_TOGETHER, stopped_on=None)
    return list(running.order_by("kind"))


def _retime(subject: str) -> list[Clock]:
    return _store(_running(subject), queries.pauses_of(subject))


def _store(clocks: list[Clock], pauses: list[rules.Pause]) -> list[Clock]:
    days = calendar.current()
    for one in clocks:
        _timed(one, days, pauses)
    Clock.objects.bulk_update(clocks, [*_TIMED, "extra_amount", "extra_unit"])
    return clocks


_TIMED = ("due_on", "due_at", "near_on", "provisional", "calendar_version")


def _timed(one: Clock, days: WorkCalendar, pauses: list[rules.Pause]) -> Clock:
    reckoned = queries.reckon(one, pauses, days)
    one.due_on, one.near_on = reckoned.due_on, reckoned.near_on
    one.due_at = queries.due_at_of(one, pauses, days) if one.unit == "hour" else None
    one.provisional = reckoned.due_on is not None and reckoned.provisional
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
    """Of the latest round."""
    clocks = Clock.objects.filter(subject=subject, kind__in=RUN_TOGETHER).order_by("round", "kind")
    return _dates(list(clocks))


@dataclass(frozen=True)
class Drift:
    """A stored date that is not what the recount gives."""

    subject: str
    kind: str
    stored: date | None
    recounted: date | None


def verify_clocks(subjects: Collection[str] | None = None) -> Iterator[Drift]:
    """Recount every clock under the calendar version it recorded; what differs was changed behind the law's back."""
    clocks = Clock.objects.order_by("pk")
    if subjects is not None:
        clocks = clocks.filter(subject__in=subjects)
    for page in _pages(clocks.iterator(chunk_size=2000)):
        held = queries.pauses_of_all(sorted({one.subject for one in page}))
        for one in page:
            stored = [getattr(one, name) for name in _TIMED]
            _timed(one, calendar.of_version(one.calendar_version), queries.pauses_that_bind(one, held[one.subject]))
            if stored != [getattr(one, name) for name in _TIMED]:
                yield Drift(one.subject, one.kind, stored[0], one.due_on)


def _pages(clocks: Iterator[Clock], size: int = 2000) -> Iterator[list[Clock]]:
    while page := list(islice(clocks, size)):
        yield page


@transaction.atomic
def recount(subject: str) -> bool:
    """After a calendar was imported: the running clocks of a subject are counted again under it. Whether a date moved."""
    clocks = list(Clock.objects.select_for_update().filter(subject=subject, stopped_on=None).order_by("kind", "round"))
    before = [(one.due_on, one.near_on, one.provisional) for one in clocks]
    days, held = calendar.current(), queries.pauses_of(subject)
    for one in clocks:
        _timed(one, days, queries.pauses_that_bind(one, held))
    Clock.objects.bulk_update(clocks, list(_TIMED))
    return before != [(one.due_on, one.near_on, one.provisional) for one in clocks]


@transaction.atomic
def keep_unmoved(subjects: Sequence[str]) -> list[str]:
    """Most dates stay where they are under a new calendar: those of these subjects record it at once. Returns whose dates
    move, or are in somebody's hands just now: they are recounted one by one."""
    running = Clock.objects.select_for_update(skip_locked=True).filter(subject__in=subjects, stopped_on=None)
    days, held = calendar.current(), queries.pauses_of_all(subjects)
    same = []
    for one in running.order_by("pk"):
        before = (one.due_on, one.due_at, one.near_on, one.provisional)
        _timed(one, days, queries.pauses_that_bind(one, held[one.subject]))
        if before == (one.due_on, one.due_at, one.near_on, one.provisional):
            same.append(one.pk)
    Clock.objects.filter(pk__in=same).update(calendar_version=days.version)
    behind = Clock.objects.filter(subject__in=subjects, stopped_on=None, calendar_version__lt=days.version)
    return list(dict.fromkeys(behind.order_by("pk").values_list("subject", flat=True)))


def recompute_for_calendar(*, now: datetime) -> list[str]:
    """Count again whatever was counted under an older calendar. Returns whose dates moved."""
    moved = []
    while behind := queries.under_an_older_calendar():
        moved += [subject for subject in keep_unmoved(behind) if recount(subject)]
    return moved


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
    step: str = "",
    now: datetime,
) -> None:
    rows.insert(Task(
        subject=subject, act=act, step=step, title=title, body_id=body_id, region_path=region_path,
        due_on=due_on or NEVER, near_on=near_on, held_by=held_by, held_at=now if held_by else None, opened_at=now,
    ))  # fmt: skip


def close_tasks(subject: str, *acts: str, by: actors.Actor | None = None, now: datetime) -> None:
    """Close the subject's open tasks of the procedure, or only those of some acts."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CLOSE + (" AND act = ANY(%s)" if acts else _OF_THE_PROCEDURE),
            [now, _account(by), subject, *([list(acts)] if acts else [])],
        )


def close_step_tasks(subject: str, *steps: str, by: actors.Actor | None = None, now: datetime) -> None:
    """Close the open tasks of these steps (`Task.step`)."""
    Task.objects.open().filter(subject=subject, step__in=steps).update(closed_at=now, closed_by=_account(by))


def move_tasks(
    subject: str, *, acts: Collection[str], step: str = "", due_on: date | None, near_on: date | None = None
) -> None:
    """The due date of these acts moved: after a pause began or ended. Tasks of a step have a day of their own.

    With a new day nothing is late yet: what lay before the head is looked at again.
    """
    found = Task.objects.open().filter(subject=subject, act__in=acts, step=step)
    found.update(due_on=due_on or NEVER, near_on=near_on, escalated_at=None)
