"""Jobs: the only place that knows procrastinate. One task runs any reaction; its job carries ids only.

A job's lock is `reaction/subject`: one reaction to one subject runs in order, and a failing one holds up nobody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager
from psycopg import OperationalError as Gone

from tongban.kernel import clock, events, rows
from tongban.kernel.actors import Actor
from tongban.kernel.chores import CHORES, whose_turn
from tongban.kernel.models import JournalEntry
from tongban.kernel.reactions import REACTIONS, Entry, reactions_to

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from procrastinate.jobs import Job, Status

log = logging.getLogger(__name__)

QUEUE = "reactions"
RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)  # 2 s, 4 s … a little over two hours in all
STALLED_AFTER = 30.0
AT_A_STRETCH = 1.0
"""Seconds for which a worker's thread goes on with what waits before it asks for a job again: it may be told to stop."""
NOTE_AGAIN = 0.5
"""Seconds between tries to note a job's end while the database is away."""


@app.task(name="react", queue=QUEUE, retry=RETRY)
def react(*, reaction: str, entry: int) -> None:
    """The job: a worker's thread may hold a connection that has died meanwhile. Then others that wait, while it is at it."""
    close_old_connections()
    run_reaction(reaction, entry)
    run_more()


def run_more(*, seconds: float = AT_A_STRETCH) -> int:
    """Run waiting reactions that were never tried, one transaction each, which also takes away the job. Returns how many.

    Fetching a job and noting its end costs as much as most reactions do. What fails is left to the worker, that counts tries.
    """
    ran, after, until = 0, 0, time.monotonic() + seconds
    while time.monotonic() < until:
        claimed = _Claimed(after)
        try:
            with transaction.atomic():
                if not claimed.found():
                    break
                _react(claimed.reaction, claimed.entry)
                ran += 1
        except Exception as error:
            log.warning("%s to entry %d failed (%s); the worker tries again", claimed.reaction, claimed.entry, error)
            if isinstance(error, InterfaceError | OperationalError):
                break
        after = claimed.job
    return ran


class _Claimed:
    """The next job behind a key, taken away in this transaction: undone with it. Not one whose lock has an earlier job."""

    _SQL = """
    DELETE FROM procrastinate_jobs WHERE id = (
      SELECT id FROM procrastinate_jobs one
      WHERE status = 'todo' AND task_name = 'react' AND attempts = 0 AND scheduled_at IS NULL AND id > %s
        AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs other
                        WHERE other.lock = one.lock AND other.id < one.id AND other.status IN ('todo', 'doing'))
        AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs other WHERE other.lock = one.lock AND other.status = 'doing')
      ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, args->>'reaction', (args->>'entry')::bigint, set_config('synchronous_commit', 'off', true)
    """

    def __init__(self, after: int) -> None:
        self.job, self.reaction, self.entry = after, "", 0

    def found(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(self._SQL, [self.job])
            row = cursor.fetchone()
        if row:
            self.job, self.reaction, self.entry = row[:3]
        return row is not None


@app.task(name="chore", queue=QUEUE)
def do_chore(*, name: str) -> None:
    """A chore's turn; it opens its own transactions. What fails comes again with its next turn."""
    close_old_connections()
    CHORES[name].do(clock.now())


def defer_chores(now: datetime) -> list[str]:
    """One job for each chore whose turn it is, unless its last one still waits or runs."""
    turns = whose_turn(now)
    with connection.cursor() as cursor:
        for name in turns:
            cursor.execute(_DEFER_CHORE, {"queue": QUEUE, "lock": f"chore/{name}", "args": json.dumps({"name": name})})
    return turns


_DEFER_CHORE = """
SELECT procrastinate_defer_jobs_v1(array[
  ROW(%(queue)s, 'chore', 0, %(lock)s, NULL, %(args)s::jsonb, NULL)::procrastinate_job_to_defer_v1])
WHERE NOT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE lock = %(lock)s AND status IN ('todo', 'doing'))
"""


def run_reaction(reaction: str, entry: int) -> None:
    """Run one reaction to one journal entry, in its own transaction.

    It doesn't wait for the disk: the note that the job has ended does, and carries it along. Lost before that, it is run again.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        _react(reaction, entry)


def _react(reaction: str, entry: int) -> None:
    row = rows.get(JournalEntry, entry)
    by = Actor(row.actor, row.on_behalf_of, row.post, row.channel)  # type: ignore[arg-type]
    REACTIONS[reaction](events.revive(row.name, row.facts), Entry(row.pk, row.at, by))


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


async def work(*, concurrency: int = 2) -> None:
    """Run jobs until told to stop (SIGTERM, SIGINT). Done jobs are deleted; failed ones stay visible."""
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    worker_app.job_manager = Notes(worker_app.connector)
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            queues=[QUEUE], concurrency=concurrency, delete_jobs="successful", fetch_job_polling_interval=1.0
        )


class Notes(JobManager):
    """Notes how a job ended, as often as it takes: a note lost with the database would leave the job "doing" for ever,
    in the name of a worker that lives, and every later reaction to its subject behind it."""

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        await _until_noted(lambda: super(Notes, self).finish_job(job, status, delete_job))

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        await _until_noted(lambda: super(Notes, self).retry_job(job, retry_at, priority, queue, lock))


async def _until_noted(note: Callable[[], Awaitable[None]]) -> None:
    again = False
    while True:
        try:
            return await note()
        except ConnectorException as error:
            if not isinstance(error.__cause__, Gone):
                if again:  # the first note arrived, and only its answer was lost: the job is no longer there
                    return None
                raise
        again = True
        await asyncio.sleep(NOTE_AGAIN)


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


def run_waiting(limit: int = 10_000, *, after: int = 0) -> int:
    """Run the waiting reactions (of jobs behind `after`) here and now, in order: tests and the seed, where no worker runs."""
    ran = 0
    while ran < limit:
        with connection.cursor() as cursor:
            cursor.execute(
                """DELETE FROM procrastinate_jobs WHERE id = (
                     SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'react' AND id > %s ORDER BY id LIMIT 1)
                   RETURNING args->>'reaction', (args->>'entry')::bigint""",
                [after],
            )
            found = cursor.fetchone()
        if found is None:
            break
        run_reaction(found[0], found[1])
        ran += 1
    return ran


def last() -> int:
    """The last key that a job was given: of one that is gone, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM procrastinate_jobs_id_seq")
        return int(cursor.fetchone()[0])
