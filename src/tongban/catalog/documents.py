"""一次性告知单 and 二维码卡片: what an edition says, on paper, in the same words as the page."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings

from tongban.catalog import plain, queries, rules
from tongban.catalog.content import Content, Material
from tongban.catalog.models import Edition
from tongban.design.documents import compile_pdf, compile_svg
from tongban.design.parts import WAYS
from tongban.design.qr import qr_svg
from tongban.design.words import date_cn
from tongban.kernel.clock import date_of

FOLDER = Path(__file__).parent / "typst"
Answered = tuple[tuple[str, str], ...]
"""Answers as pairs, so that they can be a key."""


def guide_url(edition: Edition, answers: Answered = ()) -> str:
    """Where the guide stands on the web, with these answers given."""
    return f"{settings.TONGBAN.base_url}/items/{edition.code}" + (f"?{urlencode(answers)}" if answers else "")


def notice_pdf(edition: Edition, answers: Answered, *, now: datetime) -> bytes:
    """一次性告知单 for a situation, dated today. Raises Invalid while a question is open."""
    rules.check_answers(edition.document, dict(answers))
    return _notice(edition.pk, answers, date_of(now), now.replace(hour=0, minute=0, second=0, microsecond=0))


@lru_cache(maxsize=128)
def _notice(pk: int, answers: Answered, on: date, at: datetime) -> bytes:
    """The same paper all day; an edition and its words never change."""
    edition = queries.edition_by_id(pk)
    content, given = edition.document, dict(answers)
    needed = plain.needed(content, given)
    promised = rules.limit_words(content.promised or content.statutory)
    statutory = rules.limit_words(content.statutory)
    data = {
        "item": edition.name,
        "code": edition.code,
        "office": edition.body.name,
        "situation": [[line.label, line.text] for line in plain.answers_said(content, given)],
        "total": needed.total,
        "free": needed.free,
        "prepare": needed.prepare,
        "nothing_to_prepare": needed.nothing_to_prepare,
        "materials": [_material(material) for material in needed.rows],
        "facts": [
            [line.label, line.text]
            for line in plain.said(
                ("承诺时限", promised if content.promised or content.statutory else ""),
                ("法定时限", statutory if content.statutory else ""),
                ("到现场次数", f"{content.visits} 次" if content.visits else "不用到现场"),
                ("收费", _fees(content, given)),
                ("办理结果", content.result.name),
                ("受理条件", "；".join(content.conditions)),
                ("数量限制", content.quantity_limit),
            )
        ],
        "places": [
            " ".join(filter(None, [place.name, place.windows, place.address, place.hours, place.traffic]))
            for place in content.places
        ],
        "phone": content.phone,
        "complaint_phone": content.complaint_phone,
        "version": f"第 {edition.version} 版，{date_cn(edition.published_at, year=True)}公布",
        "on": on,
        "qr": qr_svg(guide_url(edition, answers)),
        "demo": settings.TONGBAN.demo,
    }
    return compile_pdf(FOLDER / "notice.typ", data, at=at)


def _material(material: Material) -> dict[str, object]:
    return {
        "name": material.name + ("" if material.required else "（可不交）"),
        "way": WAYS[material.give].label + ("，可容缺" if material.may_follow else ""),
        "free": not rules.needs_preparing(material),
        "requirement": material.requirement,
        "points": list(material.check_points),
        "lines": [f"{line.label}：{line.text}" for line in plain.material_lines(material)],
    }


def _fees(content: Content, answers: rules.Answers) -> str:
    fees = [fee for fee in plain.fees_for(content, answers) if fee.amount_fen]
    return "；".join(f"{fee.name} {plain.fee_words(fee)}（{fee.basis}）" for fee in fees) or "不收费"


def card_pdf(edition: Edition) -> bytes:
    """二维码卡片, A6: the item, its code, whom to call; for windows and posters."""
    return _card(edition.pk, "pdf")


def card_svg(edition: Edition) -> bytes:
    return _card(edition.pk, "svg")


@lru_cache(maxsize=128)
def _card(pk: int, format: str) -> bytes:
    edition = queries.edition_by_id(pk)
    content = edition.document
    data = {
        "item": edition.name,
        "subtitle": content.subtitle,
        "office": edition.body.name,
        "phone": content.phone or "12345",
        "place": " ".join([content.places[0].name, content.places[0].windows]).strip() if content.places else "",
        "version": f"第 {edition.version} 版 {date_cn(edition.published_at, year=True)}公布",
        "site": settings.TONGBAN.site_name,
        "url": guide_url(edition),
        "qr": qr_svg(guide_url(edition)),
        "demo": settings.TONGBAN.demo,
    }
    make = compile_svg if format == "svg" else compile_pdf
    return make(FOLDER / "card.typ", data, at=edition.published_at)
