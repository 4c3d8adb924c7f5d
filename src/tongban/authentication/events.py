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
