"""A stand-in for 市统一身份认证: an OpenID provider in a process of its own, for the demo and the tests.

python -m tongban.site.demo.municipal --port 8007

Whoever opens it chooses which of the demo's people to be; nobody is asked for a password. `POST /fault` with one of FAULTS
makes it answer as providers must not: error, slow, wrong_nonce, wrong_issuer, wrong_audience, expired, bad_signature,
alg_none, hmac (signed with the published modulus as a secret), stranger_key; `none` ends that.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import secrets
import sys
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "tongban-demo", "tongban-demo-secret"
FAULTS = (
    "none", "error", "slow", "wrong_nonce", "wrong_issuer", "wrong_audience", "expired", "bad_signature", "alg_none",
    "hmac", "stranger_key",
)  # fmt: skip
NEWCOMER = {"username": "newcomer", "name": "龙梅", "id_number": "500199199501014061", "phone": "19900000199"}
"""Somebody the platform does not know yet."""
SLOW = 8.0


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    issuer: str
    people: dict[str, Mapping[str, str]]
    now: datetime | None = None
    fault: str = "none"
    slow: float = SLOW
    key: rsa.RSAPrivateKey = field(default_factory=_key, repr=False)
    codes: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    @property
    def kid(self) -> str:
        """A new one whenever it starts with a new key."""
        return hashlib.sha256(str(self.key.public_key().public_numbers().n).encode()).hexdigest()[:16]

    def agree(self, who: str, asked: dict[str, str]) -> str:
        """The person agreed: where the browser goes back to."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = (who, asked)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked.get('state', '')})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """RFC 6749 4.1.3 with RFC 7636; a code works once."""
        wanted = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if not secrets.compare_digest(authorization, wanted):
            return 401, {"error": "invalid_client"}
        who, asked = self.codes.pop(form.get("code", ""), ("", {}))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not who or challenge != asked["code_challenge"] or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if self.fault == "error":
            return 500, {"error": "server_error"}
        if self.fault == "slow":
            time.sleep(self.slow)
        signed = self._signed(who, asked.get("nonce", ""))
        return 200, {"id_token": signed, "access_token": secrets.token_urlsafe(16), "token_type": "Bearer"}

    def _signed(self, who: str, nonce: str) -> str:
        person, fault = self.people[who], self.fault
        at = int((self.now.timestamp() if self.now else time.time()) - (7200 if fault == "expired" else 0))
        claims = {
            "iss": "https://elsewhere.example" if fault == "wrong_issuer" else self.issuer,
            "aud": "another-client" if fault == "wrong_audience" else CLIENT,
            "sub": hashlib.sha256(f"municipal {who}".encode()).hexdigest()[:24],
            "iat": at, "exp": at + 300, "nonce": "another" if fault == "wrong_nonce" else nonce,
            "name": person["name"], "id_type": person.get("id_type", "id_card"), "id_number": person["id_number"],
            "phone_number": person.get("phone", ""),
        }  # fmt: skip
        if fault == "alg_none":
            return jwt.encode(claims, "", algorithm="none", headers={"kid": self.kid})
        if fault == "hmac":
            return jwt.encode(claims, self.jwks()["keys"][0]["n"], algorithm="HS256", headers={"kid": self.kid})
        signed = jwt.encode(
            claims, _key() if fault == "stranger_key" else self.key, algorithm="RS256", headers={"kid": self.kid}
        )
        if fault == "bad_signature":
            head, body, seal = signed.split(".")
            return f"{head}.{body}.{'A' if seal[0] != 'A' else 'B'}{seal[1:]}"
        return signed


class Door(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        here = self.provider
        match parts.path.strip("/").split("/"):
            case [".well-known", "openid-configuration"]:
                self._json(200, here.discovery())
            case ["jwks"]:
                self._json(200, here.jwks())
            case ["authorize"] if _well(asked):
                self._page(_choice(here, parts.query))
            case ["authorize", "as", who] if who in here.people and _well(asked):
                self._onward(here.agree(who, asked))
            case ["authorize", "no"] if _well(asked):
                self._onward(
                    f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
                )
            case _:
                self._json(400, {"error": "invalid_request"})

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length", "0")), 65536)
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        if self.path == "/token":
            self._json(*self.provider.token(form, self.headers.get("Authorization", "")))
        elif self.path == "/fault" and form.get("mode") in FAULTS:
            self.provider.fault = form["mode"]
            self._json(200, {"fault": self.provider.fault})
        else:
            self._json(400, {"error": "invalid_request"})

    def _onward(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, status: int, said: Mapping[str, Any]) -> None:
        self._answer(status, "application/json", json.dumps(said).encode())

    def _page(self, page: str) -> None:
        self._answer(200, "text/html; charset=utf-8", page.encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: addresses carry codes."""


def _well(asked: Mapping[str, str]) -> bool:
    """A request of the one client registered here, with PKCE."""
    return (
        asked.get("client_id") == CLIENT
        and asked.get("response_type") == "code"
        and asked.get("code_challenge_method") == "S256"
        and all(asked.get(name) for name in ("state", "nonce", "code_challenge", "redirect_uri"))
    )


def _choice(provider: Provider, query: str) -> str:
    lines = "".join(
        f'<li><a href="/authorize/as/{escape(who)}?{escape(query)}">{escape(one["name"])}</a></li>'
        for who, one in provider.people.items()
    )
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>市统一身份认证（模拟）</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body{font:18px/1.8 sans-serif;max-width:30em;margin:2em auto;padding:0 1em}a{display:block;padding:.4em 0}</style>"
        "<main><h1>市统一身份认证（模拟）</h1><p>演示用：选一个人，就以他的实名身份登录。</p>"
        f'<ul>{lines}</ul><p><a href="/authorize/no?{escape(query)}">不同意，返回</a></p></main></html>'
    )


def settings(port: int) -> dict[str, str]:
    """What an instance is told so that it trusts the stand-in on that port."""
    return {
        "TONGBAN_MUNICIPAL_ISSUER": f"http://127.0.0.1:{port}",
        "TONGBAN_MUNICIPAL_CLIENT": CLIENT,
        "TONGBAN_MUNICIPAL_SECRET": SECRET,
        "TONGBAN_MUNICIPAL_NAME": "市统一身份认证（模拟）",
    }


def demo_people() -> dict[str, Mapping[str, str]]:
    cast = tomllib.loads(Path(__file__).with_name("cast.toml").read_text("utf-8"))
    return {one["username"]: one for one in (*cast["citizens"], NEWCOMER)}


def open_door(provider: Provider, *, port: int = 0) -> ThreadingHTTPServer:
    """Listening on this machine; the issuer is named after the port when it has no name yet."""
    server = ThreadingHTTPServer(("127.0.0.1", port), type("DoorOf", (Door,), {"provider": provider}))
    provider.issuer = provider.issuer or f"http://127.0.0.1:{server.server_port}"
    return server


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tongban.site.demo.municipal")
    parser.add_argument("--port", type=int, default=8007)
    parser.add_argument("--people", type=Path, help="a TOML file of people by user name; the demo's when left out")
    parser.add_argument("--now", type=datetime.fromisoformat, help="a moment that stands still")
    parser.add_argument("--slow", type=float, default=SLOW, help="seconds that the fault `slow` takes")
    args = parser.parse_args()
    people = tomllib.loads(args.people.read_text("utf-8")) if args.people else demo_people()
    provider = Provider("", people, now=args.now, slow=args.slow)
    server = open_door(provider, port=args.port)
    sys.stdout.write(provider.issuer + "\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
