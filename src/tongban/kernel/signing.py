"""The instance's own signature on what leaves it for good: Ed25519 (RFC 8032), so that a stranger can check it with openssl.

The key is derived from a secret that is already kept and backed up. It says which instance made something; it is no
certificate, and no seal of a body.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"tongban case archive 1"


@lru_cache(maxsize=4)
def key_from(secret: str) -> Ed25519PrivateKey:
    """The instance's key, from the secret of its journal's heads (hex)."""
    derived = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(bytes.fromhex(secret))
    return Ed25519PrivateKey.from_private_bytes(derived)


def public_pem(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def read_public(pem: bytes) -> Ed25519PublicKey | None:
    """None for anything but the PEM of an Ed25519 public key."""
    try:
        found = serialization.load_pem_public_key(pem)
    except ValueError:
        return None
    return found if isinstance(found, Ed25519PublicKey) else None


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the key in groups, to be compared by eye: read out, or printed on paper."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    text = hashlib.sha256(raw).hexdigest()[:32]
    return " ".join(text[at : at + 4] for at in range(0, 32, 4))


def is_signed(content: bytes, signature: bytes, *, by: Ed25519PublicKey) -> bool:
    try:
        by.verify(signature, content)
    except InvalidSignature:
        return False
    return True
