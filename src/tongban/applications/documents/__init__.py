"""The papers of a case as PDF. 《行政许可法》第三十二条、第三十八条.

Each is set from the step's own row and from what the journal says was told then. Once made out (`register`) it has a
number and keeps what it said, whatever becomes of the case, the guide or the template. Of a reopened case those of the
round that runs, and after them those of before, which no longer stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime

from django.conf import settings

from tongban.applications.document_kinds import Kind, Words
from tongban.applications.documents import beginning, common, course, ending, printing, register, serving, steps
from tongban.applications.documents.clocks import facts_of, name_of, sheet_pdf
from tongban.applications.documents.common import FOLDER, Paper, applicant, head, head_of_draft
from tongban.applications.models import Application, CaseDocument, Draft
from tongban.design.documents import compile_pdf
from tongban.design.qr import qr_svg
from tongban.kernel.clock import date_of
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import NotFound, Refusal

__all__ = [
    "MADE_OUT_WITH", "all_pdfs", "applicant", "available", "document_of", "facts_of", "make_out", "name_of", "notice_pdf", "papers", "pledge_pdf", "preview_pdf",
    "sheet_pdf",
]  # fmt: skip

NO_NUMBER = {"document_number": "", "qr_note": "扫码打开办事指南", "seal_note": ""}
_MAKERS: tuple[tuple[str, Callable[[Application], Iterator[Paper]]], ...] = (
    ("", beginning.receipt),
    ("Corrected", beginning.correction),
    ("Lapsed", beginning.lapse),
    ("Rejected", beginning.rejection),
    ("Accepted", beginning.acceptance),
    ("Committed", beginning.commitments),
    ("Asked", steps.letters),
    ("Asked", steps.replies),
    ("Inspected", steps.inspections),
    ("ExpertAnswered", steps.experts),
    ("NoticePublished", steps.public_notices),
    ("HearingCalled", steps.hearings),
    ("Extended", course.extension),
    ("Suspended", course.suspensions),
    ("Suspended", course.resumptions),
    ("Forwarded", course.forwarding),
    ("Decided", ending.decision),
    ("Terminated", ending.termination),
    ("Amended", ending.amendments),
    ("Revoked", ending.revocation),
    ("Reopened", ending.reopening),
    ("", serving.addresses),
    ("ServiceRecorded", serving.services),
)
"""By what has to have happened first, in the order of the procedure."""


def papers(case: Application, *, inside: bool = False) -> list[Paper]:
    """Those that exist; those for officials only `inside`. What was made out has its number and says what it said then."""
    entries = JournalEntry.objects.filter(subject=case.number, name__startswith="applications.")
    happened = {name.removeprefix("applications.") for name in entries.order_by().values_list("name", flat=True)}
    made = [paper for event, maker in _MAKERS if not event or event in happened for paper in maker(case)]
    return [paper for paper in register.with_numbers(case, made) if inside or not paper.inside]


MADE_OUT_WITH: dict[str, tuple[Callable[[Application], Iterator[Paper]], ...]] = {
    "Corrected": (beginning.receipt, beginning.correction),
    "Lapsed": (beginning.lapse,),
    "Rejected": (beginning.rejection,),
    "Accepted": (beginning.acceptance,),
    "Committed": (beginning.receipt, beginning.commitments),
    "Asked": (steps.letters,),
    "NoticePublished": (steps.public_notices,),
    "HearingCalled": (steps.hearings,),
    "Extended": (course.extension,),
    "Suspended": (course.suspensions,),
    "Resumed": (course.resumptions,),
    "CauseEnded": (course.resumptions,),
    "Forwarded": (course.forwarding,),
    "Decided": (ending.decision,),
    "Terminated": (ending.termination,),
    "Amended": (ending.amendments,),
    "Revoked": (ending.revocation,),
    "Reopened": (ending.reopening,),
    "AddressConfirmed": (serving.addresses,),
    "ServiceRecorded": (serving.services,),
}
"""Made out by the worker as soon as it is announced; the receipt before materials that come later could change it."""


def make_out(case: Application, event: str, *, now: datetime) -> list[CaseDocument]:
    """文书 of what has just been announced; doing it again gives the same rows."""
    made = [paper for maker in MADE_OUT_WITH[event] for paper in maker(case)]
    return register.make_out(case, made, by="system:documents", now=now)


def document_of(case: Application, kind: str, *, inside: bool = False, now: datetime) -> CaseDocument:
    """The row of a paper, made out now if it wasn't. Raises NotFound for one that doesn't exist."""
    found = next((paper for paper in papers(case, inside=inside) if paper.kind == kind), None)
    if found is None:
        raise NotFound("notice_unknown", "没有这份文书", "办件走到那一步以后才有")
    if found.code:
        return CaseDocument.objects.get(code=found.code)
    return register.make_out(case, [found], by="system:documents", now=now)[0]


def available(case: Application, *, inside: bool = False) -> list[tuple[str, str]]:
    """(kind, title) of the papers that exist for the case."""
    return [(paper.kind, paper.title) for paper in papers(case, inside=inside)]


def notice_pdf(case: Application, kind: str, *, inside: bool = False, now: datetime) -> bytes:
    """The same bytes whenever it is printed. Raises NotFound for a paper that doesn't exist."""
    return printing.document_pdf(document_of(case, kind, inside=inside, now=now), now=now)


def all_pdfs(case: Application, *, now: datetime) -> list[tuple[Paper, bytes]]:
    """Every paper of the case, those for officials too, each with its print; the rows are asked for once."""
    register.make_out(case, [one for one in papers(case, inside=True) if not one.code], by="system:documents", now=now)
    made = papers(case, inside=True)
    rows = {one.code: one for one in CaseDocument.objects.filter(application=case)}
    return [(paper, printing.document_pdf(rows[paper.code], now=now)) for paper in made]


def preview_pdf(kind: Kind, words: Words, *, case: Application | None = None, office: str = "", now: datetime) -> bytes:
    """A template as it would print: with the sample of its kind, or with the facts of a case that has such a paper.

    Raises Refusal for a case without one.
    """
    if case is None:
        values = {**kind.variables, "部门": office or kind.variables["部门"]}
        rows = [list(row) for row in kind.sample_rows]
        sample = Paper(kind.key, "", date_of(now), [], list(kind.heads) if rows else [], rows, values=values)
        shown = {
            "office": values["部门"],
            "grouped": values["办件编号"],
            "query_code": values["查询码"],
            "applicant": values["申请人"],
        }
    else:
        found = next((one for one in papers(case, inside=True) if one.form == kind.key and one.values), None)
        if found is None:
            raise Refusal("preview_case", f"这个办件没有“{kind.name}”", "换一个办件，或者不填，用例子预览", "case")
        sample, shown = found, head(case)
    if not kind.sealed:
        sample = replace(sample, signer=str(shown["applicant"]))
    printed = {
        **shown, **asdict(common.worded(sample, words)), "document_number": "预览，没有编号", "seal_note": "印章位置",
        "qr": qr_svg("预览"), "qr_note": "预览", "demo": settings.TONGBAN.demo,
    }  # fmt: skip
    return compile_pdf(FOLDER / "notice.typ", printed, at=now)


def pledge_pdf(draft: Draft, *, now: datetime) -> bytes:
    """The pledge that is offered with this draft, to be signed by hand. Raises NotFound where none is offered."""
    if not draft.edition.document.licence_pledge:
        raise NotFound("pledge_unknown", "这个事项不实行涉企经营许可告知承诺", "请按普通程序申请")
    return compile_pdf(
        FOLDER / "notice.typ",
        {**head_of_draft(draft), **asdict(beginning.pledge_to_sign(draft, on=date_of(now))), **NO_NUMBER},
        at=now,
    )
