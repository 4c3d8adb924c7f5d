"""A real instance for measuring: own PostgreSQL with fsync on, demo data, web, worker and bookkeeper as processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tongban.kernel import postgres
from tongban.site.supervisor import parts_of

PORT = 8177
BASE = f"http://127.0.0.1:{PORT}"


@dataclass
class Instance:
    url: str
    programs: Path
    pids: dict[str, int]
    tokens: dict[str, str]
    environ: dict[str, str]

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]

    def cpu_seconds(self) -> float:
        """User and system time of every process of the instance, children and database included."""
        return sum(self.cpu_by_process().values())

    def cpu_by_process(self) -> dict[str, float]:
        """Seconds, each with its children."""
        table = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
        rows = [tuple(map(int, line.split())) for line in table.splitlines()[1:]]
        ticks = os.sysconf("SC_CLK_TCK")
        found = {}
        for name, first in self.pids.items():
            ours = {first}
            for _ in range(4):
                ours |= {pid for pid, parent in rows if parent in ours}
            found[name] = sum(_ticks(pid) for pid in ours) / ticks
        return found


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


@contextmanager
def running(*, workers: int = 2) -> Iterator[Instance]:
    data = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    data.chmod(0o711)
    server = postgres.start(data, environ=os.environ)
    environ = os.environ | {
        "DATABASE_URL": server.url, "TONGBAN_DATA": str(data), "TONGBAN_MODE": "demo", "TONGBAN_BASE_URL": BASE,
        "TONGBAN_CASES_A_DAY": "0", "TONGBAN_CASES_OF_ITEM_A_DAY": "0",  # one citizen is the whole crowd
    }  # fmt: skip
    parts = []
    try:
        tongban = [sys.executable, "-m", "tongban.site.cli"]
        subprocess.run([*tongban, "prepare-demo"], env=environ, check=True)
        tokens = {
            user: subprocess.run(
                [*tongban, "token", user], env=environ, check=True, capture_output=True, text=True
            ).stdout.strip()
            for user in ("liu_xiaoyan", "wang_min", *_staff_of_human_resources(environ))
        }
        parts = parts_of(data, environ, host="127.0.0.1", port=PORT, workers=workers)
        for part in parts:
            part.start()
        _wait()
        pids = {part.name: part.process.pid for part in parts if part.process} | {"database": server.pid or 0}
        chosen = postgres.choose(os.environ)
        folder = chosen.folder if isinstance(chosen, postgres.Programs) else Path("/usr/bin")
        yield Instance(server.url, folder, pids, tokens, dict(environ))
    finally:
        for part in parts:
            part.ask_to_stop()
        for part in parts:
            part.stop()
        server.stop()
        shutil.rmtree(data, ignore_errors=True)


def _staff_of_human_resources(environ: dict[str, str]) -> list[str]:
    with psycopg.connect(environ["DATABASE_URL"]) as connection:
        rows = connection.execute(
            """SELECT DISTINCT ON (s.role) a.username FROM identity_staffpost s JOIN identity_account a ON a.id = s.account_id
               JOIN orgs_body b ON b.id = s.body_id WHERE b.key = 'human_resources' ORDER BY s.role, a.id"""
        ).fetchall()
    return [row[0] for row in rows]


def _wait() -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{BASE}/readyz", timeout=2).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
        else:
            return
    raise SystemExit("the instance did not come up")
