"""A form as it is drawn and taken back: what hangs on a choice, rows, hints, faults beside their field."""

from __future__ import annotations

import json
from typing import Any

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog import forming, sheets
from tongban.catalog.sheets import Hint
from tongban.catalog.tests.test_forming import FAMILY


def drawn(form: dict[str, Any], page: int, **change: Any) -> sheets.SheetDrawn:
    return sheets.drawn(FAMILY, {}, form, pages=[page], **change)[0]


def sent(**values: Any) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in values.items():
        made.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return made


def test_a_field_that_hangs_on_a_choice_beside_it_waits_in_the_page() -> None:
    spouse = drawn({}, 0).rows[0].controls[1]
    assert (spouse.shown, json.loads(spouse.when)) == (False, [{"married": ["true"]}])

    assert drawn({"married": "true"}, 0).rows[0].controls[1].shown


def test_a_field_that_hangs_on_another_page_is_there_or_not() -> None:
    names = [control.field.name for control in drawn({"members": [{}]}, 1).rows[0].controls]
    assert names == ["members-0-member", "members-0-adult", "members-0-income"]

    wed = drawn({"married": "yes", "members": [{}]}, 1).rows[0].controls[-1]
    assert (wed.field.name, wed.shown, wed.when) == ("members-0-wed", True, "")


def test_on_one_page_together_a_whole_part_waits_for_its_choice() -> None:
    place = sheets.drawn(FAMILY, {}, {}, prefix="form-", dense=True)[-1]

    assert (place.title, place.shown, json.loads(place.when)) == ("配偶户口", False, [{"form-married": ["true"]}])


def test_the_least_rows_are_there_from_the_start() -> None:
    assert [row.title for row in drawn({}, 1).rows] == ["家庭成员 1"]
    full = drawn({"members": [{}, {}, {}]}, 1)
    assert (len(full.rows), full.add) == (3, "")


def test_a_hint_fills_what_nobody_typed_and_says_where_it_is_from() -> None:
    hints = {"form.spouse": Hint("陈大山", "登录信息")}
    known = drawn({"married": "yes"}, 0, hints=hints).rows[0].controls[1].field
    assert (known.value, known.source) == ("陈大山", "登录信息")

    cleared = drawn({"married": "yes", "spouse": ""}, 0, hints=hints).rows[0].controls[1].field
    assert (cleared.value, cleared.source) == ("", "")


def test_a_fault_stands_beside_its_field() -> None:
    row = drawn({"members": [{}]}, 1, errors={"members-0-member": "请填写“姓名”"}).rows[0]

    assert row.controls[0].field.error == "请填写“姓名”"
    assert sheets.name_of("form.members.0.member", "form-") == "form-members-0-member"


def test_a_row_is_added_and_taken_away() -> None:
    page = {"rows__members": "1", "members__0__member": "陈小禾"}
    assert sheets.taken(FAMILY, sent(**page, add__row="members"), {}, pages=[1]) == {
        "members": [{"member": "陈小禾"}, {}]
    }
    assert sheets.taken(FAMILY, sent(**page, remove__row="members.0"), {}, pages=[1]) == {"members": []}


def test_what_was_hidden_keeps_what_was_typed_and_a_page_takes_only_its_own() -> None:
    before = {"members": [{"member": "陈", "income": "12"}]}
    taken = sheets.taken(
        FAMILY, sent(rows__members="1", asked=["members-0-member"], members__0__member="陈小禾", spouse="x"),
        before, pages=[1],
    )  # fmt: skip

    assert taken == {"members": [{"member": "陈小禾", "income": "12"}]}


def test_nothing_ticked_is_told_from_nothing_asked() -> None:
    assert sheets.taken(FAMILY, sent(asked=["helps"]), {}, pages=[0]) == {"helps": []}
    assert sheets.taken(FAMILY, sent(), {}, pages=[0]) == {}


@given(
    st.dictionaries(
        st.sampled_from(["rows-members", "remove-row", "add-row", "members-0-member", "asked", "married", "helps"]),
        st.lists(
            st.sampled_from(["members", "members.0", "members.9", "-1", "2", "999999", "², ", "yes", "\0"]), max_size=2
        ),
    )
)
def test_any_page_is_taken_and_drawn_again(values: dict[str, list[str]]) -> None:
    made = QueryDict(mutable=True)
    for name, value in values.items():
        made.setlist(name, value)
    typed = sheets.taken(FAMILY, made, {})

    assert all(key in {"married", "spouse", "helps", "fuel_year", "members", "place"} for key in typed)
    assert sheets.drawn(FAMILY, {}, typed)
    assert len(forming.rows_of(typed.get("members"))) <= 3
