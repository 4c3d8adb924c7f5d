"""A clone: a template filled with a number, a person, keys and seconds of its own."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from tongban.kernel import crypto, idempotency, numbering
from tongban.licences.rules import ALPHABET, CODE_LENGTH
from tongban.site.seed.people import Citizen
from tongban.site.seed.templates import Template

FIXED = 57
"""Seconds that may be added to a moment of a prototype, which lies in the first of its minute."""


@dataclass
class Applicant:
    """Of the pool, as texts; with what was encrypted of them before."""

    values: dict[str, str]
    sealed: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, citizen: Citizen) -> Applicant:
        person = citizen.person
        return cls({
            "p": str(person.public_id), "pk": str(person.pk), "f": str(citizen.file.pk),
            "file_id": str(citizen.file.public_id), "tail": f"\\\\x{bytes(person.id_tail_index).hex()}",
            "name": person.name, "id_number": person.id_number, "phone": person.phone, "address": person.address,
        })  # fmt: skip


@dataclass
class Batch:
    """What one transaction writes: COPY text by table; of the entries also their canonical forms, in the order of keys."""

    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    entries: list[str] = field(default_factory=list)
    first_entry: int = 0
    cases: int = 0


@dataclass
class Keys:
    """Reserved for a batch: the first of each run."""

    case: int
    entry: int
    number: int
    licence: int
    ticket: int


def add(batch: Batch, template: Template, applicant: Applicant, keys: Keys, rng: random.Random) -> None:
    """One more clone; the keys move on."""
    values = dict(applicant.values)
    values["a"] = str(keys.case)
    values["q"] = numbering.query_code(keys.number)
    values["key"] = f"seed-{rng.getrandbits(64):016x}"
    region = template.region
    for name, day in template.numbered_on.items():
        kind = _NUMBERED[name[0]]
        values[name] = numbering.public_number(region, day, getattr(keys, kind))
        setattr(keys, kind, getattr(keys, kind) + 1)
        if kind == "licence":
            values[f"lc{name[2:]}"] = "".join(rng.choices(ALPHABET, k=CODE_LENGTH))
    for name in template.uuids:
        values[name] = str(UUID(int=rng.getrandbits(128), version=4))
    for position in range(template.entries):
        values[f"e{position}"] = str(keys.entry + position)
    more = rng.randrange(FIXED)
    for second in template.seconds:
        values[f"s{second}"] = f"{second + more:02d}"
    for seal in template.seals:
        if seal.personal:
            at = (seal.column, seal.format)
            if at not in applicant.sealed:
                applicant.sealed[at] = _sealed(seal.format % values, seal.column)
            values[seal.name] = applicant.sealed[at]
        else:
            values[seal.name] = _sealed(seal.format % values, seal.column)
    if template.request:
        request = (template.request % values).split("\0")
        values["hash"] = f"\\\\x{idempotency.request_hash(*request).hex()}"
    for table, form in template.tables.items():
        batch.texts[table].append(form % values)
    batch.entries += (template.canonical % values).split("\0")
    batch.cases += 1
    keys.case += 1
    keys.entry += template.entries


_NUMBERED = {"n": "number", "l": "licence", "t": "ticket"}


def _sealed(text: str, column: str) -> str:
    return "\\\\x" + crypto.encrypt(text.encode(), column=column).hex()
