from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event, name="authentication.SignedIn", subject="account"):
    """`session` is the public id of the session that began; `method` how it was proved."""

    account: int
    session: str
    method: str


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event, name="authentication.SignedOut", subject="account"):
    """`how`: left (here), ended (from another device, or by the platform), taken_over (another user at the same counter)."""

    account: int
    session: str
    how: str


@dataclass(frozen=True, kw_only=True)
class UpstreamLinked(Event, name="authentication.UpstreamLinked", subject="account"):
    """统一身份认证 vouched for the account's person for the first time; `level` is what its word proves."""

    account: int
    issuer: str
    level: str


@dataclass(frozen=True, kw_only=True)
class CardRegistered(Event, name="authentication.CardRegistered", subject="account"):
    """`kind`: pin (the platform checks it) or key (the card signs)."""

    account: int
    card: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class CardChanged(Event, name="authentication.CardChanged", subject="account"):
    """`to`: lost, suspended, ended, active (in use again), pin (a new PIN), locked (too many wrong PINs)."""

    account: int
    card: str
    to: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ScanAnswered(Event, name="authentication.ScanAnswered", subject="account"):
    """On a phone the account said whether another screen may be signed in as theirs."""

    account: int
    scan: str
    approved: bool
