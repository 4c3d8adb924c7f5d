from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.people import Cast
from tongban.authentication import actions, anomalies, slowing
from tongban.authentication.slowing_rules import OF_ADDRESS
from tongban.identity.models import Account
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Forbidden

FEW = 3


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomalies, "PEOPLE", FEW)
    monkeypatch.setattr(anomalies, "ADDRESSES", FEW)


def signed_in(cast: Cast, *accounts: Account, address: str, ago: timedelta = timedelta()) -> None:
    for account in accounts:
        key = f"{account.pk}-{address}-{ago}"
        actions.begin(account=account, key=key, method="password", device="", address=address, now=cast.now - ago)


def test_many_people_at_one_address_are_listed(cast: Cast) -> None:
    signed_in(cast, cast.liu, cast.stranger, cast.clerk, address="203.0.113.9")
    signed_in(cast, cast.liu, cast.stranger, address="203.0.113.10")

    (one,) = anomalies.crowds(by=cast.actor(cast.administrator), now=cast.now)
    assert (one.address, one.people, one.sign_ins) == ("203.0.113.9", 3, 3)


def test_one_person_in_many_places_is_listed_by_a_masked_name(cast: Cast) -> None:
    for last in range(FEW):
        signed_in(cast, cast.liu, address=f"203.0.113.{last}")

    (one,) = anomalies.wanderers(by=cast.actor(cast.administrator), now=cast.now)
    assert (one.username, one.name, one.addresses) == (cast.liu.username, "刘**", 3)


def test_tries_that_had_to_wait_are_listed_once(cast: Cast, client: Client) -> None:
    signed_in(cast, cast.stranger, address="127.0.0.1")
    for name in ("liu", "nobody-has-this"):
        for _ in range(7):
            client.post("/login", {"username": name, "password": "wrong"})

    nobody, liu = anomalies.limited(by=cast.actor(cast.administrator), now=cast.now)
    assert (liu.words, liu.username, liu.name, liu.address) == ("同一处反复猜一个账号", "liu", "刘**", "127.0.0.1")
    assert (nobody.username, nobody.name) == ("", "")
    facts = [one.facts for one in JournalEntry.objects.filter(name="authentication.TriesLimited")]
    assert "nobody-has-this" not in str(facts) and "127.0.0.1" not in str(facts)
    assert len({one["what"] for one in facts}) == 2
    client.force_login(cast.administrator)
    assert "反复猜一个账号" in client.get("/desk/anomalies").content.decode()
    assert anomalies.limited(by=cast.actor(cast.administrator), now=cast.now + timedelta(hours=25)) == []


def test_many_names_tried_from_one_place_are_one_line(cast: Cast) -> None:
    for number in range(OF_ADDRESS + 3):
        slowing.note(f"name{number}", slowing.Place("203.0.113.9"), now=cast.now)

    (one,) = anomalies.limited(by=cast.actor(cast.administrator), now=cast.now)
    assert (one.words, one.username) == ("同一处猜很多账号", "")


def test_yesterday_is_over(cast: Cast) -> None:
    signed_in(cast, cast.liu, cast.stranger, cast.clerk, address="203.0.113.9", ago=timedelta(hours=25))

    assert anomalies.crowds(by=cast.actor(cast.administrator), now=cast.now) == []


def test_the_place_is_nobody_elses_business(cast: Cast, client: Client) -> None:
    for account in (cast.head, cast.supervisor, cast.clerk):
        with pytest.raises(Forbidden):
            anomalies.crowds(by=cast.actor(account), now=cast.now)
        with pytest.raises(Forbidden):
            anomalies.limited(by=cast.actor(account), now=cast.now)
        with pytest.raises(Forbidden):
            anomalies.wanderers(by=cast.actor(account), now=cast.now)
