from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Registered(Event, name="accounts.Registered", subject="account"):
    """注册: an account was opened by its owner; `person` is empty while it waits for a claim."""

    account: int
    person: str


@dataclass(frozen=True, kw_only=True)
class ClaimMade(Event, name="accounts.ClaimMade", subject="account"):
    """认领: who registered says they are a person whom the platform knows."""

    account: int
    person: str


@dataclass(frozen=True, kw_only=True)
class ClaimAccepted(Event, name="accounts.ClaimAccepted", subject="account"):
    """`how`: face or card. `replaced`: the account that this person had before, closed by this."""

    account: int
    person: str
    how: str
    replaced: int | None = None


@dataclass(frozen=True, kw_only=True)
class UsersMigrated(Event, name="accounts.UsersMigrated", subject="migration"):
    """迁移: how many users of a department's system were taken over by one file."""

    migration: str
    taken: int


@dataclass(frozen=True, kw_only=True)
class Deregistered(Event, name="accounts.Deregistered", subject="account"):
    """注销: by its owner. What is kept of the person, and for how long, is for retention to see to."""

    account: int
    person: str
