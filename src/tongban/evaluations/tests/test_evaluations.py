"""好差评: by the applicant only, once; a bad rating opens exactly one ticket, a good one none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.people import Cast, publish
from tongban.applications import actions as applications
from tongban.applications.rules import State
from tongban.evaluations import actions, rules
from tongban.evaluations.models import Rating
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal
from tongban.tickets.models import Ticket

MAY_BE_RATED = "rejected lapsed granted made refused terminated delivered closed revoked"
NOT_YET = "draft recorded void submitted prechecked correcting accepted suspended reviewed forwarded withdrawn"


def rate(cast: Cast, number: str, level: int = 1, **options: Any) -> Rating:
    by = options.pop("by", cast.liu)
    return actions.rate(number, level=level, **options, by=cast.actor(by), now=cast.now)


def test_every_state_may_be_rated_or_not() -> None:
    assert set(MAY_BE_RATED.split()) | set(NOT_YET.split()) == set(State)


@pytest.mark.parametrize("state", MAY_BE_RATED.split())
def test_a_case_with_a_result_may_be_rated(state: str) -> None:
    assert rules.check(1, {"speed": 1}, " 很好 ", State(state)) == "很好"


@pytest.mark.parametrize("state", NOT_YET.split())
def test_a_case_without_a_result_is_not_rated_yet(state: str) -> None:
    with pytest.raises(Conflict, match="有了结果以后"):
        rules.check(1, {}, "", State(state))


@pytest.mark.parametrize(
    ("level", "aspects", "comment", "field"),
    [(0, {}, "", "level"), (6, {}, "", "level"), (1, {"speed": 0}, "", "aspects"), (1, {"looks": 1}, "", "aspects"),
     (1, {}, "长" * 501, "comment"), (1, {}, "a\0b", "comment")],
)  # fmt: skip
def test_what_is_no_rating_is_refused(level: int, aspects: dict[str, int], comment: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check(level, aspects, comment, State.DELIVERED)
    assert refused.value.field == field


@pytest.mark.parametrize(("level", "bad"), [(1, False), (2, False), (3, False), (4, True), (5, True)])
def test_four_and_five_are_bad_and_open_one_ticket(cast: Cast, level: int, bad: bool) -> None:
    case = cast.granted()
    rate(cast, case.number, level, comment="等太久了", aspects={"speed": level})

    assert Rating.objects.get().level == level
    assert Ticket.objects.filter(subject=case.number).count() == bad


def test_a_case_is_rated_once(cast: Cast) -> None:
    case = cast.granted()
    rate(cast, case.number, 5)

    with pytest.raises(Conflict, match="已经评价过"):
        rate(cast, case.number, 1)
    assert (Rating.objects.get().level, Ticket.objects.count()) == (5, 1)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_rating_and_one_ticket(cast: Cast, together: Callable[..., list[Any]]) -> None:
    number, by = cast.granted().number, cast.actor(cast.liu)

    outcomes = together(*[lambda: actions.rate(number, level=5, by=by, now=cast.now)] * 3)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Conflict", "Rating"]
    assert (Rating.objects.count(), Ticket.objects.count()) == (1, 1)


@pytest.mark.parametrize("who", ["clerk", "reviewer", "decider", "supervisor"])
def test_nobody_in_office_rates_for_the_applicant(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden, match="只有申请人"):
        rate(cast, cast.granted().number, by=getattr(cast, who))


def test_a_stranger_finds_nothing_to_rate(cast: Cast) -> None:
    with pytest.raises(NotFound):
        rate(cast, cast.granted().number, by=cast.stranger)
    assert not Rating.objects.exists()


def test_a_case_in_progress_is_not_rated(cast: Cast) -> None:
    with pytest.raises(Conflict):
        rate(cast, cast.accepted().number)


def test_a_rejected_case_may_be_rated(cast: Cast) -> None:
    case = applications.reject(
        cast.submit().number, kind="not_needed", reason="这件事不需要许可", by=cast.actor(cast.reviewer), now=cast.now
    )

    assert rate(cast, case.number, 4).level == 4


def test_an_item_with_the_longest_name_may_be_rated_badly(cast: Cast) -> None:
    edition = publish(cast.body, now=cast.now, code="990131001002", name="长" * 200)
    case = cast.granted(edition=edition)
    rate(cast, case.number, 5)

    assert Ticket.objects.get().title.startswith("非常不满意：长")
