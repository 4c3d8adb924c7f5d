"""When words may go out, and what an SMS costs."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.channels.rules import WAITS, Hours, goes_at, masked, next_try, sms_parts
from tongban.kernel.clock import SHANGHAI

USUAL = Hours()
NONE = Hours(time(0), time(0), 0)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+08:00")


@pytest.mark.parametrize(
    ("now", "urgent", "leaves"),
    [
        ("2026-03-02T09:30", True, "2026-03-02T09:30"),
        ("2026-03-02T09:30", False, "2026-03-02T09:40"),
        ("2026-03-02T20:55", False, "2026-03-03T08:00"),
        ("2026-03-02T21:00", True, "2026-03-03T08:00"),
        ("2026-03-03T07:59", True, "2026-03-03T08:00"),
        ("2026-03-03T08:00", True, "2026-03-03T08:00"),
        ("2026-02-28T23:00", True, "2026-03-01T08:00"),
    ],
)
def test_nobody_is_woken(now: str, urgent: bool, leaves: str) -> None:
    assert goes_at(at(now), USUAL, urgent=urgent) == at(leaves)


@pytest.mark.parametrize(
    ("until", "leaves"),
    [
        ("2026-03-03T00:00", "2026-03-02T22:00"),
        ("2026-03-03T08:00", "2026-03-02T22:00"),
        ("2026-03-04T00:00", "2026-03-03T08:00"),
    ],
)
def test_a_deadline_that_ends_before_the_morning_is_told_at_once(until: str, leaves: str) -> None:
    assert goes_at(at("2026-03-02T22:00"), USUAL, urgent=False, until=at(until)) == at(leaves)


YEAR = datetime(2026, 1, 1, tzinfo=SHANGHAI)
moments = st.integers(0, 366 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes))
hours = st.builds(Hours, st.times(), st.times(), st.integers(0, 120))


@given(moments, hours, st.booleans())
def test_nothing_leaves_before_its_time_in_quiet_hours_or_later_than_a_day(
    now: datetime, of: Hours, urgent: bool
) -> None:
    leaves = goes_at(now, of, urgent=urgent)

    assert now <= leaves <= now + timedelta(days=1, hours=2)
    assert not of.quiet(leaves)


def test_equal_ends_mean_no_quiet_hours() -> None:
    assert goes_at(at("2026-03-02T23:00"), NONE, urgent=False) == at("2026-03-02T23:00")


def test_a_failed_try_at_night_waits_for_the_morning_unless_it_presses() -> None:
    now = at("2026-03-02T20:59")

    assert next_try(2, now=now, hours=USUAL, pressing=False) == at("2026-03-03T08:00")
    assert next_try(2, now=now, hours=USUAL, pressing=True) == now + WAITS[1]
    assert next_try(1, now=now, hours=NONE, pressing=False, after=timedelta(hours=2)) == now + timedelta(hours=2)
    assert next_try(len(WAITS) + 1, now=now, hours=USUAL, pressing=True) is None


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_parts_of_an_sms(length: int, parts: int) -> None:
    assert sms_parts("字" * length) == parts


def test_colleagues_see_a_masked_address() -> None:
    assert masked("sms", "13987654321") == "139****4321"
    assert masked("mail", "liu@example.org") == "l***@example.org"
