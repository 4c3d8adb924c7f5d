"""刘晓燕 gives 王强 a power, as she confirms it herself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.people import Cast
from tongban.delegation import actions
from tongban.delegation.actions import Other, Wanted
from tongban.delegation.models import PowerOfAttorney
from tongban.identity.models import Account


def given_by_liu(cast: Cast, **change: Any) -> PowerOfAttorney:
    today = cast.now.date()
    wanted = Wanted(
        side="principal", kind="family", other=Other("王强", id_of(cast.stranger)),
        acts=["submit", "follow", "supplement", "receive"], from_on=today, until_on=today + timedelta(days=90),
    )  # fmt: skip
    asked = actions.ask(replace(wanted, **change), by=cast.actor(cast.liu), now=cast.now)
    return actions.confirm(asked.public_id, by=cast.actor(cast.liu), now=cast.now)


def id_of(account: Account) -> str:
    assert account.person
    return account.person.id_number
