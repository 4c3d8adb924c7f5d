from __future__ import annotations

from django.test import Client

from tests.people import PASSWORD, Cast
from tongban.authentication.models import SignIn
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
