"""One real instance for each process of the lane: a database with the demo in it, web server, worker and bookkeeper.

The demo is loaded once; every instance gets a clone of that database and a copy of its data folder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.server import TEMPLATE, database
from tongban.site.demo import municipal
from tongban.site.supervisor import parts_of

MOMENT = "2026-03-02T09:30:00+08:00"
"""Monday morning; the clock stands still."""
LOADED = "tongban_browser"
NAME = f"{LOADED}_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
PATIENCE = 90.0


@dataclass
class Instance:
    """What the tests know of it: where it answers, and how to ask its database."""

    url: str
    database_url: str
    environ: dict[str, str] = field(repr=False)
    logs: Path
    mail_port: int
    """Where it takes the mail server to be; nobody is there unless a test opens one."""
    municipal_port: int
    """Where it takes 市统一身份认证 to be; nobody is there unless a test starts it."""

    def run(self, *command: str, sent: str = "") -> str:
        """A Python module with this instance's environment; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *command], env=self.environ, input=sent, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the instance's database."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def settle(self, patience: float = 20.0) -> None:
        """Wait until every announcement was reacted to."""
        until = time.monotonic() + patience
        waiting = """SELECT (SELECT count(*) FROM kernel_outbox),
                            (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))"""
        while self.ask(waiting) != [(0, 0)]:
            assert time.monotonic() < until, f"reactions still wait after {patience:g} s: {self.ask(waiting)}"
            time.sleep(0.1)


@contextmanager
def running(data: Path, logs: Path) -> Iterator[Instance]:
    """Started, and stopped again whatever happens."""
    server_url = os.environ["DATABASE_URL"]
    with _alone(data.with_name(f"{data.name}.lock")), psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [LOADED]).fetchone():
            connection.execute(f"CREATE DATABASE {LOADED} TEMPLATE {TEMPLATE}")
            _load_demo(data, database(server_url, LOADED))
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE {LOADED}")
        data = Path(shutil.copytree(data, data.with_name(NAME)))
    port, mail_port, municipal_port = _free_port(), _free_port(), _free_port()
    instance = Instance(
        url=f"http://127.0.0.1:{port}",
        database_url=database(server_url, NAME),
        environ=os.environ
        | {
            "DATABASE_URL": database(server_url, NAME),
            "TONGBAN_DATA": str(data),
            "TONGBAN_MODE": "demo",
            "TONGBAN_DEVICES": "fake",
            "TONGBAN_CLOCK": MOMENT,
            "TONGBAN_CASES_A_DAY": "0",  # it is always the same day here
            "TONGBAN_CASES_OF_ITEM_A_DAY": "0",
            "TONGBAN_BASE_URL": f"http://127.0.0.1:{port}",
            "TONGBAN_MAIL_HOST": "127.0.0.1",
            "TONGBAN_MAIL_PORT": str(mail_port),
            "TONGBAN_MAIL_SECURITY": "none",
            "TONGBAN_MAIL_FROM": "noreply@yunjiang.example",
            **municipal.settings(municipal_port),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        logs=logs,
        mail_port=mail_port,
        municipal_port=municipal_port,
    )
    logs.mkdir(parents=True, exist_ok=True)
    started: list[subprocess.Popen[bytes]] = []
    try:
        for number, part in enumerate(parts_of(data, instance.environ, host="127.0.0.1", port=port, workers=2)):
            with (logs / f"process-{NAME}-{number}.log").open("wb") as log:
                started.append(
                    subprocess.Popen(
                        part.command, env=part.environ, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
                    )
                )
        _wait_until_it_answers(instance, started)
        yield instance
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process of the lane at a time."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _load_demo(data: Path, url: str) -> None:
    environ = os.environ | {
        "DATABASE_URL": url, "TONGBAN_DATA": str(data), "TONGBAN_MODE": "demo", "TONGBAN_CLOCK": MOMENT,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }  # fmt: skip
    data.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "tongban.site.cli", "prepare-demo"], env=environ, check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(instance: Instance, started: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        dead = [process for process in started if process.poll() is not None]
        assert not dead, f"a process ended with {dead[0].returncode}, see {instance.logs}"
        try:
            urllib.request.urlopen(instance.url + "/readyz", timeout=2).read()  # noqa: S310
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"the instance did not answer within {PATIENCE:g} s, see {instance.logs}")
