"""Numbering: each scheme's codes are its own, and free."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog.coding import EXTERNAL, GBT39046, NATIONAL, SCHEMES, Codes, Holder, scheme
from tongban.catalog.content.labels import TYPES
from tongban.kernel.refusals import Refusal

MARKET = Holder("market", "11500199MB1A00001K", 4)
types = st.sampled_from(sorted(TYPES))
departments = st.from_regex(r"[0-9]{2}", fullmatch=True)
mains = st.sampled_from(["", "食品", "药品"])
holders = st.builds(
    Holder, st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True),
    st.none() | st.from_regex(r"[0-9A-HJ-NPQRTUWXY]{18}", fullmatch=True), st.integers(2, 6),
)  # fmt: skip


def test_codes_count_on_from_those_there_are():
    codes = NATIONAL.numbering("500199", [("500127005000", ""), ("500127007002", "食品")])

    assert codes.next(type_code="01", department="27", main_name="") == "500127008000"
    assert codes.next(type_code="01", department="27", main_name="食品") == "500127007003"
    assert codes.next(type_code="01", department="27", main_name="药品") == "500127009001"


def test_more_than_999_items_of_one_department_still_get_codes_of_their_own():
    codes = Codes("50", [])

    given = {codes.next(type_code="20", department="01", main_name="") for _ in range(2500)}

    assert len(given) == 2500
    assert {len(code) for code in given} == {12}


@given(asked=st.lists(st.tuples(types, departments, mains), max_size=40), which=st.sampled_from(sorted(SCHEMES)))
def test_a_given_code_is_valid_in_its_scheme_and_never_given_twice(asked, which):
    chosen = scheme(which)
    first = [(chosen.numbering("500199", []).next(type_code=t, department=d, main_name=m), m) for t, d, m in asked[:1]]

    numbering = chosen.numbering("500199", first)
    codes = [numbering.next(type_code=t, department=d, main_name=m) for t, d, m in asked]

    assert len({*codes, *(code for code, _ in first)}) == len(codes) + len(first)
    assert [code for code in codes if chosen.validate(code)] == []


@given(holder=holders, which=st.sampled_from(sorted(SCHEMES)), asked=st.tuples(types, departments, mains))
def test_an_editions_code_is_valid_and_fits_its_column(holder, which, asked):
    chosen = scheme(which)
    item = chosen.numbering("500199", []).next(type_code=asked[0], department=asked[1], main_name=asked[2])

    code = chosen.implementing(item, holder)

    assert len(code) <= (24 if which == "gbt39046" else 50)
    assert chosen.validate_implementing(code) is None


@given(text=st.text(max_size=60), which=st.sampled_from(sorted(SCHEMES)))
def test_any_text_is_either_a_code_or_refused_with_a_reason(text, which):
    wrong = scheme(which).validate(text)

    assert wrong is None or (wrong.code, wrong.field) == ("code_form", "code")
    assert wrong is not None or (text.isascii() and len(text) <= 40)


@pytest.mark.parametrize(
    ("chosen", "code", "says"),
    [
        (NATIONAL, "50012700501", "应为 12 位"),
        (NATIONAL, "509927005011", "不是事项类型代码"),
        (NATIONAL, "５00127005011", "应为 12 位"),
        (GBT39046, "50012700501", "4 至 10 位"),
        (EXTERNAL, "a b", "1 至 40 位"),
    ],
)
def test_a_wrong_code_is_refused_in_words(chosen, code, says):
    assert says in chosen.validate(code).reason


def test_the_national_codes_have_12_31_and_33_characters():
    edition = NATIONAL.implementing("500127005011", MARKET)

    assert edition == "11500199MB1A00001K4500127005011"
    assert NATIONAL.handling(edition, 1) == edition + "01"
    with pytest.raises(ValueError):
        NATIONAL.handling(edition, 100)


def test_an_unknown_scheme_is_refused():
    with pytest.raises(Refusal, match="没有编码方案"):
        scheme("other")
