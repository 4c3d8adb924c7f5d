"""Counted months, kept, and counted again only where the journal says that something changed.

A reader who finds that the journal has moved, or that a new day has begun, counts again; others meanwhile read what was
there. What an entry is about (its subject) leads to the rows, the rows to the months: so a day's work touches one or
two months, and the years behind stay as they are. Counting everything from nothing gives the same numbers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection, transaction

from tongban.analytics import counting, rules
from tongban.analytics.counting import Counts, Tallies
from tongban.analytics.models import CountedMonth, Snapshot
from tongban.analytics.rules import Tally
from tongban.kernel.clock import date_of
from tongban.kernel.models import JournalLink

log = logging.getLogger(__name__)

FRESH = timedelta(seconds=5)
LOCK = 7_301_011
MANY = 50_000
"""So many new entries that counting everything is quicker."""
LONGEST = 120
"""Months that are looked back at most."""


def fresh(*, now: datetime) -> Snapshot | None:
    """The snapshot, counted again if it is out of date and nobody else is at it. None while there is none at all."""
    last = Snapshot.objects.order_by("pk").first()
    if last and _is_current(last, now):
        return last
    try:
        return _renew(waits=last is None, now=now) or last
    except OperationalError:
        log.warning("indicators could not be counted; the numbers of %s stand", last and last.computed_at)
        return last


def _is_current(last: Snapshot, now: datetime) -> bool:
    if date_of(last.computed_at) != date_of(now):
        return False
    return timedelta(0) <= now - last.computed_at < FRESH or last.position == _position()


def _position() -> int:
    return JournalLink.objects.order_by("-position").values_list("position", flat=True).first() or 0


@transaction.atomic
def _renew(*, waits: bool, now: datetime) -> Snapshot | None:
    """None when another process is counting."""
    if not _lock(waits):
        return None
    last = Snapshot.objects.order_by("pk").first()  # another may just have done it
    return last if last and _is_current(last, now) else recount(last, now=now)


def _lock(waits: bool) -> bool:
    with connection.cursor() as cursor:
        if waits:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def recount(last: Snapshot | None = None, *, now: datetime) -> Snapshot:
    """Count what changed since `last`, or everything. The position is read first: what comes later is counted again."""
    position = _position()
    everything = last is None or not 0 <= position - last.position <= MANY
    if last is None or everything:
        CountedMonth.objects.all().delete()
        months = set(_all_months(now))
    else:
        months = _changed(last, position, now)
    for month in sorted(months):
        _keep(month, now)
    snapshot, _ = Snapshot.objects.update_or_create(
        pk=last.pk if last else 1,
        defaults={"computed_at": now, "position": position, "values": _headline(now)},
    )
    return snapshot


def _keep(month: str, now: datetime) -> None:
    span = rules.period(month, today=date_of(now))
    assert span.from_on and span.until_on  # noqa: S101 - a month has both
    counts = counting.count(span.from_on, span.until_on, now=now)
    CountedMonth.objects.update_or_create(
        month=month,
        defaults={
            "total": packed(counts.total),
            "bodies": {str(body): packed(tallies) for body, tallies in counts.bodies.items()},
            "spread": {str(days): cases for days, cases in counts.spread.items()},
        },
    )


def packed(tallies: Tallies) -> dict[str, list[str]]:
    return {measure: [str(tally.part), str(tally.whole)] for measure, tally in tallies.items()}


def unpacked(stored: dict[str, list[str]]) -> Tallies:
    return {measure: Tally(Decimal(part), Decimal(whole)) for measure, (part, whole) in stored.items()}


_FIRST = """
SELECT least((SELECT min(closed_at) FROM applications_application), (SELECT min(at) FROM evaluations_rating),
  (SELECT min(opened_at) FROM tickets_ticket), (SELECT min(published_at) FROM catalog_edition))
"""


def _all_months(now: datetime) -> Iterable[str]:
    (first,) = next(iter(counting.run(_FIRST, {})))
    today = date_of(now)
    return list(rules.months(min(date_of(first), today) if first else today, today))[-LONGEST:]


_CHANGED = """
WITH entry AS (
  SELECT e.subject, e.name, e.at FROM kernel_journallink l JOIN kernel_journalentry e ON e.id = l.entry_id
  WHERE l.position > %(from)s AND l.position <= %(until)s
), changed AS (SELECT DISTINCT subject FROM entry)
SELECT false, a.closed_at FROM changed c JOIN applications_application a ON a.number = c.subject
  WHERE a.closed_at IS NOT NULL
UNION SELECT false, r.at FROM changed c JOIN evaluations_rating r ON r.number = c.subject
UNION SELECT false, t.opened_at FROM changed c JOIN tickets_ticket t ON t.number = c.subject
UNION SELECT true, min(at) FROM entry WHERE name LIKE 'catalog.%%' HAVING count(*) > 0
"""
_OPEN_TICKETS = "SELECT DISTINCT opened_at FROM tickets_ticket WHERE rectified_at IS NULL AND state <> 'visited'"


def _changed(last: Snapshot, position: int, now: datetime) -> set[str]:
    """The months of what the new entries are about; this month; and what a new day changes without any entry."""
    today = date_of(now)
    months = {f"{today:%Y-%m}"}
    for lasts, at in counting.run(_CHANGED, {"from": last.position, "until": position}):
        on = date_of(at)
        months |= set(rules.months(min(on, today), today)) if lasts else {f"{on:%Y-%m}"}
    if date_of(last.computed_at) != today:
        months |= set(rules.months(min(date_of(last.computed_at), today), today))
        months |= {f"{date_of(at):%Y-%m}" for (at,) in counting.run(_OPEN_TICKETS, {})}
    return months


def _headline(now: datetime) -> dict[str, list[str]]:
    span = rules.period("", today=date_of(now))
    return packed({code: tallies(span, stored=counted_months(span))[code] for code in rules.HEADLINE})


def counted_months(span: rules.Period, *, bodies: bool = False) -> list[CountedMonth]:
    """The months of a period, oldest first; what each body did only when asked for."""
    found = CountedMonth.objects.order_by("month")
    found = found if bodies else found.defer("bodies")
    return [month for month in found if span.holds(month.month)]


def tallies(span: rules.Period, *, stored: list[CountedMonth], body: int | None = None) -> Tallies:
    """The months of a period put together: what flows adds up, what is in stock is that of the last month."""
    by_month = [unpacked(_of(month, body)) for month in stored]
    made: Tallies = {}
    for measure, stock in MEASURES.items():
        found = [each[measure] for each in by_month if measure in each]
        if stock:
            last = by_month[-1].get(measure) if by_month else None
            found = [last] if last else []
        made[measure] = sum(found, Tally())
    return made


def _of(month: CountedMonth, body: int | None) -> dict[str, list[str]]:
    stored: dict[str, Any] = month.total if body is None else month.bodies.get(str(body), {})
    return stored


MEASURES: dict[str, bool] = {
    measure: one.stock or one.today_only
    for one in rules.INDICATORS.values()
    for measure in (one.code, *([one.other.measure] if one.other else []))
}
"""Every measure, and whether it is a stock."""


def spread_of(stored: list[CountedMonth]) -> dict[int, int]:
    """Working days → cases, in all the months."""
    made: dict[int, int] = {}
    for month in stored:
        for days, cases in month.spread.items():
            made[int(days)] = made.get(int(days), 0) + cases
    return made


def live(on: date, *, now: datetime) -> Counts:
    """日扫描: one day, counted now."""
    return counting.count(on, date.fromordinal(on.toordinal() + 1), now=now)
