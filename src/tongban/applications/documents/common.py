"""What all papers of a case share: the head of the form, the words for dates, what the journal says was told then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.applications.models import Application, Draft
from tongban.design.qr import qr_svg
from tongban.design.words import date_cn
from tongban.kernel.clock import date_of
from tongban.kernel.models import JournalEntry
from tongban.kernel.typed import grouped

FOLDER = Path(__file__).parents[1] / "typst"
LICENSING = "《中华人民共和国行政许可法》"


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
    return case.organisation.name if case.organisation else case.person.name


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
