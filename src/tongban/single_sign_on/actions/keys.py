"""Signing keys: made here, encrypted at rest, changed by a command."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection, transaction

from tongban.kernel import journal
from tongban.kernel.actors import Actor, system
from tongban.single_sign_on.events import KeyRotated
from tongban.single_sign_on.models import SigningKey
from tongban.single_sign_on.rules import LOGIN

BITS = 2048
_ONE_AT_A_TIME = 7_310_001
"""Of advisory locks: two processes must not make the first key both."""


def signing_key(*, now: datetime) -> SigningKey:
    """The key that signs; the first time, it and the next one are made."""
    found = SigningKey.objects.filter(retired_at=None, signs_from__isnull=False).first()
    return found or rotate_key(by=system("single_sign_on"), now=now, only_if_none=True)


@transaction.atomic
def rotate_key(*, by: Actor, now: datetime, compromised: bool = False, only_if_none: bool = False) -> SigningKey:
    """The next key signs from now on, and another next one is made. The old one verifies until what it signed has
    expired; where it is `compromised`, nothing is accepted of it, and the next one, which lay beside it, goes too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    present = SigningKey.objects.filter(retired_at=None, signs_from__isnull=False).first()
    if present and only_if_none:
        return present
    if present:
        present.retired_at, present.verifies_until = now, now if compromised else now + LOGIN
        present.private = ""  # it signs nothing more: nobody needs it, so nobody can steal it
        present.save(update_fields=["retired_at", "verifies_until", "private"])
    waiting = SigningKey.objects.filter(retired_at=None, signs_from=None)
    if compromised:
        waiting.update(retired_at=now, verifies_until=now, signs_from=None, private="")
    signs = waiting.first() or _make(now)
    signs.signs_from = now
    signs.save()
    _make(now).save()
    journal.record(KeyRotated(key=signs.kid, compromised=compromised), by=by, now=now)
    return signs


def _make(now: datetime) -> SigningKey:
    """A new pair; the key's id is its thumbprint (RFC 7638)."""
    pair = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    numbers = pair.public_key().public_numbers()
    core = {"e": _base64(numbers.e), "kty": "RSA", "n": _base64(numbers.n)}
    kid = _text(hashlib.sha256(json.dumps(core, separators=(",", ":"), sort_keys=True).encode()).digest())
    pem = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return SigningKey(kid=kid, private=pem, public={**core, "kid": kid, "use": "sig", "alg": "RS256"}, made_at=now)


def _base64(number: int) -> str:
    return _text(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
