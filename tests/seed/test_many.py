"""Thousands of cases: the same from the same seed, lawful, chained, and what the readers of the platform expect."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import psycopg
import pytest

from tests.seed.conftest import command, tongban
from tests.server import database

pytestmark = pytest.mark.seed
CASES = 2000

Clone = Callable[[str], str]


def query(name: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database(os.environ["DATABASE_URL"], name)) as connection:
        return connection.execute(sql).fetchall()  # type: ignore[call-overload, no-any-return]


def seeded(name: str, *, seed: int = 1) -> str:
    done = command(name, "seed", "--cases", str(CASES), "--seed", str(seed))
    assert done.returncode == 0, done.stderr
    return name


def contents(name: str) -> dict[str, list[object]]:
    done = tongban(name, "tests.seed.contents")
    assert done.returncode == 0, done.stderr
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


def test_the_same_seed_gives_the_same_rows_and_another_gives_others(cloned: Clone) -> None:
    first, second, other = seeded(cloned("a")), seeded(cloned("b")), seeded(cloned("c"), seed=2)

    one = contents(first)

    assert one == contents(second)
    assert one["applications.Application"][0] == CASES
    assert one["applications.Application"] != contents(other)["applications.Application"]


def test_what_was_written_stands_every_check_of_the_platform(cloned: Clone) -> None:
    name = seeded(cloned("a"))

    clocks, journal = command(name, "clocks", "verify"), command(name, "journal", "verify")

    assert (clocks.returncode, clocks.stdout) == (0, clocks.stdout), clocks.stdout[:2000]
    assert journal.returncode == 0, journal.stdout[:2000]
    assert query(name, "SELECT count(*) FROM kernel_outbox") == [(0,)]
    assert query(name, "SELECT count(*), max(position) FROM kernel_journallink") == query(
        name, "SELECT count(*), count(*) FROM kernel_journalentry"
    )


def test_a_case_submitted_afterwards_gets_the_next_keys_and_numbers(cloned: Clone) -> None:
    name = seeded(cloned("a"))
    before = query(name, "SELECT max(id), count(*) FROM applications_application")[0]

    done = command(name, "seed", "--cases", "3", "--seed", "9")

    assert done.returncode == 0, done.stderr
    assert query(name, "SELECT count(*) FROM applications_application") == [(int(str(before[1])) + 3,)]
    assert query(name, "SELECT max(id) FROM applications_application") == [(int(str(before[0])) + 3,)]


def test_due_dates_lie_over_many_weeks_and_the_ended_outnumber_the_open(cloned: Clone) -> None:
    name = seeded(cloned("a"))

    weeks = query(name, "SELECT count(DISTINCT date_trunc('week', submitted_at)) FROM applications_application")[0][0]
    states = dict(query(name, "SELECT state, count(*) FROM applications_application GROUP BY state"))
    future = query(name, "SELECT count(*) FROM kernel_journalentry WHERE at > '2026-09-16 10:00+08'")

    assert int(str(weeks)) >= 5
    assert int(str(states["closed"])) > CASES / 2
    assert {"submitted", "correcting", "accepted", "suspended", "reviewed", "granted"} <= set(states)
    assert future == [(0,)]
