"""What all papers of a case share: the head of the form, the words for dates, what the journal says was told then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.applications import acting
from tongban.applications import document_rules as rules
from tongban.applications.document_kinds import KINDS, LICENSING, Words
from tongban.applications.models import Application, Draft
from tongban.design.qr import qr_svg
from tongban.design.words import date_cn
from tongban.kernel.clock import date_of
from tongban.kernel.models import JournalEntry
from tongban.kernel.typed import grouped

__all__ = [
    "FOLDER", "LICENSING", "Paper", "applicant", "common_values", "day", "head", "head_of_draft", "on", "paper", "told", "until",
    "worded",
]  # fmt: skip
FOLDER = Path(__file__).parents[1] / "typst"


@dataclass(frozen=True)
class Paper:
    """One paper of a case, as `notice.typ` sets it. `kind` is its name in addresses: `extension`, `suspension-2`."""

    kind: str
    title: str
    on: date
    paragraphs: list[str]
    row_heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    compact: bool = False
    signer: str = ""
    """Who signs it, where that is not the body: the applicant, under a commitment."""
    addressee: str = ""
    """To whom, where that is not the applicant."""
    inside: bool = False
    """For the officials who handle the case, not for the applicant."""
    closing: list[str] = field(default_factory=list)
    remedies: list[str] = field(default_factory=list)
    contact: list[str] = field(default_factory=list)
    sign: list[str] = field(default_factory=list)
    """The lines over which the seal goes: who, and when."""
    seal: bool = False
    form: str = ""
    """Of `document_kinds.KINDS`; none: a paper without a template and a number of its own."""
    values: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None
    """The moment of the step that it is about: with the kind, what it is."""
    round: int = 1
    number: str = ""
    """文书编号, once it was made out; then everything above is what it said then."""
    made_at: datetime | None = None
    code: str = ""
    standing: bool = True
    """False: a later one of its kind, or a later round, has taken its place."""


def paper(
    case: Application, form: str, at: datetime, values: Mapping[str, str], *, kind: str = "",
    rows: Sequence[Sequence[str]] = (), day: date | None = None, once: bool = False, **more: Any,
) -> Paper:  # fmt: skip
    """The paper in the platform's own words. `once`: it belongs to the case, not to the round that runs."""
    said = {**common_values(case, day or on(at)), **{name: str(value) for name, value in values.items()}}
    heads = list(KINDS[form].heads) if rows else []
    made = Paper(
        kind or form, "", day or on(at), [], heads, [list(row) for row in rows], form=form, values=said, at=at,
        round=1 if once else case.round, **more,
    )  # fmt: skip
    return worded(made, KINDS[form].words)


def worded(made: Paper, words: Words) -> Paper:
    """The paper with these texts, filled."""
    return replace(made, **vars(rules.fill(words, made.values)))


def common_values(case: Application, day: date) -> dict[str, str]:
    body = case.body
    return {
        "事项": case.title, "申请人": applicant(case), "办件编号": grouped(case.number), "查询码": case.query_code,
        "部门": body.name, "部门电话": body.phone or case.edition.document.phone, "部门地址": body.address,
        "日期": date_cn(day, year=True), "救济途径": case.edition.document.remedies,
    }  # fmt: skip


def head(case: Application) -> dict[str, Any]:
    return {
        "office": case.body.name,
        "number": case.number,
        "grouped": grouped(case.number),
        "query_code": case.query_code,
        "item": case.title,
        "applicant": applicant(case),
        "demo": settings.TONGBAN.demo,
        "qr": qr_svg(f"{settings.TONGBAN.base_url}/progress"),
    }


def head_of_draft(draft: Draft) -> dict[str, Any]:
    """Of what has no number yet."""
    return {
        "office": draft.edition.body.name, "number": "", "grouped": "", "query_code": "（收件后打印在收件凭证上）",
        "item": draft.edition.name, "applicant": "", "demo": settings.TONGBAN.demo,
        "qr": qr_svg(f"{settings.TONGBAN.base_url}/items/{draft.edition.code}"),
    }  # fmt: skip


def applicant(case: Application) -> str:
    """Both names, where an agent acts for the applicant."""
    return acting.parties(case)


def told(case: Application, event: str, at: datetime) -> dict[str, Any]:
    """The facts of the journal's entry of that moment: dates that were told then, whatever became of them since."""
    found = JournalEntry.objects.filter(subject=case.number, name=f"applications.{event}", at=at).order_by("id").last()
    return dict(found.facts) if found else {}


def until(facts: dict[str, Any]) -> str:
    """承诺…前办结，法定期限至…, from an event's facts."""
    promised, statutory = (facts.get(name) for name in ("promised_on", "statutory_on"))
    said = f"承诺于{day(promised)}前办结" if promised else "办理期限依法暂停计算"
    return said + (f"，法定期限至{day(statutory)}" if statutory else "")


def day(iso: str) -> str:
    return date_cn(date.fromisoformat(iso), year=True)


def on(moment: datetime) -> date:
    return date_of(moment)
