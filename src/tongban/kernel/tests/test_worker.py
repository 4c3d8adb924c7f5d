"""A job's end is noted once, however long the database is away."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.testing import InMemoryConnector

from tongban.kernel import jobs, worker


class Database:
    """Answers what it was told to, one after the other."""

    def __init__(self, *answers: psycopg.Error | None) -> None:
        self.answers = list(answers)

    async def note(self) -> None:
        if answer := self.answers.pop(0):
            raise ConnectorException from answer


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "NOTE_AGAIN", 0.0)


def job(task: str) -> Job:
    return Job(id=1, queue=jobs.QUEUE, lock=None, queueing_lock=None, task_name=task)


REACTION, CHORE = job("react"), job("chore")
GONE, NO_SUCH_JOB = psycopg.OperationalError("server closed the connection"), psycopg.errors.RaiseException("no job")


@pytest.mark.parametrize("answers", [[None], [GONE, None], [GONE, GONE, GONE, None], [GONE, NO_SUCH_JOB]])
def test_an_end_is_noted_when_the_database_is_back(answers: list[psycopg.Error | None]) -> None:
    database = Database(*answers)

    asyncio.run(worker._until_noted(database.note, CHORE))

    assert database.answers == []


def test_what_the_database_refuses_at_once_is_a_fault() -> None:
    with pytest.raises(ConnectorException):
        asyncio.run(worker._until_noted(Database(NO_SUCH_JOB).note, CHORE))


def test_a_reaction_that_failed_only_in_the_answer_to_its_commit_is_done_when_its_job_is_gone() -> None:
    database = Database(GONE, NO_SUCH_JOB)

    asyncio.run(worker._until_noted(database.note, REACTION))
    asyncio.run(worker._until_noted(Database(NO_SUCH_JOB).note, REACTION))

    assert database.answers == []


def test_a_reaction_that_is_done_needs_no_note() -> None:
    notes = worker.Notes(InMemoryConnector())

    asyncio.run(notes.finish_job(REACTION, Status.SUCCEEDED, delete_job=True))  # it would fail: there is no such job
