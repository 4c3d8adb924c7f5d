"""What the pages of this room share: who acts, and how a refusal comes back beside its field."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tongban.catalog import forming
from tongban.design.parts import Answer
from tongban.identity.doors import actor, staff
from tongban.kernel.refusals import Invalid, Refusal

__all__ = ["actor", "answer_rows", "errors_by_field", "faults_of", "staff", "uuid_of", "words_of"]


def uuid_of(text: str) -> UUID | None:
    """None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def faults_of(refusal: Refusal) -> list[Refusal]:
    return refusal.faults if isinstance(refusal, Invalid) else [refusal]


def errors_by_field(refusal: Refusal | None, prefix: str) -> dict[str, Refusal]:
    """Refusals by the field's key, for those under `prefix` (`form.`, `answers.`, `materials.`)."""
    if refusal is None:
        return {}
    return {f.field.removeprefix(prefix): f for f in faults_of(refusal) if f.field.startswith(prefix)}


def words_of(fault: Refusal) -> str:
    """What is wrong, and what to do next."""
    hint = "" if fault.code == "field_missing" else fault.hint  # the help stands beside the field already
    return f"{fault.reason}。{hint}" if hint else fault.reason


def answer_rows(sheet: forming.Sheet, *, today: date) -> list[Answer]:
    """核对: labels with values as people read them; a value that is still wrong shows as it was typed."""
    rows = []
    for block in sheet.blocks:
        head = f"{sheet.page.repeat.row} {block.row + 1}：" if sheet.page.repeat and block.row is not None else ""
        for field in block.fields:
            text = forming.shown_as_typed(field, block.given.get(field.key, ""), today=today)
            rows.append(Answer(label=head + field.label, value=text))
    if not rows and sheet.page.repeat:
        rows.append(Answer(label=sheet.page.repeat.row, value="没有"))
    return rows
