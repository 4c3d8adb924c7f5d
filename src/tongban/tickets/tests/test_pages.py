"""The desk's pages: rectify, then someone else visits; what was typed stays; who complained stays unnamed."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.people import Cast
from tongban.identity.models import Account
from tongban.tickets import actions
from tongban.tickets.models import Ticket


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return actions.open_ticket(
        key="rating:1", kind="bad_rating", subject="5001992026030200000001X", title="不满意：食品经营许可新办",
        words="等了四十分钟", body=cast.body, region_path=cast.region.path, by=cast.actor(cast.liu), now=cast.now,
    )  # fmt: skip


def at_desk(who: Account) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_a_ticket_is_rectified_and_then_visited_by_another(cast: Cast, ticket: Ticket) -> None:
    reviewer, decider = at_desk(cast.reviewer), at_desk(cast.decider)
    path = f"/desk/tickets/{ticket.number}"

    assert reviewer.post(f"{path}/rectification", {"measures": "增开一个窗口"}).status_code == 302
    assert "回访应由整改人以外的同事进行" in reviewer.get(path).content.decode()
    assert decider.post(f"{path}/visit", {"satisfied": "yes", "note": "电话回访，已满意"}).status_code == 302

    ticket.refresh_from_db()
    assert (ticket.state, ticket.satisfied) == ("visited", True)
    assert "没有待整改" in decider.get("/desk/tickets").content.decode()


def test_a_visit_says_whether_the_applicant_is_satisfied(cast: Cast, ticket: Ticket) -> None:
    actions.rectify(ticket.number, measures="增开一个窗口", by=cast.actor(cast.reviewer), now=cast.now)

    answer = at_desk(cast.decider).post(f"/desk/tickets/{ticket.number}/visit", {"note": "电话回访，已满意"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_satisfied"' in page
    assert "电话回访，已满意</textarea>" in page
    ticket.refresh_from_db()
    assert ticket.state == "rectified"


def test_the_page_does_not_say_which_case_it_is_about(cast: Cast, ticket: Ticket) -> None:
    for path in ("/desk/tickets", f"/desk/tickets/{ticket.number}"):
        assert ticket.subject not in at_desk(cast.reviewer).get(path).content.decode()


@pytest.mark.parametrize("who", ["liu", "stranger", "foreign_reviewer", "supervisor"])
def test_a_stranger_sees_no_ticket(cast: Cast, ticket: Ticket, who: str) -> None:
    client = at_desk(getattr(cast, who))

    assert client.get(f"/desk/tickets/{ticket.number}").status_code in (403, 404)
    assert ticket.title not in client.get("/desk/tickets").content.decode()
