"""What may leave: columns that exist, in the list's order; personal data for a reason; times as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.exports import rules
from tongban.exports.lists import Column, written
from tongban.identity.rules import mask_name
from tongban.kernel.refusals import Forbidden, Refusal

KNOWN = ("number", "title", "body")


@given(st.sets(st.text(max_size=8) | st.sampled_from(KNOWN)))
def test_columns_are_those_of_the_list_in_its_order_or_refused(chosen: set[str]) -> None:
    wanted = tuple(key for key in KNOWN if key in chosen)
    if wanted:
        assert rules.check_columns(chosen, KNOWN) == wanted
        return
    with pytest.raises(Refusal, match="至少选择一列"):
        rules.check_columns(chosen, KNOWN)


@given(st.text(max_size=250))
def test_without_the_power_no_reason_is_good_enough(reason: str) -> None:
    with pytest.raises(Forbidden):
        rules.check_unmasking(reason, may=False)


@given(st.text(max_size=250))
def test_with_the_power_a_reason_of_some_length_is_demanded(reason: str) -> None:
    if 5 <= len(reason.strip()) <= 200:
        assert rules.check_unmasking(reason, may=True) == reason.strip()
        return
    with pytest.raises(Refusal, match="请写明"):
        rules.check_unmasking(reason, may=True)


@given(st.text(min_size=2, max_size=8))
def test_a_masked_cell_shows_no_more_than_the_mask_lets_through(name: str) -> None:
    column: Column[str] = Column("name", "姓名", str, mask_name)

    assert column.cell(name, masked=True) == mask_name(name)
    assert column.cell(name, masked=False) == name


def test_moments_are_written_in_shanghai() -> None:
    assert written(datetime(2026, 3, 2, 1, 30, tzinfo=UTC)) == "2026-03-02 09:30"
    assert written(date(2026, 3, 2)) == "2026-03-02"
    assert (written(True), written(False), written(None), written(7)) == ("是", "否", None, 7)
