"""个人信息: what each room keeps of a person, said by the room itself in its `personal.py`.

declare(Kept(
    key="licences", name="证照", why="发证、免提交", models=("licences.Licence",),
    rows=lambda person_id: ({"名称": one.title, …} for one in …),
))

From this come the file with everything (我的数据) and the list of what is kept and why (`docs/personal-data.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from tongban.kernel.clock import SHANGHAI

Fact = str | int | bool | date | datetime | None


@dataclass(frozen=True)
class Paper:
    """A file of the person: its name in the archive, and how it is read (raises Refusal where it can't be)."""

    name: str
    read: Callable[[], bytes]


def no_papers(person_id: int) -> Iterable[Paper]:
    return ()


@dataclass(frozen=True)
class Kept:
    """What a room keeps: its rows about one person, labels in Chinese, newest first."""

    key: str
    name: str
    why: str
    """What for, and by which law."""
    models: tuple[str, ...]
    """Tables this speaks for, `room.Model`."""
    rows: Callable[[int], Iterable[Mapping[str, Fact]]]
    papers: Callable[[int], Iterable[Paper]] = no_papers
    order: int = 100


KEPT: dict[str, Kept] = {}


def declare(one: Kept) -> None:
    if one.key in KEPT:
        raise ValueError(f"two rooms keep {one.key}")
    KEPT[one.key] = one


def kept() -> list[Kept]:
    return sorted(KEPT.values(), key=lambda one: (one.order, one.key))


def written(value: Fact) -> str:
    """As people read it: days and moments in Shanghai's time."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime():
            return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
    return str(value)


# What goes when a case's time is over


@dataclass(frozen=True)
class Over:
    """A case whose time is over; `person_id`: whose it was, `nobody_id`: the person without a name that takes their place."""

    number: str
    person_id: int
    nobody_id: int


Forgetting = Callable[[Over], int]
Stays = Callable[[Sequence[str]], Mapping[str, str]]
FORGETTING: dict[str, Forgetting] = {}
"""Room → empties what the room keeps about the case; returns how many rows."""
STAYS: dict[str, Stays] = {}
"""Room → which of these cases (by number) must not be touched yet, and why, in words."""


def forgets(room: str) -> Callable[[Forgetting], Forgetting]:
    def register(done: Forgetting) -> Forgetting:
        FORGETTING[room] = done
        return done

    return register


@dataclass(frozen=True)
class GoesAlong:
    """Rows that need no person of their own: once nothing else is about somebody, `empty` takes what they say of them."""

    empty: Callable[[int], int]
    """Person → how many rows."""
    unless: Q | None = None
    """Which of them keep the person all the same: a claim that waits."""


GOES_ALONG: dict[str, GoesAlong] = {}
"""`room.Model` → how it goes. Rows of every table that isn't here keep their person: who adds one decides."""


def goes_along(*models: str, unless: Q | None = None) -> Callable[[Callable[[int], int]], Callable[[int], int]]:
    def register(empty: Callable[[int], int]) -> Callable[[int], int]:
        for model in models:
            GOES_ALONG[model] = GoesAlong(empty, unless)
        return empty

    return register


def stays(room: str) -> Callable[[Stays], Stays]:
    def register(asked: Stays) -> Stays:
        STAYS[room] = asked
        return asked

    return register
