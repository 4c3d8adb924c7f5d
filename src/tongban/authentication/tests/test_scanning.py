from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.people import PASSWORD, Cast, has_confirmed
from tongban.authentication import totp
from tongban.authentication.models import Scan, SignIn
from tongban.authentication.totp_rules import code_at, step_of
from tongban.kernel import clock
from tongban.kernel.models import JournalEntry


@pytest.fixture
def screen() -> Client:
    return Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Edg/131"})


@pytest.fixture
def phone(cast: Cast) -> Client:
    return signed_in(cast.liu)


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return has_confirmed(client)


def says(phone: Client, code: str, answer: str = "yes", number: str = "") -> int:
    """The phone answers, with the number that the screen shows."""
    shown = Scan.objects.latest("pk").number
    return phone.post(code, {"answer": answer, "number": number or shown}).status_code


def draw(screen: Client, onward: str = "") -> str:
    """A code on the screen: the address that stands in it."""
    assert screen.post("/login/scan/code", {"next": onward})["Location"] == "/login/scan"
    return f"/scan/{screen.session['scan']['token']}"


def shows(screen: Client, **headers: str) -> str:
    return screen.get("/login/scan", headers=headers).content.decode()


def test_a_phone_says_yes_and_the_screen_is_signed_in(cast: Cast, screen: Client, phone: Client) -> None:
    code = draw(screen, "/my/licences")
    number = Scan.objects.get().number
    asked = phone.get(code).content.decode()
    assert number in shows(screen) and "Edge，Windows 电脑" in asked and "127.0.0.1" in asked

    assert says(phone, code) == 200
    assert "手机上已经同意" in shows(screen, **{"HX-Request": "true"})
    taken = screen.post("/login/scan/session", headers={"HX-Request": "true"})

    assert taken.headers["HX-Redirect"] == "/my/licences"
    session = SignIn.objects.get()
    assert (session.account, session.method, session.device) == (cast.liu, "qr", "Edge，Windows 电脑")
    assert screen.get("/my/licences").status_code == 200
    entry = JournalEntry.objects.get(name="authentication.ScanAnswered")
    assert entry.facts["approved"] is True


def test_without_javascript_the_screen_asks_by_itself_and_goes_on_by_a_button(screen: Client, phone: Client) -> None:
    code = draw(screen)
    assert re.search(r'<noscript><meta http-equiv="refresh"', shows(screen))
    says(phone, code)

    assert screen.post("/login/scan/session")["Location"] == "/my"


def test_no_means_no(screen: Client, phone: Client) -> None:
    code = draw(screen)
    phone.post(code, {"answer": "no"})

    assert "拒绝了这次登录" in shows(screen)
    assert screen.post("/login/scan/session").status_code == 422
    assert not SignIn.objects.exists()


def test_nothing_said_is_no_yes(screen: Client, phone: Client) -> None:
    phone.post(draw(screen))

    assert screen.post("/login/scan/session").status_code == 422


def test_a_code_is_used_once_on_either_side(cast: Cast, screen: Client, phone: Client) -> None:
    code = draw(screen)
    says(phone, code)
    assert says(phone, code) == 409
    assert phone.get(code).status_code == 409

    kept = dict(screen.session["scan"])
    screen.post("/login/scan/session")
    again = Client()
    session = again.session
    session["scan"] = kept
    session.save()

    assert again.post("/login/scan/session").status_code == 422


def test_whoever_opens_it_first_is_who_may_answer(cast: Cast, screen: Client, phone: Client) -> None:
    code = draw(screen)
    phone.get(code)
    other = signed_in(cast.stranger)

    assert other.get(code).status_code == 409
    assert says(other, code) == 409
    assert says(phone, code) == 200


def test_another_browser_gains_nothing_by_the_address_in_the_code(screen: Client, phone: Client) -> None:
    code = draw(screen)
    thief = Client()
    draw(thief)
    session = thief.session
    session["scan"] = {**session["scan"], "id": screen.session["scan"]["id"]}
    session.save()
    phone.post(code, {"answer": "yes", "number": Scan.objects.earliest("pk").number})

    assert thief.get(code)["Location"].startswith("/login")
    assert thief.get("/login/scan").status_code == 302
    assert thief.post("/login/scan/session").status_code == 422
    assert Client().post("/login/scan/session").status_code == 302
    assert not SignIn.objects.exists()


def test_it_is_over_after_two_minutes(cast: Cast, screen: Client, phone: Client) -> None:
    code, approved = draw(screen), draw(other := Client())
    says(phone, approved)

    with clock.at(cast.now + timedelta(minutes=2)):
        assert phone.get(code).status_code == 409
        assert says(phone, code) == 409
        assert "已经失效" in shows(screen)
        assert other.post("/login/scan/session").status_code == 422


def test_a_new_code_makes_the_one_before_useless(screen: Client, phone: Client) -> None:
    before = draw(screen)
    draw(screen)
    phone.post(before, {"answer": "yes", "number": Scan.objects.earliest("pk").number})

    assert screen.post("/login/scan/session").status_code == 422


def test_an_unknown_code_is_unknown_and_nobody_answers_without_an_account(
    cast: Cast, screen: Client, phone: Client
) -> None:
    assert phone.get("/scan/nothing").status_code == 404
    assert Client().get(draw(screen)).status_code == 302


def test_neither_the_code_nor_the_browser_can_be_read_from_the_row(cast: Cast, screen: Client) -> None:
    draw(screen)
    kept, scan = screen.session["scan"], Scan.objects.get()

    assert kept["token"].encode() not in bytes(scan.token) and kept["browser"].encode() not in bytes(scan.browser)


def test_the_database_knows_that_only_what_was_approved_is_taken(cast: Cast, screen: Client) -> None:
    draw(screen)

    for wrong in ({"taken_at": cast.now}, {"approved": True}, {"answered_at": cast.now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Scan.objects.update(**wrong)


def test_one_address_does_not_draw_codes_for_ever(cast: Cast, screen: Client) -> None:
    answers = [screen.post("/login/scan/code").status_code for _ in range(41)]

    assert answers == [302] * 40 + [422]


def test_codes_of_earlier_days_are_gone(cast: Cast, screen: Client) -> None:
    draw(screen)

    with clock.at(cast.now + timedelta(days=2)):
        draw(screen)

    assert Scan.objects.count() == 1


def test_the_number_is_read_off_the_screen_and_typed_on_the_phone(screen: Client, phone: Client) -> None:
    code = draw(screen)
    number = Scan.objects.get().number
    assert f">{number}<" not in phone.get(code).content.decode()

    other = "10" if number != "10" else "11"
    answer = phone.post(code, {"answer": "yes", "number": other})

    assert answer.status_code == 422 and "不一样" in answer.content.decode()
    assert says(phone, code) == 200


def test_a_phone_that_was_signed_in_long_ago_proves_first_who_holds_it(cast: Cast, screen: Client) -> None:
    phone = Client()
    phone.post("/login", {"username": "liu", "password": PASSWORD})
    code = draw(screen)
    with clock.at(cast.now + timedelta(minutes=11)):
        code = draw(screen)
        for answer in (
            phone.get(code),
            phone.post(code, {"answer": "yes", "number": Scan.objects.latest("pk").number}),
        ):
            assert answer["Location"].startswith("/confirm?")
        assert screen.post("/login/scan/session").status_code == 422

        phone.post("/confirm", {"way": "password", "password": PASSWORD, "next": code})
        assert says(phone, code) == 200
        assert screen.post("/login/scan/session").status_code == 302


def test_the_second_proof_of_the_phone_is_the_screens_too(cast: Cast, screen: Client) -> None:
    secret = on(cast.liu, cast)
    phone = Client()
    phone.post("/login", {"username": "liu", "password": PASSWORD})
    phone.post("/login/second", {"code": code_at(secret, step_of(cast.now) + 1)})

    says(phone, draw(screen))

    assert screen.post("/login/scan/session")["Location"] == "/my"
    assert (SignIn.objects.latest("pk").method, SignIn.objects.latest("pk").second) == ("qr", "totp")


def test_a_phone_that_came_in_without_the_second_proof_doesnt_spare_the_screen_from_it(
    cast: Cast, screen: Client, phone: Client
) -> None:
    """It was signed in before the authenticator was turned on."""
    secret = on(cast.liu, cast)
    says(phone, draw(screen))

    taken = screen.post("/login/scan/session", headers={"HX-Request": "true"})

    assert taken.headers["HX-Redirect"] == "/login/second" and not SignIn.objects.exists()
    assert screen.post("/login/second", {"code": code_at(secret, step_of(cast.now) + 1)}).status_code == 302
    assert (SignIn.objects.get().method, SignIn.objects.get().second) == ("qr", "totp")


def on(account: Any, cast: Cast) -> bytes:
    """The authenticator of the account, turned on; its secret."""
    secret = totp.begin(account, now=cast.now)
    totp.confirm(account, code_at(secret, step_of(cast.now)), by=cast.actor(account), now=cast.now)
    return secret
