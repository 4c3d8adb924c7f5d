"""Keys by the name of their algorithm, so that nothing above asks which of the two it has in hand."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Protocol

from asn1crypto import core
from asn1crypto import keys as asn1

from tongban.trust import ecdsa, sm2, sm3
from tongban.trust.errors import MALFORMED, CryptoError

asn1.NamedCurve.register("sm2p256v1", sm2.CURVE_OID, 32)


class Algorithm(StrEnum):
    """How something is signed: the key and the digest that go together."""

    SM2 = "sm2"
    """SM2 with SM3: OFD, and all that 国密 asks for."""
    ECDSA = "ecdsa"
    """ECDSA P-256 with SHA-256: PDF, and readers that know no SM2."""

    @property
    def signature_oid(self) -> str:
        return {"sm2": sm2.WITH_SM3_OID, "ecdsa": ecdsa.WITH_SHA256_OID}[self.value]

    @property
    def digest_oid(self) -> str:
        return {"sm2": sm3.OID, "ecdsa": SHA256_OID}[self.value]

    def digest(self, data: bytes) -> bytes:
        """32 bytes by either."""
        return DIGESTS[self.digest_oid](data)


SHA256_OID = "2.16.840.1.101.3.4.2.1"
DIGESTS = {sm3.OID: sm3.digest, SHA256_OID: lambda data: hashlib.sha256(data).digest()}
"""Digests by their identifier: what may stand in a time stamp or a signature."""


class PublicKey(Protocol):
    def public_der(self) -> bytes: ...

    def verify(self, signature: bytes, data: bytes) -> bool: ...


class PrivateKey(PublicKey, Protocol):
    def private_der(self) -> bytes: ...

    def sign(self, data: bytes) -> bytes: ...


def generate(algorithm: Algorithm) -> PrivateKey:
    return sm2.PrivateKey.generate() if algorithm is Algorithm.SM2 else ecdsa.PrivateKey.generate()


def read_private(der: bytes) -> PrivateKey:
    """From a PKCS#8, not encrypted. Raises CryptoError."""
    try:
        parameters = asn1.PrivateKeyInfo.load(der, strict=True)["private_key_algorithm"]["parameters"]
        algorithm = _of_curve(parameters)
    except MALFORMED as error:
        raise CryptoError(f"not a PKCS#8 private key: {error}") from error
    return sm2.PrivateKey.from_der(der) if algorithm is Algorithm.SM2 else ecdsa.PrivateKey.from_der(der)


def read_public(der: bytes) -> PublicKey:
    """From a SubjectPublicKeyInfo. Raises CryptoError."""
    return sm2.PublicKey.from_der(der) if algorithm_of(der) is Algorithm.SM2 else ecdsa.PublicKey.from_der(der)


def algorithm_of(public: bytes) -> Algorithm:
    """What a SubjectPublicKeyInfo is good for. Raises CryptoError for a key that we don't know."""
    try:
        info = asn1.PublicKeyInfo.load(public, strict=True)
        return _of_curve(info["algorithm"]["parameters"])
    except MALFORMED as error:
        raise CryptoError(f"not a public key that is known here: {error}") from error


def identifier_of(public: bytes) -> bytes:
    """20 bytes that name a key in certificates (RFC 7093, method 1)."""
    bits = asn1.PublicKeyInfo.load(public)["public_key"].contents[1:]
    return hashlib.sha256(bits).digest()[:20]


def whole_octets(bits: core.BitString) -> bytes:
    """A signature from its BIT STRING. One that leaves bits unused is another encoding of the same: nobody's signature."""
    return bytes(bits.contents[1:]) if bits.contents[:1] == b"\0" else b""


def _of_curve(parameters: asn1.ECDomainParameters) -> Algorithm:
    curves = {sm2.CURVE_OID: Algorithm.SM2, ecdsa.CURVE_OID: Algorithm.ECDSA}
    return curves[parameters.chosen.dotted]
