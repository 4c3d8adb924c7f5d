"""What the journal says has changed since a target was last looked after → rows that wait, in batches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tongban.applications.rules import State
from tongban.kernel.models import JournalLink
from tongban.reporting.models import ReportBatch, ReportRow, ReportTarget
from tongban.reporting.reading import NOT_TOLD, RETURNED

AT_ONCE = 5_000
"""Entries of the journal in one look."""
BATCH = 200
"""Cases sent at once."""
NOT_BEGUN = (State.SUBMITTED, State.PRECHECKED, State.CORRECTING)
"""In these the national tables have nothing to say yet."""


@dataclass(frozen=True)
class Looked:
    position: int
    entries: int
    rows: int


@transaction.atomic
def look(target_id: int, *, now: datetime) -> Looked | None:
    """One step forward in the journal. None when another looks, or there is nothing new.

    A case that still waits and is in no batch is not written again: it is read when it is sent, whatever it says then.
    """
    target = ReportTarget.objects.select_for_update(skip_locked=True).filter(pk=target_id, active=True).first()
    if target is None:
        return None
    positions = JournalLink.objects.filter(position__gt=target.position).order_by("position")
    found = list(positions.values_list("position", flat=True)[:AT_ONCE])
    target.looked_at = now
    if not found:
        target.save(update_fields=["looked_at"])
        return None
    changed = _changed(target, found[-1])
    made = _insert(target, changed, now)
    target.position = found[-1]
    target.save(update_fields=["position", "looked_at"])
    return Looked(target.position, len(found), made)


@transaction.atomic
def gather(target_id: int, *, now: datetime) -> int:
    """Put what waits into batches; how many were made."""
    target = ReportTarget.objects.select_for_update(skip_locked=True).filter(pk=target_id, active=True).first()
    made = 0
    while target is not None and (rows := _unbatched(target)):
        batch = ReportBatch.objects.create(target=target, size=len(rows), made_at=now, next_try_at=now)
        ReportRow.objects.filter(pk__in=rows).update(batch=batch)
        made += 1
    return made


def _unbatched(target: ReportTarget) -> list[int]:
    waiting = ReportRow.objects.filter(target=target, state="waiting", batch=None)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])


_CHANGED = """
WITH entry AS (
  SELECT DISTINCT e.subject FROM kernel_journallink l JOIN kernel_journalentry e ON e.id = l.entry_id
  WHERE l.position > %(after)s AND l.position <= %(until)s
    AND (e.name LIKE 'applications.%%' OR e.name IN ('reporting.Returned', 'reporting.Claimed'))
)
SELECT a.number, (a.submitted_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM entry JOIN applications_application a ON a.number = entry.subject WHERE NOT a.state = ANY(%(not_told)s)
UNION ALL
SELECT %(returned)s || r.public_id, (r.applied_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM entry JOIN reporting_returnedcase r ON r.public_id::text = entry.subject
  JOIN reporting_verticalsystem s ON s.id = r.system_id
  WHERE r.edition_id IS NOT NULL AND NOT s.reports_itself AND (r.state <> 'applied' OR NOT %(national)s)
"""


def _changed(target: ReportTarget, until: int) -> list[tuple[str, Any]]:
    """Subjects with the days of their applications."""
    national = target.format == "national"
    not_told = [state.value for state in (*NOT_TOLD, *(NOT_BEGUN if national else ()))]
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGED,
            {
                "after": target.position,
                "until": until,
                "not_told": not_told,
                "returned": RETURNED,
                "national": national,
            },
        )
        return sorted(cursor.fetchall())


def _insert(target: ReportTarget, changed: list[tuple[str, Any]], now: datetime) -> int:
    """The next version of each; the one before is superseded."""
    subjects = [subject for subject, _ in changed]
    standing = ReportRow.objects.filter(target=target, subject__in=subjects).exclude(state="superseded")
    waits = set(standing.filter(state="waiting", batch=None).values_list("subject", flat=True))
    return renew(target, [one for one in changed if one[0] not in waits], now=now)


def renew(target: ReportTarget, changed: list[tuple[str, Any]], *, now: datetime) -> int:
    """A new version of each (subject, day), which waits; inside the caller's transaction."""
    subjects = [subject for subject, _ in changed]
    standing = ReportRow.objects.filter(target=target, subject__in=subjects).exclude(state="superseded")
    before = dict(standing.order_by("pk").values_list("subject", "version"))
    standing.update(state="superseded", settled_at=now)
    rows = [
        ReportRow(target=target, subject=subject, version=before.get(subject, 0) + 1, on=on, made_at=now)
        for subject, on in changed
    ]
    ReportRow.objects.bulk_create(rows, batch_size=1000)
    return len(rows)
