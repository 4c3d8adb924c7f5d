"""ECDSA on P-256 with SHA-256 (FIPS 186-5), by `cryptography`, in the shape of `sm2`: what PDFs and foreign readers know."""

from __future__ import annotations

from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tongban.trust.errors import CryptoError

CURVE_OID = "1.2.840.10045.3.1.7"
WITH_SHA256_OID = "1.2.840.10045.4.3.2"
_SIGNING = ec.ECDSA(SHA256())


class PublicKey:
    def __init__(self, public: ec.EllipticCurvePublicKey) -> None:
        self._public = public

    @classmethod
    def from_der(cls, der: bytes) -> Self:
        """From a SubjectPublicKeyInfo. Raises CryptoError for anything but a key on P-256."""
        try:
            return cls(_on_p256(serialization.load_der_public_key(der)))
        except (ValueError, UnsupportedAlgorithm) as error:
            raise CryptoError(f"reading a P-256 public key: {error}") from error

    def public_der(self) -> bytes:
        return self._public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Whether this key's owner signed exactly these bytes; `signature` is DER `SEQUENCE {r, s}`."""
        try:
            self._public.verify(signature, data, _SIGNING)
        except InvalidSignature:
            return False
        return True


class PrivateKey(PublicKey):
    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        super().__init__(private.public_key())
        self._private = private

    @classmethod
    def generate(cls) -> Self:
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_der(cls, der: bytes) -> Self:
        """From a PKCS#8, not encrypted. Raises CryptoError."""
        try:
            found = serialization.load_der_private_key(der, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise CryptoError(f"reading a P-256 private key: {error}") from error
        if not isinstance(found, ec.EllipticCurvePrivateKey) or not isinstance(found.curve, ec.SECP256R1):
            raise CryptoError("the key is not one of P-256")
        return cls(found)

    def private_der(self) -> bytes:
        """As PKCS#8, in clear: whoever keeps it encrypts it."""
        return self._private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data, _SIGNING)


def _on_p256(found: object) -> ec.EllipticCurvePublicKey:
    if not isinstance(found, ec.EllipticCurvePublicKey) or not isinstance(found.curve, ec.SECP256R1):
        raise CryptoError("the key is not one of P-256")
    return found
