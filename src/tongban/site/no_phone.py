"""无手机可办: every published item walked by somebody without a phone, and what came of it kept for the indicator.

Items handled here are really walked by the verbs, in a transaction that is undone; of the others the guide is read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.analytics import actions as analytics
from tongban.analytics.actions import Walked
from tongban.analytics.phoneless import to_walk
from tongban.catalog import no_phone, situations
from tongban.catalog.models import Edition
from tongban.kernel.actors import Actor, system
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict
from tongban.site import walking

log = logging.getLogger(__name__)
BY = system("no-phone")
AT_MOST = 24
"""Situations of one item that are walked; each covers an answer that none before it did."""
LOOKED_AT = 2_000
BATCH = 200
BROKEN = "平台出错，走不下去"


@dataclass(frozen=True)
class Outcome:
    """What one run did."""

    walked: int
    passed: int
    broken: int
    """Items that failed by a fault of the platform and not by their guide."""


Progress = Callable[[int, int], None]


def walk_catalogue(
    *, now: datetime, only_new: bool = False, by: Actor = BY, progress: Progress | None = None
) -> Outcome:
    """Walk every published item that one applies for (`only_new`: those not walked since they were published)."""
    keys = to_walk(only_new=only_new)
    roster = walking.Roster(now=now)
    outcomes: list[Walked] = []
    for batch in _batches(keys):
        made = []
        for edition in Edition.objects.filter(pk__in=batch).select_related("item", "body__region").order_by("pk"):
            made.append(walk_edition(edition, roster, now=now))
            if progress:
                progress(len(outcomes) + len(made), len(keys))
        analytics.keep_walks(made, now=now)
        outcomes += made
    passed = sum(one.passed for one in outcomes)
    broken = sum(any(each.says == BROKEN for each in one.blocked) for one in outcomes)
    analytics.finish_walk(walked=len(outcomes), passed=passed, everything=not only_new, by=by, now=now)
    return Outcome(len(outcomes), passed, broken)


def _batches(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def walk_edition(edition: Edition, roster: walking.Roster, *, now: datetime) -> Walked:
    """What the guide says, and where it is handled here what the verbs do with every situation that matters."""
    content = edition.document
    blocked = no_phone.read(content, today=date_of(now))
    if content.connection != "here":
        return Walked(edition, False, 0, tuple(blocked))
    staff = roster.staff_for(edition)
    if isinstance(staff, list):
        return Walked(edition, True, 0, (*blocked, *staff))
    found, number = _every_situation(edition, staff, now=now)
    return Walked(edition, True, number, (*blocked, *found))


def _every_situation(edition: Edition, staff: walking.Staff, *, now: datetime) -> tuple[list[no_phone.Blocked], int]:
    """Where the walk got stuck, each step once, and how many situations were walked."""
    found: dict[str, no_phone.Blocked] = {}
    number = 0
    for situation in covering(situations.combinations(edition.document, at_most=LOOKED_AT)):
        number += 1
        try:
            _walk_and_undo(edition, situation, staff, whole=number == 1, now=now)
        except walking.Stuck as stuck:
            one = stuck.blocked(situations.words(edition.document, situation.answers))
            found.setdefault(one.where, one)
        except Exception:
            log.exception("the walk of %s broke", edition.code)
            found.setdefault("", no_phone.Blocked(no_phone.WALK, "演练", BROKEN, "请把运行日志交给平台维护人员"))
    return list(found.values()), number


def _walk_and_undo(
    edition: Edition, situation: situations.Combination, staff: walking.Staff, *, whole: bool, now: datetime
) -> None:
    """Nothing of it stays: no case, no person, no entry in the journal. A number is used up."""
    with transaction.atomic():
        case = walking.walk(edition, situation, staff=staff, whole=whole, now=now)
        ended = case.closed_at is not None
        transaction.set_rollback(True)
    if not ended:
        raise walking.Stuck("办结", Conflict("not_closed", "交付以后办件没有办结", "请报告平台维护人员"))


def covering(found: Iterable[situations.Combination]) -> Iterator[situations.Combination]:
    """Of the situations those that bring an answer no earlier one had; the first one always."""
    seen: set[tuple[str, str]] = set()
    given = 0
    for one in found:
        fresh = set(one.answers.items()) - seen
        if fresh or not given:
            seen |= fresh
            given += 1
            yield one
        if given == AT_MOST:
            return
