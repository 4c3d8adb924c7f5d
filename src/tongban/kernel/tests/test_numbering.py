"""Public numbers carry a check character; query codes never collide; what people type is read as meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel import numbering
from tongban.kernel.typed import grouped, normalise

serials = st.integers(0, 10**8 - 1)
days = st.dates(date(2020, 1, 1), date(2099, 12, 31))


@given(days, serials)
def test_a_number_is_valid_and_says_where_and_when(on: date, serial: int) -> None:
    number = numbering.public_number("500199", on, serial)

    assert numbering.is_public_number(number)
    assert number[:14] == f"500199{on:%Y%m%d}"
    assert int(number[14:-1]) == serial


def test_a_number_looks_like_this() -> None:
    number = numbering.public_number("500199003", date(2026, 11, 22), 7)

    assert number[:-1] == "5001992026112200000007"  # region 6 (a town's code is its district's), date 8, serial 8


@given(days, serials, st.integers(0, 22), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed(on: date, serial: int, place: int, digit: str) -> None:
    number = numbering.public_number("500199", on, serial)
    wrong = number[:place] + digit + number[place + 1 :]

    assert numbering.is_public_number(wrong) == (wrong == number)


@pytest.mark.parametrize(
    "number", ["", "0", "abc", "５００１９９２０２６１１２２０００００００７K", "5001992026112200000007"]
)
def test_what_is_no_number_is_not_taken_for_one(number: str) -> None:
    assert not numbering.is_public_number(number)


@given(days, serials, st.data())
def test_a_number_is_read_however_it_is_typed(on: date, serial: int, data: st.DataObject) -> None:
    number = numbering.public_number("500199", on, serial)
    typed = ""
    wide = data.draw(st.sets(st.integers(0, len(number) - 1)))
    gaps = data.draw(st.dictionaries(st.integers(0, len(number) - 1), st.sampled_from([" ", "-", "\u3000", "－", "—"])))
    for place, character in enumerate(number):
        typed += chr(ord(character) + 0xFEE0) if place in wide else character.lower()
        typed += gaps.get(place, "")

    assert normalise(typed) == number


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" 500199 20261122 00000007 k ", "500199202611220000" + "0007K"),
        ("5001-9912", "50019912"),
        ("５００１９９１２", "50019912"),
        ("11010519491231002x", "11010519491231002X"),
        ("1\x002", "12"),
        ("", ""),
    ],
)
def test_spaces_hyphens_and_full_width_are_no_obstacle(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@given(st.text(max_size=40))
def test_reading_twice_changes_nothing(typed: str) -> None:
    once = normalise(typed)

    assert normalise(once) == once


def test_a_number_is_shown_in_groups_that_read_back() -> None:
    number = numbering.public_number("500199", date(2026, 11, 22), 7)

    assert grouped(number)[:25] == "500199 20261122 00000007 "
    assert normalise(grouped(number)) == number


def test_query_codes_do_not_collide() -> None:
    sample = [*range(20_000), *range(10**8 - 5_000, 10**8)]

    codes = [numbering.query_code(serial) for serial in sample]

    assert len(set(codes)) == len(sample)
    assert all(len(code) == 8 and code.isdecimal() for code in codes)


@given(serials, serials)
def test_two_serials_have_two_codes(one: int, other: int) -> None:
    assert (numbering.query_code(one) == numbering.query_code(other)) == (one == other)


def test_neighbours_have_codes_far_apart() -> None:
    codes = [int(numbering.query_code(serial)) for serial in range(1, 200)]
    steps = [abs(after - before) for before, after in pairwise(codes)]

    assert sum(step < 1000 for step in steps) < 5


def test_a_query_code_depends_on_the_secret(settings: Any) -> None:
    before = numbering.query_code(7)
    settings.TONGBAN_SECRETS = replace(settings.TONGBAN_SECRETS, blind_index="44" * 32)

    assert numbering.query_code(7) != before
