"""成批申报: several principals, one item; each its own case, nothing done twice, and who fails learns why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import people
from tests.people import Cast, check_digit
from tongban.applications import actions
from tongban.applications.actions import batches
from tongban.applications.models import Application, Draft
from tongban.delegation import actions as delegation
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.tests.scenes import given_by_liu
from tongban.identity import actions as identity
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
FILLED: dict[str, Any] = {
    "answers": {"kind": "catering"}, "form": {"name": "刘晓燕", "shop": "老灶火锅店", "area": "86"},
    "materials": {"safety": "pledge"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _that_morning(cast: Cast) -> Iterator[None]:
    with clock.at(cast.now):
        yield


def given_by_chen(cast: Cast) -> PowerOfAttorney:
    number = "50019919900505448"
    chen = identity.register_person(name="陈静", id_number=number + check_digit(number), now=cast.now)
    account = identity.open_account(username="chen", password=people.PASSWORD, person=chen, now=cast.now)
    assert cast.stranger.person
    wanted = delegation.Wanted(
        side="principal", kind="attorney", other=delegation.Other("王强", cast.stranger.person.id_number), acts=["submit"],
        from_on=cast.now.date(), until_on=cast.now.date() + timedelta(days=30),
    )  # fmt: skip
    asked = delegation.ask(wanted, by=cast.actor(account), now=cast.now)
    return delegation.confirm(asked.public_id, by=cast.actor(account), now=cast.now)


def test_one_fails_and_says_why_the_others_are_filed_and_a_second_time_does_nothing(cast: Cast) -> None:
    wang = cast.actor(cast.stranger)
    drafts = batches.open_drafts(cast.guide, [given_by_liu(cast), given_by_chen(cast)], by=wang, now=cast.now)
    whole, empty = drafts
    actions.save_draft(whole.public_id, **FILLED, by=wang, now=cast.now)

    filed, failed = batches.submit_all(drafts, by=wang, now=cast.now)
    assert (filed.whose, bool(filed.number), filed.before) == ("刘晓燕", True, False)
    assert (failed.whose, failed.number) == ("陈静", "")
    assert failed.reason

    actions.save_draft(empty.public_id, **FILLED, by=wang, now=cast.now)
    again = batches.submit_all(list(Draft.objects.order_by("pk")), by=wang, now=cast.now)
    assert [(one.number != "", one.before) for one in again] == [(True, True), (True, False)]
    assert again[0].number == filed.number
    assert Application.objects.count() == 2


def test_a_power_revoked_meanwhile_stops_its_own_application_only(cast: Cast) -> None:
    wang, power = cast.actor(cast.stranger), given_by_liu(cast)
    drafts = batches.open_drafts(cast.guide, [power, given_by_chen(cast)], by=wang, now=cast.now)
    for draft in drafts:
        actions.save_draft(draft.public_id, **FILLED, by=wang, now=cast.now)
    delegation.revoke(power.public_id, by=cast.actor(cast.liu), now=cast.now)

    stopped, filed = batches.submit_all(list(Draft.objects.order_by("pk")), by=wang, now=cast.now)

    assert "委托已经结束" in stopped.reason
    assert filed.number


def test_a_batch_is_bounded(cast: Cast) -> None:
    draft = Draft()
    with pytest.raises(Refusal, match="一次最多办 20 件"):
        batches.submit_all([draft] * 21, by=cast.actor(cast.stranger), now=cast.now)
    with pytest.raises(Refusal, match="还没有勾选"):
        batches.submit_all([], by=cast.actor(cast.stranger), now=cast.now)


def test_the_page_lists_the_principals_opens_drafts_and_hands_them_in(cast: Cast) -> None:
    power = given_by_liu(cast)
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.stranger)
    path = f"/items/{cast.guide.code}/application/batch"

    assert "刘晓燕" in client.get(path).content.decode()
    client.post(path, {"open": "1", "power": str(power.public_id)})
    draft = Draft.objects.get()
    unfinished = client.post(path, {"submit": "1", "draft": str(draft.public_id)}).content.decode()
    assert "■ 没有提交" in unfinished
    actions.save_draft(draft.public_id, **FILLED, by=cast.actor(cast.stranger), now=cast.now)
    for words in ("● 已提交", "● 以前已提交，没有重复"):
        assert words in client.post(path, {"submit": "1", "draft": str(draft.public_id)}).content.decode()
    assert Application.objects.count() == 1
    client.force_login(cast.liu)
    assert "没有人委托您" in client.get(path).content.decode()
    client.post(path, {"submit": "1", "draft": str(draft.public_id)})
    assert Application.objects.count() == 1
