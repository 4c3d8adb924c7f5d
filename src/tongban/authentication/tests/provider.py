"""The stand-in for 市统一身份认证 in a process of its own, as the tests use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

CLIENT, SECRET = "tongban-demo", "tongban-demo-secret"


@dataclass
class Municipal:
    issuer: str

    def agree(self, who: str, address: str) -> str:
        """Somebody follows the address and agrees: where the provider sends the browser back to."""
        parts = urlsplit(address)
        return self._ask("GET", f"/authorize/as/{who}?{parts.query}")

    def decline(self, address: str) -> str:
        return self._ask("GET", f"/authorize/no?{urlsplit(address).query}")

    def break_as(self, mode: str) -> None:
        self._ask("POST", "/fault", urlencode({"mode": mode}))

    def _ask(self, method: str, path: str, body: str | None = None) -> str:
        line = HTTPConnection(urlsplit(self.issuer).netloc, timeout=10)
        try:
            line.request(method, path, body)
            response = line.getresponse()
            assert response.status in (200, 302), response.read()
            return response.headers.get("Location", "")
        finally:
            line.close()


@contextmanager
def running(people: Mapping[str, Mapping[str, str]], folder: Path, *, now: datetime) -> Iterator[Municipal]:
    listed = folder / "people.toml"
    lines = [
        f"[{who}]\n" + "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in one.items())
        for who, one in people.items()
    ]
    listed.write_text("\n".join(lines), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "tongban.site.demo.municipal", "--port", "0", "--people", str(listed),
         "--now", now.isoformat(), "--slow", "1.5"],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    try:
        assert process.stdout
        yield Municipal(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait(10)
