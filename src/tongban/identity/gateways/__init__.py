"""核验网关: who can say that a name, a number and a phone belong together; that a face is the person's; who represents an
enterprise in law. The other side answers, or is Away; nothing is taken for true without an answer.

TONGBAN_PROOF chooses all three: empty is the fake in a demo and nobody in production, where the pages send people to a
window; `fake:FAULT` makes the fake fail as suppliers do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from tongban.identity.id_types import IdDocument

Answer = Literal["same", "differs", "unknown"]
"""unknown: the other side has no such number."""


class Away(Exception):
    """No answer. The message is plain words for a colleague."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Said:
    """An answer, and the number under which the other side keeps it."""

    answer: Answer
    reference: str


@dataclass(frozen=True)
class FaceTicket:
    """Where the person goes to show their face; empty: they ask on our page for the answer."""

    reference: str
    url: str = ""


@dataclass(frozen=True)
class Registered:
    """市场主体登记: what the register says of an enterprise."""

    name: str
    open: bool
    legal_name: str
    legal_paper: IdDocument | None


class RealName(Protocol):
    def check(self, *, name: str, paper: IdDocument, phone: str) -> Said:
        """Whether the three belong to one person (三要素). Raises Away."""
        ...


class Faces(Protocol):
    def begin(self, *, name: str, paper: IdDocument, back: str) -> FaceTicket:
        """Raises Away."""
        ...

    def result(self, reference: str) -> Literal["passed", "failed", "waiting"]:
        """Raises Away."""
        ...


class Market(Protocol):
    def look_up(self, uscc: str) -> Registered | None:
        """Raises Away."""
        ...


@dataclass(frozen=True)
class Proof:
    """The three ways to the outside, as this instance has them."""

    real_name: RealName
    faces: Faces
    market: Market
