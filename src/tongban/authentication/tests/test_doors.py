"""Signing in as a browser does it: by phone, with a second step, by passkey; and confirming again."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import LIU_PHONE, PASSWORD, Cast
from tongban.authentication import passkeys, passwords, recovery, totp, totp_rules
from tongban.authentication.models import SignIn, Totp
from tongban.authentication.tests.authenticator import Device
from tongban.channels.models import Sms
from tongban.identity import actions as identity
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.models import JournalEntry


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost:8000"})


def read(phone: str = LIU_PHONE) -> str:
    """The code on that phone."""
    texts = [one.text for one in Sms.objects.order_by("-pk") if one.phone == phone]
    found = re.search(r"[0-9]{6}", texts[0])
    assert found
    return found.group()


def enter(client: Client, account: Account, password: str = PASSWORD, **more: str) -> str:
    """Where the password leads, or the page."""
    answer = client.post("/login", {"username": account.username, "password": password, **more})
    return answer.headers.get("Location") or answer.content.decode()


def signed_in(client: Client) -> bool:
    return client.get("/my").status_code == 200


def turn_on(cast: Cast, account: Account) -> bytes:
    """An authenticator, on since half an hour."""
    before = cast.now - timedelta(minutes=30)
    secret = totp.begin(account, now=before)
    code = totp_rules.code_at(secret, totp_rules.step_of(before))
    totp.confirm(account, code, by=cast.actor(account), now=before)
    return secret


def code_now(cast: Cast, secret: bytes) -> str:
    return totp_rules.code_at(secret, totp_rules.step_of(cast.now))


# 手机验证码


def test_a_phone_signs_in_and_goes_where_it_wanted(cast: Cast, visitor: Client) -> None:
    asked = visitor.post("/login/phone", {"phone": LIU_PHONE, "next": "/my/licences"})
    assert asked.headers["Location"] == "/login/phone/code"
    answer = visitor.post("/login/phone/code", {"code": read()})

    assert answer.headers["Location"] == "/my/licences"
    session = SignIn.objects.get()
    assert (session.account, session.method) == (cast.liu, "phone_code")


def test_a_phone_that_nobody_has_is_answered_the_same(cast: Cast) -> None:
    pages = []
    for phone in (LIU_PHONE, "19912345678"):
        client = Client(headers={"host": "localhost"})
        first = client.post("/login/phone", {"phone": phone})
        shown = client.get("/login/phone/code").content.decode()
        wrong = client.post(
            "/login/phone/code", {"code": "000000" if phone != LIU_PHONE or read() != "000000" else "1" * 6}
        )
        pages.append(
            (
                first.status_code,
                first.headers["Location"],
                _plain(shown),
                wrong.status_code,
                _plain(wrong.content.decode()),
            )
        )

    assert pages[0] == pages[1]
    assert Sms.objects.count() == 1


def _plain(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken":"\w+"|199\*{4}\d{4}', "", page)


def test_the_step_after_is_closed_to_who_asked_for_no_code(cast: Cast, visitor: Client) -> None:
    for path in ("/login/phone/code", "/login/which", "/login/second"):
        assert visitor.get(path).status_code == 302


def test_a_family_with_one_phone_is_asked_who_it_is_after_the_code(cast: Cast, visitor: Client) -> None:
    person = identity.register_person(
        name="刘大爷", id_number="500199194508153010", phone=LIU_PHONE, phone_proved=True, now=cast.now
    )
    elder = identity.open_account(username="liu_daye", password=PASSWORD, person=person, now=cast.now)
    visitor.post("/login/phone", {"phone": LIU_PHONE})
    assert visitor.get("/login/which").status_code == 302

    answer = visitor.post("/login/phone/code", {"code": read()})
    page = visitor.get(answer.headers["Location"]).content.decode()
    assert "刘**" in page and "刘大爷" not in page and cast.liu.display_name not in page
    assert visitor.post("/login/which", {"account": "7"}).status_code == 422
    visitor.post("/login/which", {"account": "2"})

    assert SignIn.objects.get().account == elder


def test_a_phone_that_somebody_only_typed_opens_no_account(cast: Cast, visitor: Client) -> None:
    """At the counter, or in a list of another system."""
    typed = "19900000321"
    person = identity.register_person(name="刘大爷", id_number="500199194508153010", phone=typed, now=cast.now)
    identity.open_account(username="liu_daye", password=PASSWORD, person=person, now=cast.now)

    answer = visitor.post("/login/phone", {"phone": typed})

    assert answer.headers["Location"] == "/login/phone/code" and not Sms.objects.exists()
    enter(visitor, Account.objects.get(username="liu_daye"))
    assert visitor.post("/confirm", {"way": "send"}).status_code == 422
    assert "没有验证过的手机号" in visitor.get("/my/security").content.decode()


def test_no_session_holds_a_phone_that_can_be_read(cast: Cast, visitor: Client) -> None:
    visitor.post("/login/phone", {"phone": LIU_PHONE})

    held = dict(visitor.session.items())
    assert held and LIU_PHONE not in json.dumps(held) and LIU_PHONE.encode().hex() not in json.dumps(held)


def test_a_code_that_waited_too_long_is_asked_for_anew(cast: Cast, visitor: Client) -> None:
    visitor.post("/login/phone", {"phone": LIU_PHONE})
    with clock.at(cast.now + timedelta(minutes=11)):
        assert visitor.get("/login/phone/code").headers["Location"] == "/login/phone"


def test_nothing_leads_to_another_site(cast: Cast, visitor: Client) -> None:
    visitor.post("/login/phone", {"phone": LIU_PHONE, "next": "//evil.example/"})

    assert visitor.post("/login/phone/code", {"code": read()}).headers["Location"] == "/my"
    assert enter(visitor, cast.liu, next="https://evil.example/") == "/my"


# 慢下来


def test_guessing_from_one_place_waits_and_says_how_long(cast: Cast, visitor: Client) -> None:
    for _ in range(5):
        assert "账号或密码不对" in enter(visitor, cast.liu, "wrong")

    page = enter(visitor, cast.liu)
    assert "请 1 分钟后再试" in page and "手机验证码" in page
    with clock.at(cast.now + timedelta(minutes=1)):
        assert enter(visitor, cast.liu) == "/my"


def test_a_stranger_who_guesses_does_not_lock_out_the_known_browser(cast: Cast, visitor: Client) -> None:
    enter(visitor, cast.liu)
    visitor.post("/logout")
    for number in range(20):
        Client(headers={"host": "localhost"}).post(
            "/login", {"username": cast.liu.username, "password": "x"}, REMOTE_ADDR=f"10.1.1.{number}"
        )

    assert "分钟后再试" in enter(Client(headers={"host": "localhost"}), cast.liu)
    assert enter(visitor, cast.liu) == "/my"


def test_wrong_name_and_wrong_password_read_the_same(cast: Cast, visitor: Client) -> None:
    known = enter(visitor, cast.liu, "wrong").replace(f'value="{cast.liu.username}"', 'value="nobody"')
    unknown = visitor.post("/login", {"username": "nobody", "password": "wrong"}).content.decode()

    assert _plain(known) == _plain(unknown)


# 两步


def test_staff_with_an_authenticator_need_it(cast: Cast, visitor: Client) -> None:
    secret = turn_on(cast, cast.reviewer)
    assert enter(visitor, cast.reviewer, next="/desk/cases") == "/login/second"
    assert not signed_in(visitor) and not SignIn.objects.exists()

    assert visitor.post("/login/second", {"code": "12345"}).status_code == 422
    answer = visitor.post("/login/second", {"code": code_now(cast, secret)})

    assert answer.headers["Location"] == "/desk/cases"
    assert (SignIn.objects.get().method, SignIn.objects.get().second) == ("password", "totp")


def test_a_code_of_the_authenticator_works_once(cast: Cast, visitor: Client) -> None:
    secret = turn_on(cast, cast.reviewer)
    enter(visitor, cast.reviewer)
    visitor.post("/login/second", {"code": code_now(cast, secret)})

    other = Client(headers={"host": "localhost"})
    enter(other, cast.reviewer)
    assert other.post("/login/second", {"code": code_now(cast, secret)}).status_code == 422
    assert not signed_in(other)


def test_guessing_the_second_step_waits_too(cast: Cast, visitor: Client) -> None:
    secret = turn_on(cast, cast.reviewer)
    right = code_now(cast, secret)
    enter(visitor, cast.reviewer)
    for _ in range(5):
        visitor.post("/login/second", {"code": f"{(int(right) + 500) % 1000000:06}"})

    assert "分钟后再试" in visitor.post("/login/second", {"code": right}).content.decode()
    assert not signed_in(visitor)


def test_a_recovery_code_stands_in_once(cast: Cast, visitor: Client) -> None:
    turn_on(cast, cast.reviewer)
    first, *others = recovery.make(cast.reviewer, by=cast.actor(cast.reviewer), now=cast.now)
    assert len(others) == 9
    enter(visitor, cast.reviewer)
    visitor.post("/login/second", {"code": first.upper().replace("-", " ")})
    assert SignIn.objects.get().second == "recovery"

    other = Client(headers={"host": "localhost"})
    enter(other, cast.reviewer)
    assert other.post("/login/second", {"code": first}).status_code == 422
    assert other.post("/login/second", {"code": others[0]}).status_code == 302


def test_the_first_proof_does_not_wait_for_ever(cast: Cast, visitor: Client) -> None:
    turn_on(cast, cast.reviewer)
    enter(visitor, cast.reviewer)

    with clock.at(cast.now + timedelta(minutes=11)):
        assert visitor.get("/login/second").headers["Location"] == "/login"


def test_the_secret_lies_encrypted(cast: Cast) -> None:
    from django.db import connection

    secret = turn_on(cast, cast.liu)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM authentication_totp t")
        (lying,) = cursor.fetchone()
    assert b64decode(str(Totp.objects.get().secret)) == secret
    assert secret.hex() not in lying


# 通行密钥


def with_passkey(cast: Cast, account: Account, *, verifies: bool = True) -> Device:
    device = Device(verifies=verifies)
    asked = passkeys.ask_new(account)
    answer = device.create(asked.options)
    passkeys.add(account, asked.state, answer, label="", by=cast.actor(account), now=cast.now)
    return device


def by_passkey(client: Client, device: Device, **more: str) -> str:
    options = json.loads(client.post("/login/passkey/challenge").content)
    answer = client.post("/login/passkey", {"credential": device.get(options), **more})
    return answer.headers.get("Location") or answer.content.decode()


def test_a_passkey_is_enough_for_staff(cast: Cast, visitor: Client) -> None:
    device = with_passkey(cast, cast.reviewer)
    turn_on(cast, cast.reviewer)

    assert by_passkey(visitor, device, next="/desk/cases") == "/desk/cases"
    assert SignIn.objects.get().method == "passkey"


def test_a_passkey_of_a_device_that_asks_nobody_is_one_factor(cast: Cast, visitor: Client) -> None:
    mine, theirs = with_passkey(cast, cast.liu, verifies=False), with_passkey(cast, cast.reviewer, verifies=False)

    assert "没有核验是您本人" in by_passkey(visitor, theirs)
    secret = turn_on(cast, cast.reviewer)
    assert by_passkey(visitor, theirs) == "/login/second"
    options = json.loads(visitor.post("/login/passkey/challenge", {"for": "second"}).content)
    assert visitor.post("/login/second", {"credential": theirs.get(options)}).status_code == 422
    assert visitor.post("/login/second", {"code": code_now(cast, secret)}).status_code == 302
    assert by_passkey(Client(headers={"host": "localhost"}), mine) == "/my"


def test_staff_with_a_passkey_need_it_after_the_password(cast: Cast, visitor: Client) -> None:
    device, stranger = with_passkey(cast, cast.reviewer), with_passkey(cast, cast.stranger)
    assert enter(visitor, cast.reviewer) == "/login/second"
    for key, status in ((stranger, 422), (device, 302)):
        options = json.loads(visitor.post("/login/passkey/challenge", {"for": "second"}).content)
        assert visitor.post("/login/second", {"credential": key.get(options)}).status_code == status

    assert SignIn.objects.get().second == "passkey"


def test_an_answer_is_heard_once(cast: Cast, visitor: Client) -> None:
    device = with_passkey(cast, cast.liu)
    options = json.loads(visitor.post("/login/passkey/challenge").content)
    answer = device.get(options)
    visitor.post("/login/passkey", {"credential": answer})
    visitor.post("/logout")

    assert visitor.post("/login/passkey", {"credential": answer}).status_code == 422
    assert not signed_in(visitor)


# 再次确认


def later(cast: Cast) -> AbstractContextManager[None]:
    return clock.at(cast.now + timedelta(minutes=10))


def test_signing_in_counts_for_ten_minutes_and_then_it_is_asked_again(cast: Cast, visitor: Client) -> None:
    enter(visitor, cast.liu)
    assert visitor.get("/my/security/totp").status_code == 200
    with later(cast):
        answer = visitor.get("/my/security/totp?x=1")
        assert answer.headers["Location"] == "/confirm?next=%2Fmy%2Fsecurity%2Ftotp%3Fx%3D1"
        wrong = visitor.post("/confirm", {"way": "password", "password": "no", "next": "/my/security/totp"})
        assert wrong.status_code == 422
        right = visitor.post("/confirm", {"way": "password", "password": PASSWORD, "next": "/my/security/totp"})
        assert right.headers["Location"] == "/my/security/totp"
        assert visitor.get("/my/security/totp").status_code == 200


def test_a_form_that_came_too_late_leads_back_to_its_page(cast: Cast, visitor: Client) -> None:
    enter(visitor, cast.liu)
    with later(cast):
        answer = visitor.post("/my/security/recovery", headers={"referer": "http://localhost:8000/my/security?a=b"})
        foreign = visitor.post("/my/security/recovery", headers={"referer": "http://evil.example/x"})

    assert answer.headers["Location"] == "/confirm?next=%2Fmy%2Fsecurity%3Fa%3Db"
    assert foreign.headers["Location"] == "/confirm?next=%2Fmy"


@pytest.mark.parametrize("way", ["phone", "totp", "passkey"])
def test_each_way_of_mine_confirms(cast: Cast, visitor: Client, way: str) -> None:
    secret, device = turn_on(cast, cast.liu), with_passkey(cast, cast.liu)
    enter(visitor, cast.liu)
    visitor.post("/login/second", {"code": recovery.make(cast.liu, by=cast.actor(cast.liu), now=cast.now)[0]})
    at = cast.now + timedelta(minutes=10)
    with clock.at(at):
        assert visitor.get("/my/security/passkeys").status_code == 302
        sent: dict[str, str] = {"way": way, "next": "//evil.example"}
        if way == "phone":
            assert visitor.post("/confirm", {"way": "send"}).status_code == 200
            assert visitor.post("/confirm", {**sent, "code": "12"}).status_code == 422
            sent["code"] = read()
        elif way == "totp":
            sent["totp"] = totp_rules.code_at(secret, totp_rules.step_of(at))
        else:
            options = json.loads(visitor.post("/confirm/challenge").content)
            sent["credential"] = device.get(options)
        assert visitor.post("/confirm", sent).headers["Location"] == "/my/security"
        assert visitor.get("/my/security/passkeys").status_code == 200


def test_a_code_for_signing_in_does_not_confirm(cast: Cast, visitor: Client) -> None:
    enter(visitor, cast.liu)
    Client(headers={"host": "localhost"}).post("/login/phone", {"phone": LIU_PHONE})
    with later(cast):
        assert visitor.post("/confirm", {"way": "phone", "code": read()}).status_code == 422


# 登录与安全


def test_an_end_from_elsewhere_is_an_end(cast: Cast, visitor: Client) -> None:
    lost = Client(headers={"host": "localhost", "user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile"})
    enter(lost, cast.liu)
    enter(visitor, cast.liu)
    page = visitor.get("/my/security").content.decode()
    assert "Chrome，安卓手机" in page and "就是这里" in page
    other = SignIn.objects.get(device="Chrome，安卓手机")

    stranger = Client(headers={"host": "localhost"})
    enter(stranger, cast.stranger)
    assert stranger.post(f"/my/security/sessions/{other.public_id}/end").status_code == 404
    assert signed_in(lost)
    visitor.post(f"/my/security/sessions/{other.public_id}/end")

    assert not signed_in(lost) and signed_in(visitor)
    other.refresh_from_db()
    assert (other.ended_how, other.session_key) == ("ended", None)
    ended = JournalEntry.objects.get(name="authentication.SignedOut")
    assert ended.facts["session"] == str(other.public_id)


def test_all_others_end_and_this_one_stays(cast: Cast, visitor: Client) -> None:
    others = [Client(headers={"host": "localhost"}) for _ in range(3)]
    for one in others:
        enter(one, cast.liu)
    enter(visitor, cast.liu)
    visitor.post("/my/security/sessions/end-others")

    assert [signed_in(one) for one in [*others, visitor]] == [False, False, False, True]


def test_a_new_password_ends_the_others_and_this_one_goes_on(cast: Cast, visitor: Client) -> None:
    other = Client(headers={"host": "localhost"})
    enter(other, cast.liu)
    enter(visitor, cast.liu)
    new = "西红柿爱吃自行车"
    weak = {"old": PASSWORD, "new": "password123", "again": "password123"}
    assert "太常见" in visitor.post("/my/security/password", weak).content.decode()
    wrong = {"old": "wrong", "new": new, "again": new}
    assert "现在的密码不对" in visitor.post("/my/security/password", wrong).content.decode()
    answer = visitor.post("/my/security/password", {"old": PASSWORD, "new": new, "again": new})

    assert answer.status_code == 302
    assert signed_in(visitor) and not signed_in(other)
    assert visitor.get("/my/security").content.decode().count("就是这里") == 1
    assert "不对" in enter(other, cast.liu) and enter(other, cast.liu, new) == "/my"


def test_the_authenticator_is_turned_on_by_its_first_code_with_recovery_codes_shown_once(
    cast: Cast, visitor: Client
) -> None:
    enter(visitor, cast.liu)
    visitor.get("/my/security/totp")
    secret = totp.begin(cast.liu, now=cast.now)
    assert visitor.post("/my/security/totp", {"code": "000000"}).status_code == 422
    page = visitor.post("/my/security/totp", {"code": code_now(cast, secret)}).content.decode()

    codes = re.findall(r"\b[a-z2-9]{5}-[a-z2-9]{5}\b", page)
    assert len(codes) == 10
    assert not any(code in visitor.get("/my/security").content.decode() for code in codes)
    assert enter(Client(headers={"host": "localhost"}), cast.liu) == "/login/second"


def test_without_a_factor_recovery_codes_are_void(cast: Cast, visitor: Client) -> None:
    turn_on(cast, cast.liu)
    made = recovery.make(cast.liu, by=cast.actor(cast.liu), now=cast.now)
    enter(visitor, cast.liu)
    visitor.post("/login/second", {"code": made[0]})
    visitor.post("/my/security/totp/removal")

    assert enter(Client(headers={"host": "localhost"}), cast.liu) == "/my"
    assert visitor.post("/my/security/recovery").status_code == 422


def test_a_reset_takes_the_second_proofs_along_and_ends_every_session(cast: Cast, visitor: Client) -> None:
    enter(visitor, cast.liu)
    with_passkey(cast, cast.liu)
    turn_on(cast, cast.liu)
    new = "西红柿爱吃自行车"
    passwords.reset(cast.liu, new, by=cast.actor(cast.clerk), now=cast.now)

    assert not signed_in(visitor)
    assert enter(Client(headers={"host": "localhost"}), cast.liu, new) == "/my"
    told = JournalEntry.objects.get(name="authentication.PasswordChanged")
    assert (told.facts["reset"], told.actor) == (True, f"staff:{cast.clerk.pk}")


def test_when_it_was_used_is_noted_every_ten_minutes(cast: Cast, visitor: Client) -> None:
    enter(visitor, cast.liu)
    for minutes, noted in ((9, 0), (10, 10), (19, 10), (20, 20)):
        with clock.at(cast.now + timedelta(minutes=minutes)):
            visitor.get("/my")
            assert SignIn.objects.get().last_seen_at == cast.now + timedelta(minutes=noted)


def test_what_happened_names_a_browser_that_was_never_used(cast: Cast, visitor: Client) -> None:
    enter(visitor, cast.liu)
    visitor.post("/logout")
    enter(visitor, cast.liu)

    known = [
        entry.facts["known_device"]
        for entry in JournalEntry.objects.filter(name="authentication.SignedIn").order_by("pk")
    ]
    assert known == [False, True]
    assert "在一个没用过的浏览器上" in visitor.get("/my/security").content.decode()


def test_only_the_demo_shows_what_was_sent(cast: Cast, visitor: Client, settings: Any) -> None:
    visitor.post("/login/phone", {"phone": LIU_PHONE})
    assert read() in visitor.get("/demo/phone").content.decode()

    settings.TONGBAN = replace(settings.TONGBAN, mode="production")
    assert visitor.get("/demo/phone").status_code == 404
    assert "demo/phone" not in visitor.get("/login/phone").content.decode()
