"""SM3 (GB/T 32905-2016): a digest of 32 bytes. Of `cryptography`, which carries it whatever the system's Python has."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.hazmat.primitives.hashes import SM3, Hash

OID = "1.2.156.10197.1.401"
SIZE = 32


def digest(data: bytes) -> bytes:
    return digest_of((data,))


def digest_of(pieces: Iterable[bytes]) -> bytes:
    """The digest of all pieces one after another, for what is too large to hold."""
    hashing = Hash(SM3())
    for piece in pieces:
        hashing.update(piece)
    return hashing.finalize()
