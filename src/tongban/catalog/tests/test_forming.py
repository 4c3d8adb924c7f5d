"""What the form asks and takes: values, conditions, rows; and what stays when its edition is replaced."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import GUIDE
from tongban.catalog import forming
from tongban.catalog.content import Content, FormField
from tongban.catalog.content.forms import KINDS
from tongban.kernel.refusals import Invalid, Refusal

TODAY = date(2026, 7, 22)
SHOP = Content.model_validate(GUIDE)
YES_NO = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
CHAIN = Content.model_validate(
    GUIDE
    | {
        "questions": [{"key": "staff", "text": "有员工吗？", "options": YES_NO}],
        "materials": [],
        "form": [
            {"title": "一", "fields": [{"key": "head", "label": "人数", "kind": "number", "when": {"staff": ["yes"]}}]},
            {"title": "二", "fields": [{"key": "name", "label": "姓名"}]},
        ],
    }
)
FAMILY = Content.model_validate(
    GUIDE
    | {
        "questions": [],
        "materials": [],
        "form": [
            {
                "title": "婚姻",
                "fields": [
                    {"key": "married", "label": "是否已婚", "kind": "yes_no"},
                    {"key": "spouse", "label": "配偶姓名", "when": {"married": ["yes"]}},
                    {
                        "key": "helps", "label": "领过的救助", "kind": "multi_choice", "required": False,
                        "options": [{"value": "food", "label": "食物"}, {"value": "fuel", "label": "燃料"}],
                    },
                    {"key": "fuel_year", "label": "哪一年领的燃料", "kind": "number", "when": {"helps": ["fuel"]}},
                ],
            },
            {
                "title": "家庭成员", "key": "members", "repeat": {"row": "家庭成员", "minimum": 1, "maximum": 3},
                "fields": [
                    {"key": "member", "label": "姓名"},
                    {"key": "adult", "label": "是否成年", "kind": "yes_no"},
                    {"key": "income", "label": "月收入", "kind": "money", "when": {"adult": ["yes"]}},
                    {"key": "wed", "label": "是否为配偶", "kind": "yes_no", "when": {"married": ["yes"]}},
                ],
            },
            {
                "title": "配偶户口", "when": {"married": ["yes"]},
                "fields": [{"key": "place", "label": "配偶户籍地", "kind": "address"}],
            },
        ],
    }
)  # fmt: skip


def check(content: Content, answers: dict[str, str], form: dict[str, Any]) -> dict[str, Any]:
    return forming.check_form(content, answers, form, today=TODAY)


def cleaned(field: FormField, value: Any) -> Any:
    return forming.clean(field, value, today=TODAY)


def refused(form: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as invalid:
        check(FAMILY, {}, form)
    return [(fault.code, fault.field) for fault in invalid.value.faults]


def test_a_page_without_fields_is_left_out() -> None:
    assert [page.title for page in forming.pages_for(CHAIN, {"staff": "no"})] == ["二"]
    assert [page.title for page in forming.pages_for(CHAIN, {"staff": "yes"})] == ["一", "二"]


def test_every_fault_of_the_form_is_told_at_once_in_its_order() -> None:
    with pytest.raises(Invalid, match="有 4 处需要修改") as refused:
        check(SHOP, {"kind": "catering"}, {"shop": " ", "area": "很大", "colour": "red"})

    assert [(fault.code, fault.field) for fault in refused.value.faults] == [
        ("field_missing", "form.name"),
        ("field_missing", "form.shop"),
        ("number_form", "form.area"),
        ("field_unknown", "form"),
    ]


def test_a_field_that_the_situation_does_not_call_for_is_dropped_not_refused() -> None:
    assert check(CHAIN, {"staff": "no"}, {"name": "刘", "head": "7"}) == {"name": "刘"}


def field(kind: str, **options: Any) -> FormField:
    extra = {"options": YES_NO} if "choice" in kind else {}
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
        ("money", "12345", 1234500),
        ("money", "3.50", 350),
        ("money", 350, 350),
        ("decimal", "12.50", "12.5"),
        ("decimal", 12.5, "12.5"),
        ("decimal", "1,000", "1000"),
        ("percent", "33.3%", "33.3"),
        ("email", "liu@example.com", "liu@example.com"),
        ("multi_choice", ["no", "yes"], ["yes", "no"]),
        ("date", "2026年3月5日", "2026-03-05"),
        ("date", "2026-03-05", "2026-03-05"),
        ("date", "2026/03/05", "2026-03-05"),
        ("date", "2026年03月05日", "2026-03-05"),
        ("choice", "yes", "yes"),
        ("yes_no", "是", True),
        ("yes_no", "no", False),
        ("yes_no", True, True),
        ("id_number", "110105 19491231 002x", "11010519491231002X"),
        ("id_number", "e 1234 5678", "E12345678"),
        ("id_number", "h12345678", "H12345678"),
        ("uscc", "91110000600037341l", "91110000600037341L"),
        ("phone", "+86 138-0000-0000", "13800000000"),
    ],
)
def test_a_value_is_read_as_it_is_meant(kind: str, given_value: Any, clean: Any) -> None:
    assert cleaned(field(kind), given_value) == clean


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
        ("money", "3.505", "number_form"),
        ("money", 3.5, "number_form"),
        ("decimal", "1.234", "number_form"),
        ("percent", "101", "number_too_large"),
        ("percent", -1, "number_too_small"),
        ("email", "liu@example", "email_form"),
        ("multi_choice", "yes", "field_type"),
        ("multi_choice", ["yes", "yes"], "choice_unknown"),
        ("multi_choice", [], "field_missing"),
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
        cleaned(field(kind), given_value)

    assert (refused.value.code, refused.value.field) == (code, "form.f")


def test_numbers_keep_their_bounds() -> None:
    area = field("number", minimum=1, maximum=99999)

    assert [cleaned(area, value) for value in ("1", "99999")] == [1, 99999]
    with pytest.raises(Refusal, match="不能小于 1"):
        cleaned(area, "0")
    with pytest.raises(Refusal, match="不能大于 99999"):
        cleaned(area, "100000")


@pytest.mark.parametrize("empty", [None, "", "  ", "\u3000"])
def test_a_field_that_is_not_required_may_be_left_empty(empty: Any) -> None:
    assert cleaned(field("number", required=False), empty) is None


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=40)
    | st.sampled_from([10**4000, -(10**4000), "\0", "\ud800", "²", "１", "-", "--1", "9999-99-99", "2026-W10-1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)  # fmt: skip


@given(st.sampled_from(sorted(KINDS)), st.booleans(), any_json)
def test_any_json_value_is_read_or_refused(kind: str, required: bool, value: Any) -> None:
    try:
        clean = cleaned(field(kind, required=required), value)
    except Refusal as refusal:
        assert refusal.field == "form.f"
    else:
        assert clean is None or isinstance(clean, str | int | list)
        if isinstance(clean, str):
            assert "\0" not in clean
            clean.encode()


@given(st.dictionaries(st.sampled_from(["name", "shop", "area", "x"]), any_json))
def test_any_form_is_read_or_refused(form: dict[str, Any]) -> None:
    try:
        assert set(check(SHOP, {"kind": "retail"}, form)) == {"name", "shop", "area"}
    except Invalid as invalid:
        assert invalid.faults


def test_values_are_shown_as_people_read_them() -> None:
    assert forming.shown(field("yes_no"), True) == "是"
    assert forming.shown(field("choice"), "no") == "否"
    assert forming.shown(field("number", unit="平方米"), 86) == "86 平方米"
    assert forming.shown(field("text"), "老灶") == "老灶"


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_date_is_read_in_every_spelling(on: date) -> None:
    for spelling in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"):
        assert cleaned(field("date"), on.strftime(spelling)) == on.isoformat()


SINGLE = {"married": "no", "members": [{"member": "陈小禾", "adult": "no"}]}


def test_a_field_asked_by_a_choice_before_it_is_asked_only_then() -> None:
    assert check(FAMILY, {}, SINGLE) == {"married": False, "members": [{"member": "陈小禾", "adult": False}]}
    assert refused(SINGLE | {"married": "yes"}) == [
        ("field_missing", "form.spouse"),
        ("field_missing", "form.members.0.wed"),
        ("field_missing", "form.place"),
    ]


def test_one_of_several_ticked_asks_what_hangs_on_it() -> None:
    assert refused(SINGLE | {"helps": ["food", "fuel"]}) == [("field_missing", "form.fuel_year")]
    assert check(FAMILY, {}, SINGLE | {"helps": ["food"]})["helps"] == ["food"]


def test_a_row_is_checked_by_its_own_choices() -> None:
    rows = [{"member": "陈小禾", "adult": "no"}, {"member": "陈大山", "adult": "yes"}]

    assert refused({"married": "no", "members": rows}) == [("field_missing", "form.members.1.income")]
    rows[1]["income"] = "1200.50"
    assert check(FAMILY, {}, {"married": "no", "members": rows})["members"][1]["income"] == 120050


@pytest.mark.parametrize(
    ("members", "faults"),
    [
        ([], [("rows_too_few", "form.members")]),
        ("", [("rows_too_few", "form.members")]),
        ("陈", [("rows_form", "form.members")]),
        (["陈"], [("rows_form", "form.members")]),
        ([{"member": "一", "adult": "no"}] * 4, [("rows_too_many", "form.members")]),
        ([{"member": "一", "adult": "no", "age": 3}], [("field_unknown", "form.members.0")]),
    ],
)
def test_rows_come_in_their_shape_and_number(members: Any, faults: list[tuple[str, str]]) -> None:
    assert refused({"married": "no", "members": members}) == faults


def test_what_a_choice_that_is_not_asked_says_counts_for_nothing() -> None:
    content = Content.model_validate(
        GUIDE
        | {
            "materials": [],
            "form": [
                {
                    "title": "一",
                    "fields": [
                        {"key": "gas", "label": "用燃气吗", "kind": "yes_no", "when": {"kind": ["catering"]}},
                        {"key": "bottle", "label": "燃气瓶数", "kind": "number", "when": {"gas": ["yes"]}},
                    ],
                }
            ],
        }
    )

    assert check(content, {"kind": "retail"}, {"gas": "yes"}) == {}
    with pytest.raises(Invalid, match="燃气瓶数"):
        check(content, {"kind": "catering"}, {"gas": "yes"})


def test_without_a_form_everything_that_may_be_asked_is_listed() -> None:
    assert "spouse" in [field.key for field in forming.fields_for(FAMILY, {})]
    assert "spouse" not in [field.key for field in forming.fields_for(FAMILY, {}, SINGLE)]
    assert [page.title for page in forming.pages_for(FAMILY, {}, SINGLE)] == ["婚姻", "家庭成员"]


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ({"day": "not_future"}, ["2026-07-22", "2026-07-21"], "2026-07-23"),
        ({"day": "past"}, ["2026-07-21"], "2026-07-22"),
        ({"day": "not_past"}, ["2026-07-22"], "2026-07-21"),
        ({"day": "future"}, ["2026-07-23"], "2026-07-22"),
        ({"earliest": "2020-01-01"}, ["2020-01-01"], "2019-12-31"),
        ({"latest": "2030-01-01"}, ["2030-01-01"], "2030-01-02"),
    ],
)
def test_days_keep_their_limits(rule: dict[str, str], good: list[str], bad: str) -> None:
    day = field("date", **rule)

    assert [cleaned(day, each) for each in good] == good
    with pytest.raises(Refusal) as late:
        cleaned(day, bad)
    assert late.value.code == "date_out_of_range"
    assert late.value.hint


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("chinese_name", "阿卜杜拉·买买提", "Liu"),
        ("postcode", "400000", "40000"),
        ("plate", "渝AD12345", "A12345"),
        ("vin", "LSVAM4187C2184847", "LSVAM4187C218484O"),
        ("bank_card", "6222020200012345678", "6222 0202"),
    ],
)
def test_a_pattern_is_chosen_by_name(pattern: str, good: str, bad: str) -> None:
    assert cleaned(field("text", pattern=pattern), good) == good
    with pytest.raises(Refusal, match="格式不对"):
        cleaned(field("text", pattern=pattern), bad)


def test_a_text_too_short_and_too_many_ticks_are_told_with_the_number() -> None:
    with pytest.raises(Refusal, match="至少 10 个字，现在有 2 个"):
        cleaned(field("long_text", min_length=10), "好的")
    with pytest.raises(Refusal, match="最多选 1 项"):
        cleaned(field("multi_choice", maximum=1), ["yes", "no"])


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "married": st.sampled_from(["yes", "no", "", "perhaps"]),
            "spouse": st.text(max_size=3),
            "helps": st.lists(st.sampled_from(["food", "fuel"]), unique=True),
            "fuel_year": st.sampled_from(["2020", "x", ""]),
            "place": st.text(max_size=3),
            "members": st.lists(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "member": st.text(max_size=3),
                        "adult": st.sampled_from(["yes", "no", ""]),
                        "income": st.sampled_from(["12.5", "-", ""]),
                        "wed": st.sampled_from(["yes", ""]),
                    },
                ),
                max_size=4,
            ),
        },
    )
)
def test_what_was_taken_is_taken_again_unchanged(form: dict[str, Any]) -> None:
    try:
        values = check(FAMILY, {}, form)
    except Invalid as invalid:
        assert all(fault.reason and fault.field.startswith("form") for fault in invalid.faults)
        return

    assert check(FAMILY, {}, values) == values
    assert check(FAMILY, {}, forming.kept(FAMILY, {}, form)) == values
    assert forming.lines(FAMILY, {}, values)


def test_a_form_is_read_in_lines_with_its_rows_and_veils() -> None:
    values = check(FAMILY, {}, SINGLE)

    assert [(line.label, line.text) for line in forming.lines(FAMILY, {}, values)] == [
        ("是否已婚", "否"),
        ("家庭成员 1：姓名", "陈小禾"),
        ("家庭成员 1：是否成年", "否"),
    ]
    assert forming.veiled(field("email"), "liu@example.com") == "l***@example.com"
    assert forming.veiled(field("phone"), "13800000000") == "138****0000"


def test_a_condition_is_said_in_words() -> None:
    assert forming.said_when(FAMILY, {"married": ("yes",)}) == "“是否已婚”为是"
    assert forming.said_when(SHOP, ({"kind": ("catering", "retail")},)) == "“您的店属于哪一类”为餐饮服务或食品销售"


def test_a_filled_example_is_a_good_form() -> None:
    def value(one: FormField) -> Any:
        return {"yes_no": "yes", "multi_choice": ["fuel"], "number": "3", "money": "9.90"}.get(one.kind, "样例")

    form = forming.filled(FAMILY, {}, value=value, rows=lambda page: 2)

    assert check(FAMILY, {}, form)["members"][1]["income"] == 990
