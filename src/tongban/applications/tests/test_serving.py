"""送达地址 and 送达回证: where papers may go, and the proof that each one went."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import Cast
from tongban.applications import actions, documents
from tongban.applications import document_rules as rules
from tongban.applications.actions import serving
from tongban.applications.document_rules import WAYS, Address, check_proof
from tongban.applications.events import Accepted, Delivered
from tongban.applications.models import AddressOfService, Application, CaseDocument, Service
from tongban.applications.reactions import prove_the_delivery, tell_the_promised_day
from tongban.applications.tests.test_documents import text_of
from tongban.identity.models import Account, Person
from tongban.kernel.models import JournalEntry
from tongban.kernel.reactions import Entry
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal
from tongban.notices.documents import letter_pdf
from tongban.notices.models import Delivery, Message

HOME = Address(receiver="刘晓燕", address="云江区滨河路 8 号 3 单元 501", electronic="site")


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def accepted(cast: Cast) -> tuple[Application, CaseDocument]:
    case = Application.objects.get(pk=cast.accepted().pk)
    return case, documents.document_of(case, "acceptance", now=cast.now)


def fault_fields(call: object) -> list[str]:
    with pytest.raises(Invalid) as no:
        call()  # type: ignore[operator]
    return [fault.field for fault in no.value.faults]


# The rules


def test_papers_must_be_able_to_go_somewhere() -> None:
    def check(**facts: str) -> object:
        return lambda: rules.check_address(Address(**facts), has_phone=False, has_mail=False)

    assert fault_fields(check()) == ["address"]
    assert fault_fields(check(address="滨河路", receiver="刘")) == ["address"]
    assert fault_fields(check(address="云江区滨河路 8 号")) == ["receiver"]
    assert fault_fields(check(electronic="phone")) == ["electronic"]
    assert fault_fields(check(electronic="mail")) == ["electronic"]
    assert rules.check_address(Address(electronic="site"), has_phone=False, has_mail=False).electronic == "site"


def test_each_way_says_what_its_proof_needs() -> None:
    def proof(way: str, **facts: str) -> object:
        return lambda: check_proof(WAYS[way], facts, has_file=False)

    assert fault_fields(proof("window")) == ["receiver", "relation"]
    assert fault_fields(proof("window", receiver="王五", relation="agent")) == ["receiver_id"]
    assert fault_fields(proof("post")) == ["tracking", "sent_to"]
    left = {"place": "家", "refused": "拒收", "witness_one": "甲"}
    assert fault_fields(proof("left", **left)) == ["witness_two"]
    assert check_proof(WAYS["left"], left, has_file=True) == left
    assert fault_fields(proof("public")) == ["why", "where", "from_on"]


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(-40, 40), st.integers(-40, 40))
def test_nothing_is_served_before_it_was_sent_or_after_today(sent: date, told: int, ahead: int) -> None:
    today = sent + timedelta(days=ahead)
    try:
        on = rules.served_on(WAYS["window"], sent, sent + timedelta(days=told), today=today)
    except Refusal:
        assert told < 0 or told > ahead
    else:
        assert sent <= on <= today
    if ahead >= 30:
        assert rules.served_on(WAYS["public"], sent, None, today=today) == sent + timedelta(days=30)
    else:
        with pytest.raises(Refusal):
            rules.served_on(WAYS["public"], sent, None, today=today)


# The address


@pytest.mark.django_db
def test_a_submission_brings_its_address_along(cast: Cast) -> None:
    person = Person.objects.get(pk=cast.liu.person.pk)
    handed_in = actions.Submission(**{**vars(cast.submission()), "service": HOME})

    case = actions.submit(handed_in, key="serve-0001", by=cast.actor(cast.liu), now=cast.now)

    one = AddressOfService.objects.get(application=case)
    assert (one.electronic, one.on_paper, one.facts["address"]) == (True, False, HOME.address)
    assert "送达地址确认书" in text_of(documents.notice_pdf(case, "address", now=cast.now))
    assert person.name in text_of(documents.notice_pdf(case, "address", now=cast.now))


@pytest.mark.django_db
def test_an_address_is_changed_until_it_is_delivered_and_each_confirmation_stays(cast: Cast) -> None:
    case = cast.granted()
    liu = cast.actor(cast.liu)
    serving.confirm_address(case.number, HOME, by=liu, now=cast.now)
    serving.confirm_address(case.number, Address(electronic="site"), by=liu, now=cast.now + timedelta(hours=1))
    with pytest.raises(NotFound):
        serving.confirm_address(case.number, HOME, by=cast.actor(cast.stranger), now=cast.now)
    with pytest.raises(Forbidden):
        serving.confirm_address(case.number, HOME, by=cast.actor(cast.reviewer), now=cast.now)
    actions.deliver(case.number, by=liu, now=cast.now)

    with pytest.raises(Conflict):
        serving.confirm_address(case.number, HOME, by=liu, now=cast.now)
    assert AddressOfService.objects.filter(application=case).count() == 2


@pytest.mark.django_db
def test_letters_go_to_the_address_of_service(cast: Cast) -> None:
    Person.objects.filter(pk=cast.liu.person.pk).update(phone="", address="老地址 1 号")
    case = cast.submit()
    serving.confirm_address(case.number, HOME, by=cast.actor(cast.liu), now=cast.now)
    actions.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now)
    entry = JournalEntry.objects.get(subject=case.number, name="applications.Accepted")

    event = Accepted(**{**entry.facts, "number": case.number})
    tell_the_promised_day(event, Entry(entry.pk, entry.at, cast.actor(cast.reviewer)))

    letter = letter_pdf(Delivery.objects.select_related("message", "person", "body").get(channel="letter"))
    assert "云江区滨河路8号3单元501" in text_of(letter)
    assert "老地址" not in text_of(letter)


@pytest.mark.django_db
def test_the_page_of_the_address_is_the_applicants(cast: Cast) -> None:
    case = cast.accepted()
    url = f"/my/applications/{case.number}/address"
    sent = {"receiver": "刘晓燕", "address": "云江区滨河路 8 号", "electronic": "site"}

    assert "文书到达您选的系统那一天" in client_of(cast.liu).get(url).content.decode()
    wrong = client_of(cast.liu).post(url, {"address": "近", "receiver": "", "electronic": ""})
    assert wrong.status_code == 422 and "写得太短" in wrong.content.decode()
    assert client_of(cast.liu).post(url, sent).status_code == 302
    assert client_of(cast.stranger).post(url, sent).status_code == 404
    assert AddressOfService.objects.get(application=case).facts["address"] == "云江区滨河路 8 号"


# The proof


@pytest.mark.django_db
def test_a_paper_is_signed_for_at_the_window_and_its_proof_printed_without_the_whole_id(cast: Cast) -> None:
    case, document = accepted(cast)
    clerk = cast.actor(cast.clerk, channel="counter")
    facts = {"receiver": "王五", "relation": "agent", "receiver_id": "500199198806142027"}

    made = serving.record_service(case.number, document.code, "window", facts, by=clerk, now=cast.now)

    assert (made.state, made.served_at) == ("served", cast.now)
    proof = text_of(documents.notice_pdf(case, "service-1", now=cast.now))
    assert "送达回证" in proof and document.number in proof and "委托代理人" in proof
    assert "500199198806142027" not in proof
    with pytest.raises(Conflict):
        serving.record_service(case.number, document.code, "window", facts, by=clerk, now=cast.now)


@pytest.mark.django_db
def test_electronic_service_needs_consent_and_counts_from_its_arrival(cast: Cast) -> None:
    case, document = accepted(cast)
    reviewer = cast.actor(cast.reviewer)

    def serve() -> Service:
        return serving.record_service(case.number, document.code, "electronic", {}, by=reviewer, now=cast.now)

    with pytest.raises(Refusal, match="没有确认同意电子送达"):
        serve()
    serving.confirm_address(case.number, Address(electronic="site"), by=cast.actor(cast.liu), now=cast.now)
    with pytest.raises(Refusal, match="还没有到达的记录"):
        serve()
    opened = cast.now + timedelta(hours=2)
    Message.objects.create(
        person=cast.liu.person, key="k", subject=case.number, title="t", text="t", at=document.of_at, kind="accepted",
        read_at=opened,
    )  # fmt: skip

    made = serve()

    assert (made.served_at, made.facts) == (document.of_at, {"how": "到达本站消息，2026年3月2日 11:30 打开"})


@pytest.mark.django_db
def test_mail_that_came_back_leads_to_another_way(cast: Cast) -> None:
    case, document = accepted(cast)
    reviewer = cast.actor(cast.reviewer)
    posted = serving.record_service(
        case.number,
        document.code,
        "post",
        {"tracking": "EMS123", "sent_to": "云江区滨河路 8 号"},
        by=reviewer,
        now=cast.now,
    )
    later = cast.now + timedelta(days=5)
    with pytest.raises(Refusal, match="为什么没有送达"):
        serving.settle_service(case.number, posted.public_id, served=False, by=reviewer, now=later)
    serving.settle_service(case.number, posted.public_id, served=False, because="原址查无此人", by=reviewer, now=later)
    page = client_of(cast.reviewer).get(f"/desk/cases/{case.number}/services").content.decode()
    again = serving.record_service(
        case.number, document.code, "public",
        {"why": "邮寄退回，电话不通", "where": "区政府网站", "from_on": later.date().isoformat()}, by=reviewer, now=later,
    )  # fmt: skip

    assert "■ 没有送达" in page and "公告送达" in page
    with pytest.raises(Refusal, match="才满三十日"):
        serving.settle_service(case.number, again.public_id, served=True, by=reviewer, now=later)
    done = serving.settle_service(
        case.number, again.public_id, served=True, by=reviewer, now=later + timedelta(days=31)
    )
    assert done.served_at is not None and done.served_at.date() == (later + timedelta(days=30)).date()


@pytest.mark.django_db
def test_a_result_signed_for_on_line_proves_itself_once(cast: Cast) -> None:
    case = cast.granted()
    actions.deliver(case.number, by=cast.actor(cast.liu), now=cast.now)
    entry = JournalEntry.objects.get(subject=case.number, name="applications.Delivered")
    for _ in range(2):
        prove_the_delivery(
            Delivered(number=case.number, channel="download"), Entry(entry.pk, entry.at, cast.actor(cast.liu))
        )

    one = Service.objects.get(application=case)
    assert (one.way, one.state, one.facts["how"]) == ("electronic", "served", "申请人登录后在线签收")
    page = client_of(cast.liu).get(f"/my/applications/{case.number}").content.decode()
    assert one.document.number in page and "● 已送达：电子送达" in page


@pytest.mark.django_db
def test_the_desk_registers_a_proof_on_the_page_and_strangers_do_not(cast: Cast) -> None:
    case, document = accepted(cast)
    url = f"/desk/cases/{case.number}/services"
    sent = {"document": document.code, "way": "window", "receiver": "刘晓燕", "relation": "self"}

    page = client_of(cast.reviewer).get(f"{url}?document={document.code}").content.decode()
    assert document.number in page and "签收人姓名" in page
    wrong = client_of(cast.reviewer).post(url, {**sent, "receiver": "", "on": "2026-03-32"})
    assert wrong.status_code == 422
    assert client_of(cast.foreign_reviewer).post(url, sent).status_code == 404
    assert client_of(cast.supervisor).post(url, sent).status_code == 403
    assert client_of(cast.reviewer).post(url, sent).status_code == 302
    assert Service.objects.get(document=document).state == "served"


@pytest.mark.django_db
def test_the_window_files_the_signed_paper(cast: Cast) -> None:
    case = cast.accepted()
    url = f"/desk/cases/{case.number}/address"

    assert client_of(cast.reviewer).get(url).status_code == 403
    sent = {"receiver": "刘晓燕", "address": "云江区滨河路 8 号", "electronic": ""}
    assert client_of(cast.clerk).post(url, sent).status_code == 302
    one = AddressOfService.objects.get(application=case)
    assert (one.on_paper, one.electronic) == (True, False)


@pytest.mark.django_db
def test_nothing_personal_lies_open(cast: Cast) -> None:
    case, document = accepted(cast)
    serving.confirm_address(case.number, HOME, by=cast.actor(cast.liu), now=cast.now)
    facts = {"receiver": "王小五", "relation": "self"}
    serving.record_service(case.number, document.code, "window", facts, by=cast.actor(cast.reviewer), now=cast.now)
    with connection.cursor() as cursor:
        for table in ("applications_addressofservice", "applications_service", "applications_casedocument"):
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608
            whole = " ".join(row[0] for row in cursor.fetchall())
            assert not any(word in whole for word in ("滨河路", "王小五", "刘晓燕"))
