"""A department's system, as its engineers would build it: on Authlib, knowing of the platform nothing but its address, its own
name and its secret. A small live server of its own, which people are sent to and which the platform tells of logouts."""

from __future__ import annotations

import html
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class Department:
    """What the system keeps: whom it expects, who is there, and what it was told."""

    url: str
    issuer: str = ""
    client_id: str = ""
    secret: str = field(default="", repr=False)
    now: Callable[[], int] = lambda: 0
    scope: str = "openid profile phone"
    expected: dict[str, tuple[str, str]] = field(default_factory=dict)
    """state → (nonce, verifier)"""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Its own cookie → who that is, with their tokens."""
    told: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    busy: int = 0
    """So many notices are answered with 503."""

    @property
    def metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=5).json()
        assert found["issuer"] == self.issuer
        return found

    def session(self, **more: Any) -> OAuth2Session:
        return OAuth2Session(
            self.client_id, self.secret, scope=self.scope, redirect_uri=f"{self.url}/callback",
            code_challenge_method="S256", token_endpoint_auth_method="client_secret_basic", **more,
        )  # fmt: skip

    def begin(self) -> str:
        """Where a person is sent to sign in."""
        nonce, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
        address, state = self.session().create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        self.expected[state] = nonce, verifier
        return str(address)

    def receive(self, address: str) -> str:
        """They came back: redeem the code, check who it is, and give them a cookie."""
        state = parse_qs(urlsplit(address).query)["state"][0]
        nonce, verifier = self.expected.pop(state)
        session = self.session(state=state)
        token = session.fetch_token(
            self.metadata["token_endpoint"], authorization_response=address, code_verifier=verifier
        )
        claims = self.read(token["id_token"])
        options = {"iss": {"values": [self.issuer]}}
        params = {"nonce": nonce, "client_id": self.client_id, "access_token": token["access_token"]}
        identity = CodeIDToken(claims.claims, claims.header, options, params)
        identity.validate(now=self.now(), leeway=120)
        person = session.get(self.metadata["userinfo_endpoint"]).json()
        assert person["sub"] == identity["sub"]
        cookie = secrets.token_urlsafe(16)
        self.people[cookie] = {**person, "sid": identity["sid"], "token": dict(token)}
        return cookie

    def refresh(self, cookie: str) -> dict[str, Any]:
        kept = self.people[cookie]["token"]
        session = self.session(token=kept)
        fresh = session.refresh_token(self.metadata["token_endpoint"], refresh_token=kept["refresh_token"])
        self.people[cookie]["token"] = dict(fresh)
        found: dict[str, Any] = session.get(self.metadata["userinfo_endpoint"]).json()
        return found

    def goodbye(self, cookie: str) -> str:
        """Where a person is sent to sign out of everything."""
        hint = self.people.pop(cookie)["token"]["id_token"]
        said = {"id_token_hint": hint, "post_logout_redirect_uri": f"{self.url}/bye", "state": "bye"}
        return f"{self.metadata['end_session_endpoint']}?{urlencode(said)}"

    def tell(self, logout_token: str) -> None:
        """OpenID Connect Back-Channel Logout 1.0, 2.6."""
        token = self.read(logout_token)
        claims = token.claims
        assert token.header["typ"] == "logout+jwt"
        assert (claims["iss"], claims["aud"]) == (self.issuer, self.client_id)
        assert claims["events"] == {EVENT: {}} and "nonce" not in claims
        assert abs(claims["iat"] - self.now()) <= 120 and claims["exp"] > self.now()
        assert claims["jti"] not in {one["jti"] for one in self.told}
        self.told.append(dict(claims))
        self.people = {cookie: one for cookie, one in self.people.items() if one["sid"] != claims["sid"]}

    def read(self, signed: str) -> jwt.Token:
        """Its signature is the platform's."""
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=5).json())
        registry = JWSRegistry(
            algorithms=self.metadata["id_token_signing_alg_values_supported"], strict_check_header=False
        )
        return jwt.decode(signed, key=keys, registry=registry)


class _Door(BaseHTTPRequestHandler):
    department: Department

    def do_GET(self) -> None:
        cookie = SimpleCookie(self.headers.get("Cookie", ""))
        mine = cookie["department"].value if "department" in cookie else ""
        try:
            match urlsplit(self.path).path:
                case "/login":
                    self._to(self.department.begin())
                case "/callback":
                    if "error" in parse_qs(urlsplit(self.path).query):
                        return self._page("没有登录")
                    self._to("/", self.department.receive(self.department.url + self.path))
                case "/logout":
                    self._to(self.department.goodbye(mine))
                case "/bye":
                    self._page("已退出")
                case _:
                    person = self.department.people.get(mine)
                    self._page(f"您好，{person['name']}" if person else "请登录")
        except Exception as error:
            self.department.faults.append(f"{self.path}: {error!r}")
            self.send_error(500)

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        status = 200
        if self.department.busy:
            self.department.busy -= 1
            status = 503
        else:
            try:
                self.department.tell(body["logout_token"][0])
            except Exception as error:
                self.department.faults.append(f"{self.path}: {error!r}")
                status = 400
        self.send_response(status)
        self.end_headers()

    def _to(self, address: str, cookie: str = "") -> None:
        self.send_response(302)
        self.send_header("Location", address)
        if cookie:
            self.send_header("Set-Cookie", f"department={cookie}; HttpOnly; Path=/")
        self.end_headers()

    def _page(self, words: str) -> None:
        icon = '<link rel="icon" href="data:,">'
        page = f"<!doctype html><title>部门系统</title>{icon}<h1>{html.escape(words)}</h1>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def department() -> Iterator[Department]:
    """Its server runs; what it is called and its secret come when it is registered."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    one = Department(url=f"http://127.0.0.1:{server.server_port}")
    _Door.department = one
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
