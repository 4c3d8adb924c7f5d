"""Jobs: the only place that knows procrastinate. One task runs any reaction; its job carries ids only.

A job's lock is `reaction/subject`: one reaction to one subject runs in order, and a failing one holds up nobody else.
A reaction's job ends in the reaction's own transaction: what it did and that it is done are kept or lost together.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

from django.db import close_old_connections, connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from psycopg import OperationalError

from tongban.kernel import clock, events, rows
from tongban.kernel.actors import Actor
from tongban.kernel.chores import CHORES, whose_turn
from tongban.kernel.models import JournalEntry
from tongban.kernel.reactions import REACTIONS, Entry, reactions_to

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from procrastinate.app import App
    from procrastinate.jobs import Job

QUEUE = "reactions"
RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)  # 2 s, 4 s … a little over two hours in all
STALLED_AFTER = 30.0
NOTE_AGAIN = 0.5
"""Seconds between tries to note a job's end while the database is away."""


@app.task(name="react", queue=QUEUE, retry=RETRY, pass_context=True)
def react(context: JobContext, *, reaction: str, entry: int) -> None:
    """The job: a worker's thread may hold a connection that has died meanwhile."""
    close_old_connections()
    run_reaction(reaction, entry, job=context.job.id)


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


def run_reaction(reaction: str, entry: int, *, job: int | None = None) -> None:
    """Run one reaction to one journal entry, in its own transaction, which ends `job` too.

    A job that is no longer there was done by another worker, when this one was taken for dead.
    """
    row = rows.get(JournalEntry, entry)
    by = Actor(row.actor, row.on_behalf_of, row.post, row.channel)  # type: ignore[arg-type]
    with transaction.atomic():
        if job is None or _end(job):
            REACTIONS[reaction](events.revive(row.name, row.facts), Entry(row.pk, row.at, by))


def _end(job: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'doing'", [job])
        return bool(cursor.rowcount == 1)


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


def worker() -> App:
    """procrastinate as a worker uses it."""
    made = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    made.job_manager = Notes(made.connector)
    return made


async def work(*, concurrency: int = 2) -> None:
    """Run jobs until told to stop (SIGTERM, SIGINT). Done jobs are deleted; failed ones stay visible."""
    async with worker().open_async() as working:
        await working.run_worker_async(
            queues=[QUEUE], concurrency=concurrency, delete_jobs="successful", fetch_job_polling_interval=1.0
        )


class Notes(JobManager):
    """Notes how a job ended, as often as it takes: a note lost with the database would leave the job "doing" for ever,
    in the name of a worker that lives, and every later reaction to its subject behind it.

    That a reaction is done needs no note. Where the answer to its commit was lost, it counts as failed here, and the job
    itself says what is true: still there, it is tried again; gone, it was done."""

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        if job.task_name == react.name and status is Status.SUCCEEDED:
            return
        await _until_noted(lambda: super(Notes, self).finish_job(job, status, delete_job), job)

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        await _until_noted(lambda: super(Notes, self).retry_job(job, retry_at, priority, queue, lock), job)


async def _until_noted(note: Callable[[], Awaitable[None]], job: Job) -> None:
    may_be_gone = job.task_name == react.name
    while True:
        try:
            return await note()
        except ConnectorException as error:
            if not isinstance(error.__cause__, OperationalError):
                if may_be_gone:
                    return None
                raise
        may_be_gone = True  # perhaps the note arrived, and only its answer was lost
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
