"""Keys in software: the row holds them encrypted, this process opens them. Not 密评-compliant."""

from __future__ import annotations

import base64
from functools import lru_cache

from tongban.trust import keys
from tongban.trust.errors import CryptoError
from tongban.trust.gateways import MadeKey
from tongban.trust.keys import Algorithm, PrivateKey


class SoftwareKeys:
    name = "software"

    def make(self, algorithm: Algorithm, *, label: str) -> MadeKey:
        made = keys.generate(algorithm)
        return MadeKey(made.public_der(), base64.b64encode(made.private_der()).decode())

    def sign(self, data: bytes, *, algorithm: Algorithm, label: str, private: str) -> bytes:
        return opened(private).sign(data)

    def destroy(self, *, label: str) -> None:
        """The row's own column is emptied; an opened copy leaves with this process's memory of it."""
        opened.cache_clear()


@lru_cache(maxsize=64)
def opened(private: str) -> PrivateKey:
    """From what the row holds, decrypted. Reading a key costs more than signing with it."""
    if not private:
        raise CryptoError("the private key was destroyed, or lies elsewhere")
    return keys.read_private(base64.b64decode(private))
