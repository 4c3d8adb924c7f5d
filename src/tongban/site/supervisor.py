"""主管: keeps the database, the web server, the worker and the bookkeeper running, and stops them in the right order.

Each is a process of its own; one that dies is started again. PostgreSQL is our direct child (kernel.postgres).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tongban.kernel import postgres

QUICK_DEATH = 5.0
"""Seconds: a process that dies sooner than this after its start is started again only after a pause."""


@dataclass
class Part:
    """One process that should be running."""

    name: str
    command: list[str]
    environ: dict[str, str] = field(repr=False)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, env=self.environ, start_new_session=True)

    def keep_up(self) -> None:
        if self.process is None or self.process.poll() is None:
            return
        print(f"{self.name} 退出（{self.process.returncode}），正在重新启动", file=sys.stderr)
        self._sweep()
        if time.monotonic() - self.started < QUICK_DEATH:
            time.sleep(1)
        self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, patience: float = 8.0) -> None:
        """Wait for what was asked to stop; then end it, and whatever of its group is left."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self._sweep()
        self.process.wait()

    def _sweep(self) -> None:
        """A web server killed by -9 leaves workers behind that hold the port."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """`run()` returns after SIGINT or SIGTERM, with everything stopped."""

    def __init__(self, server: postgres.Server, parts: list[Part]) -> None:
        self.server, self.parts = server, parts
        self.stopping = threading.Event()

    def run(self) -> None:
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: self.stopping.set())
        for part in self.parts:
            part.start()
        try:
            while not self.stopping.wait(0.5):
                if self.server.poll() is not None:
                    self._bring_database_back()
                for part in self.parts:
                    part.keep_up()
        finally:
            for part in self.parts:
                part.ask_to_stop()
            for part in self.parts:
                part.stop()
            self.server.stop()

    def _bring_database_back(self) -> None:
        """One try a round: a database that dies again while it recovers is no reason to give up the rest."""
        print("数据库退出，正在恢复", file=sys.stderr)
        try:
            self.server.restart()
        except postgres.ServerError as error:
            print(f"数据库还没有恢复，稍后再试：{error}", file=sys.stderr)
            self.stopping.wait(2)


def parts_of(data: Path, environ: Mapping[str, str], *, host: str, port: int, workers: int) -> list[Part]:
    """Web, worker and bookkeeper of one instance."""
    from tongban.site.cli.run import serve_command

    base = {**environ, "DJANGO_SETTINGS_MODULE": "tongban.site.settings", "TONGBAN_DATA": str(data)}
    tongban = [sys.executable, "-m", "tongban.site.cli"]
    return [
        Part("记账员", [*tongban, "bookkeeper"], base),
        Part("后台任务", [*tongban, "worker"], base),
        Part("网站", serve_command(host, port, workers), {**base, "TONGBAN_DOOR": "1"}),
    ]
