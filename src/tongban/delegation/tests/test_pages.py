from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people
from tests.people import Cast
from tongban.authentication import doors
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.tests.scenes import given_by_liu, id_of
from tongban.identity.models import Account
from tongban.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _that_morning(cast: Cast) -> Any:
    with clock.at(cast.now):
        yield


def at(account: Account) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def proved(account: Account) -> Client:
    """Signed in, and proved lately that it is they."""
    client = at(account)
    session = client.session
    session[doors.CONFIRMED] = clock.now().isoformat()
    session.save()
    return client


def _form(cast: Cast, **change: str) -> dict[str, Any]:
    today = cast.now.date()
    return {
        "side": "principal", "kind": "family", "name": "王强", "id_number": id_of(cast.stranger), "relation": "邻居",
        "scope": "all", "acts": ["submit", "receive"], "from": today.isoformat(),
        "until": (today + timedelta(days=30)).isoformat(), **change,
    }  # fmt: skip


def test_the_principal_writes_it_reads_it_and_confirms_it(cast: Cast) -> None:
    liu = proved(cast.liu)
    written = liu.post("/my/delegations/new", _form(cast))
    page = liu.get(written.url).content.decode()
    assert "王强" in page
    assert id_of(cast.stranger) not in page
    assert "填写并提交申请、查看办理进度和文书、领取结果" in page

    unread = liu.post(f"{written.url}/confirmation")
    assert unread.status_code == 422
    assert "请先看完委托书" in unread.content.decode()
    liu.post(f"{written.url}/confirmation", {"seen": "on"})

    assert PowerOfAttorney.objects.get().state == "in_force"
    assert "● 有效" in at(cast.stranger).get("/my/delegations").content.decode()


def test_who_has_not_proved_lately_that_it_is_they_does_so_before_they_confirm(cast: Cast) -> None:
    liu = at(cast.liu)
    written = liu.post("/my/delegations/new", _form(cast))

    asked = liu.post(f"{written.url}/confirmation", {"seen": "on"})

    assert asked.url.startswith("/confirm?")
    assert PowerOfAttorney.objects.get().state == "asked"


def test_all_faults_of_the_letter_are_told_at_once(cast: Cast) -> None:
    answer = at(cast.liu).post("/my/delegations/new", {"side": "principal"})

    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "请选择是哪一种委托",
        "请填写对方的姓名",
        "请填写对方的证件号码",
        "请选择委托办哪些事项",
        "请选择委托办哪些手续",
    ):
        assert words in page


def test_the_letter_is_a_pdf_for_its_two_sides_only(cast: Cast) -> None:
    one = given_by_liu(cast)
    path = f"/my/delegations/{one.public_id}/letter.pdf"

    assert at(cast.stranger).get(path).content.startswith(b"%PDF")
    assert at(cast.clerk).get(path).status_code == 404
    assert at(cast.foreign_reviewer).get(f"/my/delegations/{one.public_id}").status_code == 404


def test_revoked_by_one_button_and_the_agent_sees_why(cast: Cast) -> None:
    one = given_by_liu(cast)

    at(cast.liu).post(f"/my/delegations/{one.public_id}/revocation")

    assert "委托人已撤销" in at(cast.stranger).get(f"/my/delegations/{one.public_id}").content.decode()
    assert at(cast.stranger).post(f"/my/delegations/{one.public_id}/renunciation").status_code == 409


def test_a_clerk_registers_a_paper_finds_it_and_ends_it(cast: Cast) -> None:
    clerk = at(cast.clerk)
    letter = {
        "kind": "family", "principal_id": id_of(cast.liu), "agent_id": id_of(cast.stranger), "cards": "on", "scope": "some",
        "items": [cast.guide.item.code], "acts": ["submit"], "from": cast.now.date().isoformat(),
        "until": (cast.now.date() + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    unscanned = clerk.post("/counter/powers/new", letter)
    assert unscanned.status_code == 422
    assert "请扫描上传" in unscanned.content.decode()

    scan = SimpleUploadedFile("letter.pdf", people.paper("signed"), content_type="application/pdf")
    assert clerk.post("/counter/powers/new", {**letter, "paper": scan}).status_code == 302
    one = PowerOfAttorney.objects.get()
    assert (one.item_codes, one.state) == ([cast.guide.item.code], "in_force")
    assert "王强" in clerk.post("/counter/powers", {"id_number": id_of(cast.liu)}).content.decode()
    assert at(cast.clerk_two).get(f"/counter/powers/{one.public_id}/paper").status_code == 404

    end = f"/counter/powers/{one.public_id}/end"
    assert f'href="{end}"' in clerk.post("/counter/powers", {"id_number": id_of(cast.liu)}).content.decode()
    assert "委托人已撤销" in clerk.get(end).content.decode()
    unsaid = clerk.post(end, {"how": "revoked"})
    assert unsaid.status_code == 422 and "请写明原因" in unsaid.content.decode()
    clerk.post(end, {"how": "revoked", "id_number": id_of(cast.liu), "reason": "本人来窗口撤销"})
    one.refresh_from_db()
    assert (one.ended_how, one.ended_why) == ("revoked", "本人来窗口撤销")


def test_the_window_of_powers_is_for_windows(cast: Cast) -> None:
    for account in (cast.liu, cast.reviewer, cast.administrator):
        assert at(account).get("/counter/powers").status_code == 403
        assert at(account).post("/counter/powers/new").status_code == 403


def test_staff_have_no_powers_of_their_own(cast: Cast) -> None:
    assert at(cast.clerk).get("/my/delegations").status_code == 403
    assert at(cast.clerk).get("/my/delegations/new").status_code == 403
