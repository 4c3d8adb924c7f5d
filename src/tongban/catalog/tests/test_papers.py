"""The form on paper and as a schema: the same fields as on the pages."""

from __future__ import annotations

import io
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.people import GUIDE, Cast
from tongban.catalog import papers
from tongban.catalog.actions import draft, publish
from tongban.catalog.content import Content
from tongban.catalog.models import Edition
from tongban.kernel.actors import system

ROWS = {
    "title": "从业人员", "key": "staff", "repeat": {"row": "人员", "maximum": 3},
    "fields": [{"key": "who", "label": "人员姓名"}, {"key": "trained", "label": "是否培训", "kind": "yes_no"}],
}  # fmt: skip
MORE = [
    {"key": "gas", "label": "是否用燃气", "kind": "yes_no"},
    {"key": "bottles", "label": "燃气瓶数", "kind": "number", "unit": "个", "when": {"gas": ["yes"]}},
    {"key": "card", "label": "身份证号", "kind": "id_number", "required": False},
    {"key": "opened", "label": "开业日期", "kind": "date", "required": False},
    {"key": "fee", "label": "投资额", "kind": "money", "required": False},
    {"key": "wares", "label": "经营品种", "kind": "multi_choice", "required": False,
     "options": [{"value": "hot", "label": "热食"}, {"value": "cold", "label": "冷食"}]},
]  # fmt: skip


@pytest.fixture
def edition(cast: Cast) -> Edition:
    form: list[Any] = deepcopy(GUIDE["form"])
    form[0]["fields"] += MORE
    made = draft(
        item=cast.guide.item, body=cast.body, content=Content.model_validate(GUIDE | {"form": [*form, ROWS]}),
        by=system("tests"), now=cast.now,
    )  # fmt: skip
    publish(made, by=system("tests"), now=cast.now)
    return made


def words_of(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    width, height = (float(side) for side in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842), "A4"
    return "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")


def test_the_empty_paper_has_every_field_with_its_condition(edition: Edition) -> None:
    said = words_of(papers.empty_form_pdf(edition))

    for page in edition.document.form:
        assert page.title in said
        for field in page.fields:
            assert field.label in said
            assert all(option.label in said for option in field.options)
    assert "“是否用燃气”为是时填" in said
    assert f"第{edition.version}版" in said and edition.code in said and "扫码看办事指南" in said


def test_a_filled_paper_shows_what_was_typed_and_only_what_is_asked(edition: Edition, cast: Cast) -> None:
    form = {
        "name": "刘晓燕", "shop": "老灶火锅店", "area": "86", "gas": "no", "card": "11010519491231002X",
        "fee": "12.50", "staff": [{"who": "陈小禾", "trained": "yes"}],
    }  # fmt: skip
    said = words_of(papers.form_pdf(edition, now=cast.now, answers={"kind": "retail"}, form=form))

    assert "老灶火锅店" in said and "陈小禾" in said and "12.50元" in said and "86平方米" in said
    assert "11010519491231002X" in said
    assert "燃气瓶数" not in said


def test_the_paper_is_offered_at_the_guide_and_not_without_a_form(edition: Edition, cast: Cast) -> None:
    client = Client(headers={"host": "localhost"})

    assert client.get(f"/items/{edition.code}/form.pdf")["Content-Type"] == "application/pdf"
    assert client.get("/items/000/form.pdf").status_code == 404


def test_the_schema_comes_by_the_api(edition: Edition) -> None:
    made = Client(headers={"host": "localhost"}).get(f"/api/v1/items/{edition.code}/form-schema")

    assert made["Content-Type"].startswith("application/schema+json")
    body = made.json()
    assert body["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(body["properties"]["form"]["properties"]) == {
        "name", "shop", "area", "gas", "bottles", "card", "opened", "fee", "wares", "staff",
    }  # fmt: skip
