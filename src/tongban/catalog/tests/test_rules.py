"""What a guide asks for, given the answers; and what the form takes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import GUIDE
from tongban.catalog import rules
from tongban.catalog.content import Content, FormField, Limit
from tongban.kernel.refusals import Invalid, Refusal

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


def test_a_page_without_fields_is_left_out() -> None:
    assert [page.title for page in rules.pages_for(CHAIN, {"staff": "no"})] == ["二"]
    assert [page.title for page in rules.pages_for(CHAIN, {"staff": "yes"})] == ["一", "二"]


def test_every_fault_of_the_form_is_told_at_once_in_its_order() -> None:
    with pytest.raises(Invalid, match="有 4 处需要修改") as refused:
        rules.check_form(SHOP, {"kind": "catering"}, {"shop": " ", "area": "很大", "colour": "red"})

    assert [(fault.code, fault.field) for fault in refused.value.faults] == [
        ("field_missing", "form.name"),
        ("field_missing", "form.shop"),
        ("number_form", "form.area"),
        ("field_unknown", "form"),
    ]


def test_a_field_that_the_situation_does_not_call_for_is_dropped_not_refused() -> None:
    assert rules.check_form(CHAIN, {"staff": "no"}, {"name": "刘", "head": "7"}) == {"name": "刘"}


def field(kind: str, **options: Any) -> FormField:
    extra = {"options": YES_NO} if kind == "choice" else {}
    return FormField.model_validate({"key": "f", "label": "字段", "kind": kind, **extra, **options})


@pytest.mark.parametrize(
    ("kind", "given_value", "clean"),
    [
        ("text", " 老灶 ", "老灶"),
        ("text", 86, "86"),
        ("long_text", "一\n二", "一\n二"),
        ("address", "滨河路 8 号", "滨河路 8 号"),
        ("number", "86", 86),
        ("number", 86, 86),
        ("number", "８６", 86),
        ("number", "1 000", 1000),
        ("number", "-5", -5),
        ("number", "－5", -5),
        ("money", "12345", 12345),
        ("date", "2026-03-05", "2026-03-05"),
        ("date", "2026/03/05", "2026-03-05"),
        ("date", "2026年03月05日", "2026-03-05"),
        ("choice", "yes", "yes"),
        ("yes_no", "是", True),
        ("yes_no", "no", False),
        ("yes_no", True, True),
        ("id_number", "110105 19491231 002x", "11010519491231002X"),
        ("uscc", "91110000600037341l", "91110000600037341L"),
        ("phone", "+86 138-0000-0000", "13800000000"),
    ],
)
def test_a_value_is_read_as_it_is_meant(kind: str, given_value: Any, clean: Any) -> None:
    assert rules.clean(field(kind), given_value) == clean


@pytest.mark.parametrize(
    ("kind", "given_value", "code"),
    [
        ("text", "a\0b", "field_characters"),
        ("text", "\ud83d", "field_characters"),
        ("text", "字" * 101, "field_too_long"),
        ("text", ["a"], "field_type"),
        ("text", {"a": 1}, "field_type"),
        ("text", 1.5, "field_type"),
        pytest.param("text", 10**5000, "field_type", id="more digits than Python prints"),
        pytest.param("number", 10**5000, "field_type", id="a number of 5000 digits"),
        ("number", "8.6", "number_form"),  # never 86
        ("number", "1-2", "number_form"),  # never 12
        ("number", "--5", "number_form"),
        ("number", "五", "number_form"),
        ("number", "٣", "number_form"),
        ("number", "1e9", "number_form"),
        ("number", True, "number_form"),
        ("number", "1234567890123", "number_form"),
        ("money", "3.50", "number_form"),
        ("date", "2026-02-29", "date_form"),
        ("date", "昨天", "date_form"),
        ("choice", "maybe", "choice_unknown"),
        ("yes_no", "maybe", "choice_unknown"),
        ("id_number", "110105194912310021", "id_number_check"),
        ("uscc", "91110000600037341M", "uscc_check"),
        ("phone", "12345", "phone_form"),
        ("text", None, "field_missing"),
        ("number", "  ", "field_missing"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_at_its_field(kind: str, given_value: Any, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.clean(field(kind), given_value)

    assert (refused.value.code, refused.value.field) == (code, "form.f")


def test_numbers_keep_their_bounds() -> None:
    area = field("number", minimum=1, maximum=99999)

    assert [rules.clean(area, value) for value in ("1", "99999")] == [1, 99999]
    with pytest.raises(Refusal, match="不能小于 1"):
        rules.clean(area, "0")
    with pytest.raises(Refusal, match="不能大于 99999"):
        rules.clean(area, "100000")


@pytest.mark.parametrize("empty", [None, "", "  ", "\u3000"])
def test_a_field_that_is_not_required_may_be_left_empty(empty: Any) -> None:
    assert rules.clean(field("number", required=False), empty) is None


KINDS = ["text", "long_text", "number", "money", "date", "choice", "id_number", "uscc", "phone", "address", "yes_no"]
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=40)
    | st.sampled_from([10**4000, -(10**4000), "\0", "\ud800", "²", "１", "-", "--1", "9999-99-99", "2026-W10-1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)  # fmt: skip


@given(st.sampled_from(KINDS), st.booleans(), any_json)
def test_any_json_value_is_read_or_refused(kind: str, required: bool, value: Any) -> None:
    try:
        clean = rules.clean(field(kind, required=required), value)
    except Refusal as refusal:
        assert refusal.field == "form.f"
    else:
        assert clean is None or isinstance(clean, str | int)
        if isinstance(clean, str):
            assert "\0" not in clean
            clean.encode()


@given(st.dictionaries(st.sampled_from(["name", "shop", "area", "x"]), any_json))
def test_any_form_is_read_or_refused(form: dict[str, Any]) -> None:
    try:
        assert set(rules.check_form(SHOP, {"kind": "retail"}, form)) == {"name", "shop", "area"}
    except Invalid as invalid:
        assert invalid.faults


def test_values_are_shown_as_people_read_them() -> None:
    assert rules.shown(field("yes_no"), True) == "是"
    assert rules.shown(field("choice"), "no") == "否"
    assert rules.shown(field("number", unit="平方米"), 86) == "86 平方米"
    assert rules.shown(field("text"), "老灶") == "老灶"


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


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"promised": {"amount": 21}}, "promised_too_long"),
        ({"promised": {"amount": 1, "unit": "month"}}, "promised_too_long"),
        ({"instant": True}, "instant_limit"),
        ({"visits": 1}, "online_visits"),
    ],
)
def test_what_no_edition_may_be_published_with(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_publishable(Content.model_validate(GUIDE | change))

    assert code in [fault.code for fault in refused.value.faults]


def test_a_promise_as_long_as_the_law_allows_is_publishable() -> None:
    rules.check_publishable(Content.model_validate(GUIDE | {"promised": {"amount": 20}}))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_date_is_read_in_every_spelling(on: date) -> None:
    for spelling in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"):
        assert rules.clean(field("date"), on.strftime(spelling)) == on.isoformat()
