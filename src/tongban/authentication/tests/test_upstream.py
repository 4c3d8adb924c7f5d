from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.people import LIU_PHONE, PASSWORD, Cast
from tongban.authentication import passkeys, recovery, totp, upstream
from tongban.authentication.gateways import Untrusted, Vouched
from tongban.authentication.gateways.fake import FakeProvider
from tongban.authentication.models import Passkey, RecoveryCode, SignIn, Totp, UpstreamLink
from tongban.authentication.tests.authenticator import Device
from tongban.channels.models import Sms
from tongban.identity.levels import Level
from tongban.identity.models import Account, Person
from tongban.kernel.models import JournalEntry

NEWCOMER = Vouched("https://fake.example", "sub-new", "龙梅", "id_card", "500199199501014061", "+8619900000199")


@pytest.fixture
def provider(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    assert cast.liu.person
    liu = Vouched("https://fake.example", "sub-liu", "刘晓燕", "id_card", cast.liu.person.id_number)
    fake = FakeProvider({"liu": liu, "new": NEWCOMER})
    monkeypatch.setattr(upstream, "PROVIDER", fake)
    return fake


def set_out(client: Client, provider: FakeProvider, who: str, path: str = "/login/municipal") -> dict[str, str]:
    """Away to the provider, who agrees: what the browser brings back."""
    answer = client.get(path)
    assert answer.status_code == 302
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}
    code = provider.agree(who, challenge=asked["code_challenge"], back=asked["redirect_uri"])
    return {"code": code, "state": asked["state"]}


def come_back(client: Client, brought: dict[str, str]) -> Any:
    return client.get("/login/municipal/back", brought)


def test_whom_the_city_vouches_for_is_matched_by_the_id_number(
    cast: Cast, client: Client, provider: FakeProvider
) -> None:
    answer = come_back(client, set_out(client, provider, "liu"))

    assert (answer.status_code, answer["Location"]) == (302, "/my")
    assert (SignIn.objects.get().account, SignIn.objects.get().method) == (cast.liu, "municipal")
    assert UpstreamLink.objects.get().account == cast.liu
    assert JournalEntry.objects.get(name="authentication.UpstreamLinked").facts["level"] == "real_name"


def test_one_comes_back_to_the_page_one_was_on_and_nowhere_else(client: Client, provider: FakeProvider) -> None:
    here = set_out(client, provider, "liu", "/login/municipal?next=/my/messages")
    assert come_back(client, here)["Location"] == "/my/messages"

    elsewhere = set_out(client, provider, "liu", "/login/municipal?next=https://evil.example/")
    assert come_back(client, elsewhere)["Location"] == "/my"


def test_who_is_new_is_registered_and_has_no_password(client: Client, provider: FakeProvider) -> None:
    come_back(client, set_out(client, provider, "new"))

    account = SignIn.objects.get().account
    assert account.person and account.person.name == "龙梅" and account.person.phone == "19900000199"
    assert not account.has_usable_password()


def test_the_second_time_leads_to_the_same_account(client: Client, provider: FakeProvider) -> None:
    for _ in range(2):
        assert come_back(client, set_out(client, provider, "new")).status_code == 302

    assert SignIn.objects.values("account").distinct().count() == 1
    assert UpstreamLink.objects.count() == 1


def test_a_phone_or_a_name_alone_matches_nobody(cast: Cast, client: Client, provider: FakeProvider) -> None:
    assert cast.liu.person
    provider.people["new"] = replace(NEWCOMER, name="刘晓燕", phone=cast.liu.person.phone)
    come_back(client, set_out(client, provider, "new"))

    assert SignIn.objects.get().account != cast.liu


def test_an_answer_is_brought_once(client: Client, provider: FakeProvider) -> None:
    brought = set_out(client, provider, "liu")
    come_back(client, brought)
    client.post("/logout")

    again = come_back(client, brought)

    assert again.status_code == 422 and "已经用过" in again.content.decode()
    assert "_auth_user_id" not in client.session


def test_another_browser_can_not_bring_it(client: Client, provider: FakeProvider) -> None:
    brought = set_out(client, provider, "liu")
    other = Client()
    set_out(other, provider, "new")

    for stranger in (other, Client()):
        assert come_back(stranger, brought).status_code == 422
    assert not SignIn.objects.exists()


def test_a_code_of_another_journey_is_not_taken(client: Client, provider: FakeProvider) -> None:
    """Somebody slips their own code under the state of this browser."""
    foreign = set_out(Client(), provider, "new")
    brought = set_out(client, provider, "liu")

    answer = come_back(client, {"code": foreign["code"], "state": brought["state"]})

    assert answer.status_code == 422 and not SignIn.objects.exists()


def test_what_can_not_be_trusted_is_said_and_nobody_is_signed_in(
    client: Client, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubtful(*args: Any, **more: Any) -> Vouched:
        raise Untrusted("身份令牌的签名核对不上")

    monkeypatch.setattr(provider, "vouch", doubtful)
    answer = come_back(client, set_out(client, provider, "liu"))

    assert answer.status_code == 422 and "签名核对不上" in answer.content.decode()
    assert not SignIn.objects.exists()


def test_who_declined_over_there_is_told_so(client: Client, provider: FakeProvider) -> None:
    brought = set_out(client, provider, "liu")

    assert come_back(client, {"error": "access_denied", "state": brought["state"]}).status_code == 422


def test_a_provider_that_is_away_is_no_fault_of_ours(client: Client, provider: FakeProvider) -> None:
    brought = set_out(client, provider, "liu")
    provider.away = True

    assert come_back(client, brought).status_code == 503
    assert client.get("/login/municipal").status_code == 503


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "王强"}, "姓名"),
        ({"subject": "sub-other"}, "另一个统一认证用户"),
        ({"id_number": "500199199501014061", "name": "龙梅"}, "以前关联的不同"),
        ({"id_type": "passport", "id_number": "E12345678"}, "护照"),
        ({"id_number": "500199199501014062"}, "校验位"),
    ],
)
def test_who_does_not_fit_what_is_known_goes_to_a_window(
    client: Client, provider: FakeProvider, change: dict[str, str], says: str
) -> None:
    come_back(client, set_out(client, provider, "liu"))
    client.post("/logout")
    provider.people["liu"] = replace(provider.people["liu"], **change)

    answer = come_back(client, set_out(client, provider, "liu"))

    assert answer.status_code == 422 and says in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_holds_a_post_does_not_come_in_as_a_citizen(cast: Cast, client: Client, provider: FakeProvider) -> None:
    person = Person.objects.get(pk=cast.stranger.person_id)
    Account.objects.filter(pk=cast.stranger.pk).update(person=None)
    Account.objects.filter(pk=cast.clerk.pk).update(person=person)
    provider.people["clerk"] = Vouched("https://fake.example", "c", person.name, "id_card", person.id_number)

    assert come_back(client, set_out(client, provider, "clerk")).status_code == 403
    assert not SignIn.objects.exists()


def test_a_closed_account_stays_closed(cast: Cast, client: Client, provider: FakeProvider) -> None:
    Account.objects.filter(pk=cast.liu.pk).update(is_active=False)

    assert come_back(client, set_out(client, provider, "liu")).status_code == 403


def test_without_a_provider_there_is_no_such_way(db: None, client: Client) -> None:
    assert client.get("/login/municipal").status_code == 404
    assert "municipal" not in client.get("/login").content.decode()


def test_the_city_is_offered_too_after_a_passkey_that_was_refused(client: Client, provider: FakeProvider) -> None:
    answer = client.post("/login/passkey", {"credential": "nothing"})

    assert answer.status_code == 422 and "/login/municipal" in answer.content.decode()


def test_one_address_does_not_set_out_for_ever(client: Client, provider: FakeProvider) -> None:
    answers = [client.get("/login/municipal").status_code for _ in range(31)]

    assert answers == [302] * 30 + [422]


def test_what_the_city_says_raises_the_level_and_what_is_higher_stays(
    cast: Cast, client: Client, provider: FakeProvider
) -> None:
    assert cast.liu.person
    Person.objects.filter(pk=cast.liu.person_id).update(assurance=Level.IN_PERSON)
    for who in ("liu", "new"):
        come_back(client, set_out(client, provider, who))

    assert Person.objects.get(pk=cast.liu.person_id).assurance == Level.IN_PERSON
    assert SignIn.objects.latest("pk").account.person.assurance == Level.REAL_NAME


def test_who_opened_an_account_in_the_name_of_another_does_not_stay_inside(
    cast: Cast, client: Client, provider: FakeProvider
) -> None:
    """Nobody had looked whether it was she who registered with this number."""
    Person.objects.filter(pk=cast.liu.person_id).update(assurance=Level.PHONE)
    squatter = Client()
    squatter.post("/login", {"username": "liu", "password": PASSWORD})

    come_back(client, set_out(client, provider, "liu"))

    assert squatter.get("/my").status_code == 302
    assert squatter.post("/login", {"username": "liu", "password": PASSWORD}).status_code == 422
    assert client.get("/my").status_code == 200


def test_nothing_that_the_one_before_left_opens_the_account_again(
    cast: Cast, client: Client, provider: FakeProvider
) -> None:
    """Who registered without a password came in by a code to their own phone, and prepared other ways."""
    Person.objects.filter(pk=cast.liu.person_id).update(assurance=Level.PHONE)
    Account.objects.filter(pk=cast.liu.pk).update(password="!")
    squatter, by = Client(), cast.actor(cast.liu)
    squatter.post("/login/phone", {"phone": LIU_PHONE})
    code = re.search(r"[0-9]{6}", str(Sms.objects.get().text))
    assert code and squatter.post("/login/phone/code", {"code": code[0]}).status_code == 302
    totp.begin(cast.liu, now=cast.now)
    recovery.make(cast.liu, by=by, now=cast.now)
    device, asked = Device(), passkeys.ask_new(cast.liu)
    passkeys.add(cast.liu, asked.state, device.create(asked.options), label="", by=by, now=cast.now)

    come_back(client, set_out(client, provider, "liu"))

    assert squatter.get("/my").status_code == 302 and client.get("/my").status_code == 200
    for left in (Totp, Passkey, RecoveryCode):
        assert not left.objects.filter(account=cast.liu).exists()
    person = Person.objects.get(pk=cast.liu.person_id)
    assert (person.phone, person.phone_index, person.phone_proved_at) == ("", None, None)


def test_a_phone_that_the_city_vouches_for_is_the_persons(cast: Cast, client: Client, provider: FakeProvider) -> None:
    Person.objects.filter(pk=cast.liu.person_id).update(assurance=Level.PHONE)
    provider.people["liu"] = replace(provider.people["liu"], phone="+8619900000198")

    come_back(client, set_out(client, provider, "liu"))

    person = Person.objects.get(pk=cast.liu.person_id)
    assert (person.phone, person.phone_proved_at) == ("19900000198", cast.now)


def test_who_was_known_already_keeps_the_password(cast: Cast, client: Client, provider: FakeProvider) -> None:
    Person.objects.filter(pk=cast.liu.person_id).update(assurance=Level.REAL_NAME)
    come_back(client, set_out(client, provider, "liu"))

    assert Client().post("/login", {"username": "liu", "password": PASSWORD}).status_code == 302
