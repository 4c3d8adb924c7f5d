"""The API as a client sees it: JSON in, JSON out, a token or none. Through the whole stack of the application."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tongban.identity.actions import make_token
from tongban.identity.models import Account
from tongban.kernel import clock

ROOT = "/api/v1"


@dataclass
class Answer:
    """Status, headers and the parsed body (bytes where it isn't JSON)."""

    status: int
    headers: dict[str, str]
    body: Any

    def __getitem__(self, key: str) -> Any:
        return self.body[key]


@dataclass
class Door:
    """One client with its token."""

    token: str = ""
    client: Client = field(default_factory=lambda: Client(headers={"host": "localhost"}, raise_request_exception=False))

    def get(self, path: str, **query: str) -> Answer:
        return self._answer(self.client.get(ROOT + path, query, headers=self._headers()))

    def post(self, path: str, body: object = None, *, key: str = "", raw: bytes | None = None) -> Answer:
        """`raw` is sent as it is, whether or not it is JSON."""
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        headers = self._headers() | ({"Idempotency-Key": key} if key else {})
        return self._answer(
            self.client.post(ROOT + path, data=content, content_type="application/json", headers=headers)
        )

    def delete(self, path: str) -> Answer:
        return self._answer(self.client.delete(ROOT + path, headers=self._headers()))

    def upload(self, content: bytes, *, media_type: str = "application/octet-stream", name: str = "") -> Answer:
        headers = self._headers() | ({"Content-Disposition": f'attachment; filename="{name}"'} if name else {})
        return self._answer(self.client.post(ROOT + "/files", data=content, content_type=media_type, headers=headers))

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    @staticmethod
    def _answer(response: Any) -> Answer:
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(response.status_code, dict(response.headers), response.json() if is_json else response.content)


def door_of(account: Account, *, days: int = 30) -> Door:
    return Door(make_token(account=account, label="tests", now=clock.now(), days=days))


def must_be_problem(answer: Answer, status: int, code: str, *words: str) -> None:
    """RFC 9457, with a code for machines and words for people."""
    assert answer.status == status, f"{answer.status} {answer.body}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "code"} <= set(answer.body), answer.body
    assert (answer["status"], answer["code"]) == (status, code)
    said = json.dumps(answer.body, ensure_ascii=False)
    assert all(word in said for word in words), said
