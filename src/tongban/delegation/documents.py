"""The letter as a PDF (《民法典》第一百六十五条), to read before one confirms it, to sign on paper, and to keep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from tongban.delegation import rules
from tongban.delegation.models import PowerOfAttorney
from tongban.design.documents import compile_pdf
from tongban.design.words import date_cn

FOLDER = Path(__file__).parent / "typst"


def letter_pdf(one: PowerOfAttorney, contents: Sequence[tuple[str, str]]) -> bytes:
    """`contents`: label and words, as the page shows them. Always the same bytes for the same state."""
    at = one.ended_at or one.confirmed_at or one.asked_at
    return compile_pdf(
        FOLDER / "letter.typ",
        {
            "title": "监护关系登记表" if one.kind == "guardian" else "授权委托书",
            "rows": [[label, words] for label, words in contents],
            "principal": one.principal_name,
            "agent": one.agent_name,
            "agent_word": one.agent_word,
            "guardian": one.kind == "guardian",
            "signed": one.confirmed == "own",
            "state": _state(one),
            "on": (one.confirmed_at or one.asked_at).isoformat(),
            "demo": settings.TONGBAN.demo,
        },
        at=at,
    )


def _state(one: PowerOfAttorney) -> str:
    if one.state == "ended" and one.ended_at:
        return f"{rules.HOWS[rules.how_ended(one)]}（{date_cn(one.ended_at, year=True)}）"
    return "委托人还没有确认，不能使用" if one.state == "asked" else "制作时有效；可随时撤销，是否有效以平台为准"
