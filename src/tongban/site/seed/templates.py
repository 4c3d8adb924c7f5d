"""From a prototype to a template: one format for each table, to be filled with what a clone has of its own: numbers, keys,
codes, whose it is, the second of each moment. Days stay as the verbs counted them.

In a text what is a case's own becomes a mark, `\\ue000name\\ue001`: characters that no text has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.db import models

from tongban.applications.actions import intake
from tongban.files.models import StoredFile
from tongban.identity.models import Person
from tongban.kernel import chain, crypto
from tongban.kernel.fields import Encrypted
from tongban.kernel.typed import grouped
from tongban.site.seed.people import Citizen
from tongban.site.seed.prototypes import ENTRY, Prototype, Row, tables

_MOMENT = r"(?P<moment>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:00(?=[+Z]))"
_MARK = re.compile("\ue000(\\w+)\ue001")
_WHO = frozenset({"name", "id_number", "born", "phone", "address"})
NUMBERS = {"licences_licence": "number_licence", "tickets_ticket": "number_ticket"}
"""Tables whose rows have a public number, with its sequence."""


@dataclass(frozen=True)
class Seal:
    """What is encrypted for each clone, into the mark `name`; `personal`: it says nothing but who the person is."""

    name: str
    column: str
    format: str
    personal: bool


@dataclass
class Template:
    """A prototype ready to be cloned. `{mark: …}` where a clone has its own."""

    prototype: Prototype
    texts: dict[str, str] = field(default_factory=dict)
    """By table: its rows as COPY reads them, a format."""
    canonical: str = ""
    """The journal's entries as they are hashed, joined with NUL, a format."""
    request: str = ""
    """What the request hash of the submission is made of, a format."""
    seals: list[Seal] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    """Mark → the table whose next key it is."""
    numbers: dict[str, tuple[str, date]] = field(default_factory=dict)
    """Mark → the sequence of a public number, and the day in it."""
    uuids: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    """验证码 of licences."""

    @property
    def received_on(self) -> date:
        return self.numbers["number"][1]

    def fits(self, citizen: Citizen) -> bool:
        """What a decision table made of the applicant's age it makes only of people of that age."""
        if "applications_ruleevaluation" not in self.texts:
            return True
        return citizen.age_on(self.received_on) == self.prototype.citizen.age_on(self.received_on)


def template_of(prototype: Prototype) -> Template:
    return _Marking(prototype).template


@cache
def columns_of(table: str) -> list[str]:
    """The columns as a template's rows have them: keys that nothing refers to are given by the sequence."""
    model = tables()[table]
    return [str(one.column) for one in model._meta.concrete_fields if not one.primary_key or _is_named(model)]


def mark(name: str) -> str:
    return f"\ue000{name}\ue001"


class _Marking:
    def __init__(self, prototype: Prototype) -> None:
        self.prototype, self.template = prototype, Template(prototype)
        self.mark_of_key: dict[tuple[str, str], str] = {}
        names = self._own_names()
        person = prototype.citizen.person
        who = {
            person.name: "name", person.id_number: "id_number", person.phone: "phone", person.address: "address",
            prototype.citizen.born.isoformat(): "born",
        }  # fmt: skip
        self.public, self.private = marker(names), marker(names | who)
        rows = {table: [self._row(table, row) for row in found] for table, found in prototype.rows.items()}
        made = self.template
        for table, found in rows.items():
            lines = ["\t".join(_copied(row[column]) for column in columns_of(table)) for row in found]
            made.texts[table] = _format("".join(line + "\n" for line in lines))
        entries = [self._canonical(row) for row in rows["kernel_journalentry"]]
        made.canonical = _format("\0".join(entries))
        made.request = _format(self.private("\0".join(intake.request_parts(prototype.handed_in))))

    def _own_names(self) -> dict[str, str]:
        """What is said → its mark; on the way the template learns which keys, numbers, ids and codes a clone needs."""
        prototype, made = self.prototype, self.template
        case = prototype.rows["applications_application"][0]
        names = {
            prototype.number: "number", grouped(prototype.number): "number_grouped", str(case["query_code"]): "query_code", prototype.key: "key",
            str(prototype.citizen.person.public_id): "person_id", str(prototype.citizen.file.public_id): "file_id",
        }  # fmt: skip
        made.numbers["number"] = ("number_application", _day_in(prototype.number))
        for table, found in prototype.rows.items():
            model = tables()[table]
            ids = [str(one.column) for one in model._meta.concrete_fields if isinstance(one, models.UUIDField)]
            for at, row in enumerate(found):
                if _is_named(model):
                    self.mark_of_key[table, str(row["id"])] = f"{table}_{at}"
                    made.keys[f"{table}_{at}"] = table
                for column in ids:
                    name = f"{table}_{column}_{at}"
                    made.uuids.append(name)
                    names |= {str(row[column]): name, str(row[column])[:8]: f"{name}_head"}
                if table in NUMBERS:
                    name = f"{table}_number_{at}"
                    names[str(row["number"])] = name
                    made.numbers[name] = (NUMBERS[table], _day_in(str(row["number"])))
                if table == "licences_licence":
                    names[str(row["code"])] = f"code_{at}"
                    made.codes.append(f"code_{at}")
        return names

    def _row(self, table: str, row: Row) -> Row:
        model = tables()[table]
        own: Row = {}
        for column in model._meta.concrete_fields:
            own[str(column.column)] = self._value(model, column, row[str(column.column)])
        if _is_named(model):
            own["id"] = mark(self.mark_of_key[table, str(row["id"])])
        if table == "notices_message":  # the key ends with that of the entry which was told
            head, _, entry = str(own["key"]).rpartition("/")
            own["key"] = f"{head}/{mark(self.mark_of_key['kernel_journalentry', entry])}"
        if table == "kernel_idempotencykey":
            own["request_hash"] = mark("request_hash")
        return own

    def _value(self, model: type[models.Model], column: models.Field[Any, Any], text: str | None) -> str | None:
        if text is None:
            return None
        person = self.prototype.citizen.person
        if isinstance(column, Encrypted):
            return self._sealed(f"{model._meta.label}.{column.name}", text)
        if isinstance(column, models.BinaryField):
            return mark("id_tail") if text == f"\\x{bytes(person.id_tail_index).hex()}" else text
        if isinstance(column, models.ForeignKey):
            return self._referred(column, text)
        if isinstance(column, (models.CharField, models.TextField, models.JSONField, models.UUIDField)):
            return self.public(text)
        return self.public(text) if isinstance(column, models.DateTimeField) else text

    def _sealed(self, column: str, text: str) -> str:
        """What is encrypted stays as it is, unless it says something of the case's own."""
        plain = crypto.decrypt(bytes.fromhex(text.removeprefix("\\x")), column=column).decode()
        marked = self.private(plain)
        names = set(_MARK.findall(marked))
        if not names:
            return text
        seal = Seal(f"seal_{len(self.template.seals)}", column, _format(marked), names <= _WHO and len(marked) < 60)
        self.template.seals.append(seal)
        return mark(seal.name)

    def _referred(self, column: models.ForeignKey[Any, Any], key: str) -> str:
        target, citizen = column.related_model, self.prototype.citizen
        if target is Person and key == str(citizen.person.pk):
            return mark("person_key")
        if target is StoredFile and key == str(citizen.file.pk):
            return mark("file_key")
        found = self.mark_of_key.get((target._meta.db_table, key))
        return mark(found) if found else key

    def _canonical(self, row: Row) -> str:
        at = str(row["at"]).replace(" ", "T").replace("+00", "+00:00")  # as Python writes what PostgreSQL wrote
        said = (
            row["name"], int(row["version"] or 0), row["subject"], row["actor"], row["on_behalf_of"], row["post"],
            row["channel"], json.loads(str(row["facts"])),
        )  # fmt: skip
        return chain.canonical(0, at, *said).replace("[0,", f"[{row['id']},", 1)


def marker(names: Mapping[str, str]) -> Callable[[str], str]:
    """A function that marks in a text each of these words, and the second of each whole minute."""
    words = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True) if one)
    pattern = re.compile(f"{_MOMENT}|(?<![0-9A-Za-z])(?P<name>{words})(?![0-9A-Za-z])")

    def one(found: re.Match[str]) -> str:
        text = found[0]
        return mark(names[text]) if found.lastgroup == "name" else text[:-2] + mark("second")

    return lambda text: pattern.sub(one, text)


def _format(text: str) -> str:
    """The text as a %-format over the names of its marks."""
    return _MARK.sub(r"%(\1)s", text.replace("%", "%%"))


def _copied(value: str | None) -> str:
    """As COPY reads it."""
    if value is None:
        return "\\N"
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


@cache
def _is_named(model: type[models.Model]) -> bool:
    """Its keys are named by other rows of a case."""
    if model._meta.label == ENTRY:
        return True
    return any(
        isinstance(column, models.ForeignKey) and column.related_model is model
        for other in tables().values()
        for column in other._meta.concrete_fields
    )


def _day_in(number: str) -> date:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
