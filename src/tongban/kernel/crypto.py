"""Encryption of personal data at rest: AES-256-GCM with a key id, and an HMAC blind index for exact look-up.

Stored form: key id length (1 byte) · key id · nonce (12 bytes) · ciphertext with tag. The column's name is bound
as associated data, so a value moved to another column no longer opens.

Keys are read from the secrets file again when another file has taken its place (`keyring`): looked for at most once a
second, and at once when a value names a key that this process doesn't know.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from functools import lru_cache
from time import monotonic

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tongban.kernel.config import ConfigError, Secrets, mark_of, read_secrets, secrets_file

log = logging.getLogger(__name__)


class Unreadable(Exception):
    """The ciphertext was changed, moved, or its key is missing."""


LOOK_AGAIN = 1.0
"""Seconds after which a process notices that the secrets file was replaced."""
_next_look = 0.0


@lru_cache
def _cipher(key_id: str) -> AESGCM:
    keys = settings.TONGBAN_SECRETS.encryption
    if key_id not in keys and _look_again():
        keys = settings.TONGBAN_SECRETS.encryption
    try:
        return AESGCM(bytes.fromhex(keys[key_id]))
    except KeyError as error:
        raise Unreadable(f"no encryption key {key_id!r}") from error


def _look_again() -> bool:
    """Whether the secrets file was replaced; its keys are in use then. One that can't be read changes nothing."""
    global _next_look
    _next_look = monotonic() + LOOK_AGAIN
    known: Secrets = settings.TONGBAN_SECRETS
    path = secrets_file(settings.TONGBAN)
    try:
        if not any(known.mark) or mark_of(path.stat()) == known.mark:
            return False
        settings.TONGBAN_SECRETS = read_secrets(path)
    except (OSError, ConfigError):
        log.exception("%s was replaced and can't be read; the keys known so far stay in use", path)
        return False
    return True


def current_key() -> str:
    """The id of the key that encrypts now."""
    if monotonic() >= _next_look:
        _look_again()
    current: str = settings.TONGBAN_SECRETS.encryption_current
    return current


def prefix(key_id: str) -> bytes:
    """How every value begins that this key encrypted."""
    name = key_id.encode()
    return bytes([len(name)]) + name


def encrypt(plain: bytes, *, column: str) -> bytes:
    key_id = current_key()
    nonce = secrets.token_bytes(12)
    return prefix(key_id) + nonce + _cipher(key_id).encrypt(nonce, plain, column.encode())


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
