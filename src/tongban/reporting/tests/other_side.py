"""The receiver as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECRET = "between-us-two-and-no-one-else"


@dataclass
class OtherSide:
    url: str
    process: subprocess.Popen[str]

    def misbehave(self, **faults: Any) -> None:
        request = urllib.request.Request(f"{self.url}/control", json.dumps(faults).encode(), method="POST")  # noqa: S310
        urllib.request.urlopen(request, timeout=5).read()  # noqa: S310

    def arrivals(self) -> list[tuple[str, int]]:
        """Every case that was kept or refused, with its version, as often as it was taken."""
        with urllib.request.urlopen(f"{self.url}/arrivals", timeout=5) as answer:  # noqa: S310
            return [(subject, version) for subject, version, _ in json.load(answer)["arrivals"]]


@contextmanager
def other_side(folder: Path, *, port: int = 0, tolerance: int = 0) -> Iterator[OtherSide]:
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    process = subprocess.Popen(
        [
            sys.executable, "-m", "tongban.reporting.receiver", "--port", str(port), "--secret-file", str(secret),
            "--store", str(folder / "received.sqlite3"), "--tolerance", str(tolerance),
        ],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        line = process.stdout.readline().strip()
        assert line, "the receiver did not start"
        yield OtherSide(f"http://127.0.0.1:{line}", process)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
