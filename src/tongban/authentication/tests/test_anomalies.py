from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.people import Cast
from tongban.authentication import actions, anomalies
from tongban.identity.models import Account
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


def test_yesterday_is_over(cast: Cast) -> None:
    signed_in(cast, cast.liu, cast.stranger, cast.clerk, address="203.0.113.9", ago=timedelta(hours=25))

    assert anomalies.crowds(by=cast.actor(cast.administrator), now=cast.now) == []


def test_the_place_is_nobody_elses_business(cast: Cast, client: Client) -> None:
    for account in (cast.head, cast.supervisor, cast.clerk):
        with pytest.raises(Forbidden):
            anomalies.crowds(by=cast.actor(account), now=cast.now)
        with pytest.raises(Forbidden):
            anomalies.wanderers(by=cast.actor(account), now=cast.now)
