"""接收端: the other side of the reports, as a small server of its own: for tests, demos, and whoever writes a real one.

    python -m tongban.reporting.receiver --port 8700 --secret-file secret.txt [--store received.sqlite3]

It keeps what it was sent, checks every field as the tables say, knows a batch that comes again by its id, and never lets an
older version of a case replace a newer one. On this machine it can be told to misbehave (`POST /control`, see `Faults`).
"""

from __future__ import annotations

import argparse
import hmac
import json
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from tongban.reporting.gateways.http import signature
from tongban.reporting.tables import FORMATS, TABLES, Fault

MOST_BYTES = 32 * 1024 * 1024
MOST_CASES = 500
_TABLES = """
CREATE TABLE IF NOT EXISTS batch (id TEXT PRIMARY KEY, at TEXT, answer TEXT);
CREATE TABLE IF NOT EXISTS told (subject TEXT PRIMARY KEY, version INTEGER, day TEXT, tables TEXT);
CREATE INDEX IF NOT EXISTS told_by_day ON told (day);
CREATE TABLE IF NOT EXISTS arrival (subject TEXT, version INTEGER, batch TEXT);
"""


@dataclass
class Faults:
    """How it misbehaves; each count goes down with its use."""

    refuse_field: str = ""
    """`table.field`: every case with a row in that table is refused for it."""
    refuse_batches: int = 0
    """Refused whole, with 422."""
    delay: float = 0.0
    """Seconds before an answer."""
    drop_before: int = 0
    """The line is cut before the batch was kept."""
    drop_after: int = 0
    """The line is cut after the batch was kept: the receipt is lost."""
    fail: int = 0
    """500, nothing kept."""
    garbage: int = 0
    """Kept, and answered with something that is no receipt."""
    redirect: int = 0
    """Sent elsewhere, with 302."""
    pending: int = 0
    """Kept, and the receipt is given only when asked for, so many times later."""
    repeat: bool = False
    """Every line of a receipt comes twice."""
    contradict: bool = False
    """Every line of a receipt comes a second time, saying the opposite."""
    lose_cases: int = 0
    """So many cases are acknowledged and then forgotten."""


class Store:
    """What was received, in SQLite; one writer at a time."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._base = sqlite3.connect(path, check_same_thread=False)
        self._base.executescript(_TABLES)

    def answer(self, batch: str) -> dict[str, Any] | None:
        with self._lock:
            row = self._base.execute("SELECT answer FROM batch WHERE id = ?", [batch]).fetchone()
        found: dict[str, Any] | None = json.loads(row[0]) if row else None
        return found

    def take(self, said: dict[str, Any], faults: Faults) -> dict[str, Any]:
        """Check and keep; a batch that is known is answered as before."""
        batch = str(UUID(said["batch"]))
        if (known := self.answer(batch)) is not None:
            return known
        lines = []
        with self._lock, self._base:
            for case in said["cases"]:
                wrong = _wrong(case, said["format"], faults)
                lines.append({
                    "subject": case["subject"], "version": case["version"],
                    "outcome": "refused" if wrong else "accepted",
                    "faults": [
                        {"table": one.table, "field": one.field, "code": one.code, "reason": one.says} for one in wrong
                    ],
                })  # fmt: skip
                self._keep(case, batch, kept=not wrong and not faults.lose_cases)
                faults.lose_cases = max(0, faults.lose_cases - (not wrong))
            answer = {"batch": batch, "cases": lines}
            self._base.execute(
                "INSERT INTO batch VALUES (?, ?, ?)", [batch, datetime.now(UTC).isoformat(), json.dumps(answer)]
            )
        return answer

    def _keep(self, case: dict[str, Any], batch: str, *, kept: bool) -> None:
        subject, version = case["subject"], int(case["version"])
        self._base.execute("INSERT INTO arrival VALUES (?, ?, ?)", [subject, version, batch])
        if kept:
            self._base.execute(
                """INSERT INTO told VALUES (?, ?, ?, ?) ON CONFLICT (subject) DO UPDATE
                   SET version = excluded.version, day = excluded.day, tables = excluded.tables
                   WHERE told.version < excluded.version""",
                [subject, version, case["day"], json.dumps(case["tables"], ensure_ascii=False)],
            )

    def counts(self, first: str, last: str) -> list[list[Any]]:
        with self._lock:
            rows = self._base.execute(
                "SELECT day, tables FROM told WHERE day BETWEEN ? AND ?", [first, last]
            ).fetchall()
        found: Counter[tuple[str, str]] = Counter()
        for day, tables in rows:
            for table, each in json.loads(tables).items():
                found[day, table] += len(each)
        return [[day, table, count] for (day, table), count in sorted(found.items())]

    def cases(self, day: str) -> list[list[Any]]:
        with self._lock:
            found = self._base.execute("SELECT subject, version FROM told WHERE day = ? ORDER BY subject", [day])
            return [list(row) for row in found.fetchall()]

    def arrivals(self) -> list[list[Any]]:
        """Every case of every batch, in the order they came."""
        with self._lock:
            return [
                list(row) for row in self._base.execute("SELECT subject, version, batch FROM arrival ORDER BY rowid")
            ]

    def told(self, subject: str) -> dict[str, Any] | None:
        with self._lock:
            row = self._base.execute("SELECT version, day, tables FROM told WHERE subject = ?", [subject]).fetchone()
        return {"version": row[0], "day": row[1], "tables": json.loads(row[2])} if row else None


def _wrong(case: dict[str, Any], form: str, faults: Faults) -> list[Fault]:
    """What is wrong with a case, as the tables say, and as it was told to find."""
    found: list[Fault] = []
    date.fromisoformat(case["day"])
    known = {table.name for table in FORMATS[form]}  # type: ignore[index]
    for name, rows in case["tables"].items():
        if name not in known:
            found.append(Fault(name, "", "table_unknown", "没有这张表"))
            continue
        for row in rows:
            table = TABLES[name]
            if set(row) != set(table.names):
                found.append(Fault(name, "", "fields", "字段不对"))
            else:
                found += table.faults(tuple(str(row[field]) for field in table.names))
    table_name, _, field_name = faults.refuse_field.partition(".")
    if table_name in case["tables"] and field_name:
        found.append(Fault(table_name, field_name, "not_welcome", "这一栏我们不收"))
    return found


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, *, secret: str, store: str = ":memory:", tolerance: float = 300.0) -> None:
        super().__init__(("127.0.0.1", port), Door)
        self.secret, self.tolerance = secret, tolerance
        """`tolerance`: seconds by which the two clocks may differ; 0: not looked at."""
        self.store, self.faults = Store(store), Faults()


class Door(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"
    server_version = "tongban-receiver"

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: addresses hold ids only, but nobody reads this."""

    def do_GET(self) -> None:
        parts, asked = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        if parts.path == "/arrivals":  # for tests, at once
            return self._say(200, {"arrivals": self.server.store.arrivals()})
        time.sleep(self.server.faults.delay)
        if not self._signed(b""):
            return None
        if parts.path.startswith("/batches/"):
            return self._receipt(parts.path.removeprefix("/batches/"))
        if parts.path == "/counts":
            days = self.server.store.counts(asked["from"][0], asked["until"][0])
            return self._say(200, {"days": days})
        if parts.path == "/cases":
            return self._say(200, {"cases": self.server.store.cases(asked["day"][0])})
        return self._say(404, {"reason": "没有这个地址"})

    def _receipt(self, batch: str) -> None:
        answer = self.server.store.answer(batch)
        if answer is None:
            return self._say(404, {"reason": "没有收到过这个批次"})
        if self.server.faults.pending > 0:
            self.server.faults.pending -= 1
            return self._say(202, {"batch": batch, "pending": True})
        return self._say(200, self._bent(answer))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            return self._say(413, {"reason": "太大"})
        body, faults = self.rfile.read(length), self.server.faults
        if self.path == "/control":
            for one in fields(Faults):
                if one.name in (wanted := json.loads(body)):
                    setattr(faults, one.name, wanted[one.name])
            return self._say(200, {})
        if self.path != "/batches":
            return self._say(404, {"reason": "没有这个地址"})
        if not self._signed(body):
            return None
        if self._used("drop_before"):
            return self._cut()
        if self._used("fail"):
            return self._say(500, {"reason": "我们出错了"})
        if self._used("redirect"):
            return self._say(302, {}, {"Location": "http://127.0.0.1:1/"})
        if self._used("refuse_batches"):
            return self._say(422, {"reason": "这个批次不收"})
        try:
            said = json.loads(body)
            if not 0 < len(said["cases"]) <= MOST_CASES:
                raise ValueError("cases")
            answer = self.server.store.take(said, faults)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self._say(422, {"reason": f"看不懂：{type(error).__name__}"})
        time.sleep(faults.delay)
        if self._used("drop_after"):
            return self._cut()
        if self._used("garbage"):
            return self._say(200, {"thanks": "收到"})
        if faults.pending > 0:
            faults.pending -= 1
            return self._say(202, {"batch": answer["batch"], "pending": True})
        return self._say(200, self._bent(answer))

    def _bent(self, answer: dict[str, Any]) -> dict[str, Any]:
        faults, lines = self.server.faults, list(answer["cases"])
        if faults.repeat:
            lines = [line for line in lines for _ in range(2)]
        if faults.contradict:
            other = {"accepted": "refused", "refused": "accepted"}
            lines += [{**line, "outcome": other[line["outcome"]]} for line in lines]
        return {**answer, "cases": lines}

    def _used(self, name: str) -> bool:
        left = getattr(self.server.faults, name)
        if left > 0:
            setattr(self.server.faults, name, left - 1)
        return bool(left > 0)

    def _signed(self, body: bytes) -> bool:
        at = self.headers.get("X-Report-Time", "")
        wanted = signature(self.server.secret, method=self.command, path=self.path, at=at, body=body)
        if not hmac.compare_digest(wanted, self.headers.get("X-Report-Signature", "")):
            self._say(401, {"reason": "签名不对"})
            return False
        if self.server.tolerance and not self._fresh(at):
            self._say(401, {"reason": "时间差得太多"})
            return False
        return True

    def _fresh(self, at: str) -> bool:
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return False
        return moment.tzinfo is not None and abs((datetime.now(UTC) - moment).total_seconds()) <= self.server.tolerance

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _say(self, status: int, what: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        said = json.dumps(what, ensure_ascii=False).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(said)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)


def main() -> None:
    parser = argparse.ArgumentParser(description="A receiver of reports, for demos and tests")
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--store", default=":memory:")
    parser.add_argument("--tolerance", type=float, default=300.0, help="seconds by which clocks may differ; 0: any")
    args = parser.parse_args()
    secret = args.secret_file.read_text("utf-8").strip()
    server = Receiver(args.port, secret=secret, store=args.store, tolerance=args.tolerance)
    print(server.server_address[1], flush=True)  # noqa: T201 - whoever started it reads the port
    server.serve_forever()


if __name__ == "__main__":
    main()
