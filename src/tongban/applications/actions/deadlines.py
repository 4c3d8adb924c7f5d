"""期限届满: what the law, or what was promised, makes of a deadline that passed in silence. Run by the platform, day by day.

Each case in its own transaction: one that can't be ended holds up no other, and is tried again the next time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import Error, transaction

from tongban.applications import rules
from tongban.applications.actions import acceptance, commitments, common, outcome
from tongban.applications.actions.review import take_over_dates
from tongban.applications.events import Withdrawn
from tongban.applications.models import Application, Withdrawal
from tongban.catalog.queries import edition_by_id
from tongban.flow import actions as clocks
from tongban.flow import queries as flow
from tongban.kernel import actors, journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Refusal

log = logging.getLogger(__name__)

BY = actors.system("deadlines")


@dataclass(frozen=True)
class Ended:
    """A case that a passed deadline moved on: which clock ran out."""

    number: str
    kind: str


def sweep(*, now: datetime) -> Iterator[Ended]:
    """Every clock that ran out with a consequence: 视为受理, 补正不来, 视为准予, papers that did not follow."""
    for kind, verb in _CONSEQUENCES.items():
        for due in _with_consequence(kind, _ran_out(kind, now)):
            try:
                moved = verb(due.subject, by=BY, now=now)
            except (Refusal, Error):
                log.exception("the deadline %s of %s passed and could not be acted on", kind, due.subject)
                continue
            if moved is not None:
                yield Ended(due.subject, kind)


def _ran_out(kind: str, now: datetime) -> Iterator[list[flow.Due]]:
    after = None
    while page := flow.ran_out(kind, today=date_of(now), after=after):
        yield page
        after = page[-1]


def _with_consequence(kind: str, pages: Iterator[list[flow.Due]]) -> Iterator[flow.Due]:
    """Silence beyond the statutory limit has one only where the item's law says so: most late cases are just late."""
    for page in pages:
        if kind != "statutory":
            yield from page
            continue
        cases = Application.objects.filter(number__in=[due.subject for due in page])
        silent = {
            number
            for number, edition in cases.values_list("number", "edition_id")
            if edition_by_id(edition).document.silence == "granted"
        }
        yield from (due for due in page if due.subject in silent)


@transaction.atomic
def break_late(number: str, *, by: actors.Actor, now: datetime) -> Application | None:
    """Papers that did not follow in time: what the commitment said follows. None when they came meanwhile, or where a refusal
    has to wait for a suspension to end."""
    application = common.locked_by_system(number)
    refused = application.edition.document.if_not_supplied == "refused"
    moved = None
    for one in commitments.still_open(application, "provision", "later"):
        if one.due_on is None or date_of(now) <= one.due_on:
            continue
        ends = one.kind == "provision" and rules.may_follow(application.status, rules.Act.WITHDRAW)
        if ends and refused and not rules.may_follow(application.status, rules.Act.REFUSE):
            continue
        commitments.settle(one, "broken", by=by, now=now)
        if ends:
            _end_for_missing_papers(application, refused=refused, by=by, now=now)
        else:
            commitments.record_breach(one, by=by, now=now)
            application.version += 1
            common.save(application)
            commitments.propose_revocation(application, one, by=by, now=now)
            commitments.close_if_done(application, now=now)
        moved = application
    return moved


def _end_for_missing_papers(application: Application, *, refused: bool, by: actors.Actor, now: datetime) -> None:
    """容缺受理: refused or taken as withdrawn, as the commitment said."""
    reason = "容缺受理的材料逾期没有补交，按承诺处理"
    if refused:
        outcome.settle(application, rules.Act.REFUSE, reason=reason, by=by, now=now)
        return
    common.advance(application, rules.Act.WITHDRAW)
    common.end(application, by=by, now=now)
    Withdrawal.objects.create(application=application, by=by.who, at=now, reason=reason)
    common.save(application, "closed_at")
    journal.record(Withdrawn(number=application.number), by=by, now=now)


_CONSEQUENCES: dict[str, Callable[..., Application | None]] = {
    "notice": acceptance.deem_accepted,
    "correction": acceptance.lapse,
    "statutory": outcome.deem_granted,
    "commitment": break_late,
}


def recount(*, now: datetime) -> Iterator[str]:
    """After a calendar was imported or changed by a late notice: the numbers of the cases whose dates moved."""
    while behind := flow.under_an_older_calendar():
        for number in clocks.keep_unmoved(behind):
            if recount_one(number):
                yield number


@transaction.atomic
def recount_one(number: str) -> bool:
    """The clocks under the calendar in force; where a date moved, the case and its tasks follow."""
    application = Application.objects.select_for_update().filter(number=number).first()
    moved = clocks.recount(number)
    if application is not None and moved:
        application.version += 1
        take_over_dates(application)
    return moved
