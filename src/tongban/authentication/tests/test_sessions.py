from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import PASSWORD, Cast
from tongban.authentication import actions
from tongban.authentication.models import SignIn
from tongban.authentication.rules import device_words
from tongban.kernel.models import JournalEntry


def enter(client: Client, cast: Cast, password: str = PASSWORD) -> int:
    return client.post("/login", {"username": cast.liu.username, "password": password}).status_code


def test_a_sign_in_is_a_row_and_in_the_journal(cast: Cast, client: Client) -> None:
    assert enter(client, cast) == 302

    session = SignIn.objects.get()
    assert (session.account, session.method, session.ended_at) == (cast.liu, "password", None)
    assert bytes(session.key) != client.cookies["sessionid"].value.encode()
    entry = JournalEntry.objects.get(name="authentication.SignedIn")
    assert entry.facts["session"] == str(session.public_id)


def test_a_wrong_password_begins_no_session(cast: Cast, client: Client) -> None:
    assert enter(client, cast, "wrong") == 422

    assert not SignIn.objects.exists()


def test_signing_out_ends_it(cast: Cast, client: Client) -> None:
    enter(client, cast)
    client.post("/logout")

    assert SignIn.objects.get().ended_how == "left"
    assert client.get("/my").status_code == 302


def test_signing_in_again_ends_the_session_before(cast: Cast, client: Client) -> None:
    enter(client, cast)
    enter(client, cast)

    assert sorted(SignIn.objects.values_list("ended_how", flat=True)) == ["", "taken_over"]


def test_a_session_whose_cookie_ran_out_is_closed_by_itself(cast: Cast, client: Client) -> None:
    enter(client, cast)
    assert actions.expire(now=cast.now + timedelta(hours=7, minutes=59)) == 0
    assert actions.expire(now=cast.now + timedelta(hours=8)) == 1

    session = SignIn.objects.get()
    assert (session.ended_how, session.session_key) == ("expired", None)
    assert not SignIn.objects.open_for(cast.liu.pk, now=cast.now).exists()


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0", "Edge，Windows 电脑"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0", "微信，iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; UOS) Chrome/110.0 Safari/537.36", "Chrome，统信电脑"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) HuaweiBrowser/5.0", "华为浏览器，鸿蒙"),
        ("curl/8.0", "不认识的设备"),
        ("", "不认识的设备"),
    ],
)  # fmt: skip
def test_a_device_is_named_as_its_owner_would(user_agent: str, words: str) -> None:
    assert device_words(user_agent) == words


@given(st.text(max_size=300))
def test_whatever_a_browser_calls_itself_fits(user_agent: str) -> None:
    assert 0 < len(device_words(user_agent)) <= 60
