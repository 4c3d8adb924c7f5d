from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.server import TEMPLATE, database
from tongban.site.backups import make
from tongban.site.backups.make import Made

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def quiet(what: str, done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Instance:
    """A data folder and a database."""

    data: Path
    url: str

    @property
    def environ(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.url,
            "TONGBAN_DATA": str(self.data),
            "TONGBAN_MODE": "demo",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }

    def run(self, *words: str) -> dict[str, object]:
        command = [sys.executable, "-m", "tests.backups.filled", *words]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    def backup(self, target: Path) -> Made:
        return make.backup(target, data=self.data, url=self.url, environ=self.environ, now=NOW, progress=quiet)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Open to the database's own user, as pytest's tmp_path is not."""
    made = Path(tempfile.mkdtemp(prefix="tongban-backup-")).resolve()
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def databases() -> Iterator[Callable[[str], str]]:
    """Makes databases on the run's server, each a clone of a template, and drops them in the end."""
    server, made = os.environ["DATABASE_URL"], list[str]()

    def create(template: str) -> str:
        made.append(f"tongban_backup_{uuid4().hex[:8]}")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return database(server, made[-1])

    yield create
    with psycopg.connect(server, autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def instance(databases: Callable[[str], str]) -> Iterator[Instance]:
    """With people, a case, a file and a sealed head. Tests leave it as it is."""
    data = Path(tempfile.mkdtemp(prefix="tongban-backup-data-"))
    filled = Instance(data, databases(TEMPLATE))
    filled.run("fill")
    yield filled
    shutil.rmtree(data)


@pytest.fixture(scope="session")
def made(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One archive of it, for those who only read."""
    return instance.backup(tmp_path_factory.mktemp("archive"))
