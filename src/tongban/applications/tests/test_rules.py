"""The rules beside the procedure, and what holds on every path through it. State × act × role is in law.toml."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.applications import pledges, rules
from tongban.applications.rules import NEXT, Act, State
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Conflict, Forbidden, Refusal


def test_every_state_can_be_reached_from_the_draft() -> None:
    reached, waiting = set(), {State.DRAFT}
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting |= set(NEXT[state].values()) - reached

    assert reached == set(State)


def test_what_is_over_for_the_body_is_final() -> None:
    assert {
        State.LAPSED, State.REJECTED, State.TERMINATED, State.WITHDRAWN, State.CLOSED, State.REVOKED, State.VOID,
    } == rules.FINAL  # fmt: skip


@given(st.lists(st.sampled_from(list(Act)), max_size=20))
def test_out_of_a_final_state_leads_only_what_comes_from_outside(acts: list[Act]) -> None:
    state = State.DRAFT
    for act in acts:
        ended = state in rules.FINAL
        try:
            state = rules.step(state, act)
        except Conflict:
            continue
        assert not ended or act in {Act.AMEND, Act.REVOKE, Act.REOPEN}


def test_what_was_withdrawn_or_declared_void_stays_so() -> None:
    assert NEXT[State.WITHDRAWN] == NEXT[State.VOID] == {}


@given(st.lists(st.sampled_from(list(Act)), max_size=30))
def test_nothing_is_delivered_that_was_not_accepted_and_decided(acts: list[Act]) -> None:
    state, done = State.DRAFT, []
    for act in acts:
        try:
            state = rules.step(state, act)
        except Conflict:
            continue
        done.append(act)
    accepted = {Act.ACCEPT, Act.ACCEPT_PROVISIONALLY, Act.DEEM_ACCEPTED} & set(done)
    decided = {Act.GRANT, Act.REFUSE, Act.DEEM_GRANTED} & set(done)
    if Act.DELIVER in done:
        assert accepted and decided
    if decided:
        assert accepted
        assert Act.REOPEN in done or state not in {State.WITHDRAWN, State.CORRECTING, State.SUBMITTED}


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
    def check(alone: bool = True) -> None:
        rules.check_separation(
            instant=instant, alone=alone, reviewed_by=reviewed_by, accepted_by=accepted_by, decider=decider
        )

    if instant:  # 即审即办 is for who the 授权书 says it to
        with pytest.raises(Conflict, match="没有授权您即审即办"):
            check(alone=False)

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


@pytest.mark.parametrize(("days", "joint", "lawful"), [
    (1, False, True), (10, False, True), (11, False, False), (0, False, False), (-1, False, False),
    (15, True, True), (16, True, False),
])  # fmt: skip
def test_an_extension_is_ten_working_days_at_most_and_fifteen_for_joint_handling(
    days: int, joint: bool, lawful: bool
) -> None:
    if lawful:
        rules.check_extension(days, joint=joint)
        return
    with pytest.raises(Refusal, match="延长期限应为"):
        rules.check_extension(days, joint=joint)


NOW = datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)


def test_a_back_entry_lies_in_the_past_but_not_in_another_year() -> None:
    rules.check_true_time(NOW, now=NOW)
    rules.check_true_time(NOW - timedelta(days=180), now=NOW)
    with pytest.raises(Refusal, match="不能晚于现在"):
        rules.check_true_time(NOW + timedelta(seconds=1), now=NOW)
    with pytest.raises(Refusal, match="不能补录"):
        rules.check_true_time(NOW - timedelta(days=181), now=NOW)


def test_what_one_asked_for_another_settles() -> None:
    rules.check_second_person("staff:1", "staff:2", act=Act.CONFIRM_ENTRY)
    with pytest.raises(Forbidden, match="另一个人"):
        rules.check_second_person("staff:1", "staff:1", act=Act.CONFIRM_ENTRY)


def test_a_special_law_may_name_a_cause_beside_the_closed_list() -> None:
    assert rules.check_cause("环境影响评价", {"环境影响评价"}) == "环境影响评价"
    with pytest.raises(Refusal, match="法定情形"):
        rules.check_cause("环境影响评价", {})


@pytest.mark.parametrize("days", [0, -3, 61])
def test_days_to_correct_or_to_put_right_are_between_one_and_sixty(days: int) -> None:
    with pytest.raises(Refusal, match="1 至 60"):
        rules.check_correction_days(days)
    with pytest.raises(Refusal, match="1 至 60"):
        pledges.check_rectify_days(days)


def test_only_an_own_error_needs_no_document() -> None:
    rules.check_order("own_error", "")
    for ground in ("reconsideration", "judgment", "superior"):
        with pytest.raises(Refusal, match="文书"):
            rules.check_order(ground, "  ")


@pytest.mark.parametrize(("state", "holds", "ordered", "after"), [
    ("open", True, False, "kept"), ("open", False, True, "ordered"), ("open", False, False, "broken"),
    ("ordered", True, False, "kept"), ("ordered", False, False, "broken"),
])  # fmt: skip
def test_a_pledge_is_kept_put_right_once_or_broken(state: str, holds: bool, ordered: bool, after: str) -> None:
    assert pledges.after_verification(state, holds=holds, ordered=ordered) == after


@pytest.mark.parametrize(("state", "ordered"), [("kept", False), ("broken", False), ("void", False), ("ordered", True)])
def test_what_is_settled_stays_and_nothing_is_ordered_twice(state: str, ordered: bool) -> None:
    with pytest.raises(Conflict):
        pledges.after_verification(state, holds=False, ordered=ordered)
