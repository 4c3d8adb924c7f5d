"""The window: an elder without a login, an enterprise's handler, papers brought later, results handed over."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people import Cast, check_digit, paper, publish
from tongban.applications import actions as applications
from tongban.applications.documents.beginning import commitments
from tongban.applications.models import Application, Commitment, Draft
from tongban.credit import actions as credit
from tongban.identity import actions as identity
from tongban.identity.models import Account, Person
from tongban.kernel.models import JournalEntry

ZHOU = "50019919450815301"
ZHOU_ID = ZHOU + check_digit(ZHOU)
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01"
    b"H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)


def at(account: Account | None) -> Client:
    client = Client(headers={"host": "localhost"})
    if account:
        client.force_login(account)
    return client


@pytest.fixture
def window(cast: Cast) -> Client:
    return at(cast.clerk)


def signed() -> dict[str, Any]:
    """The applicant signed the printed form, and the clerk scanned it."""
    scan = SimpleUploadedFile("signed.pdf", paper("signed"), content_type="application/pdf")
    return {"confirmed": "signature", "signed": scan}


def begin(window: Client, cast: Cast, **change: str) -> str:
    """Start an intake for 周德福; the address of its page."""
    applicant = {"item": cast.guide.code, "id_number": ZHOU_ID, "name": "周德福", "phone": "", "uscc": "", "start": "1"}
    answer = window.post("/counter", {**applicant, **change})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


FILLED = {
    "answer-kind": "catering", "form-name": "周德福", "form-shop": "周家面馆", "form-area": "40",
    "listed": ["form", "licence", "safety", "layout"], "material-safety": "1", "material-layout": "1",
}  # fmt: skip


def take_in(window: Client, cast: Cast, **change: str) -> Application:
    answer = window.post(begin(window, cast, **change), {**FILLED, **signed(), "submit": "1"})
    assert answer.status_code == 302, answer.content.decode()
    return Application.objects.get(number=str(answer["Location"]).split("/")[2])


def test_an_elder_without_a_login_leaves_with_a_number(cast: Cast, window: Client) -> None:
    page = begin(window, cast)
    assert "周德福" in window.get(page).content.decode()

    answer = window.post(page, {**FILLED, **signed(), "submit": "1"}, follow=True)

    case = Application.objects.get()
    shown = answer.content.decode()
    zhou = Person.objects.with_id("id_card", ZHOU_ID).get()
    assert case.person == zhou
    assert not Account.objects.filter(person=zhou).exists()
    assert (case.channel, case.visits, case.state) == ("counter", 1, "submitted")
    assert case.query_code[:4] in shown and case.query_code[4:] in shown
    assert f"/my/applications/{case.number}/documents/receipt.pdf" in shown
    assert case.materials.get(key="layout").give == "paper"


def test_the_journal_names_the_clerk_and_whom_it_was_done_for(cast: Cast, window: Client) -> None:
    case = take_in(window, cast)

    entry = JournalEntry.objects.get(name="applications.Submitted", subject=case.number)
    assert entry.actor == f"staff:{cast.clerk.pk}"
    assert entry.on_behalf_of == f"person:{case.person.public_id}"
    assert entry.channel == "counter"


def test_a_wrong_id_number_keeps_what_was_typed_and_says_where(cast: Cast, window: Client) -> None:
    wrong = ZHOU_ID[:-1] + ("0" if ZHOU_ID[-1] != "0" else "1")

    answer = window.post(
        "/counter", {"item": cast.guide.code, "id_number": wrong, "name": "周德福", "phone": "139", "start": "1"}
    )

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{wrong}"' in shown and 'value="周德福"' in shown and 'value="139"' in shown
    assert 'href="#id_id_number"' in shown and 'href="#id_phone"' in shown
    assert "校验位不对" in shown
    assert not Person.objects.filter(id_tail_index=b"").exists() and not Draft.objects.exists()


def test_a_wrong_uscc_is_said_beside_its_field(cast: Cast, window: Client) -> None:
    answer = window.post(
        "/counter",
        {"item": cast.guide.code, "id_number": ZHOU_ID, "name": "周德福", "uscc": "92500199MA5U00001A", "start": "1"},
    )

    assert answer.status_code == 422
    assert 'href="#id_uscc"' in answer.content.decode()
    assert not Person.objects.with_id("id_card", ZHOU_ID).exists()


def test_another_name_for_a_known_number_is_refused(cast: Cast, window: Client) -> None:
    assert cast.liu.person
    answer = window.post(
        "/counter", {"item": cast.guide.code, "id_number": cast.liu.person.id_number, "name": "刘小燕", "start": "1"}
    )

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_name"' in shown
    assert "刘晓燕" not in shown


def test_an_enterprise_applies_through_its_handler(cast: Cast, window: Client) -> None:
    case = take_in(window, cast, uscc=cast.shop.uscc)

    assert case.organisation == cast.shop
    assert case.person == Person.objects.with_id("id_card", ZHOU_ID).get()


def test_searching_again_keeps_who_stands_there(cast: Cast, window: Client) -> None:
    answer = window.post("/counter", {"q": "开饭店", "searched": "", "id_number": ZHOU_ID, "name": "周德福"})

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert cast.guide.name in shown and f'value="{ZHOU_ID}"' in shown


def test_everything_is_saved_on_the_way_and_the_answers_choose_the_materials(cast: Cast, window: Client) -> None:
    page = begin(window, cast)

    window.post(page, {"answer-kind": "retail", "form-shop": "周家小卖部", "save": "1"})
    retail = window.get(page).content.decode()
    catering = window.post(page, {"answer-kind": "catering"}, headers={"HX-Request": "true"}).content.decode()

    assert "经营场所布局图" not in retail and 'value="周家小卖部"' in retail
    assert "经营场所布局图" in catering


def test_what_is_known_is_there_with_its_source(cast: Cast, window: Client) -> None:
    assert cast.liu.person
    page = begin(window, cast, id_number=cast.liu.person.id_number, name="")

    shown = window.get(page).content.decode()
    assert 'value="刘晓燕"' in shown and "来自实名登记" in shown


def test_faults_name_their_fields_and_nothing_typed_is_lost(cast: Cast, window: Client) -> None:
    page = begin(window, cast)

    answer = window.post(
        page,
        {
            **FILLED,
            "form-area": "四十",
            "form-shop": "周家面馆",
            "material-safety": "",
            **signed(),
            "submit": "1",
        },
    )

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_form-area"' in shown and 'value="四十"' in shown and 'value="周家面馆"' in shown
    assert 'href="#id_material-safety"' in shown
    assert not Application.objects.exists()


def test_submitting_twice_makes_one_case(cast: Cast, window: Client) -> None:
    page = begin(window, cast)

    first = window.post(page, {**FILLED, **signed(), "submit": "1"})
    second = window.post(page, {**FILLED, **signed(), "submit": "1"})

    assert first["Location"] == second["Location"]
    assert Application.objects.count() == 1


def test_a_scan_is_kept_and_can_be_looked_at(cast: Cast, window: Client) -> None:
    page = begin(window, cast)
    window.post(
        page, {"answer-kind": "catering", "listed": ["layout"], "file-layout": SimpleUploadedFile("a.png", PNG)}
    )

    draft = Draft.objects.get()
    assert "看扫描件" in window.get(page).content.decode()
    assert window.get(f"/apply/{draft.public_id}/materials/layout")["Content-Type"] == "image/png"


def test_a_file_of_the_wrong_kind_is_refused_beside_its_material(cast: Cast, window: Client) -> None:
    page = begin(window, cast)
    sent = {
        **FILLED,
        "material-layout": "",
        "file-layout": SimpleUploadedFile("a.exe", b"MZ"),
        **signed(),
        "submit": "1",
    }
    answer = window.post(page, sent)

    assert answer.status_code == 422
    assert "id_material-layout-error" in answer.content.decode()


def test_the_window_accepts_at_once_only_where_it_is_empowered(cast: Cast, window: Client) -> None:
    own = publish(cast.body, now=cast.now, code="990131001002", name="窗口受理的事项", accepted_by="window")
    theirs, ours = take_in(window, cast), take_in(window, cast, item=own.code)

    refused = window.post(f"/counter/{theirs.number}/acceptance", {"version": theirs.version})
    accepted = window.post(f"/counter/{ours.number}/acceptance", {"version": ours.version})

    assert refused.status_code == 403
    assert accepted.status_code == 302
    assert Application.objects.get(pk=ours.pk).state == "accepted"
    assert "当场受理" not in window.get(f"/counter/{theirs.number}/received").content.decode()


def test_papers_missing_are_taken_at_the_window(cast: Cast, window: Client) -> None:
    case = take_in(window, cast)
    gaps = {"layout": applications.Gap(points=["标明各功能区面积"]), "licence": applications.Gap(note="已过期")}
    case = applications.correct(case.number, gaps, by=cast.actor(cast.reviewer), now=cast.now)
    page = f"/counter/{case.number}/supplement"

    looked = window.post(page, {"version": case.version, "material-layout": "1", "material-licence": "1", "look": "1"})
    assert looked.status_code == 200
    assert Application.objects.get(pk=case.pk).state == "correcting"
    half = window.post(page, {"version": case.version, "material-layout": "1"})
    whole = window.post(page, {"version": case.version, "material-layout": "1", "material-licence": "1"})

    assert half.status_code == 422
    assert "标明各功能区面积" in half.content.decode() and 'href="#id_material-licence"' in half.content.decode()
    assert whole.status_code == 302
    assert Application.objects.get(pk=case.pk).state == "submitted"


def granted(cast: Cast, window: Client) -> Application:
    case = take_in(window, cast)
    applications.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now)
    applications.review(
        case.number, passes=True, opinion="材料齐全，符合规定", by=cast.actor(cast.reviewer), now=cast.now
    )
    return applications.decide(case.number, granted=True, by=cast.actor(cast.decider), now=cast.now)


def test_the_result_is_handed_to_who_shows_the_right_card(cast: Cast, window: Client) -> None:
    case = granted(cast, window)
    page = f"/counter/{case.number}/delivery"

    stranger = window.post(page, {"version": case.version, "tail": "0000"})
    right = window.post(page, {"version": case.version, "tail": ZHOU_ID[-4:]})

    assert stranger.status_code == 422
    assert 'href="#id_tail"' in stranger.content.decode()
    assert right.status_code == 302
    case = Application.objects.get(pk=case.pk)
    assert (case.state, case.delivery.channel) == ("closed", "window")  # nothing promised is open
    assert window.get(page).status_code == 409


def test_a_stale_delivery_page_says_so(cast: Cast, window: Client) -> None:
    case = granted(cast, window)

    answer = window.post(f"/counter/{case.number}/delivery", {"version": case.version - 1, "tail": ZHOU_ID[-4:]})

    assert answer.status_code == 409
    assert "有了新的变化" in answer.content.decode()


def test_a_case_is_found_by_the_code_on_its_receipt(cast: Cast, window: Client) -> None:
    case = take_in(window, cast)

    by_code = window.get("/counter/cases", {"number": f"{case.query_code[:4]} {case.query_code[4:]}"})
    unknown = window.get("/counter/cases", {"number": "12345678"})

    assert case.number in by_code["Location"]
    assert unknown.status_code == 404
    assert 'value="12345678"' in unknown.content.decode()


def test_the_window_shows_what_it_took_in(cast: Cast, window: Client) -> None:
    take_in(window, cast)
    begin(window, cast)

    shown = window.get("/counter").content.decode()
    assert "已收件" in shown and "没收完的" in shown


PAGES = ["/counter", "/counter/cases?number=1", "/counter/{draft}", "/counter/{number}/received", "/counter/{number}/supplement", "/counter/{number}/delivery"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_who_has_no_power_of_intake_stays_outside(cast: Cast, window: Client, path: str) -> None:
    case = take_in(window, cast)
    draft = Draft.objects.get()
    path = path.format(number=case.number, draft=draft.public_id)

    assert at(cast.reviewer).get(path).status_code == 403
    assert at(cast.liu).get(path).status_code == 403
    anonymous = at(None).get(path)
    assert anonymous.status_code == 302 and anonymous["Location"].startswith("/login")


def test_another_clerks_draft_does_not_exist(cast: Cast, window: Client) -> None:
    page = begin(window, cast)
    colleague = identity.open_account(username="colleague", password="x", person=None, now=cast.now)
    identity.appoint(account=colleague, role="window", region=cast.region, hall=cast.hall, now=cast.now)

    assert at(colleague).get(page).status_code == 404


def test_pages_ask_the_database_a_bounded_number_of_times(cast: Cast, window: Client) -> None:
    for _ in range(2):
        take_in(window, cast)
    case = Application.objects.latest("pk")

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert window.get(path).status_code == 200
        return len(queries)

    few = asked("/counter")
    for _ in range(3):
        take_in(window, cast)
    assert asked("/counter") == few <= 10
    assert asked(begin(window, cast)) <= 8
    assert asked(f"/counter/{case.number}/received") <= 17


@pytest.fixture
def pledged(cast: Cast) -> str:
    return publish(
        cast.body, now=cast.now, code="990123001001", name="公共场所卫生许可", licence_pledge=True, verify_days=20,
        conditions=["经营场所固定"],
    ).code  # fmt: skip


def test_a_licence_pledge_is_printed_signed_by_hand_and_noted(cast: Cast, window: Client, pledged: str) -> None:
    page = begin(window, cast, item=pledged)
    offered = window.get(page).content.decode()
    assert "经营场所固定" in offered and "打印承诺书" in offered
    printed = window.get(f"/apply/{page.split('/')[-1]}/pledge.pdf")
    assert (printed["Content-Type"], printed.content[:5]) == ("application/pdf", b"%PDF-")

    without = {key: value for key, value in FILLED.items() if key != "material-safety"}
    unchosen = window.post(page, {**without, **signed(), "submit": "1"})
    assert (unchosen.status_code, Application.objects.count()) == (422, 0)
    assert "请选择按告知承诺办理" in unchosen.content.decode()

    done = window.post(page, {**without, "pledged": "yes", **signed(), "submit": "1"})

    assert done.status_code == 302, done.content.decode()
    commitment = Commitment.objects.get()
    assert (commitment.kind, commitment.state, commitment.by) == ("licence_pledge", "open", cast.actor(cast.clerk).who)
    (document,) = commitments(commitment.application)
    assert "承诺人在综合窗口当面签署本承诺，签字的原件随档保存。" in document.paragraphs


def test_at_the_window_too_the_ordinary_way_is_a_choice(cast: Cast, window: Client, pledged: str) -> None:
    page = begin(window, cast, item=pledged)

    done = window.post(page, {**FILLED, "pledged": "no", **signed(), "submit": "1"})

    assert done.status_code == 302
    assert not Commitment.objects.exists()


def test_who_is_barred_hears_it_at_the_window_and_takes_the_ordinary_way(
    cast: Cast, window: Client, pledged: str
) -> None:
    page = begin(window, cast, item=pledged)
    credit.record(
        kind="pledge_broken", person=Person.objects.with_id("id_card", ZHOU_ID).get(), organisation=None, case_number="x",
        title="食品经营许可", ground="承诺不实", body=cast.body, by=cast.actor(cast.reviewer), now=cast.now,
    )  # fmt: skip

    assert "没有修复的信用记录" in window.get(page).content.decode()
    forced = window.post(page, {**FILLED, "pledged": "yes", **signed(), "submit": "1"})
    assert (forced.status_code, Application.objects.count()) == (422, 0)
