"""The paper form (申请表) of an edition as PDF: the same fields as on the pages, to fill in by hand or filled in already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.catalog import forming, queries
from tongban.catalog.content import Content, FormField, FormPage
from tongban.catalog.content.forms import DECIDING
from tongban.catalog.models import Edition
from tongban.catalog.rules import Answers
from tongban.design.documents import compile_pdf
from tongban.design.qr import qr_svg
from tongban.kernel.clock import date_of

FOLDER = Path(__file__).parent / "typst"
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
BLANK_ROWS = 5
"""Rows that a page which repeats offers on paper, if it takes so many."""
COLUMNS = 7
"""More fields than these don't fit beside one another: each row is then a table of its own."""
BOXED = {"id_number": 18, "uscc": 18}


def empty_form_pdf(edition: Edition) -> bytes:
    """Every field with its condition. An edition never changes, so its paper is made once."""
    return _empty_pdf(edition.pk)


@lru_cache(maxsize=128)
def _empty_pdf(pk: int) -> bytes:
    edition = queries.edition_by_id(pk)
    return form_pdf(edition, now=edition.published_at or EPOCH)


def form_pdf(
    edition: Edition, *, now: datetime, answers: Answers | None = None, form: Mapping[str, Any] | None = None
) -> bytes:
    """A4. With `answers` and `form` (as typed) only what is asked, filled in; without, every field with its condition."""
    content = edition.document
    data = {
        "title": f"{edition.name}申请表",
        "lead": "请用黑色笔填写，在□内打✓。也可以扫码在网上填，已有的信息会自动带出。",
        "note": f"{edition.body.name}　实施编码 {edition.code}　第 {edition.version} 版",
        "qr": qr_svg(f"{settings.TONGBAN.base_url}/items/{edition.code}"),
        "demo": settings.TONGBAN.demo,
        "pages": _empty(content) if form is None else _filled_in(content, answers or {}, form, now),
    }
    return compile_pdf(FOLDER / "form.typ", data, at=now)


def _empty(content: Content) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for page in content.form:
        note = forming.said_when(content, page.when)
        fields = [_cell(field, None, "", forming.said_when(content, field.when)) for field in page.fields]
        count = _rows_on_paper(page, 0)
        made += _page(page, [fields] * count, f"{note}时填" if note else "")
    return made


def _filled_in(content: Content, answers: Answers, form: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    today = date_of(now)
    for sheet in forming.sheets(content, answers, form):
        rows = [
            [
                _cell(field, block.given.get(field.key), forming.shown_as_typed(field, block.given.get(field.key, ""), today=today), "")
                for field in (sheet.page.fields if sheet.page.repeat else block.fields)
            ]
            for block in sheet.blocks
        ]  # fmt: skip
        empty = [_cell(field, None, "", "") for field in sheet.page.fields]
        rows += [empty] * (_rows_on_paper(sheet.page, len(rows)) - len(rows))
        made += _page(sheet.page, rows, "")
    return made


def _rows_on_paper(page: FormPage, given: int) -> int:
    if page.repeat is None:
        return 1
    return max(given, min(page.repeat.maximum, max(page.repeat.minimum, BLANK_ROWS)))


def _page(page: FormPage, rows: list[list[dict[str, Any]]], note: str) -> list[dict[str, Any]]:
    """One table; for rows of many fields, one table each."""
    said = "，".join(filter(None, [note, page.help, "不够填的另附纸" if page.repeat else ""]))
    if page.repeat and len(page.fields) > COLUMNS:
        return [
            {
                "title": f"{page.title}（{page.repeat.row} {at}）",
                "note": said if at == 1 else "",
                "heads": [],
                "rows": [row],
            }
            for at, row in enumerate(rows, start=1)
        ]
    return [{"title": page.title, "note": said, "heads": rows[0] if page.repeat else [], "rows": rows}]


def _cell(field: FormField, given: Any, text: str, when: str) -> dict[str, Any]:
    """What the paper shows of one field. A value with its unit comes without it: the paper adds it."""
    chosen = forming.said_by(field, given) if field.kind in DECIDING else ()
    ticked = {chosen} if isinstance(chosen, str) else set(chosen)
    options = [(option.value, option.label) for option in field.options]
    options = [("yes", "是"), ("no", "否")] if field.kind == "yes_no" else options
    unit = field.unit or {"money": "元", "percent": "%"}.get(field.kind, "")
    return {
        "label": field.label,
        "kind": field.kind,
        "required": field.required,
        "help": field.help,
        "unit": unit,
        "text": text.removesuffix(unit).strip() if unit else text,
        "boxes": BOXED.get(field.kind, 0),
        "options": [{"label": label, "on": value in ticked} for value, label in options],
        "when": when,
    }
