"""From submission to rating, through the verbs."""

from __future__ import annotations

import pytest

from tests.people import Cast
from tongban.applications import actions
from tongban.applications.models import Application
from tongban.evaluations import actions as evaluations
from tongban.kernel import bookkeeper, jobs, journal
from tongban.licences.models import Licence
from tongban.notices.models import Message
from tongban.tickets.models import Ticket


def test_a_case_travels_from_submission_to_the_rating(cast: Cast) -> None:
    case = cast.submit()

    actions.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now)
    actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=cast.actor(cast.reviewer), now=cast.now)
    actions.decide(case.number, granted=True, by=cast.actor(cast.decider), now=cast.now)
    actions.deliver(case.number, by=cast.actor(cast.liu), now=cast.now)
    evaluations.rate(case.number, level=5, comment="等太久了", by=cast.actor(cast.liu), now=cast.now)
    while bookkeeper.link_waiting():
        jobs.run_waiting()

    case = Application.objects.get(number=case.number)
    assert case.state == "delivered"
    assert str(case.promised_on) == "2026-03-09"
    assert Licence.objects.get(case_number=case.number).status_on(case.promised_on) == "有效"
    assert Ticket.objects.get(subject=case.number).state == "open"
    assert Message.objects.filter(subject=case.number).count() == 4  # received, accepted, what may follow, decided
    assert list(journal.verify(now=cast.now)) == []


@pytest.mark.parametrize("who", ["stranger", "foreign_reviewer"])
def test_a_stranger_finds_no_case(cast: Cast, who: str) -> None:
    case = cast.submit()

    with pytest.raises(Exception, match="没有这个办件"):
        actions.withdraw(case.number, by=cast.actor(getattr(cast, who)), now=cast.now)
