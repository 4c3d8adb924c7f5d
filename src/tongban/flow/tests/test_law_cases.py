"""The clock by hand: every expected date in law/*.toml was counted on a wall calendar, from the law, never from the code."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest

from tongban.flow import rules
from tongban.flow.tests.law_cases import Case, cases
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.workdays import WorkCalendar

ALL = cases()
IN_DAYS = [pytest.param(case, id=case.name) for case in ALL if case.limit.unit != "hour"]
IN_HOURS = [pytest.param(case, id=case.name) for case in ALL if case.limit.unit == "hour"]
NOTICED = [pytest.param(case, id=case.name) for case in ALL if case.noticed]


def test_every_case_names_its_law_and_says_something_of_its_own() -> None:
    assert len(ALL) >= 150
    assert [case.name for case in ALL if not case.article] == []
    assert [name for name, n in Counter(str(sorted(case.expected.items())) for case in ALL).items() if n > 1] == []
    assert [case.name for case in ALL if not {"due", "due_at"} & set(case.expected)] == []


def test_both_holidays_of_autumn_and_every_kind_of_limit_are_there() -> None:
    assert {case.limit.unit for case in ALL} == {"working_day", "day", "month", "hour"}
    assert sum(len(case.pauses) > 1 for case in ALL) >= 8
    assert sum(case.extension is not None for case in ALL) >= 15


@pytest.mark.parametrize("case", IN_DAYS)
def test_the_last_day_is_the_one_counted_by_hand(case: Case) -> None:
    started_on = rules.starts_on(case.start, case.calendar)
    assert started_on == case.expected.get("counts_from", case.start.date())

    reckoned = _reckon(case, started_on, case.noticed or case.calendar)

    due = case.expected["due"]
    assert reckoned.due_on == (None if due == "open" else due)
    if "days" in case.expected:
        assert max((day.number or 0 for day in reckoned.days), default=0) == case.expected["days"]
    if "near" in case.expected:
        assert reckoned.near_on == (None if case.expected["near"] == "none" else case.expected["near"])
    assert reckoned.provisional == case.expected.get("provisional", False)


@pytest.mark.parametrize("case", IN_HOURS)
def test_the_last_moment_is_the_one_counted_by_hand(case: Case) -> None:
    started_at = rules.starts_at(case.start, case.calendar)

    due_at = rules.due_at(started_at, case.limit, case.pauses, extension=case.extension)

    expected = case.expected["due_at"]
    assert due_at == (expected.replace(tzinfo=SHANGHAI) if isinstance(expected, datetime) else None)


@pytest.mark.parametrize("case", NOTICED)
def test_before_the_notice_the_day_was_another(case: Case) -> None:
    reckoned = _reckon(case, rules.starts_on(case.start, case.calendar), case.calendar)

    assert reckoned.due_on == case.expected["before"]
    assert reckoned.provisional == case.expected.get("before_provisional", False)


def _reckon(case: Case, started_on: date, calendar: WorkCalendar) -> rules.Reckoning:
    return rules.reckon(started_on, case.limit, calendar, case.pauses, extension=case.extension)
