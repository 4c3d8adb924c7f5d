"""The papers of a case as PDF. 《行政许可法》第三十二条、第三十八条.

Each is set from the step's own row and from what the journal says was told then, so the same paper comes out whenever
it is printed. Of a reopened case those of the round that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime

from tongban.applications.documents import beginning, course, ending, steps
from tongban.applications.documents.clocks import facts_of, name_of, sheet_pdf
from tongban.applications.documents.common import FOLDER, Paper, applicant, head, head_of_draft
from tongban.applications.models import Application, Draft
from tongban.design.documents import compile_pdf
from tongban.kernel.clock import date_of
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import NotFound

__all__ = ["applicant", "available", "facts_of", "name_of", "notice_pdf", "papers", "pledge_pdf", "sheet_pdf"]

_MAKERS: tuple[tuple[str, Callable[[Application], Iterator[Paper]]], ...] = (
    ("", beginning.receipt),
    ("Corrected", beginning.correction),
    ("Lapsed", beginning.lapse),
    ("Rejected", beginning.rejection),
    ("Accepted", beginning.acceptance),
    ("Committed", beginning.commitments),
    ("Asked", steps.letters),
    ("Inspected", steps.inspections),
    ("ExpertAnswered", steps.experts),
    ("NoticePublished", steps.public_notices),
    ("HearingCalled", steps.hearings),
    ("Extended", course.extension),
    ("Suspended", course.suspensions),
    ("Forwarded", course.forwarding),
    ("Decided", ending.decision),
    ("Terminated", ending.termination),
    ("Amended", ending.amendments),
    ("Revoked", ending.revocation),
    ("Reopened", ending.reopening),
)
"""By what has to have happened first, in the order of the procedure."""


def papers(case: Application, *, inside: bool = False) -> list[Paper]:
    """Those that exist; those for officials only `inside`."""
    entries = JournalEntry.objects.filter(subject=case.number, name__startswith="applications.")
    happened = {name.removeprefix("applications.") for name in entries.order_by().values_list("name", flat=True)}
    return [
        paper
        for event, maker in _MAKERS
        if not event or event in happened
        for paper in maker(case)
        if inside or not paper.inside
    ]


def available(case: Application, *, inside: bool = False) -> list[tuple[str, str]]:
    """(kind, title) of the papers that exist for the case."""
    return [(paper.kind, paper.title) for paper in papers(case, inside=inside)]


def notice_pdf(case: Application, kind: str, *, inside: bool = False, now: datetime) -> bytes:
    """Raises NotFound for a paper that was not made out."""
    found = next((paper for paper in papers(case, inside=inside) if paper.kind == kind), None)
    if found is None:
        raise NotFound("notice_unknown", "没有这份文书", "办件走到那一步以后才有")
    return compile_pdf(FOLDER / "notice.typ", {**head(case), **asdict(found)}, at=now)


def pledge_pdf(draft: Draft, *, now: datetime) -> bytes:
    """The pledge that is offered with this draft, to be signed by hand. Raises NotFound where none is offered."""
    if not draft.edition.document.licence_pledge:
        raise NotFound("pledge_unknown", "这个事项不实行涉企经营许可告知承诺", "请按普通程序申请")
    return compile_pdf(
        FOLDER / "notice.typ",
        {**head_of_draft(draft), **asdict(beginning.pledge_to_sign(draft, on=date_of(now)))},
        at=now,
    )
