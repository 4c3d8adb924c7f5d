"""A job's end is noted once, however long the database is away."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException

from tongban.kernel import jobs


class Database:
    """Answers what it was told to, one after the other."""

    def __init__(self, *answers: psycopg.Error | None) -> None:
        self.answers = list(answers)

    async def note(self) -> None:
        if answer := self.answers.pop(0):
            raise ConnectorException from answer


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "NOTE_AGAIN", 0.0)


GONE, NO_SUCH_JOB = psycopg.OperationalError("server closed the connection"), psycopg.errors.RaiseException("no job")


@pytest.mark.parametrize("answers", [[None], [GONE, None], [GONE, GONE, GONE, None], [GONE, NO_SUCH_JOB]])
def test_an_end_is_noted_when_the_database_is_back(answers: list[psycopg.Error | None]) -> None:
    database = Database(*answers)

    asyncio.run(jobs._until_noted(database.note))

    assert database.answers == []


def test_what_the_database_refuses_at_once_is_a_fault() -> None:
    with pytest.raises(ConnectorException):
        asyncio.run(jobs._until_noted(Database(NO_SUCH_JOB).note))
