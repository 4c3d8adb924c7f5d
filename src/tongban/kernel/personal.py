"""个人信息: what each room keeps of a person, said by the room itself in its `personal.py`.

declare(Kept(
    key="licences", name="证照", why="发证、免提交", models=("licences.Licence",),
    rows=lambda person_id: ({"名称": one.title, …} for one in …),
))

From this come the file with everything (我的数据) and the list of what is kept and why (`docs/personal-data.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

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
Stays = Callable[[str], str]
FORGETTING: dict[str, Forgetting] = {}
"""Room → empties what the room keeps about the case; returns how many rows."""
STAYS: dict[str, Stays] = {}
"""Room → why this case must not be touched yet, in words; empty: no reason."""


def forgets(room: str) -> Callable[[Forgetting], Forgetting]:
    def register(done: Forgetting) -> Forgetting:
        FORGETTING[room] = done
        return done

    return register


def stays(room: str) -> Callable[[Stays], Stays]:
    def register(asked: Stays) -> Stays:
        STAYS[room] = asked
        return asked

    return register
