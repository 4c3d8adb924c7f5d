"""The system's libcrypto (OpenSSL 3.0 or newer) by ctypes: the few calls that SM2 needs, typed.

`cryptography` carries an OpenSSL of its own but refuses the curve of SM2, so this is the only way without another wheel.
Calls release the interpreter's lock; OpenSSL keeps its errors per thread, and a key that only signs and verifies may be
shared between threads.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from ctypes import POINTER, c_char_p, c_int, c_long, c_size_t, c_ulong, c_void_p
from functools import cache
from typing import Any

from tongban.kernel.config import ConfigError
from tongban.trust.errors import CryptoError

NAMES = ("libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll")
_DER = POINTER(c_char_p)
_OUT = POINTER(c_size_t)
_MADE = POINTER(c_void_p)
SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "OpenSSL_version_num": (c_ulong, ()),
    "ERR_get_error": (c_ulong, ()),
    "ERR_error_string_n": (None, (c_ulong, c_char_p, c_size_t)),
    "ERR_clear_error": (None, ()),
    "EVP_sm3": (c_void_p, ()),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_is_a": (c_int, (c_void_p, c_char_p)),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_set1_id": (c_int, (c_void_p, c_char_p, c_int)),
    "EVP_PKEY_keygen_init": (c_int, (c_void_p,)),
    "EVP_PKEY_generate": (c_int, (c_void_p, _MADE)),
    "EVP_PKEY_encrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_encrypt": (c_int, (c_void_p, c_char_p, _OUT, c_char_p, c_size_t)),
    "EVP_PKEY_decrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_decrypt": (c_int, (c_void_p, c_char_p, _OUT, c_char_p, c_size_t)),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (c_void_p, c_void_p)),
    "EVP_DigestSignInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestSign": (c_int, (c_void_p, c_char_p, _OUT, c_char_p, c_size_t)),
    "EVP_DigestVerifyInit": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "d2i_PUBKEY": (c_void_p, (c_void_p, _DER, c_long)),
    "i2d_PUBKEY": (c_int, (c_void_p, _DER)),
    "d2i_PKCS8_PRIV_KEY_INFO": (c_void_p, (c_void_p, _DER, c_long)),
    "i2d_PKCS8_PRIV_KEY_INFO": (c_int, (c_void_p, _DER)),
    "EVP_PKCS82PKEY": (c_void_p, (c_void_p,)),
    "EVP_PKEY2PKCS8": (c_void_p, (c_void_p,)),
    "PKCS8_PRIV_KEY_INFO_free": (None, (c_void_p,)),
}


@cache
def library() -> Any:
    """libcrypto with SM2. Raises ConfigError that says what is missing and what to install."""
    return checked(_found())


def checked(found: Any) -> Any:
    """The library with its calls typed. Raises ConfigError for one that is too old or was built without SM2."""
    if not hasattr(found, "EVP_PKEY_generate") or not hasattr(found, "EVP_sm3"):
        raise ConfigError("the system's libcrypto has no SM2/SM3; install OpenSSL 3.0 or newer, built with SM2")
    for name, (result, arguments) in SIGNATURES.items():
        call = getattr(found, name)
        call.restype, call.argtypes = result, arguments
    context = found.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
    if not context:
        found.ERR_clear_error()
        raise ConfigError(
            f"the system's libcrypto {found.OpenSSL_version_num() >> 28}.x was built without SM2 (no-sm2), or its "
            "policy switches it off; install the distribution's OpenSSL, or run 'openssl list -public-key-algorithms'"
        )
    found.EVP_PKEY_CTX_free(context)
    return found


def _found() -> Any:
    for name in (*NAMES, ctypes.util.find_library("crypto") or ""):
        if name:
            try:
                return ctypes.CDLL(name)
            except OSError:
                continue
    raise ConfigError("libcrypto (OpenSSL 3) is not on this machine; Debian: apt-get install libssl3")


def failure(doing: str) -> CryptoError:
    """What OpenSSL says of the last call of this thread; its list of errors is empty afterwards."""
    said, lib = [], library()
    while code := lib.ERR_get_error():
        text = ctypes.create_string_buffer(256)
        lib.ERR_error_string_n(code, text, len(text))
        said.append(text.value.decode(errors="replace"))
    return CryptoError(f"{doing}: {'; '.join(said) or 'OpenSSL gives no reason'}")


def demand_done(result: int | None, doing: str) -> None:
    """Raises CryptoError unless a call said 1, or gave a pointer."""
    if not result or result < 0:
        raise failure(doing)


def der_of(write: Any, thing: c_void_p, doing: str) -> bytes:
    """The DER that an `i2d_` call writes: first asked how long it is, then for the bytes."""
    size = write(thing, None)
    demand_done(size, doing)
    room = ctypes.create_string_buffer(size)
    at = ctypes.cast(room, c_char_p)
    demand_done(write(thing, ctypes.byref(at)), doing)
    return room.raw
