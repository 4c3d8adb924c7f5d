from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event, name="authentication.SignedIn", subject="account"):
    """`session` is the public id of the session that began; `method` how it was proved, `second` how once more.
    `known_device`: this browser was signed in with this account before."""

    account: int
    session: str
    method: str
    second: str = ""
    known_device: bool = True


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
    """`to`: lost, suspended, ended, active (in use again), pin (a new PIN, chosen by another), own_pin (chosen by
    its holder), locked (too many wrong PINs)."""

    account: int
    card: str
    to: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event, name="authentication.PasswordChanged", subject="account"):
    """By its owner, or anew by someone who saw them (`reset`). Everywhere else they are signed out."""

    account: int
    reset: bool


@dataclass(frozen=True, kw_only=True)
class FactorAdded(Event, name="authentication.FactorAdded", subject="account"):
    """`kind`: totp, passkey or recovery (new codes, the old ones are void)."""

    account: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(Event, name="authentication.FactorRemoved", subject="account"):
    """`kind`: totp, passkey or recovery (all of them, or the one that was used)."""

    account: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class FactorLocked(Event, name="authentication.FactorLocked", subject="account"):
    """`kind`: totp. Too many wrong codes since the last right one: it proves nothing any more."""

    account: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class TriesLimited(Event, name="authentication.TriesLimited", subject="of"):
    """Wrong tries reached the number from which the next one waits. `kind`: here (one name from one place), name (one name from
    many places), address (many names from one place), card, card_address, reader, totp, recovery. `what` and `address` are
    blind indexes; `account` is 0 where nobody has that name."""

    kind: str
    what: str
    address: str = ""
    account: int = 0
    of: str = "sign_ins"


@dataclass(frozen=True, kw_only=True)
class ScanAnswered(Event, name="authentication.ScanAnswered", subject="account"):
    """On a phone the account said whether another screen may be signed in as theirs."""

    account: int
    scan: str
    approved: bool


@dataclass(frozen=True, kw_only=True)
class ResetIssued(Event, name="authentication.ResetIssued", subject="account"):
    """A clerk saw the ID card and printed a code; the journal names the clerk and, as acted for, the person."""

    account: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class PasskeyCopied(Event, name="authentication.PasskeyCopied", subject="account"):
    """A passkey's counter went back: somebody has a copy of it. From then on it proves nothing."""

    account: int
    passkey: str
