from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Opened(Event, name="tickets.Opened", subject="ticket"):
    ticket: str
    kind: str
    subject_number: str


@dataclass(frozen=True, kw_only=True)
class Rectified(Event, name="tickets.Rectified", subject="ticket"):
    ticket: str
    in_time: bool


@dataclass(frozen=True, kw_only=True)
class Visited(Event, name="tickets.Visited", subject="ticket"):
    ticket: str
    satisfied: bool
