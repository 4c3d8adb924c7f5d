"""A provider that speaks OpenID Connect: discovery, code with PKCE, and an ID token of which everything is verified."""

from __future__ import annotations

import hmac
import json
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

import jwt

from tongban.authentication.gateways import Away, Journey, Untrusted, Vouched
from tongban.identity.levels import Level
from tongban.kernel import destinations, outgoing
from tongban.kernel.config import Config, ConfigError
from tongban.kernel.destinations import Bounds
from tongban.kernel.refusals import Refusal

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
SKEW: Final = 60
"""Seconds by which the two clocks may differ."""
OLDEST: Final = 600
"""Seconds: an ID token is used at once."""
KEPT: Final = 600.0
"""Seconds for which what the provider published is taken as known."""
SEEN_AGAIN: Final = 5.0
"""Seconds between two looks for a key that was not among the published ones."""
PATIENCE: Final = 5.0
MOST_READ: Final = 256 * 1024


@dataclass(eq=False)
class OidcProvider:
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    level: str
    within: Bounds | None = None
    """Where calls may go; the instance's own bounds when left out."""
    patience: float = PATIENCE
    _published: tuple[float, Mapping[str, Any]] | None = field(default=None, repr=False)
    _keys: tuple[float, Mapping[str, Any]] | None = field(default=None, repr=False)

    def address(self, journey: Journey, *, back: str) -> str:
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": back, "scope": "openid profile phone",
            "state": journey.state, "nonce": journey.nonce, "code_challenge": journey.challenge,
            "code_challenge_method": "S256",
        }  # fmt: skip
        there = self._place("authorization_endpoint")
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"

    def vouch(self, code: str, journey: Journey, *, back: str, now: datetime) -> Vouched:
        sent = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": journey.verifier,
        }  # fmt: skip
        secret = b64encode(f"{quote(self.client_id)}:{quote(self.client_secret)}".encode()).decode()
        status, answer = self._fetch(
            self._place("token_endpoint"), sent, {"Authorization": f"Basic {secret}", "Accept": "application/json"}
        )
        if status in (400, 401, 403):
            raise Untrusted("登录凭据没有被认可，可能已经用过或过期")
        if status != 200 or not isinstance(token := answer.get("id_token"), str):
            raise Away("统一认证的回答看不懂")
        return self._vouched(self._verified(token, journey.nonce, now=now))

    def _verified(self, token: str, nonce: str, *, now: datetime) -> Mapping[str, Any]:
        """The claims of a token that this provider signed, for us, for this journey, just now."""
        try:
            head = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as error:
            raise Untrusted("身份令牌的格式不对") from error
        algorithm = head.get("alg")
        if algorithm not in ALGORITHMS:
            raise Untrusted("身份令牌的签名算法不被接受")
        key = self._key(str(head.get("kid", "")), str(algorithm))
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token, key, algorithms=[str(algorithm)], audience=self.client_id, issuer=self.issuer,
                options={
                    "require": ["exp", "iat", "iss", "aud", "sub"],
                    # by the clock of the platform, below
                    "verify_exp": False, "verify_iat": False, "verify_nbf": False,
                },
            )  # fmt: skip
        except jwt.InvalidAudienceError as error:
            raise Untrusted("身份令牌不是发给本平台的") from error
        except jwt.InvalidIssuerError as error:
            raise Untrusted("身份令牌不是统一认证签发的") from error
        except jwt.InvalidTokenError as error:
            raise Untrusted("身份令牌的签名核对不上") from error
        _check_time(claims, now=now)
        if not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
            raise Untrusted("身份令牌不是为这一次登录签发的")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", self.client_id if not several else "") != self.client_id:
            raise Untrusted("身份令牌不是发给本平台的")
        return claims

    def _vouched(self, claims: Mapping[str, Any]) -> Vouched:
        wanted = {"subject": "sub", "name": "name", "id_type": "id_type", "id_number": "id_number"}
        found = {ours: claims.get(theirs) for ours, theirs in wanted.items()}
        if any(not isinstance(value, str) or not 0 < len(value) <= 200 for value in found.values()):
            raise Untrusted("统一认证没有给出完整的实名信息")
        phone = claims.get("phone_number", "") if claims.get("phone_number_verified", True) is True else ""
        return Vouched(self.issuer, phone=phone if isinstance(phone, str) else "", **found)  # type: ignore[arg-type]

    # what the provider publishes

    def _place(self, name: str) -> str:
        return self._safe(self._discovered().get(name))

    def _discovered(self) -> Mapping[str, Any]:
        if self._published and time.monotonic() - self._published[0] < KEPT:
            return self._published[1]
        status, answer = self._fetch(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if status != 200:
            raise Away("统一认证暂时不可用")
        if answer.get("issuer") != self.issuer:
            raise Untrusted("统一认证公布的名称与登记的不同")
        self._published = (time.monotonic(), answer)
        return answer

    def _key(self, kid: str, algorithm: str) -> jwt.PyJWK:
        """The published key of that name; looked for again when it is not known, as keys change."""
        age = time.monotonic() - self._keys[0] if self._keys else KEPT
        if self._keys is None or age >= KEPT or (kid not in self._keys[1] and age >= SEEN_AGAIN):
            status, answer = self._fetch(self._place("jwks_uri"))
            if status != 200 or not isinstance(answer.get("keys"), list):
                raise Away("统一认证的公钥取不到")
            published = [one for one in answer["keys"] if isinstance(one, dict) and one.get("use", "sig") == "sig"]
            self._keys = (time.monotonic(), {str(one.get("kid", "")): one for one in published})
        if kid not in self._keys[1]:
            raise Untrusted("身份令牌的签名核对不上")
        try:
            return jwt.PyJWK.from_dict(self._keys[1][kid], algorithm=algorithm)
        except jwt.PyJWTError as error:
            raise Untrusted("身份令牌的签名核对不上") from error

    # the way out

    def _safe(self, url: object) -> str:
        """An address that may be called, and that a browser may be sent to. Raises Away."""
        try:
            destinations.read(str(url), within=self.within or outgoing.bounds_of_this_instance())
        except Refusal as refusal:
            raise Away("统一认证公布的地址不能用") from refusal
        return str(url)

    def _fetch(
        self, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, Any]]:
        """Status and JSON of one request. Raises Away."""
        sent = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        try:
            answer = outgoing.call(
                "GET" if form is None else "POST", url, body=urlencode(form or {}).encode(),
                headers={**sent, **(headers or {})}, within=self.within, connects=self.patience, answers=self.patience,
                most=MOST_READ,
            )  # fmt: skip
        except (outgoing.Away, outgoing.Unanswered, Refusal) as error:
            raise Away("统一认证暂时连不上") from error
        try:
            said = json.loads(answer.body)
        except ValueError:
            said = None
        return answer.status, said if isinstance(said, dict) else {}


def _check_time(claims: Mapping[str, Any], *, now: datetime) -> None:
    moment = now.timestamp()
    try:
        until, made = float(claims["exp"]), float(claims["iat"])
        since = float(claims.get("nbf", made))
    except (TypeError, ValueError) as error:
        raise Untrusted("身份令牌的时间看不懂") from error
    if not (moment - SKEW < until and moment - OLDEST < made < moment + SKEW and since < moment + SKEW):
        raise Untrusted("身份令牌已经过期，或者时间不对")


def chosen(config: Config) -> OidcProvider | None:
    """The instance's provider, if it has one. Raises ConfigError."""
    if not config.municipal_issuer:
        return None
    if not config.municipal_client:
        raise ConfigError("TONGBAN_MUNICIPAL_ISSUER needs TONGBAN_MUNICIPAL_CLIENT, the name registered there")
    if not config.municipal_issuer.startswith("https://") and not config.demo:
        raise ConfigError("TONGBAN_MUNICIPAL_ISSUER begins with https://")
    if config.municipal_level.upper() not in Level.__members__:
        raise ConfigError(f"TONGBAN_MUNICIPAL_LEVEL is one of {', '.join(one.key for one in Level)}")
    return OidcProvider(
        issuer=config.municipal_issuer, client_id=config.municipal_client, client_secret=config.municipal_secret,
        name=config.municipal_name, level=config.municipal_level
    )  # fmt: skip
