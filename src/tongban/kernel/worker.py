"""The worker: runs reactions and chores until told to stop. The only place that knows procrastinate's worker."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from psycopg import OperationalError

from tongban.kernel import clock, jobs
from tongban.kernel.chores import CHORES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from procrastinate.app import App
    from procrastinate.jobs import Job

log = logging.getLogger(__name__)

RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)  # 2 s, 4 s … a little over two hours in all
NOTE_AGAIN = 0.5
"""Seconds between tries to note a job's end while the database is away."""
GOES_ON = 2.0
"""Seconds a thread goes on with reactions that wait before chores and those to be tried again get their turn."""


@app.task(name="react", queue=jobs.QUEUE, retry=RETRY, pass_context=True)
def react(context: JobContext, *, reaction: str, entry: int) -> None:
    """The job: a worker's thread may hold a connection that has died meanwhile."""
    close_old_connections()
    jobs.run_reaction(reaction, entry, job=context.job.id)
    go_on(until=time.monotonic() + GOES_ON)


def go_on(*, until: float) -> None:
    """Run reactions that wait, without asking procrastinate for each, until none does or the time is over."""
    while waiting := jobs.first_in_line():
        done = 0
        for one in waiting:
            if time.monotonic() > until:
                return
            try:
                done += jobs.run_reaction(one.reaction, one.entry, job=one.job)
            except Exception:
                log.exception("the reaction %s to entry %d failed", one.reaction, one.entry)
                jobs.failed_once(one.job)
        if not done:
            return  # others have them all


@app.task(name="chore", queue=jobs.QUEUE)
def do_chore(*, name: str) -> None:
    """A chore's turn; it opens its own transactions. What fails comes again with its next turn."""
    close_old_connections()
    CHORES[name].do(clock.now())


def worker() -> App:
    """procrastinate as a worker uses it."""
    made = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    made.job_manager = Notes(made.connector)
    return made


async def work(*, concurrency: int = 2) -> None:
    """Run jobs until told to stop (SIGTERM, SIGINT). Done jobs are deleted; failed ones stay visible."""
    async with worker().open_async() as working:
        await working.run_worker_async(
            queues=[jobs.QUEUE], concurrency=concurrency, delete_jobs="successful", fetch_job_polling_interval=1.0
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
