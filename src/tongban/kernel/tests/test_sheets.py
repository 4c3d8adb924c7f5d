"""Tables that are sent: they read back as they were, and nothing in them runs."""

from __future__ import annotations

import csv
import io

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.sheets import Cell, csv_parts, harmless, xlsx_parts

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12)
ROWS = st.lists(st.lists(st.one_of(TEXT, st.integers(0, 10**9), st.none()), min_size=3, max_size=3), max_size=6)


@given(ROWS)
def test_a_workbook_reads_back_as_it_was(rows: list[list[Cell]]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(xlsx_parts("清单", ("甲", "乙", "丙"), rows))))
    sheet = book.active
    got = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_col=3)]

    assert [[cell or None if cell == "" else cell for cell in row] for row in rows] == got[: len(rows)]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@given(ROWS)
def test_a_csv_reads_back_with_formulas_made_harmless(rows: list[list[Cell]]) -> None:
    text = "".join(csv_parts(("甲", "乙", "丙"), rows))

    got = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert got[0] == ["甲", "乙", "丙"]
    assert got[1:] == [["" if cell is None else str(harmless(cell)) for cell in row] for row in rows]


@given(st.text(max_size=20))
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    assert not str(harmless(text)).startswith(("=", "+", "-", "@"))


def test_a_sheet_of_many_rows_comes_in_pieces() -> None:
    pieces = list(xlsx_parts("a" * 40 + "[]", ["甲"], ([f"第 {n} 行"] for n in range(2000))))

    assert len(pieces) > 5
    book = openpyxl.load_workbook(io.BytesIO(b"".join(pieces)))
    assert book.active.max_row == 2001
    assert book.active.title == "a" * 31
