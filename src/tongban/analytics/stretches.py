"""一段: how long a case stood at one step, from the entries of the journal alone. Pure.

A stretch begins with the entry that brings the case to a step and ends with the one that leads on; what was taken back
(退回), withdrawn or terminated is no stretch. Days on which the case lawfully stood still (依法暂停) are told apart: they are a
stretch of their own and don't count for the step they fall into.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

STEPS: Final = {
    "accept": "受理",
    "correct": "补正（等申请人）",
    "review": "审查",
    "ask": "会签、征求意见",
    "decide": "决定",
    "above": "上级决定",
    "extend": "延期审批",
    "make": "制证",
    "deliver": "送达",
    "pause": "依法暂停",
}
"""By their key, in the order life does them."""
STEPPED: Final = ("review", "ask", "pause")
"""Of which there are several by name: steps of the edition, bodies that were asked, causes."""
NOT_OURS: Final = ("correct", "pause", "above")
"""What does not wait for the body."""
MOST_HOURS: Final = 72


@dataclass(frozen=True)
class Entry:
    """One entry of the journal about a case."""

    id: int
    name: str
    at: datetime
    actor: str
    post: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Stretch:
    """`ended` is the entry that ended it; `stood` the periods in which it was lawfully suspended meanwhile."""

    step: str
    name: str
    began_at: datetime
    ended: Entry
    stood: tuple[tuple[datetime, datetime], ...] = ()


Began = Mapping[tuple[str, datetime], datetime]
"""(key of an edition's step, when it was concluded) → when its turn came."""


def stretches(entries: Sequence[Entry], began: Began | None = None) -> Iterator[Stretch]:
    """Of one case, in the order they ended. `entries` in their order."""
    case = _Case(began or {})
    for entry in entries:
        yield from case.read(entry)


@dataclass
class _Case:
    """What is open at the entry that is read."""

    began: Began
    open: dict[tuple[str, str], datetime] = field(default_factory=dict)
    stood: list[tuple[datetime, datetime]] = field(default_factory=list)

    def read(self, entry: Entry) -> Iterator[Stretch]:
        facts, at = entry.facts, entry.at
        match entry.name.removeprefix("applications."):
            case "Submitted" | "EntryConfirmed":
                self.begin("accept", at)
            case "Supplemented":
                yield from self.end("correct", entry)
                self.begin("accept", at)
            case "Corrected":
                yield from self.end("accept", entry)
                self.begin("correct", at)
            case "Rejected":
                yield from self.end("accept", entry)
            case "Lapsed":
                yield from self.end("correct", entry)
            case "Accepted":
                yield from self.end("accept", entry)
                self.begin("review", at)
            case "Reviewed":
                yield from self.reviewed(entry)
            case "StepReturned":
                self.drop("decide", "ask")
                self.begin("review", at)
            case "Asked":
                for body in facts["bodies"]:
                    self.begin("ask", at, body)
            case "Answered":
                yield from self.end("ask", entry, facts["body"])
            case "KeptSilent" if facts["effect"] == "agreed":
                yield from self.end("ask", entry, facts["body"])
            case "Suspended":
                self.begin("pause", at, facts["cause"])
            case "CauseEnded":
                yield from self.resumed(entry, [facts["cause"]])
            case "Resumed":
                yield from self.resumed(entry, [name for step, name in self.open if step == "pause"])
            case "ExtensionAsked":
                self.begin("extend", at)
            case "Extended" | "ExtensionDeclined":
                yield from self.end("extend", entry)
            case "Forwarded":
                yield from self.decided(entry)
                self.begin("above", at)
            case "Decided":
                yield from (self.end("above", entry) if facts.get("above") else self.decided(entry))
                self.open.clear()
                self.begin("deliver", at)
                if facts["granted"]:
                    self.begin("make", at)
            case "Made":
                yield from self.end("make", entry)
                self.begin("deliver", at)
            case "Delivered":
                yield from self.end("deliver", entry)
                self.open.clear()
            case "Withdrawn" | "Terminated" | "EntryVoided":
                self.open.clear()
            case "Reopened":
                self.open.clear()
                self.begin("review" if facts["promised_on"] or facts["statutory_on"] else "accept", at)

    def begin(self, step: str, at: datetime, name: str = "") -> None:
        self.open[step, name] = at

    def end(self, step: str, entry: Entry, name: str = "", *, called: str = "") -> Iterator[Stretch]:
        """`called`: the name by which it counts, where it is another than it was begun with."""
        began_at = self.open.pop((step, name), None)
        if began_at is None or _by_itself(entry):
            return
        stood = tuple((a, b) for a, b in self.stood if b > began_at) if step not in ("pause", "ask") else ()
        yield Stretch(step, called or name, began_at, entry, stood)

    def reviewed(self, entry: Entry) -> Iterator[Stretch]:
        """One step of the review is concluded; steps that run side by side each have a beginning of their own."""
        key, last = entry.facts["step"], entry.facts.get("last", True)
        if turn := self.began.get((key, entry.at)):
            self.open["review", ""] = turn
        yield from self.end("review", entry, called=key)
        self.begin("decide" if last else "review", entry.at)

    def decided(self, entry: Entry) -> Iterator[Stretch]:
        """On the spot the decision follows the acceptance."""
        if ("decide", "") not in self.open and ("review", "") in self.open:
            self.open["decide", ""] = self.open.pop(("review", ""))
        yield from self.end("decide", entry)

    def resumed(self, entry: Entry, causes: Collection[str]) -> Iterator[Stretch]:
        for cause in list(causes):
            if began_at := self.open.get(("pause", cause)):
                self.stood.append((began_at, entry.at))
            yield from self.end("pause", entry, cause)

    def drop(self, *steps: str) -> None:
        for step, name in list(self.open):
            if step in steps:
                del self.open[step, name]


def _by_itself(entry: Entry) -> bool:
    """By the platform's rules, on the spot: nobody waited. 视为 is what nobody did in time, and counts."""
    return entry.actor.startswith("system:") and not (
        entry.facts.get("deemed") or entry.name.endswith(("Lapsed", "KeptSilent"))
    )


def standing_days(stood: Sequence[tuple[date, date]], counted: Collection[date]) -> int:
    """How many of the counted days a case stood still: from the day after a pause began up to the day it ended."""
    return sum(any(first < day <= last for first, last in stood) for day in counted)


def percentile(spread: Mapping[int, int], percent: int) -> int | None:
    """The fewest units within which `percent` of the cases were through. `spread`: units → cases."""
    whole, so_far = sum(spread.values()), 0
    for number in sorted(spread):
        so_far += spread[number] * 100
        if so_far >= whole * percent:
            return number
    return None


def hours_between(began_at: datetime, ended_at: datetime) -> int:
    """Natural hours begun; past three days in whole days, rounded up."""
    hours = -int(-(ended_at - began_at).total_seconds() // 3600)
    return hours if hours <= MOST_HOURS else -(-hours // 24) * 24
