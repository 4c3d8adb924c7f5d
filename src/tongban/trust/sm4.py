"""SM4 in GCM (GB/T 32907-2016, GB/T 36624-2018, RFC 8998): a key of 16 bytes; what was changed doesn't open.

Sealed form: nonce (12 bytes) · ciphertext, as long as the plain text · tag (16 bytes).
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from tongban.trust.errors import CryptoError

KEY_SIZE, NONCE_SIZE, TAG_SIZE = 16, 12, 16


def new_key() -> bytes:
    return secrets.token_bytes(KEY_SIZE)


def seal(plain: bytes, *, key: bytes, bound: bytes = b"") -> bytes:
    """`bound` is authenticated and not kept: the same is needed to open. A nonce is drawn each time."""
    return seal_with(plain, key=key, nonce=secrets.token_bytes(NONCE_SIZE), bound=bound)


def seal_with(plain: bytes, *, key: bytes, nonce: bytes, bound: bytes = b"") -> bytes:
    """With a nonce of one's own, never twice under one key: it would give both texts away."""
    _check_key(key)
    sealing = Cipher(SM4(key), GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(bound)
    sealed = sealing.update(plain) + sealing.finalize()
    return nonce + sealed + sealing.tag


def unseal(sealed: bytes, *, key: bytes, bound: bytes = b"") -> bytes:
    """Raises CryptoError when anything was changed, or the key or what was bound is another one."""
    _check_key(key)
    if len(sealed) < NONCE_SIZE + TAG_SIZE:
        raise CryptoError("SM4-GCM: shorter than a nonce and a tag")
    nonce, body, tag = sealed[:NONCE_SIZE], sealed[NONCE_SIZE:-TAG_SIZE], sealed[-TAG_SIZE:]
    opening = Cipher(SM4(key), GCM(nonce, tag)).decryptor()
    opening.authenticate_additional_data(bound)
    try:
        return opening.update(body) + opening.finalize()
    except InvalidTag as error:
        raise CryptoError("SM4-GCM: changed, or another key") from error


def _check_key(key: bytes) -> None:
    if len(key) != KEY_SIZE:
        raise CryptoError(f"SM4 takes a key of {KEY_SIZE} bytes, not {len(key)}")
