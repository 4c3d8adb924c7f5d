"""注册: whoever is nobody yet gets an account; whoever is somebody has to prove it; a stranger learns nothing of either."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests import people
from tests.people import Cast, check_digit
from tongban.accounts.models import Claim
from tongban.accounts.tests.doors import last_code, visitor
from tongban.channels.models import Sms
from tongban.identity import actions as identity
from tongban.identity.gateways.chosen import PROOF
from tongban.identity.levels import Level
from tongban.identity.models import Account, Person
from tongban.kernel.models import JournalEntry

NUMBER = "44052419900101001" + check_digit("44052419900101001")
PHONE = "19900000077"


def typed(**change: str) -> dict[str, str]:
    return {"name": "李四", "id_type": "id_card", "id_number": NUMBER, "phone": PHONE} | change


def register(client: Client, **change: str) -> tuple[int, str]:
    """The code is asked for and typed; what came of it, and the page's words without what was typed and its tokens."""
    given = typed(**change)
    sent = client.post("/register/code", given)
    assert sent.status_code == 200
    action = re.search(r'<form method="post" action="([^"]*)"[^>]*autocomplete', sent.content.decode())
    assert action  # the page stands under another address than its form leads to
    answer = client.post(action[1], given | {"code": last_code()})
    return answer.status_code, answer.get("Location", words(answer.content))


def words(page: bytes) -> str:
    """Without what was typed and without tokens."""
    return re.sub(r'value="[^"]*"|"X-CSRFToken":"[^"]*"', "", page.decode())


def of_liu(cast: Cast) -> dict[str, str]:
    assert cast.liu.person
    return {"name": cast.liu.person.name, "id_number": cast.liu.person.id_number}


def test_a_newcomer_is_registered_and_signed_in_with_a_real_name(cast: Cast) -> None:
    client = visitor()

    assert register(client) == (302, "/my")

    account = Account.objects.latest("pk")
    assert account.person and (account.person.name, account.person.phone) == ("李四", PHONE)
    assert account.person.assurance == Level.REAL_NAME and not account.has_usable_password()
    assert client.get("/my").status_code == 200
    facts = JournalEntry.objects.get(name="accounts.Registered").facts
    assert facts == {"account": account.pk, "person": str(account.person.public_id)}


@pytest.mark.parametrize("fault", ["accept", "differs", "unknown", "die"])
def test_a_stranger_meets_the_same_words_whether_or_not_the_number_is_known(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(PROOF.real_name, "fault", fault)
    people_before, accounts = Person.objects.count(), Account.objects.count()

    unknown = register(visitor(), phone="13800000001")
    known = register(visitor(), phone="13800000002", **of_liu(cast))

    assert unknown == known and unknown[0] in (422, 503)
    assert (Person.objects.count(), Account.objects.count()) == (people_before, accounts)


def test_who_is_known_already_waits_for_a_claim_and_sees_nothing_until_then(cast: Cast) -> None:
    cast.submit()
    client = visitor()

    assert register(client, **of_liu(cast)) == (302, "/my/claim")

    account = Account.objects.latest("pk")
    assert account.person is None and Claim.objects.get().person == cast.liu.person
    my = client.get("/my").content.decode()
    assert "还差一步" in my and cast.guide.name not in my
    assert cast.actor(cast.liu).person_id == cast.liu.person_id


def test_a_face_makes_the_claim_good_and_closes_the_account_of_before(cast: Cast) -> None:
    cast.submit()
    client, before = visitor(), visitor(cast.liu)
    register(client, **of_liu(cast))
    assert client.post("/my/claim/face/result").status_code == 409

    client.post("/my/claim/face")
    assert client.post("/my/claim/face/result").status_code == 302

    assert cast.guide.name in client.get("/my").content.decode()
    assert before.get("/my").status_code == 302  # to the login page
    person = Person.objects.get(pk=cast.liu.person_id)
    assert person.phone == PHONE
    claim = Claim.objects.get()
    assert (claim.state, claim.how, claim.replaced) == ("accepted", "face", cast.liu)
    assert client.get("/my/claim").status_code == 404


@pytest.mark.parametrize("fault", ["differs", "die"])
def test_another_face_makes_nothing_good(cast: Cast, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    client = visitor()
    register(client, **of_liu(cast))
    client.post("/my/claim/face")
    monkeypatch.setattr(PROOF.faces, "fault", fault)

    assert client.post("/my/claim/face/result").status_code in (422, 503)

    assert Claim.objects.get().state == "waiting"
    assert Account.objects.get(pk=cast.liu.pk).person == cast.liu.person


def test_a_clerk_who_saw_the_card_hands_the_account_over(cast: Cast) -> None:
    client, clerk, other = visitor(), visitor(cast.clerk), visitor(cast.clerk_two)
    register(client, **of_liu(cast))
    page = f"/desk/people/claims/{Claim.objects.get().public_id}"
    assert clerk.get(page).status_code == 404  # the card was not seen
    seen = clerk.post("/desk/people/seen", of_liu(cast) | {"id_type": "id_card", "card": "on"})
    assert seen["Location"] == page
    assert other.get(page).status_code == 404
    assert "199****0077" in clerk.get(page).content.decode()

    assert clerk.post(page).status_code == 302

    assert Claim.objects.get().how == "card"
    assert Account.objects.latest("pk").person == cast.liu.person
    assert clerk.post(page).status_code == 404


def test_an_account_with_a_post_is_not_claimed_away(cast: Cast) -> None:
    identity.appoint(account=cast.liu, role="window", region=cast.region, now=cast.now)
    client = visitor()
    register(client, **of_liu(cast))
    client.post("/my/claim/face")

    assert client.post("/my/claim/face/result").status_code == 409
    assert Account.objects.get(pk=cast.liu.pk).is_active


def test_a_slip_in_the_number_does_not_cost_the_code(cast: Cast) -> None:
    client = visitor()
    client.post("/register/code", typed())
    code = last_code()

    slipped = client.post("/register", typed(id_number=NUMBER[:-2] + "00", name="李\u200b四") | {"code": code})
    said = slipped.content.decode()
    assert slipped.status_code == 422 and "校验位不对" in said and "看不见的字符" in said

    assert client.post("/register", typed() | {"code": code}).status_code == 302


def test_the_code_goes_to_every_phone_alike(cast: Cast) -> None:
    known = visitor().post("/register/code", typed(phone=people.LIU_PHONE))
    unknown = visitor().post("/register/code", typed(phone="19900000078"))

    assert words(known.content) == words(unknown.content)
    assert Sms.objects.count() == 2


def test_registering_many_times_from_one_address_ends(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.accounts.actions.MOST_FROM_ADDRESS", 2)
    numbers = [f"44052419900101{day}" for day in (101, 102, 103)]
    met = [
        register(visitor(), id_number=each + check_digit(each), phone=f"1990000008{place}")
        for place, each in enumerate(numbers)
    ]

    assert [status for status, _ in met] == [302, 302, 422] and "15 分钟后" in met[2][1]


def test_who_is_signed_in_has_nothing_to_register(cast: Cast) -> None:
    assert visitor(cast.liu).get("/register")["Location"] == "/my"
