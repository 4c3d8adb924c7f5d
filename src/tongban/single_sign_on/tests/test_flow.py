"""The protocol at its doors: what a system gets, and what it does not get whatever it sends."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.people import Cast
from tongban.kernel import clock
from tongban.kernel.models import JournalEntry
from tongban.single_sign_on import actions, rules
from tongban.single_sign_on.models import Client, Login, LogoutNotice, Token
from tongban.single_sign_on.tests.making import (
    BACK,
    EVERY_SCOPE,
    HOME,
    System,
    connected,
    said,
    signed_in,
    wanted,
)

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=11)


def names() -> list[str]:
    return list(
        JournalEntry.objects.filter(name__startswith="single_sign_on.").order_by("pk").values_list("name", flat=True)
    )


def test_a_person_agrees_once_and_the_system_reads_what_was_agreed(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)

    page = liu.get(system.address())
    back = said(liu.post(system.address(), {"decision": "agree"}))
    status, got = system.redeem(back["code"])
    again = said(liu.get(system.address(state="next")))

    assert page.status_code == 200
    assert "不动产登记系统" in page.content.decode()
    assert "刘晓燕" in page.content.decode()
    assert (back["state"], back["iss"]) == ("st", "http://127.0.0.1:8000")
    assert (status, got["token_type"], got["scope"], got["expires_in"]) == (200, "Bearer", "openid profile", 600)
    told = system.read(got["id_token"])
    assert (told["nonce"], told["amr"], told["auth_time"]) == ("no", ["pwd"], int(cast.now.timestamp()))
    assert told["acr"] == "real_name"
    assert told["at_hash"] == base64.urlsafe_b64encode(
        hashlib.sha256(got["access_token"].encode()).digest()[:16]
    ).rstrip(b"=").decode()  # fmt: skip
    assert "name" not in told
    assert system.userinfo(got["access_token"]) == (200, {"sub": told["sub"], "name": "刘晓燕", "locale": "zh-CN"})
    assert again["state"] == "next"
    assert [name for name in names() if name.endswith(("Consented", "LetIn"))] == [
        "single_sign_on.Consented", "single_sign_on.LetIn", "single_sign_on.LetIn",
    ]  # fmt: skip


def test_each_scope_opens_its_own_data(cast: Cast) -> None:
    reasons = tuple((key, "办理业务要用") for key in EVERY_SCOPE)
    system, liu = connected(cast, reasons=reasons, scopes=EVERY_SCOPE), signed_in(cast)

    def claims(scope: str, browser: Any = liu) -> dict[str, Any]:
        _, got = system.redeem(system.code(browser, scope=scope))
        return {
            key: value for key, value in system.userinfo(got["access_token"])[1].items() if key not in ("sub", "locale")
        }

    assert claims("openid") == {}
    assert claims("openid phone") == {"phone_number": "+8619900000001"}
    assert claims("openid id_number") == {"id_type": "id_card", "id_number": cast.liu.person.id_number}
    assert claims("openid organisation") == {
        "organisations": [{"uscc": cast.shop.uscc, "name": cast.shop.name, "role": "legal"}]
    }
    assert claims("openid post")["posts"] == []
    (post,) = claims("openid post profile", signed_in(cast, cast.reviewer))["posts"]
    assert (post["role"], post["body"]) == ("reviewer", cast.body.name)


def test_two_systems_cannot_compare_notes(cast: Cast) -> None:
    one, other = connected(cast), connected(cast, name="公积金系统")
    liu, stranger = signed_in(cast), signed_in(cast, cast.stranger)

    def told(system: System, browser: Any) -> tuple[str, str]:
        claims = system.read(system.redeem(system.code(browser))[1]["id_token"])
        return claims["sub"], claims["sid"]

    (sub, sid), (other_sub, other_sid) = told(one, liu), told(other, liu)
    assert sub == told(one, liu)[0]
    assert len({sub, other_sub, told(one, stranger)[0]}) == 3
    assert sid != other_sid
    assert str(cast.liu.pk) not in (sub, other_sub)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid id_number"}, "invalid_scope"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://x.cn"}, "request_uri_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"state": "x" * 2001}, "invalid_request"),
        ({"nonce": "x" * 256}, "invalid_request"),
        ({"prompt": "none"}, "consent_required"),
    ],
)  # fmt: skip
def test_what_the_flow_does_not_allow_goes_back_as_an_error(cast: Cast, change: dict[str, Any], error: str) -> None:
    system, liu = connected(cast), signed_in(cast)

    for answer in (liu.get(system.address(**change)), liu.post(system.address(**change), {"decision": "agree"})):
        if error == "consent_required" and answer.request["REQUEST_METHOD"] == "POST":
            continue  # a POST is the consent
        back = said(answer)
        assert back["error"] == error
        assert "code" not in back
    assert not Login.objects.exists() or error == "consent_required"


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example.cn/callback", BACK + "/", BACK + "?a=b", BACK + "#x", BACK.upper(), BACK.replace("https", "http"),
        BACK.replace("//", "//x@"), BACK.replace(".cn", ".cn:8443"), BACK + "/../x", "", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_an_address_that_was_not_registered_letter_by_letter(cast: Cast, uri: str) -> None:
    system, liu = connected(cast), signed_in(cast)
    for answer in (
        liu.get(system.address(redirect_uri=uri)), liu.post(system.address(redirect_uri=uri), {"decision": "agree"}),
    ):  # fmt: skip
        assert answer.status_code == 422
        assert "没有登记过" in answer.content.decode()
        assert "Location" not in answer.headers


def test_a_parameter_that_comes_twice_is_not_chosen_between(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)

    twice = liu.get(system.address() + f"&redirect_uri={BACK}")
    scope = said(liu.get(system.address() + "&scope=openid"))

    assert twice.status_code == 404
    assert scope["error"] == "invalid_request"


def test_who_does_not_agree_goes_back_without_a_code(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)

    assert said(liu.post(system.address(), {"decision": "refuse"})) == {
        "error": "access_denied", "error_description": "the person did not agree", "state": "st",
        "iss": "http://127.0.0.1:8000",
    }  # fmt: skip
    assert not Login.objects.exists()


def test_a_form_of_another_site_agrees_to_nothing(cast: Cast) -> None:
    from django.test import Client as Browser

    system, liu = connected(cast), signed_in(cast)
    strict = Browser(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.cookies = liu.cookies

    assert strict.post(system.address(), {"decision": "agree"}).status_code == 403
    assert not Login.objects.exists()


def test_who_is_not_signed_in_signs_in_first_and_a_silent_request_gets_an_error(cast: Cast) -> None:
    system = connected(cast)

    answer = system.browser.get(system.address())
    silent = said(system.browser.get(system.address(prompt="none")))

    assert answer["Location"].startswith("/login?next=%2Fsso%2Fauthorize%3F")
    assert silent["error"] == "login_required"


def test_a_system_may_want_the_person_to_sign_in_anew(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    system.code(liu)

    again = liu.get(system.address(prompt="login"))
    with clock.at(cast.now + LATER):
        old = liu.get(system.address(max_age=600))
        forged = liu.get(system.address(max_age=600, proved_after=cast.now.isoformat()))

    assert again["Location"].startswith("/login?")
    assert old["Location"].startswith("/login?")
    assert forged["Location"].startswith("/login?")
    assert "code" in said(liu.get(system.address(max_age=600)))
    assert said(liu.get(system.address(prompt="none")))["code"]


def test_signing_in_anew_satisfies_the_system_once(cast: Cast, moment: datetime) -> None:
    from urllib.parse import parse_qs, urlsplit

    system, liu = connected(cast), signed_in(cast)
    system.code(liu)
    there = parse_qs(urlsplit(liu.get(system.address(prompt="login"))["Location"]).query)["next"][0]
    with clock.at(cast.now + timedelta(minutes=1)):
        liu = signed_in(cast)

        back = said(liu.get(there))
    with clock.at(cast.now + timedelta(minutes=7)):
        kept = liu.get(there)

    assert "code" in back
    assert kept["Location"].startswith("/login?"), "who kept the address finds no session that another left alone"


def test_a_code_works_once_and_its_second_use_ends_what_the_first_brought(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    code = system.code(liu)
    _, got = system.redeem(code)
    assert system.userinfo(got["access_token"])[0] == 200

    status, error = system.redeem(code)

    assert (status, error["error"]) == (400, "invalid_grant")
    assert system.userinfo(got["access_token"])[0] == 401
    assert system.refresh(got["refresh_token"])[1]["error"] == "invalid_grant"
    assert names().count("single_sign_on.TokenReused") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": "x" * 50}, {"code_verifier": None}, {"code_verifier": ""}, {"redirect_uri": BACK + "?"},
        {"redirect_uri": None},
    ],
)  # fmt: skip
def test_a_code_belongs_to_who_asked_for_it(cast: Cast, change: dict[str, Any]) -> None:
    """And is burnt by whoever else tries."""
    system, liu = connected(cast), signed_in(cast)
    code = system.code(liu)

    assert system.redeem(code, **change)[1]["error"] == "invalid_grant"
    assert system.redeem(code)[1]["error"] == "invalid_grant"


def test_a_code_of_one_system_is_worth_nothing_at_another(cast: Cast) -> None:
    system, other, liu = connected(cast), connected(cast, name="公积金系统"), signed_in(cast)
    code = system.code(liu)

    assert other.redeem(code, code_verifier=system.verifier)[1]["error"] == "invalid_grant"
    assert system.redeem(code)[0] == 200


def test_codes_and_tokens_expire(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    code, later = system.code(liu), system.code(liu)
    _, got = system.redeem(code)

    with clock.at(cast.now + timedelta(seconds=61)):
        assert system.redeem(later)[1]["error"] == "invalid_grant"
    with clock.at(cast.now + LATER):
        assert system.userinfo(got["access_token"])[0] == 401
        assert system.refresh(got["refresh_token"])[0] == 200
    with clock.at(cast.now + timedelta(hours=13)):
        assert system.refresh(got["refresh_token"])[1]["error"] == "invalid_grant"


def test_however_often_it_is_refreshed_a_login_ends(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu))

    for hours in (7, 11):
        with clock.at(cast.now + timedelta(hours=hours)):
            status, got = system.refresh(got["refresh_token"])
            assert status == 200
    with clock.at(cast.now + timedelta(hours=12)):
        assert system.refresh(got["refresh_token"])[1]["error"] == "invalid_grant"


def test_a_refresh_token_is_used_up_and_a_stolen_one_ends_the_family(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, first = system.redeem(system.code(liu))
    _, second = system.refresh(first["refresh_token"])
    assert system.userinfo(second["access_token"])[0] == 200
    assert system.read(second["id_token"])["sub"] == system.read(first["id_token"])["sub"]

    status, error = system.refresh(first["refresh_token"])  # the thief, or the robbed

    assert (status, error["error"]) == (400, "invalid_grant")
    assert system.refresh(second["refresh_token"])[1]["error"] == "invalid_grant"
    assert [system.userinfo(got["access_token"])[0] for got in (first, second)] == [401, 401]
    assert names().count("single_sign_on.TokenReused") == 1
    assert LogoutNotice.objects.count() == 1


def test_a_refresh_may_ask_for_less_and_not_for_more(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu))

    more = system.refresh(got["refresh_token"], scope="openid profile phone")
    _, less = system.refresh(got["refresh_token"], scope="openid")

    assert more[1]["error"] == "invalid_scope"
    assert less["scope"] == "openid"
    assert "name" not in system.userinfo(less["access_token"])[1]


def test_a_refresh_token_reads_nothing_and_an_access_token_refreshes_nothing(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu))

    assert system.userinfo(got["refresh_token"])[0] == 401
    assert system.refresh(got["access_token"])[1]["error"] == "invalid_grant"
    assert system.userinfo(got["access_token"][:-1] + "x")[0] == 401
    assert system.userinfo(got["id_token"])[0] == 401
    assert system.browser.get(f"/sso/userinfo?access_token={got['access_token']}").status_code == 401
    assert system.browser.get("/sso/userinfo")["WWW-Authenticate"] == "Bearer"


def test_a_revoked_refresh_token_ends_the_login_and_nobody_elses_can_be_revoked(cast: Cast) -> None:
    system, other, liu = connected(cast), connected(cast, name="公积金系统"), signed_in(cast)
    _, got = system.redeem(system.code(liu))

    assert other.post("/sso/revocation", {"token": got["refresh_token"]})[0] == 200
    assert system.userinfo(got["access_token"])[0] == 200
    assert system.post("/sso/revocation", {"token": "no such token"})[0] == 200
    assert system.post("/sso/revocation", {"token": got["refresh_token"]})[0] == 200
    assert system.userinfo(got["access_token"])[0] == 401
    assert not LogoutNotice.objects.exists(), "the system knows"


@pytest.mark.parametrize(
    ("form", "header", "status"),
    [
        ({"client_secret": "wrong"}, "", 401),
        ({}, "", 401),
        ({}, "Basic !!!", 401),
        ({}, "Basic " + base64.b64encode(b"no-colon").decode(), 401),
        ({}, "Basic " + base64.b64encode("密:码".encode()).decode(), 401),
        ({"client_id": "nobody", "client_secret": "x"}, "", 401),
        ({"client_id": None}, "", 401),
        ({"client_id": "a\0b"}, "", 400),
        ({"client_id": None}, "Basic " + base64.b64encode(b"\0:%00%ff").decode(), 401),
        ({"client_id": None}, "Basic " + base64.b64encode(b"%00:x").decode(), 401),
        ({"client_secret": "x"}, "Basic " + base64.b64encode(b"a:b").decode(), 400),
        ({}, "Bearer x", 401),
    ],
)
def test_a_system_says_who_it_is_or_gets_nothing(cast: Cast, form: dict[str, Any], header: str, status: int) -> None:
    system, liu = connected(cast), signed_in(cast)
    code = system.code(liu)
    sent = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": system.verifier,
        "client_id": system.client.key, **form,
    }  # fmt: skip
    answer = system.browser.post(
        "/sso/token", {k: v for k, v in sent.items() if v is not None},
        headers={"Authorization": header} if header else {},
    )  # fmt: skip

    assert (answer.status_code, answer.json()["error"]) == (
        status,
        "invalid_client" if status == 401 else "invalid_request",
    )
    assert answer["Cache-Control"] == "no-store"
    assert system.redeem(code)[0] == 200, "nobody else burnt it"


def test_a_system_without_a_server_proves_itself_by_pkce_alone(cast: Cast) -> None:
    app, liu = connected(cast, confidential=False), signed_in(cast)
    code = app.code(liu)

    assert app.post("/sso/token", {"grant_type": "authorization_code", "client_secret": "x", "code": code})[0] == 401
    assert app.redeem(code)[0] == 200


def test_the_secret_before_works_for_a_day(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu))
    fresh = actions.make_secret(system.client.key, by=cast.actor(cast.head), now=cast.now)

    status, got = system.refresh(got["refresh_token"])
    with clock.at(cast.now + timedelta(hours=7)):
        assert System(system.client, fresh).refresh(got["refresh_token"])[0] == 200
    with clock.at(cast.now + timedelta(hours=25)):
        assert system.post("/sso/revocation", {"token": "x"})[0] == 401
        assert System(system.client, fresh).post("/sso/revocation", {"token": "x"})[0] == 200
    assert status == 200


def test_nobody_gets_in_at_a_suspended_system_and_who_was_in_is_out(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu))
    code = system.code(liu)

    actions.suspend(system.client.key, why="密钥可能泄露", by=cast.actor(cast.administrator), now=cast.now)

    assert liu.get(system.address()).status_code == 403
    assert system.redeem(code) == system.refresh(got["refresh_token"])
    assert system.redeem(code)[1]["error"] == "invalid_client"
    assert system.userinfo(got["access_token"])[0] == 401
    actions.resume(system.client.key, by=cast.actor(cast.administrator), now=cast.now)
    assert system.userinfo(got["access_token"])[0] == 401
    assert system.redeem(system.code(liu))[0] == 200


def test_a_scope_that_is_taken_from_a_system_opens_nothing_any_more(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu, scope="openid profile phone"))
    asking = actions.ask(
        wanted(), body=cast.body, client=system.client, by=cast.actor(cast.head), now=cast.now
    )  # fmt: skip
    actions.approve(asking.public_id, scopes=["profile"], by=cast.actor(cast.administrator), now=cast.now)

    assert set(system.userinfo(got["access_token"])[1]) == {"sub", "name", "locale"}
    assert system.refresh(got["refresh_token"])[1]["scope"] == "openid profile"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["code", "refresh_token"])
def test_of_two_that_come_at_the_same_moment_one_is_the_second(cast: Cast, together: Any, what: str) -> None:
    """Whichever it is: no two families, and in the end none."""
    system, liu = connected(cast), signed_in(cast)
    code = system.code(liu)
    if what == "code":
        acts = [lambda: system.redeem(code)] * 2
    else:
        _, got = system.redeem(code)
        acts = [lambda: system.refresh(got["refresh_token"])] * 2

    with clock.at(cast.now):
        answers = together(*(_at(cast.now, act) for act in acts))

    assert sorted(status for status, _ in answers) == [200, 400], answers
    won = next(said for status, said in answers if status == 200)
    assert system.userinfo(won["access_token"])[0] == 401
    assert Login.objects.open().count() == 0
    assert names().count("single_sign_on.TokenReused") == 1


def _at(moment: datetime, act: Any) -> Any:
    """In a thread of its own, where the clock has to be fixed anew."""

    def run() -> Any:
        with clock.at(moment):
            return act()

    return run


def test_a_closed_account_reads_nothing_any_more(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu))
    cast.liu.is_active = False
    cast.liu.save()

    assert system.userinfo(got["access_token"])[0] == 401
    assert system.refresh(got["refresh_token"])[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "grant", ["password", "client_credentials", "", "urn:ietf:params:oauth:grant-type:device_code"]
)
def test_there_is_no_other_grant(cast: Cast, grant: str) -> None:
    assert connected(cast).post("/sso/token", {"grant_type": grant})[1]["error"] == "unsupported_grant_type"


def test_tokens_lie_in_the_database_as_digests_only(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    code = system.code(liu)
    _, got = system.redeem(code)
    kept = json.dumps(
        [list(Login.objects.values()), list(Token.objects.values()), list(Client.objects.values())], default=str
    )  # fmt: skip

    for secret in (code, got["access_token"], got["refresh_token"], system.secret):
        assert secret not in kept
    assert JournalEntry.objects.filter(facts__icontains=cast.liu.person.id_number).count() == 0


def forged(system: System, identity: str, alg: str, **claims: Any) -> str:
    """An ID token made anew by someone else: without a signature, signed with the public key as if it were a shared secret,
    or with the signature of the true one."""
    header = {**jwt.get_unverified_header(identity), "alg": alg}
    body = {**jwt.decode(identity, options={"verify_signature": False}), **claims}
    start = ".".join(_part(json.dumps(one).encode()) for one in (header, body))
    key = next(one for one in system.browser.get("/sso/jwks.json").json()["keys"] if one["kid"] == header["kid"])
    public = jwt.PyJWK.from_dict(key).key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signature = {
        "none": "", "HS256": _part(hmac.digest(public, start.encode(), "sha256")), "RS256": identity.split(".")[2],
    }[alg]  # fmt: skip
    return f"{start}.{signature}"


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("alg", "claims"),
    [
        ("none", {}),
        ("HS256", {}),
        ("RS256", {"jti": "x"}),
        ("RS256", {"iss": "https://evil.cn"}),
        ("RS256", {"exp": 9999999999}),
    ],
)
def test_a_forged_hint_signs_nobody_out(cast: Cast, alg: str, claims: dict[str, Any]) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu))

    asked = liu.get("/sso/logout", {"id_token_hint": forged(system, got["id_token"], alg, **claims)})

    assert asked.status_code == 200
    assert "要退出登录吗" in asked.content.decode()
    assert liu.get("/my").status_code == 200


def test_a_true_hint_signs_out_at_once_and_leads_back_where_it_was_registered(cast: Cast) -> None:
    system, liu = connected(cast), signed_in(cast)
    _, got = system.redeem(system.code(liu))
    hint = {"id_token_hint": got["id_token"], "state": "bye"}

    back = said(liu.get("/sso/logout", {**hint, "post_logout_redirect_uri": HOME}))
    elsewhere = liu.get("/sso/logout", {**hint, "post_logout_redirect_uri": "https://evil.example.cn/"})

    assert back == {"state": "bye"}
    assert elsewhere["Location"] == "/"
    assert liu.get("/my").status_code == 302


def test_a_hint_about_another_session_asks_first(cast: Cast) -> None:
    """Any system could otherwise sign people out with a link."""
    system = connected(cast)
    _, got = system.redeem(system.code(signed_in(cast, cast.stranger)))
    liu = signed_in(cast)

    asked = liu.get("/sso/logout", {"id_token_hint": got["id_token"]})
    stays = liu.post("/sso/logout", {"decision": "stay"})
    leaves = liu.post(
        "/sso/logout?" + urlencode({"client_id": system.client.key, "post_logout_redirect_uri": HOME}),
        {"decision": "leave"},
    )

    assert asked.status_code == 200
    assert stays["Location"] == "/my"
    assert leaves["Location"] == HOME
    assert liu.get("/my").status_code == 302


def test_a_second_proof_is_told_as_one() -> None:
    assert rules.proofs("password", "totp") == ["pwd", "otp", "mfa"]
    assert rules.proofs("passkey", "passkey") == ["hwk", "mfa"]
    assert rules.proofs("password") == ["pwd"]
    assert rules.proofs("municipal") == []
