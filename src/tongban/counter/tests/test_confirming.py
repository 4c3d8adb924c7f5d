"""申请人确认: nothing is filed at a window that the person did not confirm, by a signature or by a code to their phone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from django.test import Client

from tests.people import LIU_PHONE, Cast, _staff, paper
from tongban.applications import actions
from tongban.applications.actions import confirmations
from tongban.applications.models import Application, Draft, IntakeConfirmation
from tongban.channels.models import Sms
from tongban.counter import actions as counter
from tongban.counter.tests.test_window import FILLED, begin, signed, take_in
from tongban.delegation.tests.scenes import given_by_liu
from tongban.files.actions import keep_upload
from tongban.identity.levels import Level
from tongban.identity.models import Person, Verification
from tongban.kernel import clock
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
CASE = {**FILLED, "form-name": "刘晓燕", "form-shop": "老灶火锅店"}


@pytest.fixture(autouse=True)
def _that_morning(cast: Cast) -> Iterator[None]:
    with clock.at(cast.now):
        yield


@pytest.fixture
def window(cast: Cast) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.clerk)
    return client


@pytest.fixture
def page(window: Client, cast: Cast) -> str:
    """The intake of 刘晓燕, who has a phone."""
    assert cast.liu.person
    begun = window.post("/counter", {"item": cast.guide.code, "id_number": cast.liu.person.id_number, "start": "1"})
    return str(begun["Location"])


def code() -> str:
    return re.findall(r"\d{6}", Sms.objects.latest("pk").text)[0]


def test_what_nobody_confirmed_is_not_filed(window: Client, page: str) -> None:
    answer = window.post(page, {**CASE, "submit": "1"})

    assert answer.status_code == 422
    assert "请申请人确认以后再收件" in answer.content.decode()
    assert not Application.objects.exists()


def test_a_signature_is_on_record_and_shown(window: Client, page: str, cast: Cast) -> None:
    answer = window.post(page, {**CASE, **signed(), "submit": "1"}, follow=True)

    assert "申请人确认：在打印的申请表上签名（已扫描）" in answer.content.decode()
    made = IntakeConfirmation.objects.get()
    assert (made.by, made.way) == (cast.actor(cast.clerk).who, "signature")
    assert made.file and made.file.uploaded_by == made.by
    entry = JournalEntry.objects.get(name="applications.IntakeConfirmed")
    assert cast.liu.person
    assert entry.on_behalf_of == f"person:{cast.liu.person.public_id}"
    assert "在打印的申请表上签名" in window.get(f"/desk/cases/{made.application.number}").content.decode()


def test_a_radio_button_signs_for_nobody(window: Client, page: str, cast: Cast) -> None:
    """Without a scan the page files nothing, and neither does the verb, whatever the draft says."""
    answer = window.post(page, {**CASE, "confirmed": "signature", "submit": "1"})
    assert answer.status_code == 422
    assert "请扫描上传申请人签了名的申请表" in answer.content.decode()

    draft, clerk = Draft.objects.get(), cast.actor(cast.clerk, "counter")
    of = confirmations.digest_of(draft.content)
    theirs = str(keep_upload(paper("other"), by=cast.actor(cast.clerk_two), now=cast.now).public_id)
    said: list[Mapping[str, str] | None] = [
        None, {"way": "signature", "of": of, "file": ""}, {"way": "signature", "of": of, "file": theirs},
        {"way": "signature", "of": "of something else", "file": theirs}, {"way": "code", "of": of, "phone": ""},
    ]  # fmt: skip
    for confirmed in said:
        actions.save_draft(draft.public_id, confirmed=confirmed, by=clerk, now=cast.now)
        with pytest.raises(Refusal, match=r"请申请人确认|请扫描上传"):
            counter.take_in(Draft.objects.get(), by=clerk, now=cast.now)
    assert not Application.objects.exists()


def test_a_scan_stands_while_nothing_was_changed(window: Client, page: str) -> None:
    lacking = {**CASE, "form-area": ""}
    assert window.post(page, {**lacking, **signed(), "submit": "1"}).status_code == 422

    assert window.post(page, {**CASE, "confirmed": "signature", "submit": "1"}).status_code == 422  # it was changed
    assert window.post(page, {**CASE, **signed(), "submit": "1"}).status_code == 302


def test_the_card_was_seen_when_the_case_is_filed_and_not_when_a_number_is_typed(window: Client, cast: Cast) -> None:
    page = begin(window, cast)
    zhou = Person.objects.get(pk=Draft.objects.get().applicant_id)
    assert zhou.assurance < Level.IN_PERSON

    window.post(page, {**FILLED, **signed(), "submit": "1"})

    zhou.refresh_from_db()
    assert zhou.assurance == Level.IN_PERSON
    seen = Verification.objects.get(person=zhou)
    assert (seen.how, seen.by) == ("card", f"staff:{cast.clerk.pk}")


def test_a_helper_who_files_a_case_has_verified_nobody(cast: Cast) -> None:
    helper = Client(headers={"host": "localhost"})
    helper.force_login(_staff("mei", "helper", cast.region, None, cast.hall, cast.now))

    case = take_in(helper, cast)

    assert case.person.assurance < Level.IN_PERSON
    assert not Verification.objects.exists()


def test_the_code_goes_to_the_applicant_s_own_phone_and_files_the_case(window: Client, page: str) -> None:
    window.post(page, {**CASE, "send_code": "1"})
    assert Sms.objects.latest("pk").phone == LIU_PHONE
    wrong = "000000" if code() != "000000" else "111111"

    refused = window.post(page, {**CASE, "confirmed": "code", "code": wrong, "submit": "1"})
    assert refused.status_code == 422
    assert not Application.objects.exists()
    window.post(page, {**CASE, "confirmed": "code", "code": code(), "submit": "1"})

    made = IntakeConfirmation.objects.get()
    assert (made.way, made.phone) == ("code", "199****0001")


def test_what_was_changed_after_the_code_has_to_be_confirmed_again(window: Client, page: str) -> None:
    window.post(page, {**CASE, "send_code": "1"})
    sent, lacking = code(), {**CASE, "form-area": ""}
    refused = window.post(page, {**lacking, "confirmed": "code", "code": sent, "submit": "1"})
    assert refused.status_code == 422
    assert "✓ 已确认，内容没有改动" in refused.content.decode()

    changed = window.post(page, {**CASE, "confirmed": "code", "code": sent, "submit": "1"})

    assert changed.status_code == 422
    assert "这个验证码已经不能用了" in changed.content.decode()
    assert not Application.objects.exists()


def test_an_agent_who_stands_there_files_under_the_power_and_takes_the_result(window: Client, cast: Cast) -> None:
    assert cast.liu.person and cast.stranger.person
    start = {
        "item": cast.guide.code, "id_number": cast.liu.person.id_number, "agent_id": cast.stranger.person.id_number,
        "start": "1",
    }  # fmt: skip
    assert "申请人没有委托这个人提交这个事项" in window.post("/counter", start).content.decode()

    given_by_liu(cast)
    page = str(window.post("/counter", start)["Location"])
    assert "家庭代办人" in window.get(page).content.decode()
    window.post(page, {**CASE, "send_code": "1"})
    assert Sms.objects.latest("pk").phone == cast.stranger.person.phone
    window.post(page, {**CASE, "confirmed": "code", "code": code(), "submit": "1"})

    case = Application.objects.get()
    assert (case.person, case.agent) == (cast.liu.person, cast.stranger.person)
    accepted = cast.actor(cast.reviewer)
    actions.accept(case.number, by=accepted, now=cast.now)
    actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=accepted, now=cast.now)
    actions.decide(case.number, granted=True, by=cast.actor(cast.decider), now=cast.now)
    taken = window.post(f"/counter/{case.number}/delivery", {"tail": cast.stranger.person.id_number[-4:]})
    assert taken.status_code == 302
