"""Signing out here signs out there: each system that had a login is told, and told again until it has taken it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import jwt
import pytest

from tests.people import Cast
from tongban.authentication.models import SignIn
from tongban.kernel import clock
from tongban.kernel.models import JournalEntry
from tongban.single_sign_on import actions, signing
from tongban.single_sign_on.actions import leaving
from tongban.single_sign_on.models import Consent, Login, LogoutNotice, SigningKey
from tongban.single_sign_on.tests.making import TELL, connected, signed_in

pytestmark = pytest.mark.django_db


class There(BaseHTTPRequestHandler):
    """A system that is told: it answers with what stands next in `answers`."""

    answers: list[int] = []
    tokens: list[str] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.tokens.append(parse_qs(body.decode())["logout_token"][0])
        self.send_response(self.answers.pop(0) if self.answers else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def there() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), There)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    There.answers, There.tokens = [], []
    yield f"http://127.0.0.1:{server.server_port}/backchannel"
    server.shutdown()
    server.server_close()


def session() -> SignIn:
    return SignIn.objects.order_by("-pk")[0]


def test_each_system_of_the_session_is_told_once_with_its_own_words(cast: Cast, there: str) -> None:
    one, other = connected(cast, backchannel_uri=there), connected(cast, name="公积金系统", backchannel_uri=there)
    silent, unused = (
        connected(cast, name="档案系统", backchannel_uri=""),
        connected(cast, name="车辆系统", backchannel_uri=there),
    )
    liu = signed_in(cast)
    got = [system.redeem(system.code(liu))[1] for system in (one, one, other, silent)]
    unused.code(liu)  # never redeemed: nobody is there

    for _ in range(2):  # reactions may run twice
        actions.session_ended(session().public_id, now=cast.now)
    for notice in LogoutNotice.objects.order_by("pk"):
        for _ in range(2):
            assert actions.send_notice(notice.public_id, now=cast.now)

    assert [one.userinfo(each["access_token"])[0] for each in got] == [401] * 4
    assert Login.objects.open().count() == 0
    assert len(There.tokens) == 2
    audiences = {}
    for token in There.tokens:
        header = jwt.get_unverified_header(token)
        keys = jwt.PyJWKSet.from_dict(one.browser.get("/sso/jwks.json").json())
        claims = jwt.decode(
            token, keys[header["kid"]], algorithms=["RS256"],
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
        )  # fmt: skip
        assert header["typ"] == "logout+jwt"
        assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
        assert "nonce" not in claims
        audiences[claims["aud"]] = (claims["sub"], claims["sid"])
    first = one.read(got[0]["id_token"])
    assert audiences[one.client.key] == (first["sub"], first["sid"])
    assert audiences[other.client.key] != audiences[one.client.key]


def test_a_logout_token_is_no_identity(cast: Cast, there: str) -> None:
    system, liu = connected(cast, backchannel_uri=there), signed_in(cast)
    system.redeem(system.code(liu))
    actions.session_ended(session().public_id, now=cast.now)
    notice = LogoutNotice.objects.get()

    assert signing.read_hint(leaving.logout_token(notice, now=cast.now), now=cast.now) is None


def test_a_system_that_does_not_answer_is_told_again_and_in_the_end_that_is_seen(cast: Cast, there: str) -> None:
    system, liu = connected(cast, backchannel_uri=there), signed_in(cast)
    system.redeem(system.code(liu))
    actions.session_ended(session().public_id, now=cast.now)
    notice = LogoutNotice.objects.get()
    There.answers = [500, 302, 404, 503, 500, 500, 500, 500]

    now = cast.now
    assert not actions.send_notice(notice.public_id, now=now)
    assert actions.try_again(now=now) == 0, "not before its time"
    for _ in range(7):
        now += timedelta(hours=3)
        assert actions.try_again(now=now) == 1
    notice.refresh_from_db()

    assert (notice.state, notice.tries, notice.error) == ("given_up", 8, "对方回答 500")
    assert JournalEntry.objects.filter(name="single_sign_on.LogoutUndelivered").count() == 1
    assert actions.try_again(now=now + timedelta(days=1)) == 0
    from django.test import Client as Browser

    head = Browser(headers={"host": "localhost"})
    head.force_login(cast.head)
    page = head.get(f"/desk/sso/clients/{system.client.key}").content.decode()
    assert "没有送到的退出通知" in page
    assert "对方回答 500" in page


def test_a_system_that_is_away_hears_of_it_later(cast: Cast, there: str) -> None:
    system, liu = connected(cast, backchannel_uri=there.replace("http:", "https:")), signed_in(cast)
    system.redeem(system.code(liu))
    actions.session_ended(session().public_id, now=cast.now)
    notice = LogoutNotice.objects.select_related("client").get()
    assert not actions.send_notice(notice.public_id, now=cast.now)
    notice.client.backchannel_uri = there
    notice.client.save()

    assert actions.try_again(now=cast.now + timedelta(seconds=11)) == 1
    notice.refresh_from_db()
    assert notice.state == "told"


def test_an_address_that_leads_inside_is_not_called(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.kernel import outgoing

    system, liu = connected(cast), signed_in(cast)
    system.redeem(system.code(liu))
    actions.session_ended(session().public_id, now=cast.now)
    notice = LogoutNotice.objects.get()
    monkeypatch.setattr(
        outgoing.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("169.254.169.254", 443))]
    )  # fmt: skip

    assert not actions.send_notice(notice.public_id, now=cast.now)
    notice.refresh_from_db()
    assert "内部网络" in notice.error
    assert system.client.backchannel_uri == TELL


def test_signing_out_at_the_page_is_heard_by_the_system(cast: Cast, there: str) -> None:
    """From the button to the other side's door, by the reactions that the worker runs."""
    system, liu = connected(cast, backchannel_uri=there), signed_in(cast)
    _, got = system.redeem(system.code(liu))

    liu.post("/logout")
    assert system.userinfo(got["access_token"])[0] == 401, "at once, before the worker"
    assert system.refresh(got["refresh_token"])[1]["error"] == "invalid_grant", "at once, before the worker"
    from tongban.authentication.events import SignedOut
    from tongban.kernel.actors import system as platform
    from tongban.kernel.reactions import Entry
    from tongban.single_sign_on import reactions
    from tongban.single_sign_on.events import LogoutQueued

    ended = SignIn.objects.order_by("-pk")[0]
    entry = Entry(1, cast.now, platform("tests"))
    reactions.leave_the_systems_too(
        SignedOut(account=cast.liu.pk, session=str(ended.public_id), how="left"), entry
    )  # fmt: skip
    notice = LogoutNotice.objects.get()
    reactions.tell_the_system(LogoutQueued(notice=str(notice.public_id)), entry)

    assert len(There.tokens) == 1


def test_what_was_agreed_to_is_taken_back_on_ones_own_page(cast: Cast, there: str) -> None:
    system, liu, stranger = connected(cast, backchannel_uri=there), signed_in(cast), signed_in(cast, cast.stranger)
    _, got = system.redeem(system.code(liu))
    page = liu.get("/my/systems").content.decode()

    foreign = stranger.post(f"/my/systems/{system.client.key}/withdrawal")
    done = liu.post(f"/my/systems/{system.client.key}/withdrawal")

    assert "不动产登记系统" in page
    assert "姓名" in page
    assert "不动产登记系统" not in stranger.get("/my/systems").content.decode()
    assert (foreign.status_code, done.status_code) == (404, 302)
    assert system.userinfo(got["access_token"])[0] == 401
    assert liu.get(system.address()).status_code == 200, "it asks anew"
    assert LogoutNotice.objects.count() == 1
    assert Consent.objects.get().withdrawn_at == cast.now


def test_a_consent_runs_out_and_a_wider_one_is_asked_for(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    system.code(liu)

    wider = liu.get(system.address(scope="openid profile phone"))
    system.code(liu, scope="openid phone")

    assert wider.status_code == 200
    assert "多读取" in wider.content.decode()
    assert liu.get(system.address(scope="openid profile phone")).status_code == 302, "the earlier consent stays in it"
    with clock.at(cast.now + timedelta(days=181)):
        assert liu.get(system.address()).status_code == 200


def test_the_next_key_is_published_before_it_signs_and_the_old_one_verifies_for_a_while(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu))
    before = {one["kid"] for one in system.browser.get("/sso/jwks.json").json()["keys"]}
    old = jwt.get_unverified_header(got["id_token"])["kid"]

    signs = actions.rotate_key(by=cast.actor(cast.administrator), now=cast.now)
    _, fresh = system.redeem(system.code(liu))
    after = {one["kid"] for one in system.browser.get("/sso/jwks.json").json()["keys"]}

    assert signs.kid in before
    assert jwt.get_unverified_header(fresh["id_token"])["kid"] == signs.kid != old
    assert old in after
    assert len(after) == 3
    assert signing.read_hint(got["id_token"], now=cast.now)
    with clock.at(cast.now + timedelta(hours=13)):
        assert old not in {one["kid"] for one in system.browser.get("/sso/jwks.json").json()["keys"]}
    assert signing.read_hint(got["id_token"], now=cast.now + timedelta(hours=13)) is None


def test_a_key_that_fell_into_other_hands_is_trusted_no_longer(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu))
    before = set(SigningKey.objects.values_list("kid", flat=True))

    actions.rotate_key(by=cast.actor(cast.administrator), now=cast.now, compromised=True)

    published = {one["kid"] for one in system.browser.get("/sso/jwks.json").json()["keys"]}
    assert not published & before
    assert signing.read_hint(got["id_token"], now=cast.now) is None


def test_private_keys_are_encrypted_at_rest_and_never_published(cast: Cast) -> None:
    from django.db import connection

    key = actions.signing_key(now=cast.now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM single_sign_on_signingkey")
        kept = [bytes(row[0]) for row in cursor.fetchall()]

    assert "PRIVATE KEY" in key.private
    assert all(b"PRIVATE" not in one for one in kept)
    assert set(key.public) == {"kty", "n", "e", "kid", "use", "alg"}


def test_discovery_says_what_there_is_and_nothing_else(cast: Cast) -> None:
    from django.test import Client as Browser

    said = json.loads(Browser(headers={"host": "localhost"}).get("/.well-known/openid-configuration").content)

    assert said["issuer"] == "http://127.0.0.1:8000"
    assert said["response_types_supported"] == ["code"]
    assert said["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert said["subject_types_supported"] == ["pairwise"]
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["id_token_signing_alg_values_supported"] == ["RS256"]
    assert "registration_endpoint" not in said


def test_a_system_that_is_silent_keeps_no_other_waiting(cast: Cast, there: str) -> None:
    silent, other = connected(cast, backchannel_uri=there), connected(cast, name="公积金系统", backchannel_uri=there)
    for system in (silent, silent, other):
        liu = signed_in(cast)
        system.redeem(system.code(liu))
        actions.session_ended(session().public_id, now=cast.now)
    LogoutNotice.objects.update(next_at=cast.now)
    There.answers = [500]

    assert actions.try_again(now=cast.now) == 2, "one of the silent system's two, and the other's"
    assert sorted(LogoutNotice.objects.values_list("state", flat=True)) == ["told", "waiting", "waiting"]
    assert sorted(LogoutNotice.objects.values_list("tries", flat=True)) == [0, 1, 1]


def test_a_notice_whose_sender_was_killed_is_due_again(cast: Cast, there: str) -> None:
    system, liu = connected(cast, backchannel_uri=there), signed_in(cast)
    system.redeem(system.code(liu))
    actions.session_ended(session().public_id, now=cast.now)
    notice = LogoutNotice.objects.get()
    leaving._take(notice.public_id, cast.now)  # and nothing more

    assert actions.send_notice(notice.public_id, now=cast.now), "another has it"
    assert not There.tokens
    assert actions.try_again(now=cast.now + leaving.TAKEN_FOR) == 1
    assert len(There.tokens) == 1


def test_a_code_is_worth_nothing_once_the_consent_is_withdrawn(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    code = system.code(liu)
    Consent.objects.update(withdrawn_at=cast.now)  # as if the withdrawal came between the code and its row

    assert system.redeem(code)[0] == 400


def test_a_key_that_signs_nothing_more_is_not_kept(cast: Cast) -> None:
    actions.signing_key(now=cast.now)
    actions.rotate_key(by=cast.actor(cast.administrator), now=cast.now)

    kept = {key.retired_at is None: bool(key.private) for key in SigningKey.objects.order_by("pk")}
    assert kept == {True: True, False: False}
