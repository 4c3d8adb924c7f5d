"""SM2 (GB/T 32918-2016, curve of GB/T 32918.5): signatures with SM3 and encryption, by the system's libcrypto.

Keys are DER: SubjectPublicKeyInfo and PKCS#8. A signature is DER `SEQUENCE {r, s}`, 70 to 72 bytes; a ciphertext is DER
`SEQUENCE {x, y, C3, C2}` (GB/T 35276-2017). Who signs counts into the digest: the identity is 1234567812345678 by default
(GB/T 35276) and always set, because OpenSSL 3.0 takes an empty one where none is given.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_char_p, c_size_t, c_void_p
from typing import Any, Self

from tongban.trust.errors import CryptoError
from tongban.trust.openssl import demand_done, der_of, failure, library

IDENTITY = b"1234567812345678"
CURVE_OID = "1.2.156.10197.1.301"
WITH_SM3_OID = "1.2.156.10197.1.501"


class PublicKey:
    """Verifies and encrypts. Freed with its last reference; may be shared between threads."""

    def __init__(self, handle: int) -> None:
        self._handle = c_void_p(handle)
        weakref.finalize(self, library().EVP_PKEY_free, self._handle)
        if library().EVP_PKEY_is_a(self._handle, b"SM2") != 1:
            library().ERR_clear_error()
            raise CryptoError("the key is not one of SM2")

    @classmethod
    def from_der(cls, der: bytes) -> Self:
        """From a SubjectPublicKeyInfo. Raises CryptoError for anything else, and for a point off the curve."""
        handle = library().d2i_PUBKEY(None, ctypes.byref(c_char_p(der)), len(der))
        demand_done(handle, "reading an SM2 public key")
        return cls(handle)

    def public_der(self) -> bytes:
        return der_of(library().i2d_PUBKEY, self._handle, "writing an SM2 public key")

    def verify(self, signature: bytes, data: bytes, *, identity: bytes = IDENTITY) -> bool:
        """Whether this key's owner signed exactly these bytes. False for whatever is no signature at all."""
        lib = library()
        with _digesting(self._handle, lib.EVP_DigestVerifyInit, identity) as context:
            result = lib.EVP_DigestVerify(context, signature, len(signature), data, len(data))
            lib.ERR_clear_error()
            return bool(result == 1)

    def encrypt(self, plain: bytes) -> bytes:
        """For the holder of the private key alone. Meant for keys and short texts; raises CryptoError for an empty one."""
        if not plain:
            raise CryptoError("SM2 encrypts at least one byte")
        lib = library()
        return _crypt(self._handle, lib.EVP_PKEY_encrypt_init, lib.EVP_PKEY_encrypt, plain, "encrypting by SM2")


class PrivateKey(PublicKey):
    """Signs and decrypts, too."""

    @classmethod
    def generate(cls) -> Self:
        lib = library()
        context = lib.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        try:
            made = c_void_p()
            demand_done(lib.EVP_PKEY_keygen_init(context), "making an SM2 key")
            demand_done(lib.EVP_PKEY_generate(context, ctypes.byref(made)), "making an SM2 key")
        finally:
            lib.EVP_PKEY_CTX_free(context)
        return cls(made.value or 0)

    @classmethod
    def from_der(cls, der: bytes) -> Self:
        """From a PKCS#8, not encrypted. Raises CryptoError."""
        lib = library()
        info = lib.d2i_PKCS8_PRIV_KEY_INFO(None, ctypes.byref(c_char_p(der)), len(der))
        demand_done(info, "reading an SM2 private key")
        try:
            handle = lib.EVP_PKCS82PKEY(info)
        finally:
            lib.PKCS8_PRIV_KEY_INFO_free(info)
        demand_done(handle, "reading an SM2 private key")
        return cls(handle)

    def private_der(self) -> bytes:
        """As PKCS#8, in clear: whoever keeps it encrypts it."""
        lib = library()
        info = lib.EVP_PKEY2PKCS8(self._handle)
        demand_done(info, "writing an SM2 private key")
        try:
            return der_of(lib.i2d_PKCS8_PRIV_KEY_INFO, c_void_p(info), "writing an SM2 private key")
        finally:
            lib.PKCS8_PRIV_KEY_INFO_free(info)

    def sign(self, data: bytes, *, identity: bytes = IDENTITY) -> bytes:
        lib = library()
        with _digesting(self._handle, lib.EVP_DigestSignInit, identity) as context:
            room, size = ctypes.create_string_buffer(80), c_size_t(80)
            demand_done(lib.EVP_DigestSign(context, room, ctypes.byref(size), data, len(data)), "signing by SM2")
            return room.raw[: size.value]

    def decrypt(self, sealed: bytes) -> bytes:
        """Raises CryptoError when a byte was changed (C3 is checked) or it is for another key."""
        lib = library()
        return _crypt(self._handle, lib.EVP_PKEY_decrypt_init, lib.EVP_PKEY_decrypt, sealed, "decrypting by SM2")


@contextmanager
def _digesting(handle: c_void_p, begin: Any, identity: bytes) -> Iterator[c_void_p]:
    """A context that hashes with SM3 and the signer's identity; begun to sign or to verify."""
    lib = library()
    digest, key = c_void_p(lib.EVP_MD_CTX_new()), c_void_p(lib.EVP_PKEY_CTX_new(handle, None))
    try:
        if not digest or not key:
            raise failure("beginning with SM2")
        demand_done(lib.EVP_PKEY_CTX_set1_id(key, identity, len(identity)), "setting the identity of SM2")
        lib.EVP_MD_CTX_set_pkey_ctx(digest, key)
        demand_done(begin(digest, None, lib.EVP_sm3(), None, handle), "beginning with SM2")
        yield digest
    finally:
        lib.EVP_MD_CTX_free(digest)
        lib.EVP_PKEY_CTX_free(key)


def _crypt(handle: c_void_p, begin: Any, act: Any, data: bytes, doing: str) -> bytes:
    lib = library()
    context = c_void_p(lib.EVP_PKEY_CTX_new(handle, None))
    try:
        demand_done(begin(context), doing)
        size = c_size_t()
        demand_done(act(context, None, ctypes.byref(size), data, len(data)), doing)
        room = ctypes.create_string_buffer(size.value)
        demand_done(act(context, room, ctypes.byref(size), data, len(data)), doing)
        return room.raw[: size.value]
    finally:
        lib.EVP_PKEY_CTX_free(context)
