from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Issued(Event, name="licences.Issued", subject="case_number"):
    """A licence exists and can be verified by its code."""

    licence: str
    case_number: str


@dataclass(frozen=True, kw_only=True)
class Ended(Event, name="licences.Ended", subject="case_number"):
    """The licence is no longer in force: the decision it rests on was revoked, or is made anew."""

    licence: str
    case_number: str


@dataclass(frozen=True, kw_only=True)
class TakenIn(Event, name="licences.TakenIn", subject="licence"):
    """入库: issued elsewhere, kept here."""

    licence: str
    source: str
