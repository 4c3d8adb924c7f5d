"""再次要求补正 on the desk: whether it can be asked for, and what awaits the head."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tongban.applications.events import CorrectionAsked
from tongban.applications.models import Application, Correction, CorrectionRequest
from tongban.identity.queries import names_of
from tongban.kernel.models import JournalEntry

BEFORE_ACCEPTANCE = {"ask_again", "correct_again", "decline_again"}


def impossible(one: Application, possible: Collection[str]) -> set[str]:
    """Of these acts: asking again before anything was told, or while it is asked; settling what nobody asked for."""
    wanted = BEFORE_ACCEPTANCE & set(possible)
    if not wanted or one.version == 1:
        return wanted
    if waiting(one):
        return wanted & {"ask_again"}
    told = "ask_again" in wanted and Correction.objects.filter(application=one, round=one.round).exists()
    return wanted - ({"ask_again"} if told else set())


def waiting(one: Application) -> CorrectionRequest | None:
    return CorrectionRequest.objects.filter(application=one, round=one.round, state="asked").first()


@dataclass(frozen=True)
class Line:
    """A request as it is shown."""

    row: CorrectionRequest
    who: str
    settled_by: str
    asked: list[tuple[str, str]]
    """Material and point, of what is told again."""
    tone: str


TONES = {"asked": "warn", "approved": "ok", "declined": "", "void": ""}


@dataclass(frozen=True)
class Panel:
    may_ask: bool
    waiting: Line | None
    lines: list[Line]


def of(one: Application, acts: Collection[str], entries: Iterable[JournalEntry]) -> Panel:
    """Asked only when the journal knows of one."""
    asked = any(entry.name == CorrectionAsked.NAME for entry in entries)
    found = list(CorrectionRequest.objects.filter(application=one).order_by("pk")) if asked else []
    names = names_of(who for row in found for who in (row.by, row.settled_by))
    lines = [
        Line(row, names[row.by], names[row.settled_by], [(name, point or "整份材料") for name, point in row.again], TONES[row.state])
        for row in found
    ]  # fmt: skip
    open_ones = [line for line in lines if line.row.state == "asked" and line.row.round == one.round]
    return Panel(
        "ask_again" in acts, open_ones[0] if open_ones and {"correct_again", "correct"} & set(acts) else None, lines
    )
