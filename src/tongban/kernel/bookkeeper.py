"""记账员: the one who gives every entry its gapless position and hash, and turns it into jobs.

Leader by advisory lock, so any number may run. It takes the outbox rows it can see (a late commit is simply linked
later), and in one transaction writes the links, defers one job per reaction and empties the outbox.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from tongban.kernel import clock, idempotency, jobs, journal
from tongban.kernel.models import JournalEntry, JournalLink, Outbox

log = logging.getLogger(__name__)

LEADER_LOCK = 7_301_001
PAUSE = 0.1
BATCH = 1000
KEYS_KEPT = timedelta(days=90)
"""A request is not repeated after a quarter of a year."""


def link_waiting(limit: int = BATCH) -> int:
    """Link up to `limit` waiting entries; returns how many. Concurrent calls wait for one another."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LEADER_LOCK])
        waiting = list(Outbox.objects.order_by("entry_id").values_list("entry_id", flat=True)[:limit])
        if not waiting:
            return 0
        entries = sorted(JournalEntry.objects.filter(pk__in=waiting), key=lambda entry: entry.pk)
        last = JournalLink.objects.order_by("-position").first()
        position, previous = (last.position, bytes(last.hash)) if last else (0, journal.GENESIS)
        links = []
        for entry in entries:
            position, previous = position + 1, journal.digest(entry, previous)
            links.append(JournalLink(position=position, entry_id=entry.pk, hash=previous))
        JournalLink.objects.bulk_create(links)
        jobs.defer_reactions(entries)
        Outbox.objects.filter(pk__in=waiting).delete()
    return len(links)


def run(stop: threading.Event) -> None:
    """Keep books until told to stop; outlives a database that goes away."""
    chores_at = datetime.min.replace(tzinfo=UTC)
    while not stop.is_set():
        try:
            linked = link_waiting()
            if clock.now() >= chores_at:
                _chores()
                chores_at = clock.now() + timedelta(seconds=15)
            if linked < BATCH:
                stop.wait(PAUSE)
        except (OperationalError, InterfaceError) as error:
            log.warning("the database is away (%s); trying again", error.__class__.__name__)
            close_old_connections()
            connection.close()
            stop.wait(1.0)


def _chores() -> None:
    if rescued := jobs.rescue_stalled():
        log.warning("%d jobs of a worker that died are queued again", rescued)
    idempotency.forget(before=clock.now() - KEYS_KEPT)
    journal.seal_head(now=clock.now())
    jobs.defer_chores(clock.now())
