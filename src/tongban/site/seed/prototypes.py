"""Prototypes: cases that the verbs and their reactions really made, read row by row, and rolled back.

Which tables a case may touch is listed here; a verb that writes another one stops the seed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from functools import cache

from django.apps import apps
from django.db import connection, models, transaction

from tongban.applications.actions import Submission
from tongban.channels import actions as channels
from tongban.kernel.actors import system
from tongban.kernel.refusals import Refusal
from tongban.site.seed import endings, stories  # noqa: F401 - they register their kinds
from tongban.site.seed.people import Citizen
from tongban.site.seed.steps import KINDS, Kind
from tongban.site.seed.telling import Office, Story, Unfit

SEED = system("seed")
CASE, ENTRY = "applications.Application", "kernel.JournalEntry"
COVERED = (
    CASE, "applications.ApplicationMaterial", "applications.BackEntry", "applications.Precheck",
    "applications.Acceptance", "applications.Correction",
    "applications.MaterialVersion", "applications.MaterialCheck", "applications.WindowIntake",
    "applications.IntakeFinding", "applications.Lapse", "applications.Rejection",
    "applications.Suspension", "applications.Review", "applications.Extension", "applications.HearingRequest",
    "applications.Forwarding", "applications.Decision", "applications.RuleEvaluation", "applications.Termination",
    "applications.Making", "applications.Delivery", "applications.Commitment", "applications.Amendment",
    "applications.Revocation", "applications.Reopening", "applications.Withdrawal", "applications.CaseMessage",
    "flow.Clock", "flow.ClockPause", "flow.Task", "licences.Licence", "credit.Record", "notices.Message",
    "channels.Sms", "notices.Delivery", "evaluations.Rating", "tickets.Ticket", "kernel.IdempotencyKey", ENTRY,
)  # fmt: skip
"""What a case consists of, in the order it is written."""

NOT_TOLD = (
    "applications.CaseStep", "applications.StepReturn", "applications.OriginalSeen", "applications.MaterialReuse",
    "applications.CorrectionRequest", "applications.CaseDocument", "applications.AddressOfService",
    "applications.Service", "applications.IntakeConfirmation",
)  # fmt: skip
"""Of a case that goes through the steps of its edition (`step_rules.has_plan`): such editions are not seeded yet. And what
no story tells: originals that were seen, materials of earlier cases, the same gap told twice, where papers may be served.
Papers are made out when they are printed (`telling.NOT_TOLD`)."""

GONE_AGAIN = frozenset({"kernel_outbox", "channels_sendinghours", "reporting_doubleentry"})
"""Rows that are gone when the work is done, or are of the telling alone."""

ENDED_DAYS_BACK = (8, 75)
OPEN_DAYS_BACK = (0, 9)
TRIES = 12


class UnknownTable(Exception):
    """A verb writes a table that the seed doesn't know: add it to COVERED, and see that a clone's columns are its own."""


Row = dict[str, str | None]
"""A row by column, each value as PostgreSQL writes it."""


@dataclass(frozen=True)
class Prototype:
    """One case as rows, by table, in the order of their keys; and of whom it tells."""

    kind: Kind
    number: str
    citizen: Citizen
    handed_in: Submission
    key: str
    rows: dict[str, list[Row]]


@cache
def tables() -> dict[str, type[models.Model]]:
    """By name of the table."""
    found = [apps.get_model(label) for label in COVERED]
    return {model._meta.db_table: model for model in found}


def make(count: int, *, office: Office, people: list[Citizen], rng: random.Random) -> Iterator[Prototype]:
    """So many: each kind that the guides allow where there are enough, then by weight. Nothing stays in the database."""
    kinds = [one for one in KINDS.values() if any(one.fits(edition.document) for edition in office.editions)]
    wanted = list(kinds) if count >= len(kinds) else []
    wanted += rng.choices(kinds, [max(one.weight, 2) ** 0.5 for one in kinds], k=count - len(wanted))
    for one in wanted:
        if found := told(one, office, people, rng):
            yield found


def told(one: Kind, office: Office, people: list[Citizen], rng: random.Random) -> Prototype | None:
    """Made, read and taken back. None where no guide has such a story, or none that can have ended by now."""
    fitting = [edition for edition in office.editions if one.fits(edition.document)]
    for _ in range(TRIES if fitting else 0):
        edition, citizen = rng.choice(fitting), rng.choice(people)
        outermost = not connection.in_atomic_block
        with transaction.atomic():
            if outermost:  # what others do meanwhile is not part of the story
                connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            days_back = OPEN_DAYS_BACK if one.open else ENDED_DAYS_BACK
            story = Story.begun(office, rng, edition, citizen, days_back=days_back)
            found = read(one, story)
            transaction.set_rollback(True)
        if found:
            return found
    return None


def read(one: Kind, story: Story) -> Prototype | None:
    """Told, and its rows; None where it doesn't fit. In a transaction that is rolled back."""
    # What was told long ago has long gone out: nothing of it may wait for company, or for a chore to send it today.
    channels.set_hours(quiet_from=time(), quiet_until=time(), gather_minutes=0, by=SEED, now=story.office.now)
    before, last = _written(), last_keys()
    try:
        with transaction.atomic():
            one.tell(story)
            story.must_be_in_time()
    except (Unfit, Refusal):
        return None
    after = _written()
    touched = {table for table, count in after.items() if count != before[table]}
    if unknown := touched - set(tables()) - GONE_AGAIN:
        raise UnknownTable(", ".join(sorted(unknown)))
    assert story.handed_in  # noqa: S101 - every story begins with it
    rows = {table: found for table in tables() if table in touched and (found := rows_after(table, last[table]))}
    return Prototype(one, story.number, story.citizen, story.handed_in, story.key, rows)


def _written() -> Counter[str]:
    """Rows written so far in this transaction, by table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return Counter(dict(cursor.fetchall()))


def last_keys() -> dict[str, int]:
    names = list(tables())
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT coalesce(max(id), 0) FROM {name})" for name in names))  # noqa: S608
        return dict(zip(names, cursor.fetchone(), strict=True))


def rows_after(table: str, key: int) -> list[Row]:
    names = [str(one.column) for one in tables()[table]._meta.concrete_fields]
    columns = ", ".join(f'"{name}"::text' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} WHERE id > %s ORDER BY {table}.id", [key])  # noqa: S608
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
