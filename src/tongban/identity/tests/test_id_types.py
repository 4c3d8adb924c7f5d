"""Papers as people type their numbers: each kind read in its own way, wrong ones refused, nothing invisible let in."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import check_digit
from tongban.identity import names
from tongban.identity.id_types import ID_TYPES, IdDocument, born_on, id_document
from tongban.kernel.refusals import Refusal


def numbered(seventeen: str) -> str:
    return seventeen + check_digit(seventeen)


CARD, MACAO, NEW_GREEN = numbered("50019919880312452"), numbered("82000019960501002"), numbered("91184019850707011")


@pytest.mark.parametrize(
    ("id_type", "typed", "stored"),
    [
        ("id_card", CARD, CARD),
        ("residence", " 820000-19960501-" + MACAO[-4:].lower(), MACAO),
        ("passport", "e 1234 5678", "E12345678"),
        ("permanent", "usa110085070701", "USA110085070701"),
        ("permanent", NEW_GREEN, NEW_GREEN),
        ("hk_macao", "ｈ12345678", "H12345678"),
        ("hk_macao", "H1234567802", "H12345678"),  # made for the second time: still the same person
        ("taiwan", "12345678", "12345678"),
        ("taiwan", "1234567801(B)", "12345678"),
    ],
)
def test_each_kind_of_paper_is_read_however_it_is_typed(id_type: str, typed: str, stored: str) -> None:
    assert id_document(id_type, typed, issuer="CHN").number == stored


@pytest.mark.parametrize(
    ("id_type", "typed", "code"),
    [
        ("id_card", MACAO, "id_type_differs"),
        ("residence", CARD, "residence_form"),
        ("residence", MACAO[:-1] + ("0" if MACAO[-1] != "0" else "1"), "id_number_check"),
        ("passport", "ABCDEFGH", "passport_form"),
        ("passport", "E123", "passport_form"),
        ("permanent", "US1110085070701", "permanent_form"),
        ("permanent", CARD, "permanent_form"),
        ("permanent", NEW_GREEN[:-1] + ("0" if NEW_GREEN[-1] != "0" else "1"), "id_number_check"),
        ("hk_macao", "A12345678", "hk_macao_form"),
        ("taiwan", "123456789", "taiwan_form"),
        ("driver", "1", "id_type_unknown"),
    ],
)
def test_a_wrong_number_is_refused_by_its_kind(id_type: str, typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        id_document(id_type, typed, issuer="CHN")

    assert refused.value.code == code


@pytest.mark.parametrize("issuer", ["", "中国", "C1", "CHNN"])
def test_a_passport_names_the_state_that_issued_it(issuer: str) -> None:
    with pytest.raises(Refusal) as refused:
        id_document("passport", "E12345678", issuer=issuer)

    assert (refused.value.code, refused.value.field) == ("issuer_form", "id_issuer")


def test_two_states_may_number_their_passports_alike() -> None:
    ours, theirs = (id_document("passport", "E12345678", issuer=code) for code in ("CHN", "d"))

    assert ours.key != theirs.key and theirs == IdDocument("passport", "E12345678", "D")


def test_a_number_says_when_its_holder_was_born_where_it_does() -> None:
    assert born_on(id_document("residence", MACAO)) == date(1996, 5, 1)
    assert born_on(id_document("permanent", NEW_GREEN)) == date(1985, 7, 7)
    assert born_on(id_document("permanent", "USA110085070701")) is None


@given(st.sampled_from(list(ID_TYPES)), st.text(max_size=24))
def test_any_text_is_a_number_or_a_refusal_and_reading_twice_changes_nothing(id_type: str, typed: str) -> None:
    try:
        paper = id_document(id_type, typed, issuer="CHN")
    except Refusal:
        return
    assert paper.number.isascii() and paper.number.isalnum()
    assert id_document(id_type, paper.number, issuer=paper.issuer) == paper


@given(st.sampled_from("٠٣१२𝟙１²"), st.integers(0, 16))
def test_a_digit_of_another_script_is_never_taken_for_one_of_ours(digit: str, place: int) -> None:
    typed = CARD[:place] + digit + CARD[place + 1 :]
    try:
        number = id_document("id_card", typed).number
    except Refusal:
        return
    assert digit == "１" and number == CARD and CARD[place] == "1"


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\0", "\ufe0f", "\u3164", "\U000e0001"]
)
def test_what_nobody_can_see_is_refused_in_names_and_numbers(hidden: str) -> None:
    for typed in (f"刘{hidden}晓燕", f"{hidden}刘晓燕"):
        with pytest.raises(Refusal, match="看不见"):
            names.name(typed)
    with pytest.raises(Refusal, match="看不见"):
        id_document("id_card", CARD[:5] + hidden + CARD[5:])


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" 刘晓燕 ", "刘晓燕"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("阿依古丽 • 买买提", "阿依古丽·买买提"),
        ("⾦⼀", "金一"),  # radicals of the Kangxi dictionary
        ("ＡＮＮＡ　Smith", "ANNA Smith"),
        ("O'Brien-Müller", "O'Brien-Müller"),
        ("Анна Иванова", "Анна Иванова"),
        ("㐂〇𠮷", "㐂〇𠮷"),
        ("Muller Sr.", "Muller Sr."),
    ],
)
def test_a_name_is_one_string_however_it_is_typed(typed: str, stored: str) -> None:
    assert names.name(typed) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "name_empty"),
        ("  ", "name_empty"),
        ("刘晓燕2", "name_sign"),
        ("刘晓燕@", "name_sign"),
        ("⺩强", "name_sign"),
        ("刘<b>", "name_sign"),
        ("Аnna", "name_mixed"),  # the first letter is Cyrillic
        ("刘a\u0430", "name_mixed"),
        ("刘" * 61, "name_long"),
    ],
)
def test_a_name_that_misleads_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        names.name(typed)

    assert refused.value.code == code


@given(st.text(max_size=70))
def test_any_text_is_a_name_or_a_refusal_and_a_name_stays_itself(typed: str) -> None:
    try:
        name = names.name(typed)
    except Refusal:
        return
    assert names.name(name) == name == unicodedata.normalize("NFC", name).strip()
    assert not any(unicodedata.category(sign).startswith("C") for sign in name)
