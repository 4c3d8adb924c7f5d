from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ConnectionAsked(Event, name="single_sign_on.ConnectionAsked", subject="asking"):
    """接入申请: a new system, or a change of `client`."""

    asking: str
    client: str
    body: int


@dataclass(frozen=True, kw_only=True)
class ConnectionDecided(Event, name="single_sign_on.ConnectionDecided", subject="asking"):
    asking: str
    client: str
    approved: bool
    scopes: list[str]


@dataclass(frozen=True, kw_only=True)
class SecretMade(Event, name="single_sign_on.SecretMade", subject="client"):
    client: str


@dataclass(frozen=True, kw_only=True)
class ClientSuspended(Event, name="single_sign_on.ClientSuspended", subject="client"):
    client: str


@dataclass(frozen=True, kw_only=True)
class ClientResumed(Event, name="single_sign_on.ClientResumed", subject="client"):
    client: str


@dataclass(frozen=True, kw_only=True)
class Consented(Event, name="single_sign_on.Consented", subject="client"):
    """授权同意, for the named scopes."""

    client: str
    account: int
    scopes: list[str]


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event, name="single_sign_on.ConsentWithdrawn", subject="client"):
    client: str
    account: int


@dataclass(frozen=True, kw_only=True)
class LetIn(Event, name="single_sign_on.LetIn", subject="client"):
    """The account signed in at a system, which may read the scopes from now on; `session` is the session here."""

    client: str
    account: int
    session: str
    scopes: list[str]


@dataclass(frozen=True, kw_only=True)
class TokenReused(Event, name="single_sign_on.TokenReused", subject="client"):
    """A code or a refresh token came a second time: somebody has a copy. All tokens of that login ended."""

    client: str
    account: int
    login: str
    what: str


@dataclass(frozen=True, kw_only=True)
class LogoutQueued(Event, name="single_sign_on.LogoutQueued", subject="notice"):
    notice: str


@dataclass(frozen=True, kw_only=True)
class LogoutUndelivered(Event, name="single_sign_on.LogoutUndelivered", subject="notice"):
    """退出通知 was given up: the system may still think the person is there."""

    notice: str
    client: str


@dataclass(frozen=True, kw_only=True)
class KeyRotated(Event, name="single_sign_on.KeyRotated", subject="key"):
    """`key` signs from now on."""

    key: str
    compromised: bool
