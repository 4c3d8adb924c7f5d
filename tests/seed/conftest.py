"""The whole demo in a database of its own, made once a run; every test works on a clone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.server import TEMPLATE, database

DEMO = "tongban_seed_demo"
CLOCK = "2026-09-16T10:00:00+08:00"


def tongban(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the product on that database, at a fixed moment."""
    environ = os.environ | {
        "DATABASE_URL": database(os.environ["DATABASE_URL"], name), "TONGBAN_CLOCK": CLOCK,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    return subprocess.run([sys.executable, "-m", *arguments], env=environ, check=False, capture_output=True, text=True)


def command(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return tongban(name, "tongban.site.cli", *arguments)


@pytest.fixture(scope="session")
def demo() -> str:
    make(DEMO, TEMPLATE)
    done = command(DEMO, "prepare-demo")
    assert done.returncode == 0, done.stderr
    return DEMO


@pytest.fixture
def cloned(demo: str) -> Iterator[Callable[[str], str]]:
    made: list[str] = []

    def clone(name: str) -> str:
        made.append(make(f"{demo}_{name}", demo))
        return made[-1]

    yield clone
    for name in made:
        drop(name)


def make(name: str, template: str) -> str:
    drop(name)
    with psycopg.connect(database(os.environ["DATABASE_URL"], "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
    return name


def drop(name: str) -> None:
    with psycopg.connect(database(os.environ["DATABASE_URL"], "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]
