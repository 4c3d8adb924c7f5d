"""Encryption of personal data at rest: AES-256-GCM with a key id, and an HMAC blind index for exact look-up.

Stored form: key id length (1 byte) · key id · nonce (12 bytes) · ciphertext with tag. The column's name is bound
as associated data, so a value moved to another column no longer opens.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class Unreadable(Exception):
    """The ciphertext was changed, moved, or its key is missing."""


@lru_cache
def _cipher(key_id: str) -> AESGCM:
    try:
        return AESGCM(bytes.fromhex(settings.TONGBAN_SECRETS.encryption[key_id]))
    except KeyError as error:
        raise Unreadable(f"no encryption key {key_id!r}") from error


def encrypt(plain: bytes, *, column: str) -> bytes:
    key_id: str = settings.TONGBAN_SECRETS.encryption_current
    nonce = secrets.token_bytes(12)
    name = key_id.encode()
    return bytes([len(name)]) + name + nonce + _cipher(key_id).encrypt(nonce, plain, column.encode())


def decrypt(stored: bytes, *, column: str) -> bytes:
    """Raises Unreadable."""
    length = stored[0] if stored else 0
    key_id = stored[1 : 1 + length].decode(errors="replace")
    nonce, sealed = stored[1 + length : 13 + length], stored[13 + length :]
    try:
        return _cipher(key_id).decrypt(nonce, sealed, column.encode())
    except (InvalidTag, ValueError) as error:  # ValueError: cut short
        raise Unreadable(f"{column}: the stored value does not open with key {key_id!r}") from error


def blind_index(value: str, *, purpose: str) -> bytes:
    """16 bytes that equal for equal values of one purpose and tell nothing else."""
    key = bytes.fromhex(settings.TONGBAN_SECRETS.blind_index)
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).digest()[:16]
