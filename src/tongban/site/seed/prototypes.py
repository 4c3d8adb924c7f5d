"""Prototypes: cases that the verbs, the bookkeeper and the reactions really made, read row by row, and rolled back.

Which tables a case may touch is listed here; one that is not raises, so a new table of a verb is noticed by the first seed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.apps import apps
from django.db import connection, models, transaction

from tongban.applications.actions import Submission
from tongban.flow.models import Clock, ClockPause
from tongban.kernel import bookkeeper, clock, jobs
from tongban.site.seed.making import Office, Story, told
from tongban.site.seed.people import Citizen
from tongban.site.seed.stories import KINDS, Kind

CASE = "applications.Application"
ENTRY = "kernel.JournalEntry"
LABELS = (
    CASE, "applications.ApplicationMaterial", "applications.BackEntry", "applications.Precheck",
    "applications.Acceptance", "applications.Correction", "applications.Lapse", "applications.Rejection",
    "applications.Suspension", "applications.Review", "applications.Extension", "applications.HearingRequest",
    "applications.Forwarding", "applications.Decision", "applications.RuleEvaluation", "applications.Termination",
    "applications.Making", "applications.Delivery", "applications.Commitment", "applications.Amendment",
    "applications.Revocation", "applications.Reopening", "applications.Withdrawal",
    "flow.Clock", "flow.ClockPause", "flow.Task", "licences.Licence", "notices.Message", "channels.Sms",
    "evaluations.Rating", "tickets.Ticket", "kernel.IdempotencyKey", ENTRY,
)  # fmt: skip
"""What a case consists of, in the order it is written."""

PASSED_THROUGH = frozenset({
    "kernel_outbox", "kernel_journallink", "procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers",
})  # fmt: skip
"""Rows that are gone when the work is done, and the chain, which is made anew."""

OPEN_DAYS_BACK = (2, 16)
ENDED_DAYS_BACK = (60, 120)
TRIES = 60
STORED = "SELECT relname, n_tup_ins + n_tup_upd FROM pg_stat_xact_user_tables"


class UnknownTable(Exception):
    """A verb writes a table that the bulk writer doesn't know: add it to LABELS, and see that its columns are its own."""


@dataclass
class Prototype:
    """One case as rows of text, by table, in the order of their keys; and what they say of whom and when."""

    kind: Kind
    number: str
    citizen: Citizen
    handed_in: Submission
    key: str
    steps: list[str]
    open: bool
    rows: dict[str, list[dict[str, str | None]]]
    clocks: list[Clock] = field(default_factory=list)
    pauses: list[ClockPause] = field(default_factory=list)


def tables() -> dict[str, type[models.Model]]:
    """By name of the table."""
    found = [apps.get_model(label) for label in LABELS]
    return {model._meta.db_table: model for model in found}


def make(count: int, *, people: list[Citizen], rng: random.Random, now: datetime) -> list[Prototype]:
    """At least so many: each kind that the editions allow, then by weight. Nothing stays in the database."""
    office = Office.ready(now)
    made = [_made(one, office, people, rng) for one in _kinds(count, rng)]
    return [one for one in made if one]


def _made(one: Kind, office: Office, people: list[Citizen], rng: random.Random) -> Prototype | None:
    """Made, read and taken back; None where no edition fits."""
    for _ in range(TRIES):
        story = Story.begun(
            office, rng, rng.choice(office.editions), rng.choice(people),
            days_back=OPEN_DAYS_BACK if one.open else ENDED_DAYS_BACK,
        )  # fmt: skip
        story.after_each = partial(_work, jobs.last())
        with transaction.atomic():
            with _watched() as seen:
                fits = told(one.tell, story) and story.finished
            found = _read(one, story, seen) if fits else None
            transaction.set_rollback(True)
        if found:
            return found
    return None


def _kinds(count: int, rng: random.Random) -> Iterator[Kind]:
    """Each once, twice those that stay open, then by weight."""
    kinds = list(KINDS.values())
    first = kinds + [one for one in kinds if one.open]
    yield from first
    yield from rng.choices(kinds, [max(one.weight, 2) ** 0.5 for one in kinds], k=max(0, count - len(first)))


def _work(last_job: int, moment: datetime) -> None:
    """The bookkeeper and the worker, a moment after each act; jobs that waited before are nobody's business here."""
    with clock.at(moment):
        while bookkeeper.link_waiting():
            while jobs.run_waiting(after=last_job):
                pass


class _watched:
    """Where rows were written inside, and from which key on."""

    def __enter__(self) -> _watched:
        self.before = _stored()
        self.last = _last_keys()
        return self

    def __exit__(self, *_: object) -> None:
        after = _stored()
        self.written = {table for table, count in after.items() if count != self.before[table]}
        if unknown := self.written - set(tables()) - PASSED_THROUGH:
            raise UnknownTable(", ".join(sorted(unknown)))


def _stored() -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(STORED)
        return Counter(dict(cursor.fetchall()))


def _last_keys() -> dict[str, int]:
    names = list(tables())
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT coalesce(max(id), 0) FROM {name})" for name in names))  # noqa: S608
        return dict(zip(names, cursor.fetchone(), strict=True))


def _read(one: Kind, story: Story, seen: _watched) -> Prototype:
    rows = {}
    for table, model in tables().items():
        if table in seen.written and (found := _texts(table, model, seen.last[table])):
            rows[table] = found
    assert story.handed_in  # noqa: S101 - every story begins with it
    closed = rows["applications_application"][0]["closed_at"] is not None
    tasks = any(row["closed_at"] is None for row in rows.get("flow_task", []))
    tickets = any(row["state"] != "visited" for row in rows.get("tickets_ticket", []))
    return Prototype(
        one, story.number, story.citizen, story.handed_in, story.key, story.steps, not closed or tasks or tickets, rows,
        list(Clock.objects.filter(subject=story.number).order_by("pk")),
        list(ClockPause.objects.filter(subject=story.number).order_by("from_on", "pk")),
    )  # fmt: skip


def _texts(table: str, model: type[models.Model], after: int) -> list[dict[str, str | None]]:
    """The rows behind a key, each column as PostgreSQL writes it; what refers to a person by key says whose it is."""
    names = [str(one.column) for one in model._meta.concrete_fields]
    columns = ", ".join(f'"{name}"::text' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} WHERE id > %s ORDER BY id", [after])  # noqa: S608
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
