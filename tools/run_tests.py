"""`make test`: every check and every lane, each with its budget in minutes; what takes twice its budget hangs, and is ended.

The suite of rules, rows and verbs runs once with each PostgreSQL that this machine has: the system's with the Python of
the project, and the wheel's with the newest Python that is here, in an environment of its own (.venv-3.13 beside .venv).
Without a newer Python both runs use the project's.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

UV = os.environ.get("UV", "uv")
RUN = [UV, "run", "--frozen", "--extra", "embedded"]
PATIENCE = 2.0
"""A lane that takes so many times its budget hangs."""
ONCE = (
    "tests/test_powers.py", "tests/test_dependencies.py", "tests/search", "tests/test_house.py", "tests/walk/test_lists_agree.py",
    "tests/test_catalogue_round_trip.py", "tests/test_demo_cases.py", "src/tongban/design", "src/tongban/files/tests/test_resuming.py",
    "src/tongban/files/tests/test_cleaning.py", "src/tongban/applications/tests/test_law.py",
    "src/tongban/applications/tests/test_scope.py", "src/tongban/applications/tests/test_guards.py",
    "src/tongban/single_sign_on", "src/tongban/staffing", "src/tongban/authentication", "src/tongban/delegation",
    "src/tongban/accounts", "src/tongban/counter", "tests/seed", "tests/walk/test_no_phone.py",
    "src/tongban/applications/tests/test_archive.py", "src/tongban/catalog", "src/tongban/notices",
    "src/tongban/reporting", "src/tongban/evaluations", "src/tongban/tickets", "src/tongban/licences", "src/tongban/credit",
    "src/tongban/exports", "src/tongban/analytics", "src/tongban/portal",
)  # fmt: skip
"""Not run a second time, where a machine has both: who may what, what is found, how the house is built, what leaves the
catalogue and comes back, how one signs in, what rooms above the cases do: the same with every PostgreSQL. Properties are
tried with ten examples there (`TONGBAN_TRIES`), with thirty in the first run."""
ONCE_NAMED = ("*/test_*pages.py", "*/test_*desk*.py", "*/test_doors.py")
"""Nor are pages."""
NEWER = ("3.13", "3.12")
"""Pythons to try besides the project's, the first that runs."""


@dataclass(frozen=True)
class Lane:
    name: str
    minutes: float
    command: list[str]
    environ: dict[str, str] = field(default_factory=dict)


CHECKS = [
    Lane("types", 2, ["mypy"]),
    Lane("style", 1, ["ruff", "format", "--check", "src", "tests", "tools", "bench"]),
    Lane("lint", 1, ["ruff", "check", "src", "tests", "tools", "bench"]),
    Lane("floors", 1, ["lint-imports"]),
    Lane("data", 1, ["python", "tools/check_demo_data.py"]),
]


def lanes() -> list[Lane]:
    pytest = ["pytest", "-p", "no:cacheprovider", "-n", "3"]  # the third works while others wait for the database
    alone = pytest[:-2]  # Chromium and an instance fill two processors by themselves
    chosen = []
    unit = [*pytest, "-m", "not browser and not crash and not api and not postgres", "src", "tests"]
    doors = [*pytest, "-m", "not browser and not crash and not postgres", "src", "tests"]
    way = "system" if has_system_postgres() else "wheel"
    number, newer = newer_python()
    chosen.append(Lane(f"unit, db and api ({way})", 9, doors, {"TONGBAN_POSTGRES": way, "TONGBAN_TRIES": "30"}))
    if way == "system" or number:
        name = f"unit and db (wheel{number and f', Python {number}'})"
        again = (
            {"TONGBAN_POSTGRES": "wheel", "TONGBAN_TRIES": "10"} if way == "system" else {"TONGBAN_POSTGRES": "wheel"}
        )
        once = [f"--ignore={path}" for path in ONCE] + [f"--ignore-glob={name}" for name in ONCE_NAMED]
        once = once if way == "system" else []
        chosen.append(Lane(name, 5, [*unit, *once], {**again, **newer}))
    chosen += [
        Lane(
            "postgres and crash",
            5,
            [*pytest, "-m", "postgres or crash", "tests/crash", "tests/backups", "tests/postgres"],
        ),
        Lane("browser", 13, [*alone, "-m", "browser", "tests/browser"]),
    ]
    return chosen


def has_system_postgres() -> bool:
    return bool(shutil.which("postgres") or list(Path("/usr/lib/postgresql").glob("*/bin/postgres")))


def newer_python() -> tuple[str, dict[str, str]]:
    """Its number and what uv needs to know of it; empty when none is on this machine (none is downloaded)."""
    for number in NEWER:
        for program in programs(number):
            if program and runs(program, number):
                return number, {"UV_PYTHON": program, "UV_PROJECT_ENVIRONMENT": f".venv-{number}"}
    return "", {}


def programs(number: str) -> Iterator[str | None]:
    """On PATH, or where pyenv and uv keep theirs."""
    if sys.version_info[:2] == tuple(map(int, number.split("."))):
        return  # the project's own
    yield shutil.which(f"python{number}")
    for folder in (".pyenv/versions", ".local/share/uv/python"):
        yield from map(str, sorted(Path.home().glob(f"{folder}/*{number}.*/bin/python{number}"), reverse=True))


def runs(program: str, number: str) -> bool:
    """A shim of pyenv's may be there and lead nowhere."""
    asked = [program, "-c", "import sys, venv, ssl; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == number


def run_checks(checks: list[Lane]) -> list[str]:
    """Two at a time, since each takes one processor; what each said is printed when it ends. The names of those that failed."""
    with ThreadPoolExecutor(2) as pool:
        return [lane.name for lane, passed in zip(checks, pool.map(run_quietly, checks), strict=True) if not passed]


def run_quietly(lane: Lane) -> bool:
    with tempfile.TemporaryFile("w+") as said:
        began = time.monotonic()
        code = ended_within(lane.minutes * PATIENCE, [*RUN, *lane.command], os.environ | lane.environ, said)
        said.seek(0)
        told = said.read().rstrip()
    print(f"── {lane.name} ", "─" * (60 - len(lane.name)), "\n", told, sep="", flush=True)
    return report(lane, code, began)


def run(lane: Lane) -> bool:
    print(f"── {lane.name} ", "─" * (60 - len(lane.name)), flush=True)
    began = time.monotonic()
    code = ended_within(lane.minutes * PATIENCE, [*RUN, *lane.command], os.environ | lane.environ)
    return report(lane, code, began)


def report(lane: Lane, code: int, began: float) -> bool:
    took = (time.monotonic() - began) / 60
    over = "  over its budget" if took > lane.minutes else ""
    word = "ok" if code == 0 else "FAILED"
    print(f"   {lane.name}: {word} in {took:.1f} of {lane.minutes:g} minutes{over}", flush=True)
    return code == 0


def ended_within(minutes: float, command: list[str], environ: dict[str, str], said: IO[str] | None = None) -> int:
    """The exit code. What hangs is ended with all that it started, so that the other lanes still tell something."""
    process = subprocess.Popen(command, env=environ, start_new_session=True, stdout=said, stderr=said)
    try:
        return process.wait(minutes * 60)
    except subprocess.TimeoutExpired:
        print(f"   still running after {minutes:g} minutes: it hangs, and is ended", flush=True)
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(20) or 1
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait() or 1
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        raise


def main() -> int:
    began = time.monotonic()
    failed = run_checks(CHECKS) + [lane.name for lane in lanes() if not run(lane)]
    print(f"{(time.monotonic() - began) / 60:.1f} minutes in all")
    print("FAILED: " + ", ".join(failed) if failed else "all lanes passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
