"""Which step's turn it is."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tongban.flow.plan import MODES, Mode, Standing, Step, groups, missing, open_now, standing, tally, undone_by_return

PLAN = (
    Step("first"),
    Step("site", "inspection"),
    Step("fire", "consultation", beside=True),
    Step("sign", "countersign"),
)
modes = st.sampled_from(sorted(MODES))
plans = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=7).map(
    lambda made: tuple(Step(f"s{at}", applies=applies, beside=beside) for at, (applies, beside) in enumerate(made))
)


def _walk(plan: Sequence[Step], choose: Sequence[int]) -> list[str]:
    """Conclude whatever is open, in an order that chance gives."""
    done: dict[str, bool] = {}
    while turn := open_now(plan, done):
        done[turn[(choose[len(done)] if len(done) < len(choose) else 0) % len(turn)].key] = True
    return list(done)


def test_steps_run_in_order_and_those_beside_one_another_together() -> None:
    assert [step.key for step in open_now(PLAN, {})] == ["first"]
    assert [step.key for step in open_now(PLAN, {"first": True})] == ["site", "fire"]
    assert [step.key for step in open_now(PLAN, {"first": True, "fire": True})] == ["site"]
    assert [step.key for step in open_now(PLAN, {"first": True, "fire": True, "site": False})] == ["sign"]


def test_the_diagram_says_of_every_step_where_it_stands() -> None:
    plan = (*PLAN, Step("hear", "hearing", applies=False), Step("last"))

    found = standing(plan, {"first": True, "site": False})

    assert found == {
        "first": Standing.PASSED, "site": Standing.OBJECTED, "fire": Standing.OPEN, "sign": Standing.AHEAD,
        "hear": Standing.SKIPPED, "last": Standing.AHEAD,
    }  # fmt: skip


def test_a_step_beside_one_that_is_left_out_has_its_turn_all_the_same() -> None:
    plan = (Step("first", applies=False), Step("second", beside=True), Step("third"))

    assert [[step.key for step in group] for group in groups(plan)] == [["second"], ["third"]]


def test_a_return_undoes_what_came_after_and_leaves_what_ran_beside() -> None:
    assert undone_by_return(PLAN, "site") == ["site", "sign"]
    assert undone_by_return(PLAN, "first") == ["first", "site", "fire", "sign"]
    assert undone_by_return(PLAN, "nowhere") == []


@given(plans, st.lists(st.integers(min_value=0, max_value=6)))
def test_in_whatever_order_every_step_that_applies_is_done_once_and_no_other(
    plan: tuple[Step, ...], choose: list[int]
) -> None:
    done = _walk(plan, choose)

    assert sorted(done) == sorted(step.key for step in plan if step.applies)
    assert missing(plan, dict.fromkeys(done, True)) == ()


@given(plans, st.sets(st.integers(min_value=0, max_value=6)))
def test_no_decision_before_every_step_that_applies_is_concluded(plan: tuple[Step, ...], which: set[int]) -> None:
    concluded = {plan[at].key: True for at in which if at < len(plan)}
    lacking = [step.key for step in plan if step.applies and step.key not in concluded]

    assert [step.key for step in missing(plan, concluded)] == lacking
    assert bool(open_now(plan, concluded)) == bool(lacking)


@given(modes, st.lists(st.booleans(), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(mode: Mode, answers: list[bool], chance: object) -> None:
    shuffled = list(answers)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert tally(mode, len(answers), answers) == tally(mode, len(answers), shuffled)
    assert tally(mode, len(answers), answers) is not None


@given(modes, st.lists(st.booleans(), min_size=1, max_size=9))
def test_once_settled_no_later_answer_changes_a_countersign(mode: Mode, answers: list[bool]) -> None:
    found = [tally(mode, len(answers), answers[:at]) for at in range(len(answers) + 1)]
    settled = [one for one in found if one is not None]

    assert set(settled) == {settled[-1]}


@given(st.lists(st.booleans(), min_size=1, max_size=9))
def test_all_any_and_most_mean_what_they_say(answers: list[bool]) -> None:
    many, agreed = len(answers), sum(answers)

    assert tally("all", many, answers) == (agreed == many)
    assert tally("any", many, answers) == (agreed > 0)
    assert tally("majority", many, answers) == (agreed * 2 > many)
