"""The document of an edition is strict: a misspelt key or a question nobody asks is an error with its place."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.people import GUIDE
from tongban.catalog.content import Content

KIND = GUIDE["questions"][0]
LAYOUT = GUIDE["materials"][3]
PAGE = GUIDE["form"][0]


def refused(**change: Any) -> str:
    with pytest.raises(ValidationError) as error:
        Content.model_validate(GUIDE | change)
    return str(error.value)


def test_the_guide_of_the_cast_is_well_formed() -> None:
    content = Content.model_validate(GUIDE)

    assert [material.key for material in content.materials] == ["form", "licence", "safety", "layout"]
    assert Content.model_validate(content.model_dump(mode="json", exclude_defaults=True)) == content


def test_keys_that_come_twice_are_refused_by_name() -> None:
    assert "情形问题的标识重复：kind" in refused(questions=[KIND, KIND])
    assert "材料的标识重复：layout" in refused(materials=[LAYOUT, LAYOUT])
    assert "表单字段的标识重复：area、name、shop" in refused(form=[PAGE, PAGE | {"title": "第二页"}])
    assert "环节的标识重复：review" in refused(steps=[GUIDE["steps"][0]] * 2)


def test_a_condition_on_a_question_that_does_not_exist_is_refused_with_its_place() -> None:
    words = refused(materials=[LAYOUT | {"when": {"size": ["big"]}}])

    assert "材料“经营场所布局图”的条件提到了不存在的问题“size”" in words


def test_a_condition_on_an_answer_that_does_not_exist_is_refused() -> None:
    words = refused(materials=[LAYOUT | {"when": {"kind": ["catering", "bakery"]}}])

    assert "问题“kind”没有的答案：bakery" in words


def test_conditions_of_fields_and_questions_are_looked_at_too() -> None:
    page = PAGE | {"fields": [PAGE["fields"][0] | {"when": {"nothing": ["x"]}}]}

    assert "字段“姓名”" in refused(form=[page])
    assert "问题“您的店属于哪一类？”" in refused(questions=[KIND | {"when": {"nothing": ["x"]}}])


@pytest.mark.parametrize(
    "change",
    [
        {"pone": "023"},
        {"materials": [LAYOUT | {"checkpoints": []}]},
        {"materials": [LAYOUT | {"give": "fax"}]},
        {"materials": [LAYOUT | {"key": "经营"}]},
        {"materials": [LAYOUT | {"name": "长" * 201}]},
        {"steps": [{"key": "review", "name": "长" * 61, "role": "reviewer"}]},
        {"result": {"name": "长" * 101}},
        {"result": {"name": "证", "valid_months": 0}},
        {"statutory": {"amount": -1}},
        {"statutory": {"amount": 5, "unit": "week"}},
        {"audience": []},
        {"questions": [KIND | {"options": [{"value": "only", "label": "只有一个"}]}]},
        {"form": [{"title": "空", "fields": []}]},
        {"form": [{"title": "选", "fields": [{"key": "f", "label": "选", "kind": "choice"}]}]},
        {"form": [{"title": "选", "fields": [{"key": "f", "label": "字", "options": KIND["options"]}]}]},
        {"form": []},
        {"steps": []},
        {"steps": [{"key": "x", "name": "x", "role": "mayor"}]},
    ],
)
def test_what_does_not_hold_together_is_refused(change: dict[str, Any]) -> None:
    assert refused(**change)


def test_an_item_that_is_only_described_needs_neither_form_nor_steps() -> None:
    content = Content.model_validate({"audience": ["1"]})

    assert content.connection == "guide_only"
    assert "行政复议" in content.remedies


def test_the_document_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Content.model_validate(GUIDE).phone = "1"  # type: ignore[misc]
