"""Chores: each has its turn, told to one asker, and a job of its own that nobody queues twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tongban.kernel import chores, jobs, worker


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """A chore that notes when it was done, alone in the house."""
    done: list[datetime] = []
    monkeypatch.setattr(chores, "CHORES", {})
    monkeypatch.setattr(worker, "CHORES", chores.CHORES)

    @chores.chore(every=timedelta(minutes=10))
    def swept(now: datetime) -> None:
        done.append(now)

    yield done


def test_a_chore_has_its_turn_once_in_its_time(db: None, moment: datetime, swept: list[datetime]) -> None:
    (name,) = chores.CHORES

    assert chores.whose_turn(moment) == [name]
    assert chores.whose_turn(moment + timedelta(minutes=9)) == []
    assert chores.whose_turn(moment + timedelta(minutes=10)) == [name]


def test_a_chore_that_still_waits_is_not_queued_again(db: None, moment: datetime, swept: list[datetime]) -> None:
    jobs.defer_chores(moment)
    jobs.defer_chores(moment + timedelta(hours=1))

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(args->>'name') FROM procrastinate_jobs WHERE task_name = 'chore'")
        assert cursor.fetchone() == (1, next(iter(chores.CHORES)))


def test_the_worker_does_what_was_handed_out(db: None, moment: datetime, swept: list[datetime]) -> None:
    worker.CHORES[next(iter(chores.CHORES))].do(moment)

    assert swept == [moment]


def test_two_chores_of_one_name_are_a_mistake(swept: list[datetime]) -> None:
    with pytest.raises(ValueError, match="two chores"):
        chores.chore(every=timedelta(minutes=1))(chores.CHORES[next(iter(chores.CHORES))].do)
