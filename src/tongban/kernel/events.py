"""Announcements: frozen dataclasses of plain facts and ids, named `room.PastParticiple`, additive only.

@dataclass(frozen=True, kw_only=True)
class Accepted(Event, name="applications.Accepted", subject="number"):
    number: str
    due_on: str
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

Fact = str | int | bool | None | list[Any] | dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Event:
    """Facts carry ids and codes, never personal data (invariant 6)."""

    NAME: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    SUBJECT: ClassVar[str] = ""

    def __init_subclass__(cls, *, name: str, subject: str, version: int = 1, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls.NAME, cls.VERSION, cls.SUBJECT = name, version, subject
        REGISTRY[name] = cls

    def facts(self) -> dict[str, Fact]:
        return asdict(self)

    def subject(self) -> str:
        """What the event is about: reactions to one subject run in order."""
        return str(getattr(self, self.SUBJECT))


REGISTRY: dict[str, type[Event]] = {}


def revive(name: str, facts: dict[str, Fact]) -> Event:
    """The event as recorded; facts a newer version added take their defaults, unknown ones are dropped."""
    cls = REGISTRY[name]
    known = {f.name for f in fields(cls)}
    return cls(**{key: value for key, value in facts.items() if key in known})
