from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PowerAsked(Event, name="delegation.PowerAsked", subject="power"):
    """申请委托: `side` asked for it (principal or agent); it is worth nothing until the principal confirms it."""

    power: str
    kind: str
    side: str


@dataclass(frozen=True, kw_only=True)
class PowerBegan(Event, name="delegation.PowerBegan", subject="power"):
    """委托生效: `confirmed` by the principal's own login (own), or on a paper that a window checked (paper)."""

    power: str
    kind: str
    confirmed: str


@dataclass(frozen=True, kw_only=True)
class PowerEnded(Event, name="delegation.PowerEnded", subject="power"):
    """委托结束: `how` is one of `rules.HOWS`; `begun` is false where it was never in force."""

    power: str
    kind: str
    how: str
    begun: bool
