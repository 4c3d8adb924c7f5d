"""反应: what a room does when another announces something. Reactions may run twice, so they check first.

@on(Accepted)
def tell_the_applicant(event: Accepted, entry: Entry) -> None: ...
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from tongban.kernel.actors import Actor
from tongban.kernel.events import Event

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Entry:
    """The journal entry behind an event: its id, its time, its actor."""

    id: int
    at: datetime
    by: Actor


Reaction = Callable[[Any, Entry], None]
REACTIONS: dict[str, Reaction] = {}
_BY_EVENT: dict[str, list[str]] = defaultdict(list)


def on(event: type[E]) -> Callable[[Callable[[E, Entry], None]], Callable[[E, Entry], None]]:
    """Register a reaction under `room.function`."""

    def register(reaction: Callable[[E, Entry], None]) -> Callable[[E, Entry], None]:
        name = f"{reaction.__module__.removeprefix('tongban.').removesuffix('.reactions')}.{reaction.__name__}"
        if name in REACTIONS:
            raise ValueError(f"two reactions are called {name}")
        REACTIONS[name] = reaction
        _BY_EVENT[event.NAME].append(name)
        return reaction

    return register


def reactions_to(event_name: str) -> list[str]:
    return _BY_EVENT.get(event_name, [])
