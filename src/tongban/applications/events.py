from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Submitted(Event, name="applications.Submitted", subject="number"):
    """收件: the submission has a number; the five days of art. 32 run."""

    number: str
    edition: int
    body: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class Corrected(Event, name="applications.Corrected", subject="number"):
    """补正告知: all gaps told, once."""

    number: str
    materials: int
    answer_by: str


@dataclass(frozen=True, kw_only=True)
class Supplemented(Event, name="applications.Supplemented", subject="number"):
    """补正: the applicant supplied what was asked for."""

    number: str


@dataclass(frozen=True, kw_only=True)
class Rejected(Event, name="applications.Rejected", subject="number"):
    """不予受理."""

    number: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Accepted(Event, name="applications.Accepted", subject="number"):
    """受理: the clocks run."""

    number: str
    promised_on: str | None
    statutory_on: str | None


@dataclass(frozen=True, kw_only=True)
class Suspended(Event, name="applications.Suspended", subject="number"):
    number: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class Resumed(Event, name="applications.Resumed", subject="number"):
    number: str
    promised_on: str | None
    statutory_on: str | None


@dataclass(frozen=True, kw_only=True)
class Reviewed(Event, name="applications.Reviewed", subject="number"):
    number: str
    step: str
    passes: bool


@dataclass(frozen=True, kw_only=True)
class Decided(Event, name="applications.Decided", subject="number"):
    """决定: granted or refused; a licence, if any, was issued in the same transaction."""

    number: str
    granted: bool
    licence: str | None = None


@dataclass(frozen=True, kw_only=True)
class Delivered(Event, name="applications.Delivered", subject="number"):
    number: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class Withdrawn(Event, name="applications.Withdrawn", subject="number"):
    number: str
