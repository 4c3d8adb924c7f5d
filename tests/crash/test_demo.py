"""`tongban demo` as a person runs it: begins from nothing, heals, says what is wrong, stops, and keeps its data."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.crash.instance import call, children_of, environment, free_port, until
from tongban.site.demo.logins import DEMO_PASSWORD, LOGINS

pytestmark = pytest.mark.crash


class Demo:
    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.process = subprocess.Popen(
            [*TONGBAN, "demo", "--port", str(port), "--data", str(data), "--workers", "1", "--cases", "5"],
            env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        self.said: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))

    def words(self) -> str:
        return "\n".join(self.said)

    def until_started(self) -> None:
        def started() -> bool:
            assert self.process.poll() is None, self.words()
            return "按 Ctrl-C 停止" in self.words()

        until(started, 120, "the demo")

    def is_ready(self) -> bool:
        with suppress(OSError):
            return call(f"http://127.0.0.1:{self.port}/readyz", timeout=3).status == 200
        return False

    def parts(self) -> dict[str, int]:
        """Name → pid of the direct children."""
        found = {}
        for pid in children_of(self.process.pid):
            with suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
                own = {Path(words[0]).name, *words}
                found |= {name: pid for name in ("bookkeeper", "worker", "granian", "postgres") if name in own}
        return found

    def everyone(self) -> set[int]:
        """The demo's process and all that descend from it."""
        found, waiting = set[int](), [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.add(pid)
            waiting += children_of(pid)
        return found

    def interrupt(self) -> float:
        """Ctrl-C; the seconds until it had stopped."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        self.reader.join(5)
        return time.monotonic() - began


TONGBAN = [sys.executable, "-m", "tongban.site.cli"]


@pytest.fixture
def begun() -> Iterator[list[Demo]]:
    demos: list[Demo] = []
    yield demos
    for demo in demos:
        if demo.process.poll() is None:
            demo.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                demo.process.wait(30)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_taken_port_is_said_clearly(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = subprocess.run(
            [*TONGBAN, "demo", "--port", str(port), "--data", str(data)],
            env=environment(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    assert done.returncode == 2
    assert f"端口 {port} 不能使用" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
    assert list(data.iterdir()) == []


def test_the_demo_begins_from_nothing_heals_stops_and_keeps_its_cases(data: Path, begun: list[Demo]) -> None:
    port = free_port()
    demo = Demo(data, port)
    begun.append(demo)
    demo.until_started()
    until(demo.is_ready, 30, "readiness")
    assert f"http://127.0.0.1:{port}" in demo.words()
    assert DEMO_PASSWORD in demo.words()
    assert all(username in demo.words() for username, _ in LOGINS)

    # a second one on the same data is told so, and harms nothing
    second = subprocess.run(
        [*TONGBAN, "demo", "--port", str(free_port()), "--data", str(data)],
        env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (second.returncode, "already running" in second.stderr) == (2, True), second.stderr

    token = _token(data)
    items = call(f"http://127.0.0.1:{port}/api/v1/items?limit=5").body["items"]
    kept = _cases(data)
    assert items
    assert kept

    # kill -9 of each child heals
    for name in ("bookkeeper", "worker", "granian", "postgres"):
        before = demo.parts()
        os.kill(before[name], signal.SIGKILL)
        until(lambda n=name, b=before: demo.parts().get(n, b[n]) != b[n], 30, f"a new {name}")  # type: ignore[misc]
    until(demo.is_ready, 30, "readiness after the blows")
    assert call(f"http://127.0.0.1:{port}/api/v1/tasks", token=token).status == 200

    everyone = demo.everyone()
    took = demo.interrupt()

    assert demo.process.returncode == 0, demo.words()
    assert took < 15
    until(lambda: not any(map(is_running, everyone)), 5, "no process left")
    assert "已停止" in demo.words()
    assert not (data / "database.url").exists()

    # again on the same data
    again = Demo(data, port)
    begun.append(again)
    again.until_started()
    until(again.is_ready, 30, "readiness")
    assert _cases(data) == kept
    assert call(f"http://127.0.0.1:{port}/api/v1/tasks", token=token).status == 200
    assert again.interrupt() < 15


def _token(data: Path) -> str:
    """As the documentation says: `tongban token` beside a running demo."""
    words = [*TONGBAN, "token", LOGINS[0][0]]
    done = subprocess.run(words, env=environment(TONGBAN_DATA=str(data)), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _cases(data: Path) -> list[str]:
    import psycopg

    with psycopg.connect((data / "database.url").read_text("utf-8").strip()) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM applications_application ORDER BY number")]
