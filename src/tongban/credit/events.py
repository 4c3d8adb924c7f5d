from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Recorded(Event, name="credit.Recorded", subject="record"):
    """记入信用记录."""

    record: str
    kind: str
    case_number: str


@dataclass(frozen=True, kw_only=True)
class Repaired(Event, name="credit.Repaired", subject="record"):
    """信用修复: the record bars from nothing any more."""

    record: str
