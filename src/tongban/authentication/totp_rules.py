"""动态口令: time-based one-time passwords, RFC 6238 on RFC 4226. Plain values only."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime
from typing import Final, Literal
from urllib.parse import quote, urlencode

PERIOD: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps before and after that are heard: clocks of phones go wrong by half a minute."""
MOST_WRONG: Final = 20
"""Wrong codes since the last right one, over days, that end an authenticator: with three codes heard at a time, one guess in
17,000 is right."""
Digest = Literal["sha1", "sha256", "sha512"]


def step_of(moment: datetime) -> int:
    return int(moment.timestamp()) // PERIOD


def code_at(secret: bytes, step: int, *, digits: int = DIGITS, digest: Digest = "sha1") -> str:
    mac = hmac.new(secret, step.to_bytes(8, "big"), getattr(hashlib, digest)).digest()
    at = mac[-1] & 0xF
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def step_typed(secret: bytes, typed: str, *, now: datetime, last_step: int) -> int | None:
    """The step whose code was typed, later than the last one used; None when there is none."""
    here, found = step_of(now), None
    for step in range(here - DRIFT, here + DRIFT + 1):
        right = hmac.compare_digest(code_at(secret, step).encode(), typed.encode())
        if right and step > last_step and found is None:
            found = step
    return found


def text_of(secret: bytes) -> str:
    """Base32, as authenticators take it."""
    return b32encode(secret).decode().rstrip("=")


def address_of(secret: bytes, *, name: str, issuer: str) -> str:
    """What the QR code says (otpauth)."""
    query = urlencode(
        {"secret": text_of(secret), "issuer": issuer, "digits": DIGITS, "period": PERIOD}, quote_via=quote
    )
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?{query}"
