"""The law of a case, by hand: what each act makes of each state, and who may not do what twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.applications import rules
from tongban.applications.rules import NEXT, Act, State
from tongban.kernel.refusals import Conflict, Refusal

TABLE = """
            accept    correct     supplement  reject    suspend    resume    review    grant    refuse   deliver    withdraw
submitted   accepted  correcting  -           rejected  -          -         -         -        -        -          withdrawn
correcting  -         -           submitted   -         -          -         -         -        -        -          withdrawn
rejected    -         -           -           -         -          -         -         -        -        -          -
accepted    -         -           -           -         suspended  -         reviewed  granted  refused  -          withdrawn
suspended   -         -           -           -         -          accepted  -         -        -        -          withdrawn
reviewed    -         -           -           -         -          -         -         granted  refused  -          withdrawn
granted     -         -           -           -         -          -         -         -        -        delivered  -
refused     -         -           -           -         -          -         -         -        -        delivered  -
delivered   -         -           -           -         -          -         -         -        -        -          -
withdrawn   -         -           -           -         -          -         -         -        -        -          -
"""
"""Written from 行政许可法 32–45, not from the code: after acceptance no correction; a decision ends the right to
withdraw; only a case in review is suspended."""

HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(line[0], act, after) for line in LINES for act, after in zip(HEAD, line[1:], strict=True)]


def test_the_table_is_whole() -> None:
    assert {line[0] for line in LINES} == set(State)
    assert set(HEAD) == set(Act)


@pytest.mark.parametrize(("state", "act", "after"), CELLS)
def test_an_act_leads_where_the_law_says(state: str, act: str, after: str) -> None:
    if after != "-":
        assert rules.step(State(state), Act(act)) == after
        return
    with pytest.raises(Conflict) as refused:
        rules.step(State(state), Act(act))
    assert rules.LABELS[State(state)] in str(refused.value)
    assert rules.ACT_LABELS[Act(act)] in str(refused.value)


def test_every_state_can_be_reached_from_the_submission() -> None:
    reached, waiting = set(), {State.SUBMITTED}
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting |= set(NEXT[state].values()) - reached

    assert reached == set(State)


def test_three_states_are_final() -> None:
    assert {State.REJECTED, State.DELIVERED, State.WITHDRAWN} == rules.FINAL


@given(st.lists(st.sampled_from(list(Act)), max_size=12))
def test_no_path_leads_out_of_a_final_state(acts: list[Act]) -> None:
    state = State.SUBMITTED
    ended = False
    for act in acts:
        try:
            state = rules.step(state, act)
        except Conflict:
            continue
        assert not ended
        ended = state in rules.FINAL


@given(st.lists(st.sampled_from(list(Act)), max_size=12))
def test_nothing_is_delivered_that_was_not_accepted_and_decided(acts: list[Act]) -> None:
    state, done = State.SUBMITTED, []
    for act in acts:
        try:
            state = rules.step(state, act)
        except Conflict:
            continue
        done.append(act)
    if state == State.DELIVERED:
        assert Act.ACCEPT in done
        assert done[-2] in (Act.GRANT, Act.REFUSE)


@pytest.mark.parametrize(
    ("instant", "reviewed_by", "accepted_by", "decider", "code"),
    [
        (False, {"staff:2"}, "staff:1", "staff:3", None),
        (False, {"staff:1"}, "staff:1", "staff:3", None),  # who accepts may review
        (False, {"staff:2"}, "system:acceptance", "staff:3", None),
        (False, set(), "staff:1", "staff:3", "review_missing"),
        (False, {"staff:2"}, "staff:3", "staff:3", "same_person_accepts_and_decides"),
        (False, {"staff:2", "staff:3"}, "staff:1", "staff:3", "same_person_reviews_and_decides"),
        (True, set(), "staff:3", "staff:3", None),  # 即审即办
        (True, {"staff:3"}, "staff:3", "staff:3", None),
    ],
)
def test_who_accepts_or_reviews_does_not_decide(
    instant: bool, reviewed_by: set[str], accepted_by: str, decider: str, code: str | None
) -> None:
    def check() -> None:
        rules.check_separation(instant=instant, reviewed_by=reviewed_by, accepted_by=accepted_by, decider=decider)

    if code is None:
        check()
        return
    with pytest.raises(Conflict) as refused:
        check()
    assert refused.value.code == code


@pytest.mark.parametrize(("stored", "seen", "stale"), [(3, None, False), (3, 3, False), (3, 2, True), (3, 4, True)])
def test_a_page_older_than_the_case_does_not_act(stored: int, seen: int | None, stale: bool) -> None:
    if not stale:
        rules.check_version(stored, seen)
        return
    with pytest.raises(Conflict, match="新的变化"):
        rules.check_version(stored, seen)


@pytest.mark.parametrize("text", ["", "    ", "不行", "四个字呀", "a\0bcdef", "长" * 2001])
def test_a_reason_is_words_a_citizen_can_read(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_reason(text, field="reason", what="理由")
    assert refused.value.field == "reason"


def test_a_reason_is_kept_without_the_space_around_it() -> None:
    assert rules.check_reason("  场所不符合规定 \n", field="reason", what="理由") == "场所不符合规定"


def test_a_correction_names_at_least_one_gap() -> None:
    rules.check_gaps({"layout": ["标明面积"]})
    for nothing in ({}, {"layout": []}):
        with pytest.raises(Refusal, match="缺什么"):
            rules.check_gaps(nothing)


def test_the_causes_that_stop_the_clock_are_those_of_article_45() -> None:
    assert set(rules.SUSPENSION_CAUSES.values()) == {
        "听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审",
    }  # fmt: skip


def test_every_state_and_act_has_its_words() -> None:
    assert all(state.label for state in State)
    assert all(act.label for act in Act)
