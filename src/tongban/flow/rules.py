"""时限: due dates as pure functions over (start, limit, pauses, calendar). 《行政许可法》第四十二条、第四十五条、第八十二条。

Counting starts on the working day after the act. Paused days, from the day after a pause begins up to and including
the day it ends, are not counted. A natural period that ends on a rest day ends on the next working day (民法典第二百零三条).
"""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from tongban.kernel.clock import SHANGHAI
from tongban.kernel.workdays import ONE_DAY, WorkCalendar

Unit = Literal["working_day", "day", "month"]
Lamp = Literal["ok", "near", "over", "paused", "none"]

OFFICE_CLOSES = time(17, 30)
NEAR_SHARE = 5
"""The lamp turns yellow in the last fifth of the limit."""


@dataclass(frozen=True)
class Limit:
    """An amount in the unit its law gives; 0 means on the spot."""

    amount: int
    unit: Unit = "working_day"


@dataclass(frozen=True)
class Pause:
    """暂停: the day a legal cause began, and the day it ended, if it has."""

    from_on: date
    until_on: date | None = None

    def covers(self, day: date) -> bool:
        return self.from_on < day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class Day:
    """One calendar day of the count: its number if counted, else why not and by which article."""

    on: date
    number: int | None
    why: str = ""
    article: str = ""
    provisional: bool = False


def starts_on(moment: datetime, calendar: WorkCalendar) -> date:
    """The day an act counts as done: its own if worked and the office is open, else the next working day."""
    local = moment.astimezone(SHANGHAI)
    day = local.date()
    if local.time() > OFFICE_CLOSES:
        day += ONE_DAY
    return calendar.next_working(day)


def is_open(pauses: Sequence[Pause]) -> bool:
    return any(pause.until_on is None for pause in pauses)


def due_on(started_on: date, limit: Limit, calendar: WorkCalendar, pauses: Sequence[Pause] = ()) -> date | None:
    """The last day within the limit; None while a pause is open, for then nobody can say."""
    if limit.amount == 0:
        return started_on
    if is_open(pauses):
        return None
    return count(started_on, limit, calendar, pauses)[-1].on


def count(
    started_on: date, limit: Limit, calendar: WorkCalendar, pauses: Sequence[Pause] = (), *, until: date | None = None
) -> list[Day]:
    """Every day from the start to the due date, counted or not; up to `until` while a pause is open."""
    if limit.amount == 0:
        return [Day(started_on, 0, "当场办结", "《行政许可法》第三十四条", not calendar.is_known(started_on))]
    end = until or started_on if is_open(pauses) else None
    if limit.unit == "working_day":
        return _working_days(started_on, limit.amount, calendar, pauses, end)
    return _natural_days(started_on, _natural_length(started_on, limit), calendar, pauses, end)


def _working_days(
    started_on: date, amount: int, calendar: WorkCalendar, pauses: Sequence[Pause], end: date | None
) -> list[Day]:
    days = [_first(started_on, calendar)]
    number, day = 0, started_on
    while number < amount and (end is None or day < end):
        day += ONE_DAY
        provisional = not calendar.is_known(day)
        if not calendar.is_working(day):
            days.append(Day(day, None, calendar.why_not(day), "《行政许可法》第八十二条", provisional))
        elif any(pause.covers(day) for pause in pauses):
            days.append(Day(day, None, "依法暂停", "《行政许可法》第四十五条", provisional))
        else:
            number += 1
            days.append(Day(day, number, provisional=provisional))
    return days


def _natural_days(
    started_on: date, length: int, calendar: WorkCalendar, pauses: Sequence[Pause], end: date | None
) -> list[Day]:
    days = [_first(started_on, calendar)]
    number, day = 0, started_on
    while number < length and (end is None or day < end):
        day += ONE_DAY
        provisional = not calendar.is_known(day)
        if any(pause.covers(day) for pause in pauses):
            days.append(Day(day, None, "依法暂停", "《行政许可法》第四十五条", provisional))
        else:
            number += 1
            days.append(Day(day, number, provisional=provisional))
    while number >= length and not calendar.is_working(day):
        day += ONE_DAY
        why = "期间届满日为休息日，顺延"
        days.append(Day(day, None, why, "《民法典》第二百零三条", not calendar.is_known(day)))
    return days


def _first(started_on: date, calendar: WorkCalendar) -> Day:
    return Day(started_on, None, "开始的当日不计入", "《民法典》第二百零一条", not calendar.is_known(started_on))


def _natural_length(started_on: date, limit: Limit) -> int:
    """The limit in natural days. Months end on the same day of the month, or on its last (民法典第二百零二条)."""
    if limit.unit == "day":
        return limit.amount
    year, month = divmod(started_on.month - 1 + limit.amount, 12)
    year += started_on.year
    last = months.monthrange(year, month + 1)[1]
    return (date(year, month + 1, min(started_on.day, last)) - started_on).days


def is_provisional(days: Sequence[Day]) -> bool:
    return any(day.provisional for day in days)


def near_on(started_on: date, limit: Limit, calendar: WorkCalendar, pauses: Sequence[Pause] = ()) -> date | None:
    """The first day of the yellow lamp: the start of the last fifth of the limit. None on the spot or while paused."""
    if limit.amount == 0 or is_open(pauses):
        return None
    counted = [day.on for day in count(started_on, limit, calendar, pauses) if day.number]
    return counted[len(counted) - max(1, len(counted) // NEAR_SHARE)]


def lamp(today: date, due: date | None, near: date | None) -> Lamp:
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
