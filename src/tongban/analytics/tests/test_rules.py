"""What a number means: no database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.analytics import rules
from tongban.analytics.rules import INDICATORS, Reading, Tally
from tongban.kernel.refusals import NotFound


def tally(part: object, whole: object) -> Tally:
    return Tally(Decimal(str(part)), Decimal(str(whole)))


def test_a_cut_is_what_was_saved() -> None:
    assert rules.value_of("cut", tally(5, 20)) == 75


def test_nothing_to_divide_by_is_no_data() -> None:
    for one in INDICATORS.values():
        assert Reading(indicator=one, tally=Tally()).said == "暂无数据"
        assert Reading(indicator=one, tally=Tally()).reached is None


def test_a_number_just_below_its_target_is_not_rounded_up_to_it() -> None:
    reading = Reading(indicator=INDICATORS["good"], tally=tally(98_999, 100_000))

    assert (reading.said, reading.reached) == ("98.9%", False)


def test_fewer_visits_reach_the_target() -> None:
    assert Reading(indicator=INDICATORS["visits"], tally=tally(2, 10)).reached is True
    assert Reading(indicator=INDICATORS["visits"], tally=tally(3, 10)).reached is False
    assert Reading(indicator=INDICATORS["visits"], tally=tally(3, 10)).said == "0.30 次"


def test_taking_longer_than_the_law_allows_is_a_negative_cut() -> None:
    assert Reading(indicator=INDICATORS["time_cut"], tally=tally(25, 20)).said == "-25.0%"


@pytest.mark.parametrize(
    ("key", "from_on", "until_on"),
    [
        ("2026-03", date(2026, 3, 1), date(2026, 4, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("", date(2027, 1, 1), date(2028, 1, 1)),
        ("all", None, None),
    ],
)
def test_periods(key: str, from_on: date | None, until_on: date | None) -> None:
    found = rules.period(key, today=date(2027, 5, 5))

    assert (found.from_on, found.until_on) == (from_on, until_on)


@pytest.mark.parametrize("key", ["2026-13", "26", "2026-3", "今年", "2026-03-01", "1999"])
def test_what_is_no_period(key: str) -> None:
    with pytest.raises(NotFound, match="没有这个统计期"):
        rules.period(key, today=date(2027, 5, 5))


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 50), min_size=1))
def test_a_percentile_is_that_of_the_written_out_list(spread: dict[int, int]) -> None:
    written_out = sorted(days for days, cases in spread.items() for _ in range(cases))

    half = rules.percentile(spread, Decimal("0.5"))

    assert half == written_out[(len(written_out) + 1) // 2 - 1]


def test_every_indicator_says_how_it_is_made() -> None:
    assert len(INDICATORS) >= 12
    for one in INDICATORS.values():
        assert one.formula
        assert one.method
        assert set(rules.HEADLINE) <= set(INDICATORS)
