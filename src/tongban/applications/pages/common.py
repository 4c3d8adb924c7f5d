"""What the pages of this room share: who acts, and how a refusal comes back beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.catalog import forming
from tongban.catalog.content import FormField
from tongban.design.parts import Answer
from tongban.identity.doors import actor, staff
from tongban.identity.models import Organisation, Person
from tongban.kernel.refusals import Invalid, Refusal

__all__ = ["actor", "answer_rows", "errors_by_field", "faults_of", "field_rows", "staff"]


def faults_of(refusal: Refusal) -> list[Refusal]:
    return refusal.faults if isinstance(refusal, Invalid) else [refusal]


def errors_by_field(refusal: Refusal | None, prefix: str) -> dict[str, Refusal]:
    """Refusals by the field's key, for those under `prefix` (`form.`, `answers.`, `materials.`)."""
    if refusal is None:
        return {}
    return {f.field.removeprefix(prefix): f for f in faults_of(refusal) if f.field.startswith(prefix)}


def prefill(field: FormField, person: Person, organisation: Organisation | None) -> tuple[str, str]:
    """What the platform already knows for a field, and how it knows it; empty when it doesn't."""
    known = {
        "person.name": (person.name, "实名信息"),
        "person.id_number": (person.id_number, "实名信息"),
        "person.phone": (person.phone, "账号资料"),
        "person.address": (person.address, "账号资料"),
    }
    if organisation:
        known["organisation.name"] = (organisation.name, "企业登记信息")
        known["organisation.uscc"] = (organisation.uscc, "企业登记信息")
    value, source = known.get(field.prefill or "", ("", ""))
    return (value, source) if value else ("", "")


def field_rows(
    fields: list[FormField],
    typed: Mapping[str, Any],
    errors: Mapping[str, Refusal],
    person: Person,
    organisation: Organisation | None,
) -> list[dict[str, Any]]:
    """What the field component shows: the typed value, or the known one with its source, and the error beside it."""
    rows = []
    for field in fields:
        value, source = str(typed[field.key]) if field.key in typed else "", ""
        if field.key not in typed:
            value, source = prefill(field, person, organisation)
        error = errors.get(field.key)
        rows.append({"field": field, "value": value, "source": source, "error": error.reason if error else ""})
    return rows


def answer_rows(fields: list[FormField], values: Mapping[str, Any], *, today: date) -> list[Answer]:
    """核对: labels with values as people read them; a value that is still wrong shows as it was typed."""
    return [
        Answer(label=field.label, value=forming.shown_as_typed(field, values[field.key], today=today))
        for field in fields
        if field.key in values
    ]
