"""The working calendar as arithmetic: weekdays, and what the notices change."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.workdays import WorkCalendar

PLAIN = WorkCalendar(version=1, known_until=date(2026, 12, 31))
MAY = WorkCalendar(
    version=2,
    known_until=date(2026, 12, 31),
    changed={**{date(2026, 5, day): False for day in range(1, 6)}, date(2026, 5, 9): True},
    names={date(2026, 5, day): "劳动节" for day in range(1, 6)},
)


@pytest.mark.parametrize(
    ("day", "worked", "why"),
    [
        (date(2026, 4, 30), True, ""),  # Thursday
        (date(2026, 5, 1), False, "劳动节"),  # Friday
        (date(2026, 5, 2), False, "劳动节"),  # a Saturday of the holiday is the holiday's
        (date(2026, 5, 6), True, ""),  # Wednesday
        (date(2026, 5, 9), True, ""),  # a worked Saturday
        (date(2026, 5, 10), False, "星期日"),
        (date(2026, 5, 16), False, "星期六"),
    ],
)
def test_a_day_is_worked_or_says_why_not(day: date, worked: bool, why: str) -> None:
    assert MAY.is_working(day) == worked
    assert MAY.why_not(day) == why


def test_the_next_working_day_may_be_the_day_itself() -> None:
    assert MAY.next_working(date(2026, 4, 30)) == date(2026, 4, 30)
    assert MAY.next_working(date(2026, 5, 1)) == date(2026, 5, 6)


def test_working_days_after_a_day_begin_behind_it() -> None:
    after = islice(MAY.working_days_after(date(2026, 4, 30)), 5)

    assert [day.day for day in after] == [6, 7, 8, 9, 11]


def test_a_day_past_the_last_notice_is_not_known() -> None:
    assert MAY.is_known(date(2026, 12, 31))
    assert not MAY.is_known(date(2027, 1, 1))


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_without_notices_five_days_of_seven_are_worked(day: date) -> None:
    week = [day + timedelta(days=n) for n in range(7)]

    assert sum(PLAIN.is_working(one) for one in week) == 5
    assert all(bool(PLAIN.why_not(one)) != PLAIN.is_working(one) for one in week)
