"""时限: due dates as pure functions over (start, limit, pauses, extension, calendar). 《行政许可法》第四十二条、第四十五条、第八十二条。

Counting starts on the working day after the act. Paused days, from the day after a pause begins up to and including
the day it ends, are not counted. A natural period that ends on a rest day ends on the next working day (民法典第二百零三条).
An extension is counted on from the last day of the limit it extends. Hours run from moment to moment (民法典第二百零一条第二款).
"""

from __future__ import annotations

import calendar as months
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Refusal
from tongban.kernel.workdays import ONE_DAY, WorkCalendar

Unit = Literal["working_day", "day", "month", "hour"]
Lamp = Literal["ok", "near", "over", "paused", "none"]

OFFICE_OPENS = time(9, 0)
OFFICE_CLOSES = time(17, 30)
NEAR_PERCENT = 20
"""The lamp turns yellow in the last fifth of the limit, unless the item says otherwise."""

WORKING_DAYS_ONLY = "《行政许可法》第八十二条"
STANDS_STILL = "《行政许可法》第四十五条"
EXTENDED = "《行政许可法》第四十二条"
ON_THE_SPOT = "《行政许可法》第三十四条"
FIRST_DAY = "《民法典》第二百零一条"
LAST_DAY = "《民法典》第二百零三条"


@dataclass(frozen=True)
class Limit:
    """An amount in the unit its law gives; 0 means on the spot."""

    amount: int
    unit: Unit = "working_day"


@dataclass(frozen=True)
class Pause:
    """暂停: the day a legal cause began, the day it ended, if it has, and by which article. The moments are for hours."""

    from_on: date
    until_on: date | None = None
    why: str = "依法暂停"
    article: str = STANDS_STILL
    from_at: datetime | None = None
    until_at: datetime | None = None

    def covers(self, day: date) -> bool:
        return self.from_on < day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class Day:
    """One calendar day of the count: its number if counted, else why not; and by which article."""

    on: date
    number: int | None
    why: str = ""
    article: str = ""
    provisional: bool = False


@dataclass(frozen=True)
class Reckoning:
    """What one walk over the days finds. `due_on` is None while a pause is open that began before the limit ran out."""

    days: list[Day]
    due_on: date | None
    near_on: date | None
    """The first day of the yellow lamp; None on the spot and while nobody can say."""

    @property
    def provisional(self) -> bool:
        return any(day.provisional for day in self.days)


def starts_on(moment: datetime, calendar: WorkCalendar) -> date:
    """The day an act counts as done: its own if worked and the office is open, else the next working day."""
    local = moment.astimezone(SHANGHAI)
    day = local.date()
    if local.time() > OFFICE_CLOSES:
        day += ONE_DAY
    return calendar.next_working(day)


def starts_at(moment: datetime, calendar: WorkCalendar) -> datetime:
    """The moment from which hours run: its own in office hours, else when the office next opens."""
    local = moment.astimezone(SHANGHAI)
    day = starts_on(moment, calendar)
    if day == local.date() and local.time() >= OFFICE_OPENS:
        return moment
    return datetime.combine(day, OFFICE_OPENS, SHANGHAI)


def reckon(
    started_on: date,
    limit: Limit,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
    *,
    extension: Limit | None = None,
    until: date | None = None,
    near_percent: int = NEAR_PERCENT,
) -> Reckoning:
    """Walk from the start to the due date. While a pause is open that stands in the way: to `until`, without a due date.

    Not for hours: see `due_at`.
    """
    if limit.amount == 0:
        known = calendar.is_known(started_on)
        return Reckoning([Day(started_on, 0, "当场办结", ON_THE_SPOT, not known)], started_on, None)
    opened = [pause.from_on for pause in pauses if pause.until_on is None]
    end = max(min(opened), until or started_on) if opened else None
    days, reached = _walk(started_on, _periods(limit, extension), calendar, pauses, end)
    if not reached:
        return Reckoning(days, None, None)
    counted = [day.on for day in days if day.number]
    near_on = counted[len(counted) - max(1, len(counted) * near_percent // 100)]
    return Reckoning(days, days[-1].on, near_on)


def due_on(
    started_on: date,
    limit: Limit,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
    *,
    extension: Limit | None = None,
) -> date | None:
    """The last day within the limit; None while a pause is open that began before it, for then nobody can say."""
    return reckon(started_on, limit, calendar, pauses, extension=extension).due_on


def count(
    started_on: date,
    limit: Limit,
    calendar: WorkCalendar,
    pauses: Sequence[Pause] = (),
    *,
    extension: Limit | None = None,
    until: date | None = None,
) -> list[Day]:
    """Every day from the start to the due date, counted or not; up to `until` while a pause is open."""
    return reckon(started_on, limit, calendar, pauses, extension=extension, until=until).days


def near_on(
    started_on: date, limit: Limit, calendar: WorkCalendar, pauses: Sequence[Pause] = (), *, percent: int = NEAR_PERCENT
) -> date | None:
    """The first day of the yellow lamp: the start of the last part of the limit. None on the spot or while paused."""
    return reckon(started_on, limit, calendar, pauses, near_percent=percent).near_on


@dataclass(frozen=True)
class _Period:
    """A stretch of the count in one unit: the limit, the extension, or, where both have one unit, both."""

    amount: int
    unit: Unit
    base: int
    """How many of `amount` are the limit itself; the rest extends it."""


def _periods(limit: Limit, extension: Limit | None) -> list[_Period]:
    """In one unit the extension lengthens the limit; in two it follows it."""
    if extension is None:
        return [_Period(limit.amount, limit.unit, limit.amount)]
    if extension.unit == limit.unit:
        return [_Period(limit.amount + extension.amount, limit.unit, limit.amount)]
    return [_Period(limit.amount, limit.unit, limit.amount), _Period(extension.amount, extension.unit, 0)]


def _walk(
    started_on: date, periods: Sequence[_Period], calendar: WorkCalendar, pauses: Sequence[Pause], end: date | None
) -> tuple[list[Day], bool]:
    """The days, and whether the last period was reached before `end`."""
    days = [Day(started_on, None, "开始的当日不计入", FIRST_DAY, not calendar.is_known(started_on))]
    number, day = 0, started_on
    for period in periods:
        length, base, done = _length(day, period.amount, period.unit), _length(day, period.base, period.unit), 0
        while done < length:
            if end is not None and day >= end:
                return days, False
            day += ONE_DAY
            standing = next((pause for pause in pauses if pause.covers(day)), None)
            provisional = not calendar.is_known(day)
            if period.unit == "working_day" and not calendar.is_working(day):
                days.append(Day(day, None, calendar.why_not(day), WORKING_DAYS_ONLY, provisional))
            elif standing:
                days.append(Day(day, None, standing.why, standing.article, provisional))
            else:
                number, done = number + 1, done + 1
                extended = ("延长的期限", EXTENDED) if done > base else ("", "")
                days.append(Day(day, number, *extended, provisional=provisional))
        if period.unit != "working_day":
            days += _rolled(day, calendar)
            day = days[-1].on
    return days, True


def _rolled(day: date, calendar: WorkCalendar) -> Iterator[Day]:
    """A natural period that would end on a rest day ends on the next working day."""
    while not calendar.is_working(day):
        day += ONE_DAY
        yield Day(day, None, "期间届满日为休息日，顺延", LAST_DAY, not calendar.is_known(day))


def _length(started_on: date, amount: int, unit: Unit) -> int:
    """In days of the unit's kind. Months end on the same day of the month, or on its last (民法典第二百零二条)."""
    if unit != "month":
        return amount
    year, month = divmod(started_on.month - 1 + amount, 12)
    year += started_on.year
    last = months.monthrange(year, month + 1)[1]
    return (date(year, month + 1, min(started_on.day, last)) - started_on).days


# Hours


def due_at(
    started_at: datetime, limit: Limit, pauses: Sequence[Pause] = (), *, extension: Limit | None = None
) -> datetime | None:
    """The moment at which a limit in hours runs out; nights and rest days count, paused hours don't.

    None while a pause is open that began before it.
    """
    left = timedelta(hours=limit.amount + (extension.amount if extension else 0))
    at = started_at
    for from_at, until_at in _merged(pauses):
        if from_at >= at + left:
            break
        if until_at is None:
            return None
        left -= max(from_at - at, timedelta())
        at = max(at, until_at)
    return at + left


def _merged(pauses: Sequence[Pause]) -> list[tuple[datetime, datetime | None]]:
    """By their moments, those that overlap as one."""
    merged: list[tuple[datetime, datetime | None]] = []
    for from_at, until_at in sorted(
        ((pause.from_at, pause.until_at) for pause in pauses if pause.from_at), key=lambda one: one[0]
    ):
        if merged and (merged[-1][1] is None or from_at <= merged[-1][1]):
            last_from, last_until = merged[-1]
            merged[-1] = (last_from, max(last_until, until_at) if last_until and until_at else None)
        else:
            merged.append((from_at, until_at))
    return merged


# What the day makes of it


def lamp(today: date, due: date | None, near: date | None) -> Lamp:
    """`over` past the due day, `near` from `near` on; `paused` where there is no due day."""
    if due is None:
        return "paused"
    if today > due:
        return "over"
    return "near" if near and today >= near else "ok"


def days_left(today: date, due: date, calendar: WorkCalendar) -> int:
    """Working days from tomorrow to the due date; negative when past."""
    sign, first, last = (1, today, due) if due >= today else (-1, due, today)
    day, number = first, 0
    while day < last:
        day += timedelta(days=1)
        number += calendar.is_working(day)
    return sign * number


def days_used(days: Sequence[Day], on: date) -> int:
    """How many days of the count were used up to and including a day."""
    return sum(1 for day in days if day.number and day.on <= on)


# Who holds a task


def free_for(holders: Collection[int | None], account: int | None, stands_in_for: Collection[int]) -> bool:
    """Whether an act is this account's: nobody holds its task, or it does, or it stands in for who does.

    Where several tasks of one act wait side by side, one of them is enough.
    """
    mine = {None, account, *stands_in_for}
    return not holders or any(holder in mine for holder in holders)


def check_handover_reason(reason: str) -> str:
    reason = reason.strip()
    if len(reason) < 2:
        raise Refusal("reason_missing", "请写明转交的原因", "例如：外出开会、专业对口", "reason")
    if len(reason) > 500:
        raise Refusal("reason_long", "转交的原因最多 500 个字", "请写得短一些", "reason")
    return reason


UNTOUCHED_DAYS = 1
"""督办: a task that nobody took or opened comes before the head when so many working days are left."""


def to_escalate(today: date, due: date, opened_on: date, calendar: WorkCalendar, *, touched: bool) -> bool:
    """Past its day always; near it only when nobody touched it, and not on the very day it came."""
    if today > due:
        return True
    return not touched and today > opened_on and days_left(today, due, calendar) <= UNTOUCHED_DAYS


def last_due_to_escalate(today: date, calendar: WorkCalendar) -> date:
    """Later due dates need no look today."""
    ahead = calendar.working_days_after(today)
    for _ in range(UNTOUCHED_DAYS):
        next(ahead)
    return next(ahead)
