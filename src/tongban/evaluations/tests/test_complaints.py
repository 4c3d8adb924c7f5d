"""投诉: a ticket of its own kind, answered, visited; its author alone sees what came of it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.people import Cast
from tongban.evaluations import complaints, queries
from tongban.identity.models import Account
from tongban.kernel import bookkeeper, jobs
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal
from tongban.notices.models import Message
from tongban.tickets import actions as tickets
from tongban.tickets.models import Ticket

WORDS = "交了两周，一直没有人联系"


def as_(who: Account) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_a_complaint_is_a_ticket_whose_outcome_is_told(cast: Cast) -> None:
    case = cast.accepted()
    path = f"/my/applications/{case.number}/complaint"
    liu = as_(cast.liu)
    assert path in liu.get(f"/my/applications/{case.number}").content.decode()

    assert liu.post(path, {"about": "slow", "words": WORDS}).status_code == 302
    ticket = Ticket.objects.get(subject=case.number)
    assert (ticket.kind, ticket.title, ticket.words) == ("complaint", "投诉办得慢：食品经营许可新办", WORDS)
    assert "正在处理" in liu.get(path).content.decode()
    at_the_desk = as_(cast.reviewer).get(f"/desk/tickets/{ticket.number}").content.decode()
    assert WORDS in at_the_desk
    assert "办件编号" in at_the_desk

    tickets.rectify(ticket.number, measures="已经联系申请人并加快办理", by=cast.actor(cast.reviewer), now=cast.now)
    while bookkeeper.link_waiting():
        jobs.run_waiting()

    assert "已经联系申请人并加快办理" in liu.get(path).content.decode()
    assert Message.objects.filter(subject=case.number, title="投诉有了处理结果").count() == 1


def test_one_after_the_other(cast: Cast) -> None:
    case, liu = cast.accepted(), cast.actor(cast.liu)
    first = complaints.complain(case.number, about="slow", words=WORDS, by=liu, now=cast.now)

    with pytest.raises(Conflict, match="还在办理"):
        complaints.complain(case.number, about="attitude", words=WORDS, by=liu, now=cast.now)
    for nth in range(2, 7):
        tickets.rectify(first.number, measures="已经联系申请人", by=cast.actor(cast.reviewer), now=cast.now)
        tickets.visit(first.number, satisfied=False, note="申请人仍不满意", by=cast.actor(cast.decider), now=cast.now)
        if nth == 6:
            break
        first = complaints.complain(case.number, about="again", words=WORDS, by=liu, now=cast.now)

    assert len(queries.complaints_of(case.number)) == 5
    with pytest.raises(Conflict, match="最多投诉 5 次"):
        complaints.complain(case.number, about="slow", words=WORDS, by=liu, now=cast.now)


@pytest.mark.parametrize(("who", "error"), [("stranger", NotFound), ("clerk", Forbidden), ("reviewer", Forbidden)])
def test_only_the_applicant_complains(cast: Cast, who: str, error: type[Refusal]) -> None:
    with pytest.raises(error):
        complaints.complain(
            cast.accepted().number, about="slow", words=WORDS, by=cast.actor(getattr(cast, who)), now=cast.now
        )


def test_what_was_typed_stays(cast: Cast) -> None:
    answer = as_(cast.liu).post(f"/my/applications/{cast.accepted().number}/complaint", {"words": WORDS})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_about"' in page
    assert f"{WORDS}</textarea>" in page
