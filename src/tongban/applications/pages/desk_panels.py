"""The law of a case as the desk shows it: what was promised, what stands still, what was extended, how it came here again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import TypeVar

from django.db.models import Model

from tongban.applications import pledges
from tongban.applications.actions import commitments
from tongban.applications.models import (
    COMMITMENTS,
    Amendment,
    Application,
    BackEntry,
    Commitment,
    Decision,
    Extension,
    HearingRequest,
    Reopening,
    Suspension,
)
from tongban.applications.pages.desk_record import cause_of
from tongban.applications.rules import REOPENING_GROUNDS, SUSPENSION_CAUSES, State
from tongban.catalog.models import Edition
from tongban.flow import rules as clocks
from tongban.flow.queries import Sheet
from tongban.identity.queries import names_of
from tongban.kernel import calendar, clock
from tongban.kernel.models import JournalEntry

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Promise:
    """承诺 with what became of it."""

    number: int
    kind: str
    text: str
    due_on: date | None
    state: str
    tone: str
    late: bool
    note: str
    settled_by: str
    settled_at: datetime | None


@dataclass(frozen=True)
class Standstill:
    """暂停: one cause, running or ended."""

    key: str
    cause: str
    article: str
    reason: str
    who: str
    from_at: datetime
    until_at: datetime | None


@dataclass(frozen=True)
class Longer:
    """延长 as it was asked for and answered."""

    days: int
    reason: str
    who: str
    at: datetime
    state: str
    tone: str
    answer: str
    settled_by: str
    settled_at: datetime | None


@dataclass(frozen=True)
class Hearing:
    """听证申请 and by when it is held."""

    reason: str
    at: datetime
    hold_by: date | None
    held_at: datetime | None


@dataclass(frozen=True)
class Again:
    """重新办理: a round and on what it rests."""

    round: int
    ground: str
    document: str
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Mended:
    """更正."""

    was: str
    becomes: str
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Entry:
    """补录: who typed the paper case in, why, and who compared it."""

    reason: str
    who: str
    at: datetime
    settled_by: str
    settled_at: datetime | None
    void: bool


@dataclass(frozen=True)
class Record:
    """All of it; empty where nothing of the kind happened."""

    entry: Entry | None
    promises: list[Promise]
    standstills: list[Standstill]
    extensions: list[Longer]
    hearings: list[Hearing]
    rounds: list[Again]
    amendments: list[Mended]
    decisions: list[Decision]
    deemed_accepted: bool
    asked: Extension | None
    """The extension that awaits approval."""
    waiting: list[Commitment]
    """Commitments that are open."""

    @property
    def running(self) -> list[Standstill]:
        return [each for each in self.standstills if each.until_at is None]


def record_of(one: Application, entries: Sequence[JournalEntry], sheets: Sequence[Sheet]) -> Record:
    """Only tables that the journal knows something for are asked."""
    happened = {entry.name.removeprefix("applications.") for entry in entries}

    def rows(event: str, model: type[M]) -> list[M]:
        return list(model._default_manager.filter(application=one).order_by("pk")) if event in happened else []

    promised = rows("Committed", Commitment)
    stopped = rows("Suspended", Suspension)
    asked = rows("ExtensionAsked", Extension)
    reopened, amended = rows("Reopened", Reopening), rows("Amended", Amendment)
    entry = next(iter(rows("BackEntered", BackEntry)), None)
    names = names_of(
        who
        for row in [*promised, *stopped, *asked, *reopened, *amended, *filter(None, [entry])]
        for who in (row.by, getattr(row, "settled_by", ""))
    )
    hold_by = [sheet.due_on for sheet in sheets if sheet.kind == "hearing"]
    special = {each.name: each.basis for each in one.edition.document.special_procedures}
    return Record(
        entry=_entry(entry, one, names) if entry else None,
        promises=[_promise(row, names) for row in promised],
        standstills=[
            Standstill(
                row.cause, cause_of(row), "" if row.cause in SUSPENSION_CAUSES else special.get(row.cause, ""),
                row.reason, names[row.by], row.at, row.ended_at,
            )
            for row in stopped
        ],
        extensions=[_longer(row, names) for row in asked],
        hearings=[
            Hearing(row.reason, row.at, due_on, row.held_at)
            for row, due_on in zip_longest(rows("HearingAsked", HearingRequest), hold_by)
            if row
        ],
        rounds=[
            Again(row.round, REOPENING_GROUNDS[row.ground], row.document, row.reason, names[row.by], row.at)
            for row in reopened
        ],
        amendments=[Mended(row.was, row.becomes, row.reason, names[row.by], row.at) for row in amended],
        decisions=rows("Decided", Decision),
        deemed_accepted=any(e.name == "applications.Accepted" and e.facts.get("deemed") for e in entries),
        asked=next((row for row in asked if row.round == one.round and row.state == "asked"), None),
        waiting=[row for row in promised if row.state in pledges.OPEN],
    )  # fmt: skip


_TONES = {
    "open": "",
    "ordered": "warn",
    "kept": "ok",
    "broken": "bad",
    "withdrawn": "",
    "void": "",
    "asked": "warn",
    "approved": "ok",
    "declined": "",
}


def _entry(row: BackEntry, one: Application, names: dict[str, str]) -> Entry:
    return Entry(
        reason=row.reason, who=names[row.by], at=row.at, settled_by=names[row.settled_by], settled_at=row.settled_at,
        void=one.status == State.VOID,
    )  # fmt: skip


def _promise(row: Commitment, names: dict[str, str]) -> Promise:
    late = row.state in pledges.OPEN and row.due_on is not None and row.due_on < clock.today()
    return Promise(
        number=row.number, kind=COMMITMENTS[row.kind], text=row.text, due_on=row.due_on,
        state="逾期未履行" if late else row.get_state_display(), tone="bad" if late else _TONES[row.state], late=late,
        note=row.note, settled_by=names[row.settled_by], settled_at=row.settled_at,
    )  # fmt: skip


def _longer(row: Extension, names: dict[str, str]) -> Longer:
    return Longer(
        days=row.days, reason=row.reason, who=names[row.by], at=row.at, state=row.get_state_display(),
        tone=_TONES[row.state], answer=row.answer, settled_by=names[row.settled_by], settled_at=row.settled_at,
    )  # fmt: skip


@dataclass(frozen=True)
class Provisional:
    """What follows when it is accepted now: said before the button is pressed."""

    names: list[str]
    days: int
    until: date | None
    consequence: str
    before_decision: bool


def provisional_of(one: Application) -> Provisional | None:
    """容缺受理 or 容缺后补: which papers may follow, until when, and the consequence. None when all are there."""
    missing = commitments.papers_to_follow(one)
    if not missing:
        return None
    content, days = one.edition.document, calendar.current()
    before = content.follow == "decision"
    if not before:
        consequence = "由部门负责人决定是否撤销已作出的决定，并记入信用记录"
    elif content.if_not_supplied == "withdrawn":
        consequence = "视为申请人撤回申请，办件终结"
    else:
        consequence = "可以作出不予的决定"
    started_on = clocks.starts_on(clock.now(), days)
    return Provisional(
        names=[row.name for row in missing],
        days=content.follow_days,
        until=clocks.due_on(started_on, clocks.Limit(content.follow_days), days),
        consequence=consequence,
        before_decision=before,
    )


@dataclass(frozen=True)
class Superseded:
    """The guide was replaced or withdrawn while the case ran: the case keeps its own."""

    version: int
    on: datetime | None
    newer: int | None


def superseded(one: Application) -> Superseded | None:
    """None while the edition of the case is in force, or the case has ended."""
    versions = Edition.objects.filter(code=one.edition.code).exclude(state="draft").order_by("-version")
    rows = {
        pk: (version, state, at)
        for pk, version, state, at in versions.values_list("pk", "version", "state", "withdrawn_at")
    }
    version, state, at = rows[one.edition_id]
    if state == "published":
        return None
    return Superseded(version, at, next((v for v, s, _ in rows.values() if s == "published"), None))
