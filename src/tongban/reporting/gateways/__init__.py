"""上报网关: what the receiving side must do, and the three ways in which it may not.

Away: nothing was taken. Unanswered: it may have been taken; ask by the batch's id before it is sent again. Refused: the whole
batch will never be taken as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID


class Away(Exception):
    """Nothing was taken; the words are ours."""


class Unanswered(Exception):
    """All or part was handed over, and no answer came that could be understood."""


class Refused(Exception):
    """Not this batch, and not by trying again. `words` are theirs."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code)
        self.code, self.words = code, words


@dataclass(frozen=True)
class Line:
    """What became of one case in one version; refused for something in a field of a table."""

    subject: str
    version: int
    accepted: bool
    table: str = ""
    field: str = ""
    code: str = ""
    words: str = ""


@dataclass(frozen=True)
class Receipt:
    """回执. A line may come twice, or not at all yet (`pending`)."""

    lines: tuple[Line, ...]
    pending: bool = False


@dataclass(frozen=True)
class Case:
    """One case in one version, with its rows by table, each field by name."""

    subject: str
    version: int
    on: date
    tables: Mapping[str, Sequence[Mapping[str, str]]]

    def as_dict(self) -> dict[str, Any]:
        return {
            "subject": self.subject, "version": self.version, "day": self.on.isoformat(),
            "tables": {table: [dict(row) for row in rows] for table, rows in self.tables.items()},
        }  # fmt: skip


class ReportGateway(Protocol):
    def send(self, batch: UUID, cases: Sequence[Case], *, form: str, now: datetime) -> Receipt:
        """The same batch id is taken once, however often it is sent. Raises Away, Unanswered, Refused."""
        ...

    def ask(self, batch: UUID, *, now: datetime) -> Receipt | None:
        """What became of it; None: they don't know it. Raises Away, Unanswered, Refused."""
        ...

    def counts(self, first: date, last: date, *, now: datetime) -> Mapping[tuple[date, str], int]:
        """Rows by day of application and table, of the versions that stand there."""
        ...

    def cases(self, on: date, *, now: datetime) -> Mapping[str, int]:
        """Subject → version of what stands there of one day."""
        ...
