"""注销: what is on its way comes first; then the account is closed, and what others rely on stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import Cast
from tongban.accounts.models import Deregistration
from tongban.accounts.tests.doors import last_code, visitor
from tongban.applications import actions as applications
from tongban.applications.models import Application
from tongban.identity import actions as identity
from tongban.identity.models import Account, Membership
from tongban.identity.queries import actor_of_token
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Unidentified
from tongban.licences.models import Licence


def test_an_account_is_closed_by_its_owner_with_a_code_and_a_word(cast: Cast) -> None:
    case = cast.granted()
    applications.deliver(case.number, by=cast.actor(cast.liu), now=cast.now)
    token = identity.make_token(account=cast.liu, label="own", now=cast.now)
    licence, liu = Licence.objects.get(), visitor(cast.liu)
    assert "按法律规定归档保存" in liu.get("/my/leaving").content.decode()
    liu.post("/my/leaving/code")
    assert liu.post("/my/leaving", {"code": "000000", "word": "注销"}).status_code == 422
    assert Account.objects.get(pk=cast.liu.pk).is_active

    assert liu.post("/my/leaving", {"code": last_code(), "word": "注销"})["Location"] == "/"

    account = Account.objects.get(pk=cast.liu.pk)
    assert not account.is_active and liu.get("/my").status_code == 302
    with pytest.raises(Unidentified):
        actor_of_token(token, now=cast.now)
    assert Application.objects.get(pk=case.pk).person == cast.liu.person
    assert Licence.objects.get() == licence and licence.person == cast.liu.person
    assert JournalEntry.objects.get(name="accounts.Deregistered").actor == f"person:{cast.liu.person.public_id}"


def test_a_case_on_its_way_comes_first(cast: Cast) -> None:
    case, liu = cast.submit(), visitor(cast.liu)
    page = liu.get("/my/leaving").content.decode()
    assert f"/my/applications/{case.number}" in page and "注销我的账号" not in page
    liu.post("/my/leaving/code")
    assert liu.post("/my/leaving", {"code": last_code(), "word": "注销"}).status_code == 409
    assert not Deregistration.objects.exists()

    applications.withdraw(case.number, reason="不办了", by=cast.actor(cast.liu), now=cast.now)

    assert "注销我的账号" in liu.get("/my/leaving").content.decode()


def test_without_the_word_nothing_happens(cast: Cast) -> None:
    liu = visitor(cast.liu)
    liu.post("/my/leaving/code")

    assert liu.post("/my/leaving", {"code": last_code(), "word": "好的"}).status_code == 422
    assert Account.objects.get(pk=cast.liu.pk).is_active


def test_what_one_does_for_enterprises_ends(cast: Cast) -> None:
    Membership.objects.create(
        person=cast.stranger.person, organisation=cast.shop, kind="handler", from_at=cast.now - timedelta(days=1)
    )
    stranger = visitor(cast.stranger)
    stranger.post("/my/leaving/code")
    stranger.post("/my/leaving", {"code": last_code(), "word": "注销"})

    assert Membership.objects.get(kind="handler").until_at == cast.now
    assert Membership.objects.get(kind="legal").until_at is None


def test_who_left_may_come_back_and_claim_what_was_theirs(cast: Cast) -> None:
    liu = visitor(cast.liu)
    liu.post("/my/leaving/code")
    liu.post("/my/leaving", {"code": last_code(), "word": "注销"})
    assert cast.liu.person
    person = {"name": "刘晓燕", "id_type": "id_card", "id_number": cast.liu.person.id_number, "phone": "19900000099"}
    back = visitor()
    back.post("/register/code", person)
    assert back.post("/register", person | {"code": last_code()})["Location"] == "/my/claim"
    back.post("/my/claim/face")

    assert back.post("/my/claim/face/result").status_code == 302
    assert Account.objects.get(person=cast.liu.person).is_active


def test_posts_are_not_left_this_way(cast: Cast) -> None:
    assert visitor(cast.clerk).get("/my/leaving").status_code == 403
