"""An instance as the product runs it: its own PostgreSQL with fsync on, web, worker and bookkeeper, kept up."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.server import TEMPLATE, database
from tongban.kernel import postgres
from tongban.site.supervisor import Part, parts_of


def environment(**more: str) -> dict[str, str]:
    """Ours without what the test run added: no database given, and nothing but a real fsync."""
    without = ("DATABASE_URL", "TONGBAN_POSTGRES_FAST", "TONGBAN_DATA", "TONGBAN_TESTS_READY", "TONGBAN_CLOCK")
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return kept | {"TONGBAN_MODE": "demo", "PYTHONPATH": os.pathsep.join(sys.path)} | more


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], object], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        time.sleep(0.1)


def children_of(pid: int) -> list[int]:
    """Direct children that run (no zombies)."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            with suppress(OSError, IndexError):
                fields = (place / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == pid and fields[0] != "Z":
                    found.append(int(place.name))
    return found


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: dict[str, object]


def call(url: str, body: object = None, *, token: str = "", key: str = "", timeout: float = 15) -> Answer:
    """One request. Raises OSError when the connection is refused or breaks."""
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Idempotency-Key": key} if key else {}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310
            return _answer(response)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error)


def _answer(response: urllib.request.addinfourl | urllib.error.HTTPError) -> Answer:
    content = response.read()
    is_json = "json" in (response.headers.get("Content-Type") or "")
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(int(response.status or 0), headers, json.loads(content) if is_json else {})


@dataclass
class Instance:
    """Started, kept up as the supervisor does it, and stopped."""

    data: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.server = postgres.start(self.data, environ=environment())
        self.environ = environment(DATABASE_URL=database(self.server.url, TEMPLATE), TONGBAN_DATA=str(self.data))
        self.parts: list[Part] = []
        self.hands_off = threading.Event()
        self._stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1"

    def prepare(self) -> dict[str, object]:
        """A migrated template, the instance's database cloned from it, the cast."""
        import psycopg

        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        self.command("migrate", check=True)
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE crash TEMPLATE {TEMPLATE}")
        self.environ["DATABASE_URL"] = database(self.server.url, "crash")
        made = subprocess.run(
            [sys.executable, "-m", "tests.crash.prepare"],
            env=self.environ | {"DJANGO_SETTINGS_MODULE": "tongban.site.settings"},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return dict(json.loads(made.stdout))

    def start(self) -> None:
        self.parts = parts_of(self.data, self.environ, host="127.0.0.1", port=self.port, workers=2)
        for part in self.parts:
            part.start()
        self._keeper = threading.Thread(target=self._keep_up)
        self._keeper.start()
        until(self.is_ready, 60, "the web server")

    def _keep_up(self) -> None:
        """The supervisor's loop (Supervisor.run needs the main thread for its signals)."""
        while not self._stopping.wait(0.25):
            if self.server.poll() is not None and not self.hands_off.is_set():
                self.server.restart()
            for part in self.parts:
                part.keep_up()

    def is_ready(self) -> bool:
        with suppress(OSError):
            return call(f"http://127.0.0.1:{self.port}/readyz", timeout=3).status == 200
        return False

    def part(self, name: str) -> Part:
        return next(part for part in self.parts if part.name == name)

    def kill(self, name: str) -> int:
        process = self.part(name).process
        assert process
        os.kill(process.pid, signal.SIGKILL)
        return process.pid

    def kill_a_web_worker(self) -> None:
        process = self.part("网站").process
        assert process
        os.kill(children_of(process.pid)[0], signal.SIGKILL)

    def kill_postgres(self) -> None:
        assert self.server.pid
        os.kill(self.server.pid, signal.SIGKILL)

    def command(self, *words: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tongban.site.cli", *words],
            env=self.environ, check=check, capture_output=True, text=True,
        )  # fmt: skip

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        import psycopg

        with psycopg.connect(self.environ["DATABASE_URL"]) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]

    def number(self, sql: str) -> int:
        return int(str(self.rows(sql)[0][0]))

    def stop(self) -> None:
        self._stopping.set()
        if self.parts:
            self._keeper.join()
        for part in self.parts:
            part.ask_to_stop()
        for part in self.parts:
            part.stop()
        self.server.stop()
