"""wrk, and what it printed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.instance import BASE, Instance

HERE = Path(__file__).parent
CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """What one run gave: per second, milliseconds, answers that were not as expected, CPU milliseconds a request."""

    per_second: float
    p50_ms: float
    p95_ms: float
    bad: int
    cpu_ms: float


def wrk(instance: Instance, path: str, *, seconds: int, script: str = "", **environ: str) -> Load:
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed (Debian: apt install wrk)")
    command = [
        "wrk",
        "-t2",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--latency",
        "-s",
        str(HERE / (script or "get.lua")),
        BASE + path,
    ]
    before = instance.cpu_seconds()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | environ)
    cpu = instance.cpu_seconds() - before
    made = int(_find(r"RESULT requests=(\d+)", done.stdout))
    return Load(
        per_second=float(_find(r"Requests/sec:\s+([\d.]+)", done.stdout)),
        p50_ms=float(_find(r"RESULT .*p50=([\d.]+)", done.stdout)),
        p95_ms=float(_find(r"RESULT .*p95=([\d.]+)", done.stdout)),
        bad=int(_find(r"RESULT .*bad=(\d+)", done.stdout)),
        cpu_ms=cpu * 1000 / max(made, 1),
    )


def _find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if not found:
        raise SystemExit(f"wrk said something unexpected:\n{text}")
    return found[1]
