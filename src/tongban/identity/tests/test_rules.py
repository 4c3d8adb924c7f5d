"""Identifiers as people type them: what is right is read, what is wrong is said, and masked they tell little."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import check_digit
from tongban.identity import rules
from tongban.kernel.refusals import Refusal


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("11010519491231002X", "11010519491231002X"),  # the standard's own example
        (" 110105 19491231 002x ", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("440524188001010014", "440524188001010014"),  # born 1880, the standard's second example
        ("50019919880312452" + check_digit("50019919880312452"),) * 2,  # a region that no list knows
    ],
)
def test_an_id_number_is_read_however_it_is_typed(typed: str, number: str) -> None:
    assert rules.id_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "id_number_form"),
        ("110105194912310", "id_number_form"),  # fifteen digits, the first generation
        ("11010519491231002A", "id_number_form"),
        ("X1010519491231002X", "id_number_form"),
        ("110105194912310021", "id_number_check"),  # wrong check character
        ("11010519491231020X", "id_number_check"),  # two digits swapped
        ("110105194913310020", "id_number_check"),  # no thirteenth month
        ("11010519490229" + "002" + check_digit("11010519490229002"), "id_number_check"),  # 1949 was no leap year
        ("11010500000000" + "002" + check_digit("11010500000000002"), "id_number_check"),
    ],
)
def test_a_wrong_id_number_is_refused_with_what_is_wrong(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.id_number(typed, field="form.id")

    assert (refused.value.code, refused.value.field) == (code, "form.id")
    assert typed == "" or typed not in str(refused.value)  # a refusal repeats no personal data


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_an_id_number_is_noticed(place: int, step: int) -> None:
    number = "11010519491231002X"
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]

    with pytest.raises(Refusal):
        rules.id_number(wrong)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(typed: str) -> None:
    for read in (rules.id_number, rules.organisation_code, rules.phone):
        try:
            assert read(typed).isascii()
        except Refusal as refusal:
            assert refusal.code


@pytest.mark.parametrize(
    "typed", ["91110000600037341L", "91110000 6000 37341l", "９１１１００００６０００３７３４１Ｌ"]
)
def test_a_credit_code_is_read_however_it_is_typed(typed: str) -> None:
    assert rules.organisation_code(typed) == "91110000600037341L"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "uscc_form"), ("9111000060003734", "uscc_form"), ("91110000600037341M", "uscc_check"),
     ("91110000600037314L", "uscc_check"), ("9111000060003734-IL", "uscc_check")],
)  # fmt: skip
def test_a_wrong_credit_code_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.organisation_code(typed)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800000000", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("023-00000001", "02300000001"),
        ("0571-88888888", "057188888888"),
    ],
)
def test_a_phone_is_read_as_digits(typed: str, number: str) -> None:
    assert rules.phone(typed) == number


@pytest.mark.parametrize("typed", ["", "12345", "12800000000", "1380000000", "138000000000", "abc", "67891234"])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="电话号码"):
        rules.phone(typed)


def test_masks_keep_little() -> None:
    assert rules.mask_id("11010519491231002X") == "110***********002X"
    assert rules.mask_phone("13812345678") == "138****5678"
    assert rules.mask_phone("12345") == "*****"
    assert rules.mask_id("A123") == "****"
    assert rules.mask_id("E12345678") == "E******78"
    assert [rules.mask_name(name) for name in ("刘晓燕", "王强", "欧阳修远", "王", "")] == [
        "刘**", "王*", "欧***", "王*", "",
    ]  # fmt: skip


def test_the_birthday_is_in_the_number() -> None:
    assert rules.born_on("11010519491231002X") == date(1949, 12, 31)
