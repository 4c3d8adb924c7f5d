"""Open, rectify, visit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.accesses.models import Access
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.kernel import actors, calendar, journal, numbering
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, NotFound, Refusal, demand
from tongban.kernel.typed import normalise
from tongban.orgs.models import Body
from tongban.tickets.events import Opened, Rectified, Visited
from tongban.tickets.models import Ticket

RECTIFY_DAYS = 5
"""Working days; local rules say 5 or 15."""


@transaction.atomic(savepoint=False)
def open_ticket(
    *, key: str, kind: str, subject: str, title: str, words: str, body: Body, region_path: str,
    by: actors.Actor, now: datetime,
) -> Ticket:  # fmt: skip
    """The ticket about that, opened once."""
    if found := Ticket.objects.filter(key=key).first():
        return found
    days = calendar.current()
    started_on = clocks.starts_on(now, days)
    ticket = Ticket.objects.create(
        number=numbering.public_number(subject[:6], date_of(now), numbering.next_in("ticket")),
        key=key, kind=kind, subject=subject, title=title, words=words, body=body, region_path=region_path,
        due_on=clocks.due_on(started_on, clocks.Limit(RECTIFY_DAYS), days) or started_on, opened_at=now,
    )  # fmt: skip
    journal.record(Opened(ticket=ticket.number, kind=kind, subject_number=subject), by=by, now=now)
    return ticket


@transaction.atomic
def rectify(number: str, *, measures: str, by: Actor, now: datetime) -> Ticket:
    """整改: what was done about it."""
    ticket = _locked(number, by=by)
    _must_not_be_about(ticket, by=by)
    if ticket.state != "open":
        raise Conflict("ticket_not_open", "这个诉求单已经整改过了", "请刷新页面")
    ticket.measures = _words(measures, field="measures", what="整改措施")
    ticket.state, ticket.rectified_at, ticket.rectified_by = "rectified", now, by.who
    ticket.rectified_in_time = date_of(now) <= ticket.due_on
    ticket.save()
    journal.record(Rectified(ticket=ticket.number, in_time=ticket.rectified_in_time), by=by, now=now)
    return ticket


@transaction.atomic
def visit(number: str, *, satisfied: bool, note: str, by: Actor, now: datetime) -> Ticket:
    """回访: asked again whether it is better now, by someone other than who rectified it."""
    ticket = _locked(number, by=by)
    _must_not_be_about(ticket, by=by)
    if ticket.state != "rectified":
        raise Conflict("ticket_not_rectified", "先整改，再回访", "请刷新页面查看当前状态")
    if ticket.rectified_by == by.who:
        raise Conflict("same_person_rectifies_and_visits", "回访应由整改人以外的同事进行", "请交给另一位同事")
    ticket.visit_note = _words(note, field="note", what="回访情况")
    ticket.state, ticket.satisfied, ticket.visited_at, ticket.visited_by = "visited", satisfied, now, by.who
    ticket.save()
    journal.record(Visited(ticket=ticket.number, satisfied=satisfied), by=by, now=now)
    return ticket


def _locked(number: str, *, by: Actor) -> Ticket:
    found = Ticket.objects.visible_to(by).select_for_update().filter(number=normalise(number)).first()
    if found is None:
        raise NotFound("ticket_unknown", "没有这个诉求单，或者您无权办理", "")
    return found


def _must_not_be_about(ticket: Ticket, *, by: Actor) -> None:
    """Who looked doesn't answer for it. Raises Refusal."""
    if ticket.key.startswith("access:"):
        looked = Access.objects.filter(
            public_id=UUID(ticket.key.removeprefix("access:")), account_id=by.account_id or 0
        )
        demand(
            not looked.exists(), "ticket_about_oneself", "诉求单说的是您自己，不能由您处理", "请交给同事或部门负责人"
        )


def _words(text: str, *, field: str, what: str) -> str:
    words = text.strip()
    if not 5 <= len(words) <= 1000 or "\0" in words:
        raise Refusal("words_missing", f"请写明{what}（5 至 1000 个字）", "", field)
    return words
