"""What a guide asks for, given the answers; and what the form takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import GUIDE
from tongban.catalog import rules
from tongban.catalog.content import Content, Limit
from tongban.kernel.refusals import Invalid

SHOP = Content.model_validate(GUIDE)
YES_NO = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
CHAIN = Content.model_validate(
    GUIDE
    | {
        "questions": [
            {"key": "staff", "text": "有员工吗？", "options": YES_NO},
            {"key": "kitchen", "text": "有厨房吗？", "options": YES_NO, "when": {"staff": ["yes"]}},
            {"key": "gas", "text": "用燃气吗？", "options": YES_NO, "when": {"kitchen": ["yes"]}},
        ],
        "materials": [
            {"key": "health", "name": "健康证明", "give": "upload", "when": {"staff": ["yes"]}},
            {"key": "both", "name": "燃气安全证明", "give": "upload", "when": {"staff": ["yes"], "gas": ["yes"]}},
            {"key": "always", "name": "申请书", "give": "generated"},
        ],
        "form": [
            {"title": "一", "fields": [{"key": "head", "label": "人数", "kind": "number", "when": {"staff": ["yes"]}}]},
            {"title": "二", "fields": [{"key": "name", "label": "姓名"}]},
        ],
    }
)


@pytest.mark.parametrize(
    ("condition", "answers", "holds"),
    [
        ({}, {}, True),
        ({"kind": ("a",)}, {"kind": "a"}, True),
        ({"kind": ("a", "b")}, {"kind": "b"}, True),
        ({"kind": ("a",)}, {"kind": "b"}, False),
        ({"kind": ("a",)}, {}, False),
        ({"kind": ("a",), "size": ("big",)}, {"kind": "a", "size": "big"}, True),
        ({"kind": ("a",), "size": ("big",)}, {"kind": "a", "size": "small"}, False),
    ],
)
def test_a_condition_holds_when_every_question_has_one_of_its_answers(
    condition: dict[str, tuple[str, ...]], answers: dict[str, str], holds: bool
) -> None:
    assert rules.holds(condition, answers) == holds


@pytest.mark.parametrize(
    ("answers", "needed"),
    [
        ({"staff": "no"}, ["always"]),
        ({"staff": "yes", "kitchen": "no"}, ["health", "always"]),
        ({"staff": "yes", "kitchen": "yes", "gas": "no"}, ["health", "always"]),
        ({"staff": "yes", "kitchen": "yes", "gas": "yes"}, ["health", "both", "always"]),
    ],
)
def test_exactly_the_materials_of_the_situation_are_asked_for(answers: dict[str, str], needed: list[str]) -> None:
    counted = rules.check_answers(CHAIN, answers)

    assert [material.key for material in rules.materials_for(CHAIN, counted)] == needed


def test_the_shop_needs_its_layout_only_when_it_cooks() -> None:
    assert "layout" in [m.key for m in rules.materials_for(SHOP, {"kind": "catering"})]
    assert "layout" not in [m.key for m in rules.materials_for(SHOP, {"kind": "retail"})]


def test_an_answer_to_a_question_no_longer_asked_counts_for_nothing() -> None:
    changed_mind = {"staff": "no", "kitchen": "yes", "gas": "yes"}

    assert rules.check_answers(CHAIN, changed_mind) == {"staff": "no"}
    assert [question.key for question in rules.asked(CHAIN, changed_mind)] == ["staff"]


@given(st.dictionaries(st.sampled_from(["staff", "kitchen", "gas"]), st.sampled_from(["yes", "no"])))
def test_the_questions_asked_are_those_that_must_be_answered(given_answers: dict[str, str]) -> None:
    asked = [question.key for question in rules.asked(CHAIN, given_answers)]

    try:
        assert list(rules.check_answers(CHAIN, given_answers)) == asked
    except Invalid as invalid:
        open_ones = [fault.field.removeprefix("answers.") for fault in invalid.faults]
        assert open_ones == [key for key in asked if key not in given_answers]


def test_every_open_and_every_wrong_answer_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_answers(CHAIN, {"staff": "perhaps", "colour": "red"})

    assert [(fault.code, fault.field) for fault in refused.value.faults] == [
        ("answer_unknown", "answers.staff"),
        ("question_unknown", "answers"),
    ]
    with pytest.raises(Invalid, match="有厨房吗"):
        rules.check_answers(CHAIN, {"staff": "yes"})


@pytest.mark.parametrize(
    ("limit", "words", "roughly"),
    [
        (Limit(amount=20), "20 个工作日", 20),
        (Limit.model_validate({"amount": 30, "unit": "day"}), "30 日", 22),  # 30 × 5/7 = 21.4
        (Limit.model_validate({"amount": 7, "unit": "day"}), "7 日", 5),
        (Limit.model_validate({"amount": 3, "unit": "month"}), "3 个月", 63),
        (Limit(amount=0), "当场办结", 0),
    ],
)
def test_limits_in_words_and_for_comparison(limit: Limit, words: str, roughly: int) -> None:
    assert rules.limit_words(limit) == words
    assert rules.roughly_working_days(limit) == roughly
