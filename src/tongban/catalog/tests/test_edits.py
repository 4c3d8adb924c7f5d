"""What editors do to a document: keys are made once and for good, rows move and go, nothing else changes."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog.content import edits

KEY = re.compile(r"^[a-z][a-z0-9_]{0,39}$")


def test_a_key_is_made_from_the_pinyin_of_the_label() -> None:
    assert edits.key_for("经营面积", set()) == "jing_ying_mian_ji"
    assert edits.key_for("经营面积", {"jing_ying_mian_ji"}) == "jing_ying_mian_ji_2"
    assert edits.key_for("A4 纸", set()) == "a4_zhi"
    assert edits.key_for("？？", set()) == "k"


@given(st.text(max_size=80), st.lists(st.text(max_size=10), max_size=8))
def test_any_label_gives_a_valid_key_and_never_one_that_is_taken(label: str, others: list[str]) -> None:
    taken = {edits.key_for(other, set()) for other in others} | {edits.key_for(label, set())}
    key = edits.key_for(label, taken)

    assert KEY.match(key)
    assert key not in taken


def test_a_row_keeps_its_key_when_its_name_changes() -> None:
    row = edits.with_keys({"key": "kind", "text": "换个问法？", "options": []}, "换个问法？", {})

    assert row["key"] == "kind"


def test_options_keep_their_values_and_new_ones_get_their_own() -> None:
    given_options = [{"value": "catering", "label": "餐饮"}, {"value": "", "label": "零售"}, {"label": "零售"}]
    row = edits.with_keys({"options": given_options}, "类别", {})

    assert [option["value"] for option in row["options"]] == ["catering", "ling_shou", "ling_shou_2"]


rows = st.lists(st.integers().map(lambda n: {"n": n}), max_size=8)


@given(rows, st.integers(-2, 9), st.sampled_from([-1, 1]))
def test_moving_loses_and_invents_nothing(given_rows: list[dict[str, Any]], at: int, by: int) -> None:
    made = edits.moved(given_rows, at, by)

    assert sorted(row["n"] for row in made) == sorted(row["n"] for row in given_rows)
    if made != given_rows:
        assert edits.moved(made, at + by, -by) == given_rows


forms = st.lists(
    st.lists(st.integers(0, 99), min_size=1, max_size=4), min_size=1, max_size=4
).map(lambda pages: [{"title": str(at), "fields": [{"n": n} for n in page]} for at, page in enumerate(pages)])  # fmt: skip


@given(forms, st.data(), st.sampled_from([-1, 1]))
def test_a_field_moves_over_the_edge_of_its_page_and_no_page_stays_empty(
    form: list[dict[str, Any]], data: st.DataObject, by: int
) -> None:
    page = data.draw(st.integers(0, len(form) - 1))
    at = (page, data.draw(st.integers(0, len(form[page]["fields"]) - 1)))
    made = edits.moved_field(form, at, by)

    assert sorted(f["n"] for p in made for f in p["fields"]) == sorted(f["n"] for p in form for f in p["fields"])
    assert all(one["fields"] for one in made)


def test_a_page_begins_with_its_first_field_and_goes_with_its_last() -> None:
    form = edits.put_field([], None, {"key": "a"}, None, "第一页")
    form = edits.put_field(form, None, {"key": "b"}, 0, "")

    assert form == [{"title": "第一页", "fields": [{"key": "a"}, {"key": "b"}]}]
    assert edits.put_field(form, (0, 1), {"key": "b"}, None, "第二页")[1]["title"] == "第二页"
    assert edits.removed_field(edits.removed_field(form, (0, 0)), (0, 0)) == []
