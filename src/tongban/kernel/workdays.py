"""工作日: pure arithmetic over a calendar. 《行政许可法》第八十二条：期限以工作日计算，不含法定节假日。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """Weekdays plus the days the State Council's notices change. Past `known_until` a date is provisional."""

    version: int
    known_until: date
    changed: Mapping[date, bool] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        return self.changed.get(day, day.weekday() < 5)

    def is_known(self, day: date) -> bool:
        return day <= self.known_until

    def why_not(self, day: date) -> str:
        """Why a day is not worked, in words; empty for a working day."""
        if self.is_working(day):
            return ""
        return self.names.get(day) or ("星期六" if day.weekday() == 5 else "星期日")

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the first worked day after it."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def working_days_after(self, day: date) -> Iterator[date]:
        """Endlessly, the working days after `day`."""
        while True:
            day += ONE_DAY
            if self.is_working(day):
                yield day
