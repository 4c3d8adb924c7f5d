"""Moments moved by whole working weeks: the nth working day becomes the one five (ten, …) working days earlier.

Order stays, working days stay working days, and so many working days stay as many: what was lawful is lawful.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tongban.kernel.clock import SHANGHAI
from tongban.kernel.workdays import ONE_DAY, WorkCalendar

NEVER = date(9999, 12, 31)
WEEK = 5


class NoSuchDay(Exception):
    """Moved so far the day would lie outside the calendar, or be another kind of day."""


@dataclass
class WorkingDays:
    """The working days of some years in order, by number."""

    calendar: WorkCalendar
    first: date
    last: date
    _days: list[date] = field(default_factory=list)

    def __post_init__(self) -> None:
        day = self.first
        while day <= self.last:
            if self.calendar.is_working(day):
                self._days.append(day)
            day += ONE_DAY

    def shift(self, weeks: int) -> Callable[[date], date]:
        """A function that moves a day so many working weeks back; a rest day keeps its place behind the working day before it.

        It raises NoSuchDay.
        """
        known: dict[date, date] = {NEVER: NEVER}

        def moved(day: date) -> date:
            if day not in known:
                known[day] = self._moved(day, weeks) if weeks else day
            return known[day]

        return moved

    def _moved(self, day: date, weeks: int) -> date:
        number = bisect_right(self._days, day) - 1
        if not 0 <= number - weeks * WEEK < len(self._days) or day > self.last:
            raise NoSuchDay(day)
        moved = self._days[number - weeks * WEEK] + (day - self._days[number])
        if self.calendar.is_working(moved) != self.calendar.is_working(day):
            raise NoSuchDay(day)
        return moved


def moved_moment(moment: datetime, moved: Callable[[date], date]) -> datetime:
    """The same time of day in Shanghai, on the moved day; in the zone of `moment`."""
    local = moment.astimezone(SHANGHAI)
    return datetime.combine(moved(local.date()), local.time(), SHANGHAI).astimezone(moment.tzinfo)


def weeks_between(earlier: datetime, later: datetime) -> int:
    """Whole weeks."""
    return (later - earlier) // timedelta(weeks=1)
