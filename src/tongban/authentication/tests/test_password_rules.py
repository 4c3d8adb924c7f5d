from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.authentication.password_rules import check, facts_of
from tongban.authentication.passwords import is_common
from tongban.kernel.refusals import Refusal

LIU = facts_of(username="liu_xiaoyan", name="刘晓燕", id_number="500199198806142027", phone="19900000101")


def fault(password: str, known: list[str] = LIU) -> str:
    try:
        check(password, known=known, is_common=is_common)
    except Refusal as no:
        assert no.reason and no.field == "new"
        return no.code
    return ""


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("a1B2c3d", "password_short"),
        ("x" * 129, "password_long"),
        ("password1", "password_common"),
        ("iloveyou1", "password_common"),
        ("Admin@123", "password_common"),
        ("woaini1314", "password_common"),
        ("Aa123456", "password_common"),
        ("tongban2026", "password_common"),
        ("P@ssw0rd2026", "password_common"),
        ("zzzzzzzzzzzz", "password_simple"),
        ("xyxyxyxyxy", "password_simple"),
        ("fghjklzxcv", "password_simple"),
        ("9876543210987", "password_simple"),
        ("liu_xiaoyan", "password_personal"),
        ("xiaoyan888!", "password_personal"),
        ("hello19880614", "password_personal"),
        ("gh880614", "password_personal"),
        ("k19900000101", "password_personal"),
        ("wo00000101ok", "password_personal"),
        ("刘晓燕的密码啊", "password_short"),
        ("刘晓燕的好密码啊", "password_personal"),
        ("tomato river bicycle", ""),
        ("西红柿爱吃自行车", ""),
        ("vq7kz2mt", ""),
        ("liu_xiaoyan rides a green bicycle", ""),
        ("73920418", ""),
    ],
)
def test_what_is_easy_to_guess_is_refused_and_nothing_else(password: str, code: str) -> None:
    assert fault(password) == code


@given(st.sampled_from(LIU), st.text("bdhkw27", max_size=7), st.booleans())
def test_a_fact_with_a_little_around_it_is_never_a_password(fact: str, little: str, before: bool) -> None:
    assert fault(little + fact if before else fact + little)


@given(st.text(max_size=140))
def test_whatever_is_typed_gets_an_answer(password: str) -> None:
    fault(password)


def test_who_is_unknown_has_no_facts() -> None:
    assert facts_of() == []
    assert fault("abcd-efgh-wxyz", []) == ""
