"""Makers of the room's tests: a connected system, someone who is signed in, and a system that speaks the protocol by hand."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from django.test import Client as Browser

from tests.people import Cast
from tongban.authentication import actions as authentication
from tongban.identity.models import Account
from tongban.single_sign_on import actions
from tongban.single_sign_on.models import Client
from tongban.single_sign_on.rules import SCOPES, Wanted

BACK = "https://housing.example.cn/callback"
HOME = "https://housing.example.cn/bye"
TELL = "https://housing.example.cn/backchannel"


def wanted(**change: Any) -> Wanted:
    given = {
        "name": "不动产登记系统", "redirect_uris": (BACK,), "logout_uris": (HOME,), "backchannel_uri": TELL,
        "reasons": (("profile", "核对申请人"), ("phone", "通知办理进度"), ("id_number", "登记簿要载明证件号码")),
    }  # fmt: skip
    return Wanted(**{**given, **change})


def connect(cast: Cast, *, scopes: tuple[str, ...] = ("profile", "phone"), **change: Any) -> Client:
    """Asked for by the head, approved by the administrator."""
    asking = actions.ask(wanted(**change), body=cast.body, by=cast.actor(cast.head), now=cast.now)
    return actions.approve(asking.public_id, scopes=scopes, by=cast.actor(cast.administrator), now=cast.now)


def signed_in(cast: Cast, account: Account | None = None) -> Browser:
    """A browser whose session is a row, as the login page makes it."""
    browser, account = Browser(headers={"host": "localhost"}), account or cast.liu
    browser.force_login(account)
    authentication.begin(
        account=account, key=browser.session.session_key or "", method="password", device="", address="", now=cast.now
    )  # fmt: skip
    return browser


@dataclass
class System:
    """A department's system, by hand: what it sends is what the test says."""

    client: Client
    secret: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(40))
    browser: Browser = field(default_factory=lambda: Browser(headers={"host": "localhost"}))

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def address(self, **change: Any) -> str:
        """Where it sends people; None leaves a parameter out."""
        given = {
            "client_id": self.client.key, "redirect_uri": BACK, "response_type": "code", "scope": "openid profile",
            "state": "st", "nonce": "no", "code_challenge": self.challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return "/sso/authorize?" + urlencode({k: v for k, v in {**given, **change}.items() if v is not None})

    def code(self, person: Browser, **change: Any) -> str:
        """Of a person who agrees."""
        return said(person.post(self.address(**change), {"decision": "agree"}))["code"]

    def redeem(self, code: str, **change: Any) -> tuple[int, dict[str, Any]]:
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": self.verifier}
        return self.post("/sso/token", {**given, **change})

    def refresh(self, token: str, **change: Any) -> tuple[int, dict[str, Any]]:
        return self.post("/sso/token", {"grant_type": "refresh_token", "refresh_token": token, **change})

    def post(self, path: str, form: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        form = {key: value for key, value in form.items() if value is not None}
        if self.secret:
            basic = base64.b64encode(f"{self.client.key}:{self.secret}".encode()).decode()
            answer = self.browser.post(path, form, headers={"Authorization": f"Basic {basic}"})
        else:
            answer = self.browser.post(path, {"client_id": self.client.key, **form})
        return answer.status_code, json.loads(answer.content or b"{}")

    def userinfo(self, token: str) -> tuple[int, dict[str, Any]]:
        answer = self.browser.get("/sso/userinfo", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.json()

    def read(self, identity: str) -> dict[str, Any]:
        """The ID token, its signature checked against the published keys; the clock stands still elsewhere."""
        keys = jwt.PyJWKSet.from_dict(self.browser.get("/sso/jwks.json").json())
        key = keys[jwt.get_unverified_header(identity)["kid"]]
        return jwt.decode(
            identity, key, algorithms=["RS256"], audience=self.client.key, options={"verify_exp": False, "verify_iat": False}
        )  # fmt: skip


def connected(cast: Cast, **change: Any) -> System:
    """A system with its secret."""
    client = connect(cast, **change)
    if not client.confidential:
        return System(client)
    return System(client, actions.make_secret(client.key, by=cast.actor(cast.head), now=cast.now))


def said(answer: Any) -> dict[str, str]:
    """What went back to the system in the address."""
    assert answer.status_code == 302, answer.content.decode()[:2000]
    there = answer["Location"]
    assert there.startswith((BACK, HOME)), there
    return {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}


EVERY_SCOPE = tuple(key for key in SCOPES if key != "openid")
