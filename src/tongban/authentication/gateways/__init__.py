"""Who else may vouch for a person, and what reads a card: the outside world as this room sees it.

Untrusted: an answer came, and it can't be believed. Away: no answer came, or one that nobody can read.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Protocol


class Untrusted(Exception):
    """The words are for the person at the page: plain, and without anything that the other side said."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Away(Exception):
    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def _random() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Journey:
    """What one browser set out with (state, nonce, PKCE): only that browser can come back with the answer, once."""

    state: str = field(default_factory=_random)
    nonce: str = field(default_factory=_random)
    verifier: str = field(default_factory=_random)

    @property
    def challenge(self) -> str:
        """RFC 7636, S256."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Vouched:
    """Whom the provider vouches for. `subject` is the provider's own lasting name for them."""

    issuer: str
    subject: str
    name: str
    id_type: str
    id_number: str
    phone: str = ""
    """One that the provider knows to be theirs."""


class IdentityProvider(Protocol):
    """市级或国家统一身份认证."""

    name: str
    """As people know it."""
    level: str
    """What its word proves here."""

    def address(self, journey: Journey, *, back: str) -> str:
        """Where the browser goes to prove who it is. Raises Away."""
        ...

    def vouch(self, code: str, journey: Journey, *, back: str, now: datetime) -> Vouched:
        """Whom the code that came back stands for; a code works once. Raises Untrusted, Away."""
        ...
