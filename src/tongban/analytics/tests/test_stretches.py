"""How long a case stood where: from its entries alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tongban.analytics.stretches import Entry, Stretch, hours_between, percentile, standing_days, stretches
from tongban.kernel.clock import SHANGHAI

START = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
DATES = {"promised_on": None, "statutory_on": "2026-04-01"}


def story(*told: Any) -> list[Stretch]:
    """(day, event, facts…) each."""
    entries = [
        Entry(at, f"applications.{name}", START + timedelta(days=day), who, "1", facts)
        for at, (day, name, facts, who) in enumerate(
            (*one, {}, "staff:1")[:4] if len(one) == 2 else (*one, "staff:1")[:4] for one in told
        )
    ]
    return list(stretches(entries))


def lengths(found: list[Stretch]) -> list[tuple[str, str, int]]:
    return [(one.step, one.name, (one.ended.at - one.began_at).days) for one in found]


def test_a_plain_case_stands_at_each_step_in_turn() -> None:
    found = story(
        (0, "Submitted"), (2, "Accepted"), (5, "Reviewed", {"step": "review", "last": True}), (6, "Decided", {"granted": True}),
        (9, "Delivered"),
    )  # fmt: skip
    assert lengths(found) == [("accept", "", 2), ("review", "review", 3), ("decide", "", 1), ("deliver", "", 3)]


def test_a_correction_waits_for_the_applicant_and_acceptance_begins_anew() -> None:
    found = story((0, "Submitted"), (1, "Corrected"), (8, "Supplemented"), (10, "Accepted"))
    assert lengths(found) == [("accept", "", 1), ("correct", "", 7), ("accept", "", 2)]


def test_a_suspension_is_a_stretch_of_its_own_and_stands_in_the_other() -> None:
    found = story(
        (0, "Accepted"), (1, "Suspended", {"cause": "hearing"}), (2, "Suspended", {"cause": "expert_review"}),
        (4, "CauseEnded", {"cause": "hearing"}), (6, "Resumed"), (7, "Reviewed", {"step": "r"}),
    )  # fmt: skip
    assert lengths(found) == [("pause", "hearing", 3), ("pause", "expert_review", 4), ("review", "r", 7)]
    assert [(b - a).days for a, b in found[-1].stood] == [3, 4]


def test_steps_side_by_side_have_beginnings_of_their_own() -> None:
    at = START + timedelta(days=5)
    entries = [
        Entry(1, "applications.Accepted", START, "staff:1", "1", {}),
        Entry(2, "applications.Reviewed", START + timedelta(days=3), "staff:1", "1", {"step": "a", "last": False}),
        Entry(3, "applications.Reviewed", at, "staff:1", "1", {"step": "b", "last": True}),
    ]
    assert [(at - one.began_at).days for one in stretches(entries, {("b", at): START})][-1] == 5


def test_each_body_that_is_asked_answers_in_its_own_time() -> None:
    found = story(
        (0, "Accepted"), (0, "Asked", {"bodies": ["消防", "住建", "水务"]}), (2, "Answered", {"body": "住建", "late": False}),
        (9, "KeptSilent", {"body": "消防", "effect": "agreed"}), (9, "KeptSilent", {"body": "水务", "effect": "escalated"}),
    )  # fmt: skip
    assert lengths(found) == [("ask", "住建", 2), ("ask", "消防", 9)]


def test_what_was_withdrawn_or_sent_back_is_no_stretch() -> None:
    assert story((0, "Submitted"), (3, "Withdrawn"), (4, "Accepted")) == []
    found = story(
        (0, "Accepted"), (1, "Reviewed", {"step": "r", "last": True}), (3, "StepReturned"), (5, "Reviewed", {"step": "r"}),
    )  # fmt: skip
    assert lengths(found) == [("review", "r", 1), ("review", "r", 2)]


def test_on_the_spot_by_rule_nobody_waited_but_silence_counts() -> None:
    assert (
        story((0, "Submitted"), (0, "Accepted", {}, "system:rules"), (0, "Decided", {"granted": True}, "system:rules"))
        == []
    )
    found = story((0, "Submitted"), (7, "Accepted", {"deemed": True}, "system:deadlines"))
    assert lengths(found) == [("accept", "", 7)]


def test_the_decision_above_and_a_new_round_are_counted_where_they_wait() -> None:
    found = story(
        (0, "Accepted"), (1, "Reviewed", {"step": "r"}), (2, "Forwarded"), (9, "Decided", {"granted": True, "above": True}),
        (10, "Made"), (12, "Delivered"), (30, "Reopened", DATES), (33, "Reviewed", {"step": "r2"}),
    )  # fmt: skip
    assert lengths(found) == [
        ("review", "r", 1), ("decide", "", 1), ("above", "", 7), ("make", "", 1), ("deliver", "", 2), ("review", "r2", 3),
    ]  # fmt: skip


EVENTS = st.sampled_from([
    ("Submitted", {}), ("Corrected", {}), ("Supplemented", {}), ("Accepted", {}), ("Reviewed", {"step": "r", "last": True}),
    ("Suspended", {"cause": "hearing"}), ("Resumed", {}), ("Decided", {"granted": True}), ("Made", {}), ("Delivered", {}),
    ("Withdrawn", {}), ("Reopened", DATES), ("Asked", {"bodies": ["甲"]}), ("Answered", {"body": "甲", "late": False}),
    ("Forwarded", {}), ("Rejected", {}), ("Lapsed", {}), ("StepReturned", {}), ("ExtensionAsked", {}), ("Extended", {}),
])  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 5), EVENTS), max_size=20), st.integers(0, 20))
def test_reading_on_gives_what_reading_all_gives(told: list[tuple[int, Any]], cut: int) -> None:
    """What an entry ended depends on what came before it alone; so the journal can be read piece by piece."""
    day, entries = 0, []
    for number, (later, (name, facts)) in enumerate(told):
        day += later
        entries.append(Entry(number, f"applications.{name}", START + timedelta(days=day), "staff:1", "1", facts))

    whole = list(stretches(entries))

    assert [one for one in whole if one.ended.id < cut] == list(stretches(entries[:cut]))
    assert all(one.began_at <= one.ended.at for one in whole)


@given(st.dictionaries(st.integers(0, 90), st.integers(1, 50), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_first_that_reaches_the_share(spread: dict[int, int], percent: int) -> None:
    found = percentile(spread, percent)
    assert found in spread
    reached = sum(cases for number, cases in spread.items() if number <= found)
    below = sum(cases for number, cases in spread.items() if number < found)
    assert below * 100 < sum(spread.values()) * percent <= reached * 100


def test_hours_are_begun_hours_and_from_three_days_on_whole_days() -> None:
    assert hours_between(START, START) == 0
    assert hours_between(START, START + timedelta(minutes=1)) == 1
    assert hours_between(START, START + timedelta(hours=72)) == 72
    assert hours_between(START, START + timedelta(hours=73)) == 96


def test_days_of_standing_still_run_from_the_day_after() -> None:
    days = [START.date() + timedelta(days=each) for each in range(1, 6)]
    assert standing_days([(days[0], days[2])], days) == 2
    assert standing_days([(days[0], days[2]), (days[1], days[3])], days) == 3
