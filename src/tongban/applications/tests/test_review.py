"""审查 step by step, and the legal causes that stop the clock."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.people import GUIDE, Cast, publish
from tongban.applications import actions
from tongban.applications.models import Review, Suspension
from tongban.flow import actions as flow
from tongban.flow.models import NEVER, Task
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Conflict, Refusal


def on(day: int) -> datetime:
    return datetime(2026, 3, day, 10, 0, tzinfo=SHANGHAI)


def test_an_opinion_is_a_row_and_the_case_awaits_its_decision(cast: Cast) -> None:
    case = cast.reviewed()

    review = Review.objects.get()
    assert (case.state, review.step, review.passes, review.opinion) == (
        "reviewed",
        "review",
        True,
        "材料齐全，符合规定",
    )
    assert Task.objects.open().get().act == "application.decide"


def test_an_opinion_against_also_goes_to_the_decider(cast: Cast) -> None:
    case = actions.review(
        cast.accepted().number, passes=False, opinion="布局不符合规定", by=cast.actor(cast.reviewer), now=cast.now
    )

    assert case.state == "reviewed"
    assert not Review.objects.get().passes


def test_an_opinion_is_given_in_words(cast: Cast) -> None:
    with pytest.raises(Refusal, match="审查意见"):
        actions.review(cast.accepted().number, passes=True, opinion="同意", by=cast.actor(cast.reviewer), now=cast.now)


def test_two_review_steps_are_two_rows_and_none_is_skipped(cast: Cast) -> None:
    steps = [{"key": "visit", "name": "现场核查", "role": "reviewer"}, *GUIDE["steps"]]
    edition = publish(cast.body, now=cast.now, code="990131001002", name="两步", steps=steps)
    case = cast.accepted(edition=edition)

    case = actions.review(
        case.number, passes=True, opinion="现场符合要求", by=cast.actor(cast.reviewer), now=cast.now
    )  # fmt: skip
    assert (case.state, Task.objects.open().get().act) == ("accepted", "application.review")
    with pytest.raises(Conflict, match="还没有审查意见"):
        actions.decide(case.number, granted=True, by=cast.actor(cast.decider), now=cast.now)
    case = actions.review(case.number, passes=True, opinion="书面符合要求", by=cast.actor(cast.reviewer), now=cast.now)

    assert case.state == "reviewed"
    assert list(Review.objects.order_by("id").values_list("step", flat=True)) == ["visit", "review"]


def test_a_suspension_opens_the_dates_and_its_end_moves_them(cast: Cast) -> None:
    case = cast.accepted()
    reviewer = cast.actor(cast.reviewer)

    case = actions.suspend(case.number, cause="test", reason="需要检测四天", by=reviewer, now=on(4))
    assert (case.state, case.promised_on, case.statutory_on) == ("suspended", None, None)
    assert Task.objects.open().get().due_on == NEVER
    case = actions.resume(case.number, by=reviewer, now=on(10))

    assert (case.state, case.promised_on, case.statutory_on) == ("accepted", date(2026, 3, 13), date(2026, 4, 3))
    assert Task.objects.open().get().due_on == date(2026, 3, 13)
    suspension = Suspension.objects.get()
    assert (suspension.ended_at, suspension.ended_by) == (on(10), reviewer.who)
    assert list(flow.verify_clocks()) == []


def test_a_case_may_be_suspended_twice_one_after_the_other(cast: Cast) -> None:
    case, reviewer = cast.accepted(), cast.actor(cast.reviewer)
    for first, last in ((3, 4), (9, 10)):
        actions.suspend(case.number, cause="expert_review", reason="组织专家评审", by=reviewer, now=on(first))
        case = actions.resume(case.number, by=reviewer, now=on(last))

    assert case.promised_on == date(2026, 3, 11)  # 4 and 10 stand still; 3, 5, 6, 9, 11


@pytest.mark.parametrize("cause", ["", "公示", "publicity", "site_visit", "correction", "holiday"])
def test_no_other_cause_stops_the_clock(cast: Cast, cause: str) -> None:
    case = cast.accepted()

    with pytest.raises(Refusal, match="法定情形") as refused:
        actions.suspend(case.number, cause=cause, reason="需要征求意见", by=cast.actor(cast.reviewer), now=on(4))
    assert "听证" in refused.value.hint
    assert flow.dates_of(case.number).promised_on == date(2026, 3, 9)


def test_a_suspension_states_its_reason(cast: Cast) -> None:
    with pytest.raises(Refusal, match="暂停的原因"):
        actions.suspend(cast.accepted().number, cause="test", reason="", by=cast.actor(cast.reviewer), now=on(4))


def test_a_suspended_case_is_neither_reviewed_nor_decided(cast: Cast) -> None:
    case, reviewer = cast.accepted(), cast.actor(cast.reviewer)
    actions.suspend(case.number, cause="test", reason="需要检测四天", by=reviewer, now=on(4))

    with pytest.raises(Conflict, match="不能提出审查意见"):
        actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=reviewer, now=on(5))
    with pytest.raises(Conflict, match="不能准予"):
        actions.decide(case.number, granted=True, by=cast.actor(cast.decider), now=on(5))
    with pytest.raises(Conflict, match="已经因“检测”暂停计时"):
        actions.suspend(case.number, cause="test", reason="需要检测四天", by=reviewer, now=on(5))


def test_the_window_does_not_stop_the_clock(cast: Cast) -> None:
    with pytest.raises(Refusal, match="没有办理这一步的权限"):
        actions.suspend(
            cast.accepted().number, cause="test", reason="需要检测四天", by=cast.actor(cast.clerk), now=on(4)
        )
