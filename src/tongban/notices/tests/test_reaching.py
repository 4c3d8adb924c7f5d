"""A mail address is somebody's when a code sent there comes back; a wish can be changed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.people import LIU_PHONE, Cast
from tongban.channels.models import Bounce, Mail
from tongban.channels.queries import bounced, index_of
from tongban.identity.models import Person
from tongban.kernel.refusals import Forbidden, Refusal
from tongban.notices import actions
from tongban.notices.models import MailConfirmation, Preference

ADDRESS = "liu@example.org"


@pytest.fixture(autouse=True)
def open_mail(settings: Any) -> None:
    settings.TONGBAN = replace(settings.TONGBAN, mail_host="localhost", mail_port=1, mail_from="a@yunjiang.example")


def code() -> str:
    found = re.search(r"验证码是 (\d{6})", Mail.objects.latest("pk").text)
    assert found
    return found[1]


def address_of(cast: Cast) -> str | None:
    return Person.objects.get(pk=cast.liu.person_id).mail


def refusal(act: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as caught:
        act(*given, **more)
    return caught.value.code


def test_the_address_is_used_when_the_code_comes_back_and_not_before(cast: Cast) -> None:
    liu = cast.actor(cast.liu)
    actions.ask_mail(f" {ADDRESS} ", by=liu, now=cast.now)
    assert address_of(cast) is None
    assert Mail.objects.get().pressing, "who asked for a code waits for it"

    actions.confirm_mail(code(), by=liu, now=cast.now + timedelta(minutes=14))
    assert address_of(cast) == ADDRESS
    assert refusal(actions.confirm_mail, code(), by=liu, now=cast.now) == "code_void", "a code is used once"


def test_a_code_is_for_one_person_fifteen_minutes_and_five_tries(cast: Cast) -> None:
    liu, stranger = cast.actor(cast.liu), cast.actor(cast.stranger)
    actions.ask_mail(ADDRESS, by=liu, now=cast.now)
    right = code()
    wrong = "000000" if right != "000000" else "111111"

    assert refusal(actions.confirm_mail, right, by=stranger, now=cast.now) == "code_void"
    assert refusal(actions.confirm_mail, right, by=liu, now=cast.now + timedelta(minutes=15)) == "code_void"
    for _ in range(5):
        assert refusal(actions.confirm_mail, wrong, by=liu, now=cast.now) == "code_wrong"
    assert refusal(actions.confirm_mail, right, by=liu, now=cast.now) == "code_void"
    assert address_of(cast) is None


def test_a_new_code_makes_the_old_one_void(cast: Cast) -> None:
    liu = cast.actor(cast.liu)
    actions.ask_mail("old@example.org", by=liu, now=cast.now)
    old = code()
    actions.ask_mail(ADDRESS, by=liu, now=cast.now)
    if old != code():
        assert refusal(actions.confirm_mail, old, by=liu, now=cast.now) == "code_wrong"
    actions.confirm_mail(code(), by=liu, now=cast.now)

    assert address_of(cast) == ADDRESS


def test_codes_are_not_sent_without_end(cast: Cast) -> None:
    liu = cast.actor(cast.liu)
    for _ in range(5):
        actions.ask_mail(ADDRESS, by=liu, now=cast.now)

    assert refusal(actions.ask_mail, ADDRESS, by=liu, now=cast.now) == "codes_many"
    assert MailConfirmation.objects.count() == 5


def test_an_address_that_bounced_is_tried_again_when_its_owner_asks(cast: Cast) -> None:
    Bounce.objects.create(channel="mail", address_index=index_of("mail", ADDRESS), words="拒收", at=cast.now)
    actions.ask_mail(ADDRESS, by=cast.actor(cast.liu), now=cast.now)

    assert bounced("mail", ADDRESS) is None


def test_who_says_that_the_number_is_right_gets_sms_again_but_not_at_once_again(cast: Cast) -> None:
    liu = cast.actor(cast.liu)
    Bounce.objects.create(channel="sms", address_index=index_of("sms", LIU_PHONE), words="停机", at=cast.now)
    actions.try_phone_again(by=liu, now=cast.now)

    assert bounced("sms", LIU_PHONE) is None
    assert refusal(actions.try_phone_again, by=liu, now=cast.now + timedelta(minutes=14)) == "phone_again_soon"


@pytest.mark.parametrize(
    "typed", ["", "liu", "liu@", "@example.org", "liu@example", "a b@example.org", "liu@example.org\nBcc: x@y.zz",
              "刘@example.org", "liu@-a.org", "a" * 120 + "@example.org", "<liu@example.org>"],
)  # fmt: skip
def test_what_is_no_address_is_refused_at_its_field(cast: Cast, typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        actions.ask_mail(typed, by=cast.actor(cast.liu), now=cast.now)

    assert (caught.value.code, caught.value.field) == ("mail_form", "mail")
    assert not Mail.objects.exists()


def test_who_gives_the_address_up_hears_by_sms_again(cast: Cast) -> None:
    liu = cast.actor(cast.liu)
    actions.ask_mail(ADDRESS, by=liu, now=cast.now)
    actions.confirm_mail(code(), by=liu, now=cast.now)
    actions.prefer("both", by=liu, now=cast.now)
    actions.give_up_mail(by=liu, now=cast.now)

    assert address_of(cast) is None
    assert Preference.objects.get().wish == "sms"


def test_an_account_without_a_person_has_nothing_to_choose(cast: Cast) -> None:
    clerk = cast.actor(cast.clerk)
    for act in (
        lambda: actions.prefer("sms", by=clerk, now=cast.now),
        lambda: actions.give_up_mail(by=clerk, now=cast.now),
    ):
        with pytest.raises(Forbidden):
            act()
    assert refusal(actions.prefer, "drum", by=cast.actor(cast.liu), now=cast.now) == "wish_unknown"
