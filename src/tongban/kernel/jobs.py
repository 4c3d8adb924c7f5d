"""Jobs: reactions and chores that wait in procrastinate's table; `worker` runs them. A job carries ids only.

A job's lock is `reaction/subject`: one reaction to one subject runs in order, and a failing one holds up nobody else.
A reaction's job ends in the reaction's own transaction: what it did and that it is done are kept or lost together.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from tongban.kernel import events, rows
from tongban.kernel.actors import Actor
from tongban.kernel.chores import whose_turn
from tongban.kernel.models import JournalEntry
from tongban.kernel.reactions import REACTIONS, Entry, reactions_to

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

QUEUE = "reactions"
STALLED_AFTER = 30.0


def defer_chores(now: datetime) -> list[str]:
    """One job for each chore whose turn it is, before all reactions, unless its last one still waits or runs."""
    turns = whose_turn(now)
    with connection.cursor() as cursor:
        for name in turns:
            cursor.execute(_DEFER_CHORE, {"queue": QUEUE, "lock": f"chore/{name}", "args": json.dumps({"name": name})})
    return turns


_DEFER_CHORE = """
SELECT procrastinate_defer_jobs_v1(array[
  ROW(%(queue)s, 'chore', 1, %(lock)s, NULL, %(args)s::jsonb, NULL)::procrastinate_job_to_defer_v1])
WHERE NOT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE lock = %(lock)s AND status IN ('todo', 'doing'))
"""


def run_reaction(reaction: str, entry: int, *, job: int | None = None) -> bool:
    """Run one reaction to one journal entry, in its own transaction, which ends `job` too.

    False, and nothing done, when somebody else has the job or ended it: it waited and was taken, or this worker was taken
    for dead.
    """
    row = rows.get(JournalEntry, entry)
    by = Actor(row.actor, row.on_behalf_of, row.post, row.channel)  # type: ignore[arg-type]
    with transaction.atomic():
        if job is not None and not _end(job):
            return False
        REACTIONS[reaction](events.revive(row.name, row.facts), Entry(row.pk, row.at, by))
    return True


_END = """
DELETE FROM procrastinate_jobs WHERE id = (
  SELECT id FROM procrastinate_jobs WHERE id = %s AND status IN ('todo', 'doing') FOR UPDATE SKIP LOCKED)
"""


def _end(job: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_END, [job])
        return bool(cursor.rowcount == 1)


@dataclass(frozen=True)
class Waiting:
    """A reaction that waits to be run for the first time."""

    job: int
    reaction: str
    entry: int


def first_in_line(limit: int = 200) -> list[Waiting]:
    """Reactions that wait, never tried, with none before them under their lock; at most `limit` jobs are looked at.

    procrastinate finds one at a time by comparing all that wait with one another, which takes milliseconds once a few
    thousand do (measured: 2.9 ms of the database for each; this: 0.2).
    """
    with connection.cursor() as cursor:
        cursor.execute(_IN_LINE, [QUEUE, limit])
        jobs = cursor.fetchall()
    found, locks = [], set()
    for job, lock, fresh, reaction, entry in jobs:
        if fresh and lock not in locks:
            found.append(Waiting(job, reaction, entry))
        locks.add(lock)
    return found


_IN_LINE = """
SELECT id, lock, status = 'todo' AND attempts = 0 AND scheduled_at IS NULL AND task_name = 'react',
       args->>'reaction', (args->>'entry')::bigint
FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queue_name = %s ORDER BY id LIMIT %s
"""


def failed_once(job: int) -> None:
    """The first try failed: procrastinate tries again, and keeps what fails for good where people see it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE procrastinate_jobs SET attempts = 1, scheduled_at = now() + interval '2 seconds'
               WHERE id = %s AND status = 'todo' AND attempts = 0""",
            [job],
        )


def defer_reactions(entries: Iterable[JournalEntry]) -> int:
    """One job per reaction and entry, in one statement, inside the caller's transaction."""
    by_lock = [
        (f"{name}/{entry.subject}", {"reaction": name, "entry": entry.pk})
        for entry in entries
        for name in reactions_to(entry.name)
    ]
    if by_lock:
        _defer(by_lock)
    return len(by_lock)


_DEFER = """
SELECT procrastinate_defer_jobs_v1(array_agg(
  ROW(%s, 'react', 0, lock, NULL, args, NULL)::procrastinate_job_to_defer_v1 ORDER BY ordinal))
FROM unnest(%s::text[], %s::jsonb[]) WITH ORDINALITY AS job (lock, args, ordinal)
"""


def _defer(by_lock: list[tuple[str, dict[str, object]]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DEFER, (QUEUE, [lock for lock, _ in by_lock], [json.dumps(args) for _, args in by_lock]))


def rescue_stalled() -> int:
    """Put jobs of workers that died back into the queue. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL, scheduled_at = NULL
               WHERE status = 'doing' AND (worker_id IS NULL OR worker_id IN (
                 SELECT id FROM procrastinate_workers
                 WHERE last_heartbeat < now() - make_interval(secs => %s)))""",
            [STALLED_AFTER],
        )
        return int(cursor.rowcount)


def troubled(limit: int = 100) -> list[dict[str, object]]:
    """Reactions and chores that failed at least once and are not done: what a page and `tongban doctor` show."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, coalesce(args->>'reaction', args->>'name'), (args->>'entry')::bigint, status, attempts, scheduled_at
               FROM procrastinate_jobs WHERE (status = 'failed' OR (status IN ('todo', 'doing') AND attempts > 0))
               ORDER BY id DESC LIMIT %s""",
            [limit],
        )
        keys = ("job", "reaction", "entry", "status", "attempts", "next_at")
        return [dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]


def retry(job: int) -> None:
    """Try a failed reaction again, now."""
    with connection.cursor() as cursor, contextlib.suppress(LookupError):
        cursor.execute(
            """UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = NULL, worker_id = NULL
               WHERE id = %s AND status IN ('failed', 'todo')""",
            [job],
        )


def run_waiting(limit: int = 10_000) -> int:
    """Run the waiting reactions here and now, in order: tests and the seed, where no worker runs."""
    ran = 0
    while ran < limit:
        with connection.cursor() as cursor:
            cursor.execute(
                """DELETE FROM procrastinate_jobs WHERE id = (
                     SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'react' ORDER BY id LIMIT 1)
                   RETURNING args->>'reaction', (args->>'entry')::bigint"""
            )
            found = cursor.fetchone()
        if found is None:
            break
        run_reaction(found[0], found[1])
        ran += 1
    return ran
