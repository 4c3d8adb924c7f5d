"""Keys in a hardware module (密码机, UKey) by PKCS#11: ECDSA P-256, whose mechanisms every module shares.

**SM2 is vendor-specific here**: PKCS#11 3.x names no SM2 mechanism, and makers number theirs as they like
(CKM_VENDOR_DEFINED + …) or offer the SDF interface of GM/T 0018 instead. A store for one of them is written beside this file,
for that maker's library, and passes the same contract test.
Needs the extra `hsm` (python-pkcs11). Tried with SoftHSM 2, which is software too.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

from tongban.kernel.config import ConfigError
from tongban.kernel.refusals import Refusal, Unavailable
from tongban.trust.gateways import MadeKey
from tongban.trust.keys import Algorithm

T = TypeVar("T")


class Pkcs11Keys:
    """One token of one module, by one session, which one thread uses at a time."""

    name = "pkcs11"

    def __init__(self, module: str, token: str, pin: str) -> None:
        self._module, self._token, self._pin = module, token, pin
        self._lock = threading.Lock()
        self._session: Any = None

    def make(self, algorithm: Algorithm, *, label: str) -> MadeKey:
        """The private key can't be read out of the token: it is marked sensitive and not extractable."""
        _demand_ecdsa(algorithm)
        from pkcs11 import Attribute, KeyType
        from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

        def work(session: Any) -> bytes:
            curve = session.create_domain_parameters(
                KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
            )
            hidden = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
            public, _ = curve.generate_keypair(store=True, label=label, private_template=hidden)
            return bytes(encode_ec_public_key(public))

        return MadeKey(self._with_session(work), "")

    def sign(self, data: bytes, *, algorithm: Algorithm, label: str, private: str) -> bytes:
        """The digest is made here, the signature in the token."""
        _demand_ecdsa(algorithm)
        from pkcs11 import Mechanism, ObjectClass
        from pkcs11.util.ec import encode_ecdsa_signature

        def work(session: Any) -> bytes:
            key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
            return bytes(key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA))

        return bytes(encode_ecdsa_signature(self._with_session(work)))

    def destroy(self, *, label: str) -> None:
        from pkcs11 import Attribute

        def work(session: Any) -> None:
            for thing in list(session.get_objects({Attribute.LABEL: label})):
                thing.destroy()

        self._with_session(work)

    def _with_session(self, work: Callable[[Any], T]) -> T:
        """Raises Unavailable with the module's words. The session is begun anew the next time after a fault."""
        from pkcs11.exceptions import PKCS11Error

        with self._lock:
            try:
                self._session = self._session or _token_of(self._module, self._token).open(rw=True, user_pin=self._pin)
                return work(self._session)
            except PKCS11Error as error:
                self._drop()
                raise Unavailable(
                    "key_store_away",
                    f"密码机不能签名（{type(error).__name__}）",
                    "检查密码机是否接通、TONGBAN_PKCS11_TOKEN 和 TONGBAN_PKCS11_PIN 是否正确，然后再试",
                ) from error

    def _drop(self) -> None:
        """Logged out with it: a session left open would refuse the next login."""
        from pkcs11.exceptions import PKCS11Error

        dropped, self._session = self._session, None
        if dropped is not None:
            with suppress(PKCS11Error):
                dropped.close()


@lru_cache(maxsize=4)
def opened(module: str, token: str, pin: str) -> Pkcs11Keys:
    """Raises ConfigError where the package is missing or the module can't be loaded."""
    _library(module)
    return Pkcs11Keys(module, token, pin)


def _token_of(module: str, token: str) -> Any:
    return _library(module).get_token(token_label=token)


def _library(module: str) -> Any:
    try:
        import pkcs11
    except ImportError as error:
        raise ConfigError("TONGBAN_PKCS11_MODULE is set; install the extra: pip install 'tongban[hsm]'") from error
    try:
        return pkcs11.lib(module)
    except (OSError, RuntimeError, pkcs11.PKCS11Error) as error:
        raise ConfigError(f"TONGBAN_PKCS11_MODULE {module!r} can't be loaded: {error}") from error


def _demand_ecdsa(algorithm: Algorithm) -> None:
    if algorithm is not Algorithm.ECDSA:
        raise Refusal(
            "key_store_algorithm",
            "PKCS#11 密码机只支持 ECDSA：SM2 的指令各厂商不同",
            "SM2 密钥用 software，或为该厂商写一个密钥存放处（trust/gateways）",
            "algorithm",
        )
