"""A code proves a phone once, for one purpose, for five minutes; nobody reads it but who has the phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tongban.authentication import codes
from tongban.authentication.code_models import Code
from tongban.authentication.code_rules import MOST_FROM_ADDRESS
from tongban.channels.models import Sms
from tongban.kernel.refusals import Refusal

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
PHONE = "13987654321"
HERE = "10.0.0.1"
pytestmark = pytest.mark.django_db


def sent(phone: str = PHONE, purpose: codes.Purpose = "sign_in", now: datetime = NOW, address: str = HERE) -> str:
    """Send one, and read it on the phone."""
    codes.send(phone=phone, purpose=purpose, address=address, now=now)
    text = str(Sms.objects.order_by("pk").last().text)  # type: ignore[union-attr]
    found = re.search(r"[0-9]{6}", text)
    assert found, text
    return found.group()


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        act()
    return no.value.code


def check(typed: str, phone: str = PHONE, purpose: codes.Purpose = "sign_in", now: datetime = NOW) -> None:
    codes.check(phone=phone, purpose=purpose, typed=typed, now=now)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1000000:06}"


def test_a_code_works_once() -> None:
    code = sent()
    check(code)

    assert refusal(lambda: check(code)) == "code_over"


def test_it_may_be_typed_with_spaces_or_full_width() -> None:
    code = sent()

    check(f" {code[:3]} {code[3:]}".translate({48 + digit: 0xFF10 + digit for digit in range(10)}))


def test_it_is_for_its_purpose_and_its_phone_only() -> None:
    code = sent()

    assert refusal(lambda: check(code, purpose="confirm")) == "code_over"
    assert refusal(lambda: check(code, phone="13987654322")) == "code_over"
    check(code)


def test_five_wrong_tries_and_the_right_one_comes_too_late() -> None:
    code = sent()
    assert {refusal(lambda: check(other(code))) for _ in range(5)} == {"code_wrong"}

    assert refusal(lambda: check(code)) == "code_over"


def test_what_is_no_code_costs_no_try() -> None:
    code = sent()
    assert {refusal(lambda: check("12345")) for _ in range(6)} == {"code_form"}

    check(code)


@pytest.mark.parametrize(("seconds", "works"), [(299, True), (300, False)])
def test_it_lasts_five_minutes(seconds: int, works: bool) -> None:
    code, later = sent(), NOW + timedelta(seconds=seconds)

    if works:
        check(code, now=later)
    else:
        assert refusal(lambda: check(code, now=later)) == "code_over"


def test_only_the_last_one_counts() -> None:
    first, later = sent(), NOW + timedelta(minutes=1)
    second = sent(now=later)

    if first != second:
        assert refusal(lambda: check(first, now=later)) == "code_wrong"
    check(second, now=later)


def test_one_a_minute_and_ten_a_day_to_a_phone() -> None:
    sent()
    assert refusal(lambda: sent(now=NOW + timedelta(seconds=59))) == "code_too_soon"
    for minute in range(1, 10):
        sent(now=NOW + timedelta(minutes=minute), address=f"10.0.0.{minute}")

    assert refusal(lambda: sent(now=NOW + timedelta(hours=23))) == "code_too_many"
    sent(now=NOW + timedelta(hours=24))


def test_a_stranger_does_not_use_up_the_codes_of_whoever_is_signed_in() -> None:
    for minute in range(10):
        sent(now=NOW + timedelta(minutes=minute), purpose="sign_in" if minute % 2 else "register")
    assert refusal(lambda: sent(now=NOW + timedelta(hours=1))) == "code_too_many"

    sent(purpose="confirm", now=NOW + timedelta(hours=1))
    sent(purpose="phone", now=NOW + timedelta(hours=1))


def test_an_address_can_not_write_to_everybody() -> None:
    for number in range(MOST_FROM_ADDRESS):
        sent(phone=f"139876543{number:02}")

    assert refusal(lambda: sent(phone="13900000000")) == "code_address"
    sent(phone="13900000000", address="10.0.0.2")


def test_a_fixed_line_gets_none() -> None:
    assert refusal(lambda: sent(phone="02363333333")) == "code_phone"


def test_a_pretended_code_looks_the_same_and_writes_to_nobody() -> None:
    codes.pretend(phone=PHONE, purpose="sign_in", address=HERE, now=NOW)

    assert not Sms.objects.exists()
    assert refusal(lambda: codes.pretend(phone=PHONE, purpose="sign_in", address=HERE, now=NOW)) == "code_too_soon"
    wrong = [refusal(lambda digit=digit: check(f"{digit}" * 6)) for digit in range(5)]  # type: ignore[misc]
    assert wrong.count("code_wrong") >= 4  # one in a million is right


def test_neither_phone_nor_code_lies_open_anywhere() -> None:
    code = sent()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(c::text, '') FROM authentication_code c)"
            " || (SELECT s::text FROM channels_sms s) || (SELECT j.facts::text FROM kernel_journalentry j)"
        )
        (lying,) = cursor.fetchone()
    for secret in (PHONE, f"验证码 {code}", PHONE.encode().hex(), code.encode().hex()):
        assert secret not in lying


def test_old_ones_are_forgotten_when_no_limit_asks_for_them() -> None:
    sent()

    assert codes.forget_old(now=NOW + timedelta(hours=24)) == 0
    assert codes.forget_old(now=NOW + timedelta(hours=49)) == 1
    assert not Code.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_type_it_at_once_are_one(together: Callable[..., list[object]]) -> None:
    code = sent()

    answers = together(lambda: check(code), lambda: check(code))

    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Refusal"]


@pytest.mark.django_db(transaction=True)
def test_a_try_is_never_part_of_a_greater_transaction() -> None:
    from django.db import transaction

    code = sent()
    with pytest.raises(RuntimeError), transaction.atomic():
        check(other(code))
