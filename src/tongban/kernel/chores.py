"""杂务: what a room does again and again by itself: deadlines that pass, counts that go stale. Each must bear to run twice.

@chore(every=timedelta(minutes=10))
def deadlines(now: datetime) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

Doing = Callable[[datetime], None]


@dataclass(frozen=True)
class Chore:
    """What is done, and how often."""

    name: str
    every: timedelta
    do: Doing


CHORES: dict[str, Chore] = {}


def chore(*, every: timedelta) -> Callable[[Doing], Doing]:
    """Register a chore under `room.function`; the worker runs it."""

    def register(do: Doing) -> Doing:
        name = f"{do.__module__.removeprefix('tongban.').removesuffix('.chores')}.{do.__name__}"
        if name in CHORES:
            raise ValueError(f"two chores are called {name}")
        CHORES[name] = Chore(name, every, do)
        return do

    return register


_TURN = """
INSERT INTO kernel_choreturn (name, at) VALUES (%(name)s, %(now)s)
ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE kernel_choreturn.at <= %(now)s - make_interval(secs => %(every)s)
RETURNING name
"""


def whose_turn(now: datetime) -> list[str]:
    """Chores that are due, each told to one asker only."""
    found = []
    with connection.cursor() as cursor:
        for one in CHORES.values():
            cursor.execute(_TURN, {"name": one.name, "now": now, "every": one.every.total_seconds()})
            if cursor.fetchone():
                found.append(one.name)
    return found
