"""Who may act on a task that is held, and when one comes before the head: what holds for any of them."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.flow import rules
from tongban.flow.tests.law_cases import calendar_of
from tongban.flow.wanted import LAMPS, SEEN, WHOSE, Wanted, read
from tongban.kernel.refusals import Refusal

CALENDAR = calendar_of("2026")
accounts = st.integers(1, 5)
holders = st.lists(st.none() | accounts, max_size=4)
days = st.dates(date(2026, 1, 1), date(2026, 12, 1))


@given(holders, accounts, st.sets(accounts))
def test_an_act_is_free_where_nobody_or_oneself_or_an_absent_colleague_holds_a_task(
    held: list[int | None], me: int, absent: set[int]
) -> None:
    nobody_s = [one for one in held if one is None]
    mine = [one for one in held if one == me]
    stood_in = [one for one in held if one in absent]

    assert rules.free_for(held, me, absent) == (not held or bool(nobody_s or mine or stood_in))


@given(holders, accounts, st.sets(accounts), accounts)
def test_standing_in_for_one_more_never_takes_an_act_away(
    held: list[int | None], me: int, absent: set[int], one_more: int
) -> None:
    assert rules.free_for(held, me, absent | {one_more}) >= rules.free_for(held, me, absent)


@given(days, days, days, st.booleans())
def test_what_is_overdue_always_comes_before_the_head(today: date, due: date, opened: date, touched: bool) -> None:
    if today > due:
        assert rules.to_escalate(today, due, opened, CALENDAR, touched=touched)


@given(days, days, days)
def test_what_somebody_touched_comes_before_the_head_only_when_overdue(today: date, due: date, opened: date) -> None:
    assert rules.to_escalate(today, due, opened, CALENDAR, touched=True) == (today > due)


@given(days, days, days, st.booleans())
def test_once_before_the_head_always_before_the_head(today: date, due: date, opened: date, touched: bool) -> None:
    if rules.to_escalate(today, due, opened, CALENDAR, touched=touched):
        assert rules.to_escalate(today + timedelta(days=1), due, opened, CALENDAR, touched=touched)


@given(days, days, days, st.booleans())
def test_nothing_due_later_than_the_last_day_looked_at_comes_before_the_head(
    today: date, due: date, opened: date, touched: bool
) -> None:
    if due > rules.last_due_to_escalate(today, CALENDAR):
        assert not rules.to_escalate(today, due, opened, CALENDAR, touched=touched)


def test_an_instant_item_is_not_escalated_on_the_day_it_came() -> None:
    monday = date(2026, 3, 2)

    assert not rules.to_escalate(monday, monday, monday, CALENDAR, touched=False)
    assert rules.to_escalate(monday, monday, monday - timedelta(days=3), CALENDAR, touched=False)


@pytest.mark.parametrize("reason", ["", " ", "忙", "长" * 501])
def test_a_hand_over_says_why(reason: str) -> None:
    with pytest.raises(Refusal):
        rules.check_handover_reason(reason)


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40).map(str.strip)
lists = st.builds(
    Wanted, whose=st.sampled_from(sorted(WHOSE)), act=texts, words=texts, step=texts,
    lamp=st.sampled_from(["", *LAMPS]), seen=st.sampled_from(["", *SEEN]), opened_from=st.none() | st.dates(),
    opened_until=st.none() | st.dates(), holder=st.none() | st.integers(1, 10**9),
)  # fmt: skip


@given(lists)
def test_a_list_comes_back_from_its_address(wanted: Wanted) -> None:
    assert read(dict(parse_qsl(wanted.query()))) == wanted


@given(st.dictionaries(st.sampled_from(["whose", "lamp", "seen", "opened_from", "holder", "words"]), st.text()))
def test_no_address_breaks_the_list(sent: dict[str, str]) -> None:
    assert isinstance(read(sent), Wanted)
