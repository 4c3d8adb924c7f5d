"""Pictures as the pages of one PDF: each whole, upright as it was turned, on paper that fits it."""

from __future__ import annotations

import io

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tongban.files import rules
from tongban.files.binding import A4, Leaf, bind
from tongban.files.cleaning import papers
from tongban.files.tests.samples import picture

WIDE, HIGH = picture("JPEG", (40, 20)), picture("JPEG", (20, 40))


@pytest.mark.parametrize(
    ("jpeg", "turns", "upright"),
    [(WIDE, 0, False), (WIDE, 1, True), (HIGH, 0, True), (HIGH, 3, False), (HIGH, 2, True)],
)
def test_the_sheet_lies_as_the_picture_does(jpeg: bytes, turns: int, upright: bool) -> None:
    with pikepdf.open(io.BytesIO(bind([Leaf(jpeg, turns)]))) as pdf:
        wide, high = (float(each) for each in pdf.pages[0].MediaBox[2:])

    assert (wide, high) == pytest.approx(A4 if upright else A4[::-1], abs=0.01)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60), st.integers(0, 3)), min_size=1, max_size=6))
def test_any_pictures_make_a_whole_pdf_that_has_nothing_to_clean(leaves: list[tuple[int, int, int]]) -> None:
    content = bind([Leaf(picture("JPEG", (wide, high)), turns) for wide, high, turns in leaves])

    assert rules.sniff(content) == rules.PDF
    cleaned = papers.clean(content)
    assert (cleaned.pages, cleaned.content) == (len(leaves), content)


def test_the_pictures_go_in_as_they_are_and_in_order() -> None:
    with pikepdf.open(io.BytesIO(bind([Leaf(WIDE), Leaf(HIGH)]))) as pdf:
        found = [page.Resources.XObject.P.read_raw_bytes() for page in pdf.pages]

    assert found == [WIDE, HIGH]


@pytest.mark.parametrize(
    ("turns", "corner"), [(0, "top left"), (1, "top right"), (2, "bottom right"), (3, "bottom left")]
)
def test_a_turn_is_a_quarter_clockwise(turns: int, corner: str) -> None:
    """Where the picture's top left corner lands: (0, 1) of the unit square through the matrix."""
    with pikepdf.open(io.BytesIO(bind([Leaf(HIGH, turns)]))) as pdf:
        a, b, c, d, e, f = map(float, pdf.pages[0].Contents.read_bytes().split()[1:7])
        wide, high = (float(each) for each in pdf.pages[0].MediaBox[2:])
    x, y = c + e, d + f

    assert ("top" if y > high / 2 else "bottom") + (" left" if x < wide / 2 else " right") == corner
    assert a * d - b * c > 0, "turned, not mirrored"


def test_a_page_is_read_back_as_the_same_picture() -> None:
    with pikepdf.open(io.BytesIO(bind([Leaf(WIDE)]))) as pdf:
        assert Image.open(io.BytesIO(pdf.pages[0].Resources.XObject.P.read_raw_bytes())).size == (40, 20)
