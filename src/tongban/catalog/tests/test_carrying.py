"""What was typed under one edition, under the next: kept where it still fits, told where it doesn't, never lost."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.people import GUIDE
from tongban.catalog.carrying import Carried, carry_over
from tongban.catalog.content import Content

TODAY = date(2026, 7, 22)
PEOPLE = {
    "title": "从业人员", "key": "staff", "repeat": {"row": "人员"},
    "fields": [{"key": "who", "label": "姓名"}, {"key": "card", "label": "健康证号"}],
}  # fmt: skip
OLD = GUIDE | {"form": [GUIDE["form"][0], PEOPLE]}
TYPED = {"name": "刘晓燕", "shop": "老灶火锅店", "area": "86", "staff": [{"who": "陈小禾", "card": "A1"}]}


def carried(new: dict[str, Any], answers: dict[str, str] | None = None, typed: dict[str, Any] | None = None) -> Carried:
    """From OLD to OLD with these changes."""
    return carry_over(
        Content.model_validate(OLD),
        Content.model_validate(OLD | new),
        answers or {"kind": "catering"},
        TYPED if typed is None else typed,
        today=TODAY,
    )


def changed(position: int, **change: Any) -> list[Any]:
    """The form with one field of the first page changed."""
    form = deepcopy(OLD["form"])
    form[0]["fields"][position] |= change
    return form


def test_nothing_is_lost_where_nothing_changed() -> None:
    moved = carried({})

    assert (moved.answers, moved.form, moved.dropped) == ({"kind": "catering"}, TYPED, ())


def test_a_renamed_field_takes_its_value_along() -> None:
    moved = carried({"form": changed(1, key="shop_name")})

    assert moved.form["shop_name"] == "老灶火锅店"
    assert moved.dropped == moved.asked_anew == ()


def test_a_field_that_went_is_told_with_what_was_typed() -> None:
    moved = carried({"form": changed(1, key="brand", label="招牌")})

    assert [(one.label, one.text) for one in moved.dropped] == [("字号名称", "老灶火锅店")]
    assert moved.asked_anew == ("招牌",)


def test_a_value_that_no_longer_fits_is_told_with_the_reason() -> None:
    moved = carried({"form": changed(2, maximum=50)})

    assert "area" not in moved.form
    assert [(one.text, one.why) for one in moved.dropped] == [("86 平方米", "“经营面积”不能大于 50 平方米，请重新填")]


def test_what_was_half_typed_stays_half_typed() -> None:
    assert carried({}, typed={"area": "很大"}).form["area"] == "很大"


def test_rows_are_carried_row_by_row() -> None:
    page = deepcopy(PEOPLE) | {"fields": [{"key": "who", "label": "姓名"}]}
    moved = carried({"form": [OLD["form"][0], page]})

    assert moved.form["staff"] == [{"who": "陈小禾"}]
    assert [one.label for one in moved.dropped] == ["人员 1：健康证号"]


def test_an_option_renamed_is_found_by_its_words() -> None:
    question = deepcopy(GUIDE["questions"][0])
    question["options"][0]["value"] = "restaurant"
    materials = [m for m in GUIDE["materials"] if m["key"] != "layout"]

    moved = carried({"questions": [question], "materials": materials})
    assert moved.answers == {"kind": "restaurant"}
    question["options"][0]["label"] = "大餐馆"
    moved = carried({"questions": [question], "materials": materials})
    assert (moved.answers, moved.dropped[0].text) == ({}, "餐饮服务")


texts = st.sampled_from(["刘", "86", "很大", "渝A12345", "2026-07-01", "3.5"])
changes = st.fixed_dictionaries(
    {},
    optional={
        "key": st.sampled_from(["shop", "other"]),
        "label": st.sampled_from(["字号名称", "招牌"]),
        "kind": st.sampled_from(["text", "number", "date", "money"]),
        "max_length": st.sampled_from([1, 50]),
    },
)


@given(changes, st.fixed_dictionaries({}, optional={"name": texts, "shop": texts, "area": texts}))
def test_everything_typed_is_either_kept_or_told(change: dict[str, Any], typed: dict[str, Any]) -> None:
    moved = carried({"form": changed(1, **change)}, typed=typed)

    assert len(moved.form) + len(moved.dropped) == len(typed)
    assert set(typed.values()) <= set(map(str, moved.form.values())) | {
        part for one in moved.dropped for part in (one.text, one.text.split(" ")[0])
    }
