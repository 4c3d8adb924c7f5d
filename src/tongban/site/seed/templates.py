"""From a prototype to a template: one format for each table, to be filled with what a clone has of its own.

Due dates are not moved but counted anew, and a template is made only where the count agrees with the moved days.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import models

from tongban.applications.actions import intake
from tongban.applications.models import Application
from tongban.catalog import forming
from tongban.files.models import StoredFile
from tongban.flow import queries as flow
from tongban.flow.models import RUN_TOGETHER, Clock
from tongban.flow.rules import Pause
from tongban.identity.models import Person
from tongban.kernel import crypto, journal
from tongban.kernel.fields import Encrypted
from tongban.kernel.refusals import Refusal
from tongban.licences import rules as licences
from tongban.site.seed import marks
from tongban.site.seed.marks import mark
from tongban.site.seed.prototypes import CASE, ENTRY, Prototype, tables
from tongban.site.seed.shifting import NoSuchDay, WorkingDays, moved_moment

FIRST_KEY = 10**17
"""Stands for the key of an entry while its canonical form is made."""
_SAYS = (models.CharField, models.TextField, models.JSONField, models.UUIDField, models.DateField)
"""Columns whose text may say what is the case's own; a moment is a date too."""
OF_THE_PERSON = frozenset({"p", "pk", "name", "id_number", "phone", "address"})


@dataclass(frozen=True)
class Seal:
    """What is encrypted for each clone: into the mark `name`."""

    name: str
    column: str
    format: str
    personal: bool
    """Says nothing but who the person is: encrypted once a person."""


@dataclass
class Template:
    """A prototype in one week."""

    prototype: Prototype
    tables: dict[str, str]
    """By table: its rows, to be filled."""
    canonical: str
    """The entries as they are hashed, joined with NUL, to be filled."""
    entries: int
    seals: list[Seal]
    request: str
    """What the request hash of the submission is made of."""
    numbered_on: dict[str, date]
    """By mark: the day in a number (the case, its licence, its ticket)."""
    uuids: list[str]
    seconds: list[int]
    last_day: date

    @property
    def region(self) -> str:
        return self.prototype.number[:6]

    @property
    def submitted_on(self) -> date:
        return self.numbered_on["n"]

    def without_request(self) -> None:
        """So old that the bookkeeper forgot the key of its submission."""
        self.tables.pop("kernel_idempotencykey", None)
        self.request = ""


@dataclass
class Marked:
    """A prototype with its marks; makes its templates."""

    prototype: Prototype
    days: WorkingDays
    rows: dict[str, list[dict[str, str | None]]] = field(default_factory=dict)
    sealed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Mark → column, marked text."""
    numbered: dict[str, date] = field(default_factory=dict)
    uuids: list[str] = field(default_factory=list)
    canonical: str = ""
    request: str = ""

    def __post_init__(self) -> None:
        prototype = self.prototype
        public, private = self._names()
        said = self._days_said()
        mark_public, mark_private = marks.marker(public, said), marks.marker(public | private, said)
        for table, model in tables().items():
            for position, row in enumerate(prototype.rows.get(table, [])):
                own = {
                    str(one.column): self._marked(model, one, row[str(one.column)], mark_public, mark_private)
                    for one in model._meta.concrete_fields
                }
                self._own_keys(model, own, position)
                self.rows.setdefault(table, []).append(own)
        self.canonical = "\0".join(
            self._canonical(row, position) for position, row in enumerate(self.rows["kernel_journalentry"])
        )
        self.request = mark_private("\0".join(intake.request_parts(prototype.handed_in)))

    def _names(self) -> tuple[dict[str, str], dict[str, str]]:
        """What is the case's own: said anywhere, and only in what is encrypted."""
        rows, person, file = self.prototype.rows, self.prototype.citizen.person, self.prototype.citizen.file
        case = rows["applications_application"][0]
        public = {
            self.prototype.number: "n", str(case["query_code"]): "q", str(person.public_id): "p",
            self.prototype.key: "key", str(file.public_id): "file_id",
        }  # fmt: skip
        self.numbered["n"] = _day_in(self.prototype.number)
        for at, licence in enumerate(rows.get("licences_licence", [])):
            public |= {
                str(licence["number"]): f"ln{at}",
                str(licence["code"]): f"lc{at}",
                str(licence["public_id"]): f"lu{at}",
            }
            self.numbered[f"ln{at}"] = _day_in(str(licence["number"]))
            self.uuids.append(f"lu{at}")
        for at, ticket in enumerate(rows.get("tickets_ticket", [])):
            public[str(ticket["number"])] = f"tn{at}"
            self.numbered[f"tn{at}"] = _day_in(str(ticket["number"]))
        for at, sms in enumerate(rows.get("channels_sms", [])):
            public[str(sms["public_id"])] = f"su{at}"
            self.uuids.append(f"su{at}")
        private = {
            person.name: "name", person.id_number: "id_number", person.phone: "phone", person.address: "address",
        }  # fmt: skip
        return public, private

    def _days_said(self) -> set[date]:
        clocks = self.prototype.clocks
        entries = self.prototype.rows["kernel_journalentry"]
        return {day for one in clocks for day in (one.started_on, one.due_on, one.near_on) if day} | {
            marks.day_of_moment(str(row["at"])) for row in entries
        }

    def _marked(
        self, model: type[models.Model], column: models.Field[Any, Any], text: str | None,
        public: Callable[[str], str], private: Callable[[str], str],
    ) -> str | None:  # fmt: skip
        if text is None:
            return None
        person = self.prototype.citizen.person
        if isinstance(column, Encrypted):
            return self._sealed(f"{model._meta.label}.{column.name}", text, private)
        if isinstance(column, models.BinaryField):
            return mark("tail") if text == f"\\x{bytes(person.id_tail_index).hex()}" else text
        if isinstance(column, models.ForeignKey):
            return self._referred(column, text)
        if isinstance(column, _SAYS):
            return public(text)
        return text

    def _sealed(self, column: str, text: str, private: Callable[[str], str]) -> str:
        """What is encrypted stays as it is, unless it says something of the case's own."""
        plain = crypto.decrypt(bytes.fromhex(text.removeprefix("\\x")), column=column).decode()
        marked = private(plain)
        if not marks.is_marked(marked):
            return text
        name = f"z{len(self.sealed)}"
        self.sealed[name] = (column, marked)
        return mark(name)

    def _referred(self, column: models.ForeignKey[Any, Any], text: str) -> str:
        citizen, target = self.prototype.citizen, column.related_model
        if target is Application:
            return mark("a")
        if target is Person and int(text) == citizen.person.pk:
            return mark("pk")
        if target is StoredFile and int(text) == citizen.file.pk:
            return mark("f")
        if target._meta.label in {CASE, ENTRY, *(model._meta.label for model in tables().values())}:
            raise NotImplementedError(f"{column.model.__name__}.{column.name} refers to a row of the case by its key")
        return text

    def _own_keys(self, model: type[models.Model], row: dict[str, str | None], position: int) -> None:
        """Keys that others name are reserved; the sequences give the rest."""
        if model._meta.label == CASE:
            row["id"] = mark("a")
        elif model._meta.label == ENTRY:
            row["id"] = mark(f"e{position}")
        else:
            del row["id"]
        if model._meta.db_table == "notices_message":
            entries = [one["id"] for one in self.prototype.rows["kernel_journalentry"]]
            head, _, entry = str(row["key"]).rpartition("/")
            row["key"] = f"{head}/{mark(f'e{entries.index(entry)}')}"
        if model._meta.db_table == "kernel_idempotencykey":
            row["request_hash"] = mark("hash")

    def _canonical(self, row: dict[str, str | None], position: int) -> str:
        at = str(row["at"])
        form = journal.canonical(
            FIRST_KEY + position, at, str(row["name"]), int(row["version"] or 0), str(row["subject"]), str(row["actor"]),
            str(row["on_behalf_of"]), str(row["post"]), str(row["channel"]), json.loads(str(row["facts"])),
        )  # fmt: skip
        # The entry's moment as Python writes it, where PostgreSQL wrote " " and "+00".
        written = marks.mark("m:" + at[3:-1].replace(" ", "T").replace("+00", "+00:00"))
        return form.replace(str(FIRST_KEY + position), mark(f"e{position}")).replace(at, written, 1)

    # In one week

    @cached_property
    def first_day(self) -> date:
        return min(marks.day_of_moment(str(row["at"])) for row in self.prototype.rows["kernel_journalentry"])

    @cached_property
    def last_day(self) -> date:
        return max(marks.day_of_moment(str(row["at"])) for row in self.prototype.rows["kernel_journalentry"])

    def template(self, weeks: int) -> Template | None:
        """So many working weeks earlier; None where a due date or the form would not be lawful there."""
        day_of = self.days.shift(weeks)
        try:
            clocks = [self._clock(one, day_of) for one in self.prototype.clocks]
            rows = {table: [dict(row) for row in found] for table, found in self.rows.items()}
            for row, counted in zip(rows.get("flow_clock", []), clocks, strict=True):
                row["provisional"] = "t" if counted else "f"
            self._valid_until(rows, day_of)
            texts = {table: self._table(table, found, day_of) for table, found in rows.items()}
            self._check_form(day_of)
            sealed = [(name, column, marks.moved(text, day_of)) for name, (column, text) in self.sealed.items()]
            canonical = marks.moved(self.canonical, day_of)
            last_day = day_of(self.last_day)
            numbered = {name: day_of(day) for name, day in self.numbered.items()}
        except NoSuchDay:
            return None
        seconds = {
            int(name[1:])
            for text in texts.values()
            for name in marks.names_in(text)
            if name[0] == "s" and name[1:].isdigit()
        }
        return Template(
            self.prototype,
            {table: marks.format_of(text) for table, text in texts.items()},
            marks.format_of(canonical),
            len(rows["kernel_journalentry"]),
            [
                Seal(name, column, marks.format_of(text), marks.names_in(text) <= OF_THE_PERSON and len(text) < 40)
                for name, column, text in sealed
            ],
            marks.format_of(marks.moved(self.request, day_of)),
            numbered,
            self.uuids,
            sorted(seconds),
            last_day,
        )

    def _clock(self, one: Clock, day_of: Callable[[date], date]) -> bool:
        """Whether the moved clock is provisional. NoSuchDay where the law counts other days than those moved to."""
        held = [
            Pause(day_of(p.from_on), day_of(p.until_on) if p.until_on else None, article=p.article)
            for p in self.prototype.pauses
            if one.kind in RUN_TOGETHER
        ]
        there = Clock(
            kind=one.kind, amount=one.amount, unit=one.unit, extra_amount=one.extra_amount, extra_unit=one.extra_unit,
            near_percent=one.near_percent, started_on=day_of(one.started_on),
            started_at=moved_moment(one.started_at, day_of) if one.started_at else None,
        )  # fmt: skip
        if one.unit == "hour" and self.prototype.pauses:
            raise NoSuchDay("hours that stood still")
        counted = flow.reckon(there, held, self.days.calendar)
        if (counted.due_on, counted.near_on) != (_or_none(one.due_on, day_of), _or_none(one.near_on, day_of)):
            raise NoSuchDay("counted otherwise")
        if one.unit != "working_day" and (held or one.extra_amount):
            self._count_before(one, there, day_of)
        return counted.due_on is not None and counted.provisional

    def _count_before(self, one: Clock, there: Clock, day_of: Callable[[date], date]) -> None:
        """What was told at the acceptance, before the clock stood still or was extended."""
        before = []
        for clock in (one, there):
            plain = Clock(
                amount=one.amount, unit=one.unit, near_percent=one.near_percent, started_on=clock.started_on,
                started_at=clock.started_at,
            )  # fmt: skip
            before.append(flow.reckon(plain, [], self.days.calendar).due_on)
        if before[0] is None or day_of(before[0]) != before[1]:
            raise NoSuchDay("counted otherwise before")

    def _valid_until(self, rows: dict[str, list[dict[str, str | None]]], day_of: Callable[[date], date]) -> None:
        months = self.prototype.handed_in.edition.document.result.valid_months
        for row, told in zip(
            rows.get("licences_licence", []), self.prototype.rows.get("licences_licence", []), strict=True
        ):
            if told["valid_until"] is not None:
                until = licences.valid_until(day_of(date.fromisoformat(str(told["issued_on"]))), months)
                row["valid_until"] = str(until)

    def _check_form(self, day_of: Callable[[date], date]) -> None:
        """The form as moved is one that the guide takes on the day it is handed in."""
        handed_in = self.prototype.handed_in
        text = json.dumps(handed_in.form, ensure_ascii=False, default=str)
        form = json.loads(marks.moved(marks.marker({}, ())(text), day_of))
        day = day_of(_day_in(self.prototype.number))
        try:
            forming.check_form(handed_in.edition.document, handed_in.answers, form, today=day)
        except Refusal as refusal:
            raise NoSuchDay(str(refusal)) from refusal

    def _table(self, table: str, rows: list[dict[str, str | None]], day_of: Callable[[date], date]) -> str:
        lines = ["\t".join(_copied(value) for value in row.values()) for row in rows]
        return marks.moved("".join(line + "\n" for line in lines), day_of)


def columns_of(model: type[models.Model]) -> list[str]:
    """The columns of a table's rows, as `Template.tables` gives them."""
    reserved = model._meta.label in (CASE, ENTRY)
    return [str(one.column) for one in model._meta.concrete_fields if reserved or not one.primary_key]


def _or_none(day: date | None, day_of: Callable[[date], date]) -> date | None:
    return day_of(day) if day else None


def _copied(value: str | None) -> str:
    """As COPY reads it."""
    if value is None:
        return "\\N"
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _day_in(number: str) -> date:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
