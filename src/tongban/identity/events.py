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
class EnterpriseRegistered(Event, name="identity.EnterpriseRegistered", subject="organisation"):
    """By its legal representative, as the register of enterprises says; `replaced` were so before."""

    organisation: str
    person: str
    replaced: list[str]


@dataclass(frozen=True, kw_only=True)
class HandlerAdded(Event, name="identity.HandlerAdded", subject="organisation"):
    """经办人: `until_on` is the first day without the power."""

    organisation: str
    person: str
    from_on: str
    until_on: str


@dataclass(frozen=True, kw_only=True)
class HandlerEnded(Event, name="identity.HandlerEnded", subject="organisation"):
    """Before its time: by the legal representative, or by the handler."""

    organisation: str
    person: str


@dataclass(frozen=True, kw_only=True)
class PersonsMerged(Event, name="identity.PersonsMerged", subject="kept"):
    """合并: two registrations were one person; `kept` stands for both. What pointed at the other points at it already."""

    merging: str
    kept: str
    merged: str


@dataclass(frozen=True, kw_only=True)
class PersonsParted(Event, name="identity.PersonsParted", subject="kept"):
    """The merging was wrong and is undone; what came since stays with `kept`."""

    merging: str
    kept: str
    merged: str


@dataclass(frozen=True, kw_only=True)
class Verified(Event, name="identity.Verified", subject="person"):
    """认证: a level was reached; `how` is phone, real_name, card, face or claim."""

    person: str
    level: str
    how: str
