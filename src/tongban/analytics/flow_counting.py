"""流转统计 kept: every entry of the journal is read once, in its order; what it ended is added to its day and body.

Position and counts are written in one transaction, so that nothing is counted twice, whoever dies when. Emptied, the same
entries give the same counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from tongban.analytics.models import FlowCount, FlowDay, FlowRows
from tongban.analytics.stretches import Entry, Stretch, hours_between, standing_days, stretches
from tongban.applications.models import Application, CaseStep, Review
from tongban.flow.models import Clock
from tongban.identity.models import StaffPost
from tongban.kernel import calendar
from tongban.kernel.clock import date_of
from tongban.kernel.models import JournalEntry, JournalLink
from tongban.kernel.workdays import ONE_DAY, WorkCalendar

LOCK = 7_301_012
AT_ONCE = 5_000
"""Entries in one transaction."""
A_TURN = 40
"""Transactions in one turn of the chore: what is left waits for the next."""


def catch_up(*, now: datetime, turns: int = A_TURN) -> int:
    """Read on in the journal; how many stretches were counted."""
    counted = 0
    for _ in range(turns):
        found = _one_piece(now)
        if found is None:
            break
        counted += found
    return counted


@transaction.atomic
def _one_piece(now: datetime) -> int | None:
    """None: nothing new, or another process is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
    last = FlowCount.objects.order_by("pk").first()
    position = last.position if last else 0
    links = JournalLink.objects.filter(position__gt=position).order_by("position")
    new = list(links.values_list("position", "entry_id")[:AT_ONCE])
    FlowCount.objects.update_or_create(
        pk=last.pk if last else 1, defaults={"position": new[-1][0] if new else position, "counted_at": now}
    )
    if not new:
        return None
    return _count({entry for _, entry in new})


def _count(new: set[int]) -> int:
    """Add what these entries ended."""
    subjects = _subjects(new)
    about = _About(subjects)
    added: defaultdict[tuple[int, date], _Added] = defaultdict(_Added)
    number = 0
    for subject, entries in _histories(subjects):
        case = about.cases.get(subject)
        if case is None:
            continue
        for one in stretches(entries, about.began.get(case.pk)):
            if one.ended.id in new:
                added[case.body_id, date_of(one.ended.at)].add(case, one, about)
                number += 1
    _store(added)
    return number


_NAMES = "applications."


def _subjects(entries: set[int]) -> list[str]:
    found = JournalEntry.objects.filter(pk__in=entries, name__startswith=_NAMES).order_by("subject")
    return list(found.values_list("subject", flat=True).distinct())


def _histories(subjects: Sequence[str]) -> Iterator[tuple[str, list[Entry]]]:
    """The whole story of each case, in order."""
    held: defaultdict[str, list[Entry]] = defaultdict(list)
    found = JournalEntry.objects.filter(subject__in=subjects).order_by("subject", "pk")
    for pk, subject, name, at, actor, post, facts in found.values_list(
        "pk", "subject", "name", "at", "actor", "post", "facts"
    ):
        held[subject].append(Entry(pk, name, at, actor, post, facts))
    yield from held.items()


@dataclass(frozen=True)
class _Case:
    pk: int
    number: str
    body_id: int
    item_id: int


class _About:
    """What is asked once for all the cases of a piece: whose they are, their steps, clocks, and the posts that acted."""

    def __init__(self, subjects: Sequence[str]) -> None:
        self.days = calendar.current()
        self.roles: dict[str, str] = {}
        found = Application.objects.filter(number__in=subjects).order_by("pk")
        columns = found.values_list("pk", "number", "body_id", "edition__item_id")
        self.cases = {row[1]: _Case(*row) for row in columns}
        self.began: dict[int, dict[tuple[str, datetime], datetime]] = defaultdict(dict)
        steps = CaseStep.objects.filter(
            application__in=[one.pk for one in self.cases.values()], closed_at__isnull=False
        )
        for pk, key, closed_at, opened_at in steps.order_by("pk").values_list(
            "application_id", "key", "closed_at", "opened_at"
        ):
            if closed_at:
                self.began[pk][key, closed_at] = opened_at
        reviews = Review.objects.filter(application__in=[one.pk for one in self.cases.values()]).order_by("pk")
        self.names = {(pk, at): name for pk, at, name in reviews.values_list("application_id", "at", "step_name")}
        self.clocks: dict[tuple[str, str], list[tuple[date, date | None]]] = defaultdict(list)
        clocks = Clock.objects.filter(subject__in=subjects, kind__in=set(_CLOCK.values())).order_by("round", "pk")
        for subject, kind, started_on, due_on in clocks.values_list("subject", "kind", "started_on", "due_on"):
            self.clocks[subject, kind].append((started_on, due_on))

    def key(self, case: _Case, one: Stretch) -> str:
        """A step of the review by its name: its key means something in one edition only."""
        name = self.names.get((case.pk, one.ended.at), one.name) if one.step == "review" else one.name
        return f"{one.step}:{name.replace('|', '/')}" if name else one.step

    def late(self, case: _Case, one: Stretch) -> bool:
        """Past the last day of the clock that ran."""
        if one.step == "ask":
            return bool(one.ended.facts.get("late")) or one.ended.name.endswith("KeptSilent")
        kind, on = _CLOCK.get(one.step), date_of(one.ended.at)
        due = [due_on for _, due_on in self.clocks.get((case.number, kind), [])] if kind else []
        return bool(due) and due[-1] is not None and due[-1] < on

    def role(self, one: Stretch) -> str:
        """The role of the post that acted; `system` for the platform, `applicant` for everyone else."""
        post = one.ended.post
        if one.ended.actor.startswith("system:"):
            return "system"
        if not post.isdecimal():
            return "applicant"
        if post not in self.roles:
            self.roles[post] = StaffPost.objects.filter(pk=int(post)).values_list("role", flat=True).first() or ""
        return self.roles[post]


_CLOCK = {
    "accept": "notice",
    "correct": "correction",
    "review": "promised",
    "decide": "promised",
    "deliver": "delivery",
}
"""The clock that runs while a case is at a step."""


@dataclass
class _Added:
    """What is added to one body's day."""

    counts: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, list[list[Any]]] = field(default_factory=dict)

    def add(self, case: _Case, one: Stretch, about: _About) -> None:
        key = f"{about.key(case, one)}|{case.item_id}|{about.role(one)}"
        days, late = worked(one, about.days), about.late(case, one)
        counts = self.counts.setdefault(key, {"days": {}, "hours": {}, "late": 0})
        _plus(counts["days"], days)
        _plus(counts["hours"], hours_between(one.began_at, one.ended.at))
        counts["late"] += late
        self.rows.setdefault(key, []).append([case.pk, days, late])


def _plus(counts: dict[str, int], key: int, cases: int = 1) -> None:
    counts[str(key)] = counts.get(str(key), 0) + cases


def worked(one: Stretch, days: WorkCalendar) -> int:
    """Working days after the day it began, up to the day it ended, without those on which it stood still; 0: the same day."""
    day, last, counted = date_of(one.began_at), date_of(one.ended.at), []
    while day < last:
        day += ONE_DAY
        if days.is_working(day):
            counted.append(day)
    return len(counted) - standing_days([(date_of(a), date_of(b)) for a, b in one.stood], counted)


def _store(added: Mapping[tuple[int, date], _Added]) -> None:
    wanted = FlowDay.objects.filter(body__in={body for body, _ in added}, day__in={day for _, day in added})
    there = {(one.body_id, one.day): one for one in wanted}
    for (body, day), more in added.items():
        one = there.setdefault((body, day), FlowDay(body_id=body, day=day, counts={}))
        for key, counts in more.counts.items():
            held = one.counts.setdefault(key, {"days": {}, "hours": {}, "late": 0})
            for what in ("days", "hours"):
                for number, cases in counts[what].items():
                    _plus(held[what], int(number), cases)
            held["late"] += counts["late"]
    changed = [there[key] for key in added]
    new, known = [one for one in changed if one.pk is None], [one for one in changed if one.pk is not None]
    FlowDay.objects.bulk_create(new, batch_size=500)
    FlowDay.objects.bulk_update(known, ["counts"], batch_size=200)
    made = [FlowRows(body_id=body, day=day, rows=more.rows) for (body, day), more in added.items()]
    FlowRows.objects.bulk_create(made, batch_size=500)
