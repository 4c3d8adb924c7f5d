"""对账: by day and table, what we know acknowledged against what the other side says it has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from tongban.reporting.actions.sending import gateway_of
from tongban.reporting.gateways import ReportGateway
from tongban.reporting.models import Comparison, ReportRow, ReportTarget
from tongban.reporting.tables import FORMATS

MOST_NAMED = 50

_OURS = """
SELECT r."on", c.key, sum(c.value::int) FROM reporting_reportrow r, jsonb_each_text(r.counts) c
WHERE r.target_id = %s AND r.state = 'acknowledged' AND r."on" BETWEEN %s AND %s GROUP BY 1, 2
"""


def compare(
    target: ReportTarget, *, first: date, last: date, now: datetime, gateway: ReportGateway | None = None
) -> list[Comparison]:
    """The days that differ. Raises Away, Unanswered, Refused where the other side doesn't say."""
    used = gateway or gateway_of(target)
    theirs = {at: rows for at, rows in used.counts(first, last, now=now).items() if first <= at[0] <= last}
    ours = _ours(target, first, last)
    known = {table.name for table in FORMATS[target.format]}  # type: ignore[index]
    both = sorted(at for at in {*ours, *theirs} if at[1] in known)
    differing = {on for on, table in both if ours.get((on, table), 0) != theirs.get((on, table), 0)}
    named = {on: _named(target, on, used.cases(on, now=now)) for on in sorted(differing)}
    found = []
    with transaction.atomic():
        target.comparisons.filter(on__gte=first, on__lte=last).delete()
        for on, table in both:
            one = Comparison(
                target=target, on=on, table=table, ours=ours.get((on, table), 0), theirs=theirs.get((on, table), 0), at=now
            )  # fmt: skip
            if one.ours != one.theirs:
                one.missing = named[on]
                found.append(one)
            one.save()
        ReportTarget.objects.filter(pk=target.pk).update(compared_at=now)
    return found


def _ours(target: ReportTarget, first: date, last: date) -> dict[tuple[date, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(_OURS, [target.pk, first, last])
        return {(on, table): int(rows) for on, table, rows in cursor.fetchall()}


def _named(target: ReportTarget, on: date, theirs: Mapping[str, int]) -> list[str]:
    """Subjects that are here and not there, there and not here, or in another version."""
    acknowledged = ReportRow.objects.filter(target=target, on=on, state="acknowledged").order_by("pk")
    ours = dict(acknowledged.values_list("subject", "version"))
    return sorted(one for one in {*ours, *theirs} if ours.get(one) != theirs.get(one))[:MOST_NAMED]


def recent(today: date) -> tuple[date, date]:
    """What is compared by itself: the last month."""
    return today - timedelta(days=31), today
