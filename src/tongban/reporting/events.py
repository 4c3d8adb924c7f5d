from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TargetSet(Event, name="reporting.TargetSet", subject="target"):
    """目标平台 was entered or changed."""

    target: str
    format: str


@dataclass(frozen=True, kw_only=True)
class Settled(Event, name="reporting.Settled", subject="batch"):
    """回执: a batch has its answer."""

    batch: str
    target: str
    accepted: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class Retried(Event, name="reporting.Retried", subject="target"):
    """What had been refused is reported again."""

    target: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class SystemSet(Event, name="reporting.SystemSet", subject="system"):
    """垂管系统 was entered or changed."""

    system: str


@dataclass(frozen=True, kw_only=True)
class Returned(Event, name="reporting.Returned", subject="case"):
    """回流: a vertical system told us of a case, or of a change in it. `case` is our public id of it."""

    case: str
    system: str
    version: int
    state: str


@dataclass(frozen=True, kw_only=True)
class Claimed(Event, name="reporting.Claimed", subject="case"):
    """认领: which item a returned case belongs to became known."""

    case: str
    code: str


@dataclass(frozen=True, kw_only=True)
class HandedOver(Event, name="reporting.HandedOver", subject="handover"):
    """移交: the applicant agreed to go on in another system."""

    handover: str
    system: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Fetched(Event, name="reporting.Fetched", subject="handover"):
    """The other system fetched what was agreed."""

    handover: str
    system: str


@dataclass(frozen=True, kw_only=True)
class TypedAgain(Event, name="reporting.TypedAgain", subject="entry"):
    """二次录入: noted in the ledger."""

    entry: str
    system: str
    minutes: int
