"""诉求: opened once, rectified in time or not, visited by another than who rectified it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.people import Cast
from tongban.kernel.actors import Actor
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Conflict, NotFound, Refusal
from tongban.kernel.typed import grouped
from tongban.tickets import actions
from tongban.tickets.models import Ticket

RATER = Actor(who="person:someone", channel="web")


def opened(cast: Cast, key: str = "rating:1") -> Ticket:
    return actions.open_ticket(
        key=key, kind="bad_rating", subject="50019920260302000000017", title="不满意", words="等太久了", body=cast.body,
        region_path=cast.region.path, by=RATER, now=cast.now,
    )  # fmt: skip


def rectified(cast: Cast, who: str = "reviewer", now: datetime | None = None) -> Ticket:
    by = cast.actor(getattr(cast, who))
    return actions.rectify(opened(cast).number, measures="已道歉并培训", by=by, now=now or cast.now)


def test_a_ticket_is_opened_once(cast: Cast) -> None:
    assert opened(cast) == opened(cast)
    assert opened(cast, "rating:2") != opened(cast)


def test_a_ticket_is_due_in_five_working_days(cast: Cast) -> None:
    assert opened(cast).due_on == date(2026, 3, 9)


@pytest.mark.parametrize(("day", "in_time"), [(9, True), (10, False)])
def test_a_rectification_is_in_time_on_the_last_day(cast: Cast, day: int, in_time: bool) -> None:
    ticket = rectified(cast, now=datetime(2026, 3, day, 23, 0, tzinfo=SHANGHAI))

    assert (ticket.state, ticket.rectified_in_time) == ("rectified", in_time)


def test_who_rectified_does_not_visit(cast: Cast) -> None:
    ticket = rectified(cast)

    with pytest.raises(Conflict, match="整改人以外"):
        actions.visit(ticket.number, satisfied=True, note="当事人表示满意", by=cast.actor(cast.reviewer), now=cast.now)
    done = actions.visit(
        grouped(ticket.number), satisfied=False, note="当事人仍不满意", by=cast.actor(cast.decider),
        now=cast.now + timedelta(days=1),
    )  # fmt: skip
    assert (done.state, done.satisfied, str(done.visit_note)) == ("visited", False, "当事人仍不满意")


def test_first_rectified_then_visited_and_each_once(cast: Cast) -> None:
    ticket = opened(cast)
    with pytest.raises(Conflict, match="先整改"):
        actions.visit(ticket.number, satisfied=True, note="当事人表示满意", by=cast.actor(cast.decider), now=cast.now)
    rectified(cast)
    with pytest.raises(Conflict, match="已经整改过"):
        rectified(cast, "decider")


@pytest.mark.parametrize("words", ["", "好的", "    好    ", "长" * 1001, "已经处理\0好了"])
def test_what_was_done_is_said_in_words(cast: Cast, words: str) -> None:
    with pytest.raises(Refusal, match="整改措施"):
        actions.rectify(opened(cast).number, measures=words, by=cast.actor(cast.reviewer), now=cast.now)
    assert Ticket.objects.get().state == "open"


@pytest.mark.parametrize("who", ["liu", "stranger", "foreign_reviewer", "supervisor", "administrator"])
def test_to_a_stranger_there_is_no_such_ticket(cast: Cast, who: str) -> None:
    ticket = opened(cast)
    by = cast.actor(getattr(cast, who))

    assert not Ticket.objects.visible_to(by).exists()
    with pytest.raises(NotFound, match="没有这个诉求单"):
        actions.rectify(ticket.number, measures="已道歉并培训", by=by, now=cast.now)
    with pytest.raises(NotFound):
        actions.visit(ticket.number, satisfied=True, note="当事人表示满意", by=by, now=cast.now)


@pytest.mark.parametrize("number", ["", "\0", "1", "x" * 300])
def test_a_number_that_nobody_has_is_not_found(cast: Cast, number: str) -> None:
    with pytest.raises(NotFound):
        actions.rectify(number, measures="已道歉并培训", by=cast.actor(cast.reviewer), now=cast.now)
