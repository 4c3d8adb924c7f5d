"""The target's doors over HTTP, signed; by the one way out (`kernel.outgoing`)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from tongban.kernel import outgoing
from tongban.kernel.refusals import Refusal
from tongban.reporting.gateways import Away, Case, Line, Receipt, Refused, Unanswered
from tongban.reporting.handing import check_url

ANSWERS = 60.0
"""Seconds."""
MOST_READ = 8 * 1024 * 1024


def signature(secret: str, *, method: str, path: str, at: str, body: bytes) -> str:
    """HMAC-SHA256 over the method, the path with its query, the moment and the SHA-256 of the body, a line each."""
    said = "\n".join((method, path, at, hashlib.sha256(body).hexdigest()))
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class HttpGateway:
    url: str
    secret: str = field(repr=False)
    demo: bool = False
    answers: float = ANSWERS

    def send(self, batch: UUID, cases: Sequence[Case], *, form: str, now: datetime) -> Receipt:
        said = {"batch": str(batch), "format": form, "cases": [case.as_dict() for case in cases]}
        return _receipt(self._call("POST", "/batches", now, json.dumps(said, ensure_ascii=False).encode()), batch)

    def ask(self, batch: UUID, *, now: datetime) -> Receipt | None:
        try:
            return _receipt(self._call("GET", f"/batches/{batch}", now), batch)
        except Refused as refused:
            if refused.code == "http_404":
                return None
            raise

    def counts(self, first: date, last: date, *, now: datetime) -> Mapping[tuple[date, str], int]:
        query = urlencode({"from": first.isoformat(), "until": last.isoformat()})
        found = self._call("GET", f"/counts?{query}", now)
        try:
            return {(date.fromisoformat(day), str(table)): int(rows) for day, table, rows in found["days"]}
        except (KeyError, TypeError, ValueError) as error:
            raise Unanswered("对方的统计看不懂") from error

    def cases(self, on: date, *, now: datetime) -> Mapping[str, int]:
        found = self._call("GET", f"/cases?{urlencode({'day': on.isoformat()})}", now)
        try:
            return {str(subject): int(version) for subject, version in found["cases"]}
        except (KeyError, TypeError, ValueError) as error:
            raise Unanswered("对方的清单看不懂") from error

    def _call(self, method: str, path: str, now: datetime, body: bytes = b"") -> Any:
        """One request, one answer in JSON. Whatever happens after the connection stands may have been taken."""
        url = check_url(self.url, hosts=None, demo=self.demo).rstrip("/") + path
        parts = urlsplit(url)
        said = parts.path + (f"?{parts.query}" if parts.query else "")
        at = now.isoformat()
        headers = {
            "Content-Type": "application/json", "X-Report-Time": at,
            "X-Report-Signature": signature(self.secret, method=method, path=said, at=at, body=body),
        }  # fmt: skip
        try:
            answer = outgoing.call(method, url, body=body, headers=headers, answers=self.answers, most=MOST_READ)
        except (outgoing.Away, Refusal) as away:
            raise Away(str(away)) from away
        except outgoing.Unanswered as unanswered:
            raise Unanswered(str(unanswered)) from unanswered
        if answer.status in (200, 202):
            return _json(answer.body)
        if answer.status == 429 or answer.status >= 500:
            raise Unanswered(f"对方出错（{answer.status}）")
        raise Refused(f"http_{answer.status}", _words(answer.body))


def _json(read: bytes) -> Any:
    try:
        return json.loads(read)
    except ValueError as error:
        raise Unanswered("对方的回答不是 JSON") from error


def _words(read: bytes) -> str:
    try:
        found = json.loads(read)
        return str(found["reason"])[:200] if isinstance(found, dict) and "reason" in found else ""
    except ValueError:
        return ""


def _receipt(said: Any, batch: UUID) -> Receipt:
    try:
        if UUID(said["batch"]) != batch:
            raise Unanswered("对方答的是另一个批次")
        lines = tuple(_line(one) for one in said.get("cases", ()))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unanswered("对方的回执看不懂") from error
    return Receipt(lines, bool(said.get("pending")))


def _line(one: Any) -> Line:
    subject, version, outcome = str(one["subject"])[:80], int(one["version"]), one["outcome"]
    if outcome not in ("accepted", "refused"):
        raise ValueError(outcome)
    fault = (one.get("faults") or [{}])[0] if outcome == "refused" else {}
    return Line(
        subject, version, outcome == "accepted",
        *(str(fault.get(name, ""))[:most] for name, most in (("table", 40), ("field", 40), ("code", 40), ("reason", 200))),
    )  # fmt: skip
