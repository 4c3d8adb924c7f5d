"""Levels at the doors: what an item asks for, the way to it, and the window where none of it is asked."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from tests import people
from tests.people import Cast
from tongban.accounts.tests.doors import last_code, visitor
from tongban.applications import actions as applications
from tongban.applications.actions import confirmations
from tongban.applications.actions.confirmations import Confirmed
from tongban.applications.models import Application
from tongban.catalog.models import Edition
from tongban.counter import actions as counter
from tongban.files.actions import keep_upload
from tongban.identity import actions as identity
from tongban.identity.gateways.chosen import PROOF
from tongban.identity.levels import Level
from tongban.identity.models import Account, Person, Verification
from tongban.kernel.refusals import Forbidden

NUMBER = "440524188001010014"


@pytest.fixture
def newcomer(cast: Cast) -> Account:
    person = identity.register_person(name="李四", id_number=NUMBER, now=cast.now)
    return identity.open_account(username="lisi", password=people.PASSWORD, person=person, now=cast.now)


@pytest.fixture
def strict(cast: Cast) -> Edition:
    return people.publish(
        cast.body,
        now=cast.now,
        code="990131001007",
        name="要求刷脸的事项",
        assurance="face",
        materials=[],
        questions=[],
    )


def test_on_line_an_item_asks_for_its_level_and_the_page_leads_there_and_back(cast: Cast, strict: Edition) -> None:
    given = {"edition": strict, "answers": {}, "materials": {}}
    with pytest.raises(Forbidden, match="要求先完成刷脸"):
        cast.submit(**given)
    draft = applications.open_draft(strict, person=cast.liu.person, by=cast.actor(cast.liu), now=cast.now)
    applications.save_draft(
        draft.public_id,
        answers={},
        form={"name": "刘晓燕", "shop": "老灶", "area": "9"},
        by=cast.actor(cast.liu),
        now=cast.now,
    )
    liu, check = visitor(cast.liu), f"/apply/{draft.public_id}/check"

    refused = liu.post(check)
    assert refused.status_code == 422 and f"/my/verify?level=face&amp;next={check}" in refused.content.decode()
    step_up = {"level": "face", "next": check}
    begun = liu.post("/my/verify/face", step_up)
    assert (begun.status_code, begun["Location"].split("?")[0]) == (302, "/my/verify")
    assert "我已完成" in liu.get(begun["Location"]).content.decode()
    assert liu.post("/my/verify/face/result", step_up)["Location"] == check
    assert liu.post(check).status_code == 302
    assert Application.objects.get().person == cast.liu.person


def test_a_window_needs_no_level_and_seeing_the_card_is_one(cast: Cast, strict: Edition, newcomer: Account) -> None:
    clerk = cast.actor(cast.clerk, "counter")
    for seen in (0, 1):  # the second time it is known already
        draft = counter.start(strict.code, counter.Applicant(NUMBER), by=clerk, now=cast.now)
        assert Verification.objects.filter(person=newcomer.person).count() == seen
        form = {"name": "李四", "shop": "老灶火锅店", "area": "86"}
        draft = applications.save_draft(draft.public_id, form=form, by=clerk, now=cast.now)
        scan = keep_upload(people.paper("signed"), by=clerk, now=cast.now)
        said = Confirmed("signature", confirmations.digest_of(draft.content), file=str(scan.public_id))
        draft = applications.save_draft(draft.public_id, confirmed=asdict(said), by=clerk, now=cast.now)
        counter.take_in(draft, by=clerk, now=cast.now)

    assert Person.objects.get(pk=newcomer.person_id).assurance == Level.IN_PERSON
    assert Verification.objects.filter(person=newcomer.person).count() == 1


def test_a_paper_case_entered_later_proves_nobody(cast: Cast, newcomer: Account) -> None:
    counter.start(
        cast.guide.code, counter.Applicant(NUMBER), back=True, by=cast.actor(cast.clerk, "counter"), now=cast.now
    )

    assert Person.objects.get(pk=newcomer.person_id).assurance == Level.REGISTERED


def test_the_code_of_the_phone_then_the_three_together(cast: Cast, newcomer: Account) -> None:
    client = visitor(newcomer)
    assert client.post("/my/verify/code", {"phone": "199 0000 0055"}).status_code == 200
    wrong = client.post("/my/verify/real-name", {"phone": "19900000055", "code": "000000"})
    assert wrong.status_code == 422 and "验证码" in wrong.content.decode()
    assert cast.actor(newcomer).assurance == Level.REGISTERED

    done = client.post("/my/verify/real-name", {"phone": "19900000055", "code": last_code(), "next": "/my/licences"})

    assert (done.status_code, done["Location"]) == (302, "/my/licences")
    assert cast.actor(newcomer).assurance == Level.REAL_NAME
    assert "姓名、证件号码和手机号核对一致" in client.get("/my/verify").content.decode()


def test_a_phone_of_somebody_else_is_a_phone_and_no_name(cast: Cast, newcomer: Account) -> None:
    client = visitor(newcomer)
    client.post("/my/verify/code", {"phone": "13812345678"})

    refused = client.post("/my/verify/real-name", {"phone": "13812345678", "code": last_code()})

    assert refused.status_code == 422 and "核对不一致" in refused.content.decode()
    assert cast.actor(newcomer).assurance == Level.PHONE


def test_when_nobody_answers_the_page_says_what_else_there_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PROOF.faces, "fault", "die")

    refused = visitor(cast.liu).post("/my/verify/face")

    assert refused.status_code == 503 and "带证件到窗口" in refused.content.decode()


def test_next_leads_nowhere_else(cast: Cast) -> None:
    client = visitor(cast.liu)
    client.post("/my/verify/face")

    assert client.post("/my/verify/face/result", {"next": "https://evil.example/"})["Location"] == "/my/verify"


def test_the_window_sees_a_card_and_says_so(cast: Cast, newcomer: Account) -> None:
    clerk = visitor(cast.clerk)
    given = {"id_type": "id_card", "id_number": NUMBER, "name": "李四"}
    unseen = clerk.post("/desk/people/seen", given)
    assert unseen.status_code == 422 and "看过证件原件" in unseen.content.decode()

    assert clerk.post("/desk/people/seen", given | {"card": "on"}).status_code == 302

    assert cast.actor(newcomer).assurance == Level.IN_PERSON
    assert clerk.post("/desk/people/seen", given | {"card": "on", "name": "李五"}).status_code == 422
    assert visitor(cast.reviewer).get("/desk/people/seen").status_code == 403
    assert visitor(cast.liu).get("/desk/people/seen").status_code == 403


def test_staff_and_strangers_have_nothing_to_verify_here(cast: Cast) -> None:
    assert visitor(cast.clerk).get("/my/verify").status_code == 403
    assert visitor().get("/my/verify").status_code == 302


def test_a_foreigner_with_a_passport_is_served_at_the_window(cast: Cast) -> None:
    clerk = visitor(cast.clerk)
    given = {
        "item": cast.guide.code, "id_type": "passport", "id_number": "c01x 00t47", "name": "Erika Mustermann", "start": "1",
    }  # fmt: skip
    assert "国家码" in clerk.post("/counter", given).content.decode()

    assert clerk.post("/counter", given | {"id_issuer": "d"}).status_code == 302

    one = Person.objects.with_id("passport", "D/C01X00T47").get()
    assert (one.name, one.id_issuer, one.assurance) == ("Erika Mustermann", "D", Level.REGISTERED)
