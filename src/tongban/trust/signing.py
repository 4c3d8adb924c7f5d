"""签名器: who signs, without saying where the key lies: in software, or in a module (`gateways.pkcs11`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from tongban.trust.keys import Algorithm, PrivateKey


class Signer(Protocol):
    """`certificate` is DER and holds the public key that belongs to the one that signs."""

    @property
    def algorithm(self) -> Algorithm: ...

    @property
    def certificate(self) -> bytes: ...

    def sign(self, data: bytes) -> bytes:
        """DER `SEQUENCE {r, s}` over the data, digest and all. Raises CryptoError; a gateway raises Unavailable."""


@dataclass(frozen=True)
class SoftwareSigner:
    """A key in this process's memory: for development and stand-alone use, not 密评-compliant."""

    algorithm: Algorithm
    certificate: bytes
    key: PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)
