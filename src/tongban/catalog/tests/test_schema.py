"""The JSON Schema takes exactly what the form's own check takes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.people import GUIDE
from tongban.catalog import forming, rules, schema
from tongban.catalog.content import Content, FormField
from tongban.identity import id_types
from tongban.identity import rules as identifiers
from tongban.kernel.refusals import Invalid, Refusal

TODAY = date(2026, 7, 22)
ANSWER = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
THREE = [{"value": v, "label": v} for v in ("a", "b", "c")]
EVERYTHING = Content.model_validate(
    GUIDE
    | {
        "questions": [
            {"key": "kind", "text": "哪一类？", "options": THREE},
            {"key": "staff", "text": "有员工吗？", "options": ANSWER, "when": {"kind": ["a", "b"]}},
        ],
        "materials": [],
        "form": [
            {
                "title": "一",
                "fields": [
                    {"key": "text", "label": "字", "max_length": 4},
                    {"key": "short", "label": "几个字", "min_length": 2, "max_length": 3, "required": False},
                    {"key": "plate", "label": "号牌", "pattern": "plate", "required": False},
                    {"key": "count", "label": "数", "kind": "number", "minimum": 1, "maximum": 3},
                    {"key": "metres", "label": "米", "kind": "decimal", "minimum": 0, "when": {"staff": ["yes"]}},
                    {"key": "share", "label": "比例", "kind": "percent", "decimals": 1, "required": False},
                    {"key": "fee", "label": "钱", "kind": "money", "minimum": 0, "maximum": 5, "required": False},
                    {"key": "one", "label": "单选", "kind": "choice", "options": THREE},
                    {
                        "key": "many", "label": "多选", "kind": "multi_choice", "options": THREE, "maximum": 2,
                        "required": False, "when": [{"one": ["a"]}, {"one": ["b"], "staff": ["no"]}],
                    },
                    {"key": "sure", "label": "是否", "kind": "yes_no", "when": {"many": ["b", "c"]}},
                ],
            },
            {
                "title": "二", "when": {"sure": ["yes"]},
                "fields": [
                    {"key": "since", "label": "从", "kind": "date", "day": "not_future", "earliest": "2026-07-01"},
                    {"key": "mail", "label": "邮箱", "kind": "email", "required": False},
                ],
            },
            {
                "title": "三", "key": "people", "repeat": {"row": "人", "minimum": 0, "maximum": 2},
                "fields": [
                    {"key": "id_card", "label": "号码", "kind": "id_number", "required": False},
                    {"key": "adult", "label": "成年", "kind": "yes_no", "when": [{"sure": ["no"]}, {"kind": ["c"]}]},
                    {"key": "work", "label": "工作", "max_length": 3, "when": {"adult": ["yes"]}},
                ],
            },
            {
                "title": "四", "key": "places", "repeat": {"row": "处", "minimum": 1}, "when": {"kind": ["b"]},
                "fields": [{"key": "phone", "label": "电话", "kind": "phone"}],
            },
        ],
    }
)  # fmt: skip
SCHEMA = schema.form_schema(EVERYTHING, today=TODAY)


def passes(check: Any) -> Any:
    def made(text: str) -> bool:
        try:
            return bool(check(text) == text)
        except Refusal:
            return False

    return made


class Bound:
    """`formatMinimum` and `formatMaximum` of ajv: ISO dates compare as text."""

    def __init__(self, parent: Any, value: str, path: Any) -> None:
        self.value = value


class NotBefore(Bound):
    def validate(self, given: Any) -> None:
        if isinstance(given, str) and given < self.value:
            raise ValueError(f"before {self.value}")


class NotAfter(Bound):
    def validate(self, given: Any) -> None:
        if isinstance(given, str) and given > self.value:
            raise ValueError(f"after {self.value}")


VALIDATOR = jsonschema_rs.Draft202012Validator(
    SCHEMA,
    validate_formats=True,
    formats={
        "cn-identity-document": passes(lambda typed: id_types.any_number(typed, field="")),
        "cn-uscc": passes(identifiers.organisation_code),
    },
    keywords={"formatMinimum": NotBefore, "formatMaximum": NotAfter},
)

words = st.sampled_from(["", "字", "两字", "三个字", "四个字的", "五个字的话", "渝A12345", "a", "b", "x", "   "])
numbers = st.sampled_from([-1, 0, 1, 2, 3, 4, 100, 101, 500, 501, 0.5, 1.25, 1.255, 33.3, 33.33, 1.0, 10**12, 10**13])
days = st.dates(TODAY - timedelta(days=25), TODAY + timedelta(days=3)).map(str)
lists = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=3)
wrong = st.sampled_from([None, True, [], {}, [1], {"a": 1}])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": words | wrong.filter(lambda v: v is not True),
    "number": numbers | wrong,
    "decimal": numbers | wrong,
    "percent": numbers | wrong,
    "money": numbers | wrong,
    "choice": st.sampled_from(["a", "b", "c", "d", ""]) | wrong,
    "multi_choice": lists | lists | wrong,
    "yes_no": st.booleans() | st.booleans() | wrong | st.just("不知道"),
    "date": days | st.sampled_from(["2026-02-30", "昨天"]) | wrong,
    "email": st.sampled_from(["liu@example.com", "liu@example", "a@b.cn"]) | wrong,
    "id_number": st.sampled_from(["11010519491231002X", "110105194912310021", "1"]) | wrong,
    "phone": st.sampled_from(["13800000000", "02300000000", "12"]) | wrong,
}


def likely(field: FormField) -> Any:
    """A good value two times of three."""
    good = {
        "text": "渝A12345" if field.pattern else "两字", "number": 2, "decimal": 1.25, "percent": 33.3, "money": 250,
        "multi_choice": ["b"], "date": "2026-07-20", "email": "a@b.cn", "id_number": "11010519491231002X",
        "phone": "13800000000",
    }  # fmt: skip
    some = VALUES[field.kind]
    if field.kind in good:
        return st.just(good[field.kind]) | st.just(good[field.kind]) | some
    return (st.sampled_from(["a", "b", "c"]) if field.kind == "choice" else st.booleans()) | some


def of_page(fields: tuple[FormField, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={field.key: likely(field) for field in fields})


single = of_page(tuple(field for page in EVERYTHING.form if not page.repeat for field in page.fields))
rows = {
    page.key: st.lists(of_page(page.fields), max_size=3) | st.sampled_from([None, "", "x", [1]])
    for page in EVERYTHING.form
    if page.repeat
}
strange = st.sampled_from([{}, {}, {}, {"colour": "red"}])
forms = st.builds(
    lambda one, many, more: one | many | more, single, st.fixed_dictionaries({}, optional=rows), strange
)  # fmt: skip
situations = st.fixed_dictionaries(
    {}, optional={"kind": st.sampled_from(["a", "b", "c"]), "staff": st.sampled_from(["yes", "no", "x"])}
)


def taken(answers: dict[str, str], form: dict[str, Any]) -> bool:
    try:
        counted = rules.check_answers(EVERYTHING, answers)
        forming.check_form(EVERYTHING, counted, form, today=TODAY)
    except Invalid:
        return False
    return True


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(situations, forms)
def test_the_schema_takes_exactly_what_the_check_takes(answers: dict[str, str], form: dict[str, Any]) -> None:
    given_in = {"answers": answers, "form": form}

    assert VALIDATOR.is_valid(given_in) == taken(answers, form), given_in


@settings(max_examples=200)
@given(st.data())
def test_a_good_form_is_taken_by_both(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["a", "b", "c"]))
    answers = {"kind": kind} | ({"staff": data.draw(st.sampled_from(["yes", "no"]))} if kind != "c" else {})
    good = {
        "text": "两字", "number": 2, "decimal": 1.25, "percent": 33.3, "money": 250, "date": "2026-07-20",
        "email": "a@b.cn", "id_number": "11010519491231002X", "phone": "13800000000",
    }  # fmt: skip

    def value(field: FormField) -> Any:
        if field.kind == "choice":
            return data.draw(st.sampled_from(["a", "b", "c"]))
        if field.kind == "multi_choice":
            return data.draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=2, unique=True))
        if field.kind == "yes_no":
            return data.draw(st.booleans())
        return "渝A12345" if field.pattern else good[field.kind]

    form = forming.filled(EVERYTHING, answers, value=value, rows=lambda page: data.draw(st.integers(1, 2)))
    assume(form)

    assert taken(answers, form)
    assert VALIDATOR.is_valid({"answers": answers, "form": form})


def test_the_schema_is_a_good_schema_with_notes_for_who_draws() -> None:
    assert jsonschema_rs.meta.is_valid(SCHEMA)
    shop = schema.form_schema(Content.model_validate(GUIDE), today=TODAY, title="食品经营许可")
    assert shop["title"] == "食品经营许可"
    assert shop["properties"]["form"]["properties"]["name"] == {
        "title": "姓名",
        "x-kind": "text",
        "x-prefill": "person.name",
    }


@pytest.mark.parametrize(("share", "good"), [(33.3, True), (33.33, False), (100, True), (100.1, False)])
def test_digits_after_the_point_are_counted_exactly(share: float, good: bool) -> None:
    form = {"text": "字", "count": 1, "one": "c", "share": share, "people": [{"adult": False}]}

    assert VALIDATOR.is_valid({"answers": {"kind": "c"}, "form": form}) == good == taken({"kind": "c"}, form)
