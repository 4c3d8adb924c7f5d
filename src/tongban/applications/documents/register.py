"""文书登记: a paper gets its number, and what it says is kept.

When: by the worker, as soon as the step was announced (`reactions.make_out_…`); the receipt, and what only officials read,
when it is first printed. Never in the verb: numbers of one body come from one row, and a verb that locked it would let the
submissions of a body wait for one another. A print that is quicker than the worker makes the same paper, since both take
the facts from the step's row and its entry in the journal, and the words that were in force at the moment of the step;
whoever comes second finds the row (`document_made_once`). Numbers may have gaps, as when two came at once.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from tongban.applications import document_rules as rules
from tongban.applications.document_kinds import KINDS
from tongban.applications.documents.common import Paper, head, worded
from tongban.applications.models import Application, BodyMark, CaseDocument, DocumentCounter, DocumentTemplate
from tongban.kernel import rows
from tongban.licences.rules import ALPHABET, CODE_LENGTH

Key = tuple[str, datetime]
NOT_PRINTED = ("kind", "form", "values", "at", "round", "number", "made_at", "code", "standing", "inside")


def with_numbers(case: Application, made: Sequence[Paper]) -> list[Paper]:
    """The papers as they were made out, where they were; and those of before, whose place was taken."""
    documents = {(one.kind, one.of_at): one for one in CaseDocument.objects.filter(application=case).order_by("pk")}
    shown = []
    for paper in made:
        document = documents.pop((paper.kind, paper.at), None) if paper.at else None
        shown.append(as_made(document, paper) if document else paper)
    present = {paper.kind for paper in shown}
    for document in documents.values():
        # e.g. the decision of an earlier round, or the receipt before the 补录 was confirmed
        kind = f"{document.kind}-of-{document.pk}"
        standing = document.kind not in present and document.round == case.round
        shown.append(replace(as_made(document), kind=kind, standing=standing))
    return shown


def as_made(document: CaseDocument, paper: Paper | None = None) -> Paper:
    """What the row keeps."""
    said: dict[str, Any] = document.facts["paper"]
    values = paper.values if paper else {}
    return Paper(
        **{**said, "on": date.fromisoformat(said["on"])}, kind=document.kind, form=document.form, at=document.of_at,
        round=document.round, number=document.number, made_at=document.made_at, code=document.code,
        inside=document.inside, values=values,
    )  # fmt: skip


def make_out(case: Application, made: Iterable[Paper], *, by: str, now: datetime) -> list[CaseDocument]:
    """A number and a row for each that has none yet. Returns the rows of all, in their order."""
    wanted = [paper for paper in made if paper.form and paper.at]
    with transaction.atomic():
        there = _there(case, wanted)
        new = [paper for paper in wanted if (paper.kind, paper.at) not in there]
        if new:
            words = _templates(case, {paper.form for paper in new})
            documents = [_document(case, paper, _in_force(words, paper), by=by, now=now) for paper in new]
            _number(case, documents)
            for document in documents:
                rows.insert_unless_there(document)
            there = _there(case, wanted)
    return [there[paper.kind, paper.at] for paper in wanted if paper.at]


def _there(case: Application, papers: Iterable[Paper]) -> dict[Key, CaseDocument]:
    kinds = tuple(dict.fromkeys(paper.kind for paper in papers))
    found = rows.find(CaseDocument, {"application_id": case.pk, "kind": kinds}) if kinds else []
    return {(one.kind, one.of_at): one for one in found}


def _document(
    case: Application, paper: Paper, template: DocumentTemplate | None, *, by: str, now: datetime
) -> CaseDocument:
    assert paper.at  # noqa: S101 - only such papers are made out
    said = worded(paper, template.words if template else KINDS[paper.form].words)
    printed = {name: value for name, value in asdict(said).items() if name not in NOT_PRINTED}
    facts = {"paper": {**printed, "on": paper.on.isoformat()}, "head": head(case)}
    facts["head"].pop("qr")
    return CaseDocument(
        application=case, kind=paper.kind, form=paper.form, title=said.title[:100], body_id=case.body_id,
        mark=KINDS[paper.form].mark, year=paper.on.year, code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        round=paper.round, of_at=paper.at, on=paper.on, inside=paper.inside, template=template, facts=facts,
        sha256=sha256_of(facts), files=[], made_by=by, made_at=now,
    )  # fmt: skip


def sha256_of(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# Which words


def template_in_force(kind: str, body_id: int | None, *, at: datetime) -> DocumentTemplate | None:
    """None: the platform's own words."""
    found = DocumentTemplate.objects.filter(Q(body=None) | Q(body_id=body_id), kind=kind, at__lte=at)
    return _pick(list(found.order_by("version")), kind, at)


def _templates(case: Application, kinds: set[str]) -> list[DocumentTemplate]:
    found = DocumentTemplate.objects.filter(Q(body=None) | Q(body_id=case.body_id), kind__in=kinds)
    return list(found.order_by("version"))


def _in_force(known: list[DocumentTemplate], paper: Paper) -> DocumentTemplate | None:
    return _pick(known, paper.form, paper.at) if paper.at else None


def _pick(known: list[DocumentTemplate], kind: str, at: datetime) -> DocumentTemplate | None:
    """The body's own of that moment, else the general one; the last version of each is the one that counts."""
    then = [one for one in known if one.kind == kind and one.at <= at]
    own = next((one for one in reversed(then) if one.body_id is not None), None)
    general = next((one for one in reversed(then) if one.body_id is None), None)
    return next((one for one in (own, general) if one and not one.withdrawn), None)


# Numbers


def _number(case: Application, documents: Sequence[CaseDocument]) -> None:
    """In a fixed order of the counters, so that two who number several never wait for each other in a ring."""
    body_mark = mark_of_body(case)
    for counter in sorted({(one.mark, one.year) for one in documents}):
        mine = [one for one in documents if (one.mark, one.year) == counter]
        last = next_serials(case.body_id, *counter, count=len(mine))
        for serial, one in enumerate(mine, start=last - len(mine) + 1):
            one.serial = serial
            one.number = rules.document_number(body_mark, one.mark, one.year, serial)


def next_serials(body_id: int, mark: str, year: int, *, count: int = 1) -> int:
    """The last of so many new ones. The row stays locked until the transaction ends, which has to be a short one."""
    table = connection.ops.quote_name(DocumentCounter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS counter (body_id, mark, year, last) VALUES (%s, %s, %s, %s) "  # noqa: S608
            "ON CONFLICT (body_id, mark, year) DO UPDATE SET last = counter.last + excluded.last RETURNING last",
            [body_id, mark, year, count],
        )
        return int(cursor.fetchone()[0])


def mark_of_body(case: Application) -> str:
    """机关代字."""
    own = rows.find(BodyMark, {"body_id": case.body_id})
    return own[0].mark if own else rules.mark_of(case.body.name)
