from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AbsenceDeclared(Event, name="identity.AbsenceDeclared", subject="account"):
    """请假: `until_on` is the first day back."""

    account: int
    substitute: int
    from_on: str
    until_on: str


@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(Event, name="identity.AbsenceEnded", subject="account"):
    """Back early, or arranged otherwise."""

    account: int
    substitute: int


@dataclass(frozen=True, kw_only=True)
class Verified(Event, name="identity.Verified", subject="person"):
    """认证: a level was reached; `how` is phone, real_name, card, face or claim."""

    person: str
    level: str
    how: str
