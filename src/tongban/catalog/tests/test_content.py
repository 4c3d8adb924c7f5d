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


CHOICE = {"key": "gas", "label": "用燃气吗", "kind": "yes_no"}
BOTTLE = {"key": "bottle", "label": "瓶数", "kind": "number", "when": {"gas": ["yes"]}}
ROWS = {"title": "员工", "key": "staff", "repeat": {"row": "员工"}, "fields": [{"key": "who", "label": "姓名"}]}


def test_a_field_may_hang_on_a_choice_before_it_in_the_form() -> None:
    content = Content.model_validate(GUIDE | {"form": [{"title": "一", "fields": [CHOICE, BOTTLE]}, ROWS]})

    assert content.form[0].fields[1].when == {"gas": ("yes",)}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ([{"title": "一", "fields": [BOTTLE, CHOICE]}], "字段“瓶数”的条件提到了“用燃气吗”，它不在前面"),
        ([{"title": "一", "fields": [CHOICE, BOTTLE | {"when": {"gas": ["perhaps"]}}]}], "没有的答案：perhaps"),
        ([{"title": "一", "fields": [CHOICE | {"kind": "text"}, BOTTLE]}], "不是单选、多选或是否"),
        ([ROWS | {"fields": [CHOICE]}, {"title": "二", "fields": [BOTTLE]}], "在别的重复填写里"),
        ([{"title": "一", "when": {"gas": ["yes"]}, "fields": [CHOICE]}], "表单“一”的条件提到了"),
        ([{"title": "一", "fields": [CHOICE | {"key": "kind"}]}], "情形问题和表单字段的标识重复：kind"),
        ([ROWS, {"title": "一", "fields": [CHOICE | {"key": "staff"}]}], "标识重复：staff"),
        ([ROWS | {"key": None}], "重复填写，要有标识"),
        ([ROWS | {"repeat": {"row": "员工", "minimum": 5, "maximum": 2}}], "最少行数大于最多行数"),
    ],
)
def test_a_form_that_does_not_hold_together_is_refused_with_its_place(form: list[Any], words: str) -> None:
    assert words in refused(form=form)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "number", "minimum": 5, "maximum": 1}, "最小值大于最大值"),
        ({"min_length": 20, "max_length": 10}, "最少字数大于最多字数"),
        ({"kind": "date", "earliest": "2026-01-02", "latest": "2026-01-01"}, "最早日期晚于最晚日期"),
        ({"kind": "number", "pattern": "plate"}, "只有单行文字能限定格式"),
        ({"day": "past"}, "只有日期能限定"),
        ({"kind": "choice", "options": [{"value": "a", "label": "甲"}] * 2}, "重复的选项"),
        ({"prefill": "person.shoe_size"}, "prefill"),
    ],
)
def test_a_field_that_contradicts_itself_is_refused(change: dict[str, Any], words: str) -> None:
    assert words in refused(form=[{"title": "一", "fields": [{"key": "f", "label": "字段"} | change]}])
