"""Where private keys lie: one protocol, one file per kind of store.

`software` keeps them encrypted in the database: for development and stand-alone use, not 密评-compliant. `pkcs11` keeps them
in a module. The state's own seal and signature systems come as another gateway, above.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings

from tongban.kernel.config import Config
from tongban.kernel.refusals import Refusal
from tongban.trust.keys import Algorithm


@dataclass(frozen=True)
class MadeKey:
    """`public` is a SubjectPublicKeyInfo; `private` a PKCS#8 in base64, empty where the store keeps it."""

    public: bytes
    private: str = field(repr=False)


class KeyStore(Protocol):
    @property
    def name(self) -> str:
        """As it stands in `Key.store`."""

    def make(self, algorithm: Algorithm, *, label: str) -> MadeKey:
        """A new pair under this label. Raises Refusal where the store can't do the algorithm."""

    def sign(self, data: bytes, *, algorithm: Algorithm, label: str, private: str) -> bytes:
        """DER `SEQUENCE {r, s}`. Raises Unavailable where the store doesn't answer, CryptoError where the key is no good."""

    def destroy(self, *, label: str) -> None:
        """The private key is gone from the store; nothing happens where there is none."""


def store_named(name: str) -> KeyStore:
    """Raises Refusal for a store that this instance has not been told of."""
    from tongban.trust.gateways import pkcs11, software

    if name == software.SoftwareKeys.name:
        return software.SoftwareKeys()
    config: Config = settings.TONGBAN
    if name == pkcs11.Pkcs11Keys.name and config.pkcs11_module:
        return pkcs11.opened(config.pkcs11_module, config.pkcs11_token, config.pkcs11_pin)
    raise Refusal(
        "key_store_unknown",
        f"没有设置密钥存放处 {name}",
        "软件密钥用 software；密码机用 pkcs11，并设置 TONGBAN_PKCS11_MODULE、TONGBAN_PKCS11_TOKEN 和 TONGBAN_PKCS11_PIN",
        "store",
    )
