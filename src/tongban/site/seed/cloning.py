"""A clone: a template filled with a number, an applicant, keys, codes and a second of its own."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from tongban.kernel import crypto, idempotency, numbering
from tongban.kernel.typed import grouped
from tongban.licences.rules import ALPHABET, CODE_LENGTH
from tongban.site.seed.people import Citizen
from tongban.site.seed.templates import Template


@dataclass
class Applicant:
    """Of the pool, as texts; with what was encrypted of them before."""

    citizen: Citizen
    values: dict[str, str]
    sealed: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, citizen: Citizen) -> Applicant:
        person = citizen.person
        return cls(citizen, {
            "person_id": str(person.public_id), "person_key": str(person.pk), "file_key": str(citizen.file.pk),
            "file_id": str(citizen.file.public_id), "id_tail": _bytea(bytes(person.id_tail_index)),
            "name": person.name, "id_number": person.id_number, "phone": person.phone, "address": person.address,
            "born": citizen.born.isoformat(),
        })  # fmt: skip


class Keys:
    """Runs of keys and of numbers that nobody else gets, for all clones of a batch: the next value by table or sequence."""

    def __init__(self, templates: Iterable[Template]) -> None:
        wanted: Counter[str] = Counter()
        for one in templates:
            wanted.update(one.keys.values())
            wanted.update(sequence for sequence, _ in one.numbers.values())
        self.next = {name: _run(name, count) for name, count in sorted(wanted.items())}

    def take(self, name: str) -> int:
        value = self.next[name]
        self.next[name] = value + 1
        return value


def _run(name: str, count: int) -> int:
    """The first of so many values in a row: asked for again where another took one of them meanwhile."""
    sequence = name if name.startswith("number_") else f"{name}_id_seq"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT min(value), max(value) FROM (SELECT nextval(%s) AS value FROM generate_series(1, %s)) taken",
                [sequence, count],
            )
            first, last = cursor.fetchone()
        if last - first == count - 1:
            return int(first)


@dataclass
class Batch:
    """What one transaction writes: COPY text by table; of the entries also their keys and canonical forms, in order."""

    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    entries: list[tuple[int, str]] = field(default_factory=list)
    cases: int = 0

    def add(self, template: Template, applicant: Applicant, keys: Keys, rng: random.Random) -> None:
        """One more clone."""
        values = applicant.values | {"key": f"seed-{rng.getrandbits(64):016x}", "second": f"{rng.randrange(60):02d}"}
        region = template.prototype.number[:6]
        for mark, (sequence, day) in template.numbers.items():
            serial = keys.take(sequence)
            values[mark] = numbering.public_number(region, day, serial)
            if mark == "number":
                values |= {"query_code": numbering.query_code(serial), "number_grouped": grouped(values[mark])}
        for mark, table in template.keys.items():
            values[mark] = str(keys.take(table))
        for mark in template.uuids:
            values[mark] = str(UUID(int=rng.getrandbits(128), version=4))
            values[f"{mark}_head"] = values[mark][:8]
        for mark in template.codes:
            values[mark] = "".join(rng.choices(ALPHABET, k=CODE_LENGTH))
        for seal in template.seals:
            values[seal.name] = _sealed(seal.format, seal.column, values, applicant if seal.personal else None)
        if "kernel_idempotencykey" in template.texts:
            parts = (template.request % values).split("\0")
            values["request_hash"] = _bytea(idempotency.request_hash(*parts))
        for table, form in template.texts.items():
            self.texts[table].append(form % values)
        first = int(values["kernel_journalentry_0"])
        self.entries += enumerate((template.canonical % values).split("\0"), first)
        self.cases += 1


def _sealed(form: str, column: str, values: dict[str, str], of: Applicant | None) -> str:
    """Encrypted; what says no more than who a person is, once for each person."""
    if of and (known := of.sealed.get((column, form))):
        return known
    made = _bytea(crypto.encrypt((form % values).encode(), column=column))
    if of:
        of.sealed[column, form] = made
    return made


def _bytea(value: bytes) -> str:
    return "\\\\x" + value.hex()
