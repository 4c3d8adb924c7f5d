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
class LegalEnded(Event, name="identity.LegalEnded", subject="organisation"):
    """法定代表人: the register of enterprises no longer names this person, as it was asked again."""

    organisation: str
    person: str


@dataclass(frozen=True, kw_only=True)
class ColleagueToProve(Event, name="identity.ColleagueToProve", subject="account"):
    """An account was opened for a colleague under a name and number that somebody else typed; its owner has to prove them."""

    account: int
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


@dataclass(frozen=True, kw_only=True)
class Appointed(Event, name="identity.Appointed", subject="account"):
    """任职: `elevated`, a temporary elevation that ends by itself. `approved_by` is empty where the platform was set up, and
    where an elevation was declared by who needed it and is looked at afterwards."""

    account: int
    post: int
    role: str
    body: int | None
    region: str
    hall: int | None
    from_at: str
    until_at: str | None
    elevated: bool
    asked_by: str
    approved_by: str


@dataclass(frozen=True, kw_only=True)
class PostEnded(Event, name="identity.PostEnded", subject="account"):
    """Ended by somebody before its time; a period that runs out is in `Appointed`."""

    account: int
    post: int
    role: str
    body: int | None


@dataclass(frozen=True, kw_only=True)
class Authorised(Event, name="identity.Authorised", subject="account"):
    """授权书: `items` None, all of the body's."""

    authorisation: str
    account: int
    body: int
    items: list[str] | None
    acts: list[str]
    from_at: str
    until_at: str | None


@dataclass(frozen=True, kw_only=True)
class AuthorisationRevoked(Event, name="identity.AuthorisationRevoked", subject="account"):
    authorisation: str
    account: int
    body: int
