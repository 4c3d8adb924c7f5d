from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.delegation import rules
from tongban.kernel.refusals import Forbidden, Invalid, Refusal

TODAY = date(2026, 3, 2)
DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))
ITEMS = st.sampled_from(["990131001001", "990131001002", "990131001003"])
ACTS = st.sampled_from(sorted(rules.ACTS))


@dataclass(frozen=True)
class Power:
    state: str = "in_force"
    item_codes: list[str] = field(default_factory=list)
    acts: list[str] = field(default_factory=lambda: ["submit", "follow"])
    from_on: date = TODAY
    until_on: date = TODAY + timedelta(days=30)
    ended_how: str = ""


@st.composite
def powers(draw: st.DrawFn) -> Power:
    first = draw(DAYS)
    return Power(
        state=draw(st.sampled_from(sorted(rules.STATES))),
        item_codes=draw(st.lists(ITEMS, max_size=2, unique=True)),
        acts=rules.settled_acts(draw(st.lists(ACTS, max_size=4, unique=True))),
        from_on=first,
        until_on=first + timedelta(days=draw(st.integers(1, 1000))),
    )


@given(powers(), ITEMS, ACTS, DAYS)
def test_an_agent_may_act_exactly_when_every_part_of_the_letter_says_so(
    power: Power, item: str, act: rules.Act, day: date
) -> None:
    written = power.state == "in_force" and power.from_on <= day < power.until_on
    expected = written and act in power.acts and (power.item_codes == [] or item in power.item_codes)

    assert rules.may_act(power, item, act, day) is expected


@given(powers(), ITEMS, ACTS, DAYS)
def test_who_may_not_act_is_told_why_and_who_may_is_not_stopped(
    power: Power, item: str, act: rules.Act, day: date
) -> None:
    if rules.may_act(power, item, act, day):
        rules.must_act(power, item, act, day)
    else:
        with pytest.raises(Forbidden) as refused:
            rules.must_act(power, item, act, day)
        assert refused.value.reason and refused.value.hint


@given(powers(), ITEMS, ACTS, DAYS)
def test_who_acts_for_another_sees_what_they_handed_in(power: Power, item: str, act: rules.Act, day: date) -> None:
    if rules.may_act(power, item, act, day):
        assert rules.may_see(power, item, day, own=True)
    if rules.may_see(power, item, day, own=False):
        assert "follow" in power.acts


@given(powers(), ITEMS, ACTS, DAYS)
def test_a_power_that_is_over_stays_over(power: Power, item: str, act: rules.Act, day: date) -> None:
    if power.until_on <= day:
        assert not rules.may_act(power, item, act, day + timedelta(days=1))


@given(st.dates(date(1930, 1, 1), TODAY))
def test_a_guardian_s_power_ends_on_the_eighteenth_birthday(born_on: date) -> None:
    if rules.years_after(born_on, 18) <= TODAY:
        with pytest.raises(Refusal, match="已满十八周岁"):
            rules.guarded_until(born_on, today=TODAY)
    else:
        last = rules.guarded_until(born_on, today=TODAY)
        assert last.year == born_on.year + 18
        assert last > TODAY


def test_who_was_born_on_a_leap_day_comes_of_age_on_the_first_of_march() -> None:
    assert rules.guarded_until(date(2008, 2, 29), today=date(2026, 2, 28)) == date(2026, 3, 1)


def test_a_child_is_named_as_the_party_from_the_eighth_birthday() -> None:
    assert not rules.is_named_party(date(2018, 3, 3), TODAY)
    assert rules.is_named_party(date(2018, 3, 2), TODAY)


def test_a_letter_without_acts_or_with_a_period_too_long_says_both() -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_terms("attorney", item_codes=[], acts=[], from_on=TODAY, until_on=date(2029, 3, 3), today=TODAY)

    assert [fault.field for fault in refused.value.faults] == ["acts", "until"]


@pytest.mark.parametrize(
    ("kind", "firm_is_principal", "firm_is_agent"),
    [("filing", False, False), ("attorney", False, True), ("guardian", True, False), ("family", True, False)],
)
def test_sides_that_do_not_fit_the_kind(kind: str, firm_is_principal: bool, firm_is_agent: bool) -> None:
    with pytest.raises(Refusal):
        rules.check_sides(kind, firm_is_principal=firm_is_principal, firm_is_agent=firm_is_agent)
