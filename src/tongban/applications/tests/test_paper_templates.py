"""文书模板: plain text with variables; what would break the paper or the law is refused by its line; versions stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import Cast
from tongban.applications import document_rules as rules
from tongban.applications import documents
from tongban.applications.actions import wording
from tongban.applications.document_kinds import KINDS, Kind, Words
from tongban.applications.models import Application, DocumentTemplate
from tongban.applications.tests.test_documents import text_of
from tongban.identity.models import Account
from tongban.kernel.refusals import Conflict, Forbidden, Invalid

REFUSAL, REJECTION = KINDS["refusal"], KINDS["rejection"]


def faults(words: Words, kind: str = "refusal") -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as no:
        rules.check(words, KINDS[kind])
    return [(fault.field, fault.reason) for fault in no.value.faults]


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_the_platforms_own_words_pass_and_fill_every_variable(kind: Kind) -> None:
    kept = rules.check(kind.words, kind)
    printed = rules.fill(kept, {name: sample or "某" for name, sample in kind.variables.items()})

    whole = "".join([printed.title, *printed.paragraphs, *printed.closing, *printed.remedies, *printed.sign])
    assert "{" not in whole
    assert printed.seal == kind.sealed


def test_an_unknown_variable_is_refused_with_its_line() -> None:
    words = replace(REFUSAL.words, text="您好\n理由：{理由}\n{申请人的秘密}")

    assert faults(words) == [("text", "正文第 3 行里没有“{申请人的秘密}”这个变量")]


def test_a_refusal_without_reasons_or_remedies_is_no_refusal() -> None:
    assert faults(replace(REFUSAL.words, text="不予批准", remedies="")) == [
        ("text", "正文里必须写明“{理由}”"),
        ("remedies", "必须告知救济途径"),
    ]
    rules.check(replace(REFUSAL.words, remedies="可以申请行政复议，或者提起行政诉讼。"), REFUSAL)


def test_a_non_acceptance_keeps_its_date_and_the_place_of_the_seal() -> None:
    assert faults(replace(REJECTION.words, sign="{部门}"), "rejection") == [
        ("sign", "落款里必须有“{日期}”一行"),
        ("sign", "落款里必须有“{印章}”一行"),
    ]
    seal = [("text", "正文第 2 行不能放“{印章}”")]
    assert faults(replace(REJECTION.words, text="理由：{理由}\n{印章}"), "rejection") == seal


@given(st.text(alphabet="甲{}理由\n 印章", max_size=40))
def test_what_passes_prints_without_braces(text: str) -> None:
    words = replace(REFUSAL.words, text=text)
    try:
        kept = rules.check(words, REFUSAL)
    except Invalid:
        return
    assert "{" not in "".join(rules.fill(kept, {"理由": "某"}).paragraphs)


@pytest.mark.django_db
def test_a_body_words_its_own_and_its_papers_keep_the_version_they_were_made_with(cast: Cast) -> None:
    head, kind = cast.actor(cast.head), KINDS["acceptance_later"]
    words = replace(kind.words, title="云江受理通知书")
    first = wording.word(kind, words, body=cast.body, seen=0, by=head, now=cast.now - timedelta(days=1))
    case = Application.objects.get(pk=cast.accepted().pk)
    made = documents.document_of(case, "acceptance", now=cast.now)
    wording.use_the_general(kind, body=cast.body, by=head, now=cast.now + timedelta(hours=1))

    assert (made.title, made.template) == ("云江受理通知书", first)
    assert "云江受理通知书" in text_of(documents.notice_pdf(case, "acceptance", now=cast.now + timedelta(days=1)))
    assert [one.version for one in wording.versions(kind, cast.body)] == [2, 1]


@pytest.mark.django_db
def test_an_earlier_version_is_put_back_as_a_new_one(cast: Cast) -> None:
    admin, kind = cast.actor(cast.administrator), REFUSAL
    for seen, title in enumerate(("甲决定书", "乙决定书")):
        wording.word(kind, replace(kind.words, title=title), body=None, seen=seen, by=admin, now=cast.now)

    made = wording.put_back(kind, 1, body=None, seen=2, by=admin, now=cast.now)

    assert (made.version, made.title) == (3, "甲决定书")
    with pytest.raises(Conflict):
        wording.put_back(kind, 1, body=None, seen=2, by=admin, now=cast.now)


@pytest.mark.django_db
def test_nobody_words_for_another_body_or_for_all(cast: Cast) -> None:
    head = cast.actor(cast.head)
    for body in (cast.other_body, None):
        with pytest.raises(Forbidden):
            wording.word(REFUSAL, REFUSAL.words, body=body, seen=0, by=head, now=cast.now)
    with pytest.raises(Forbidden):
        wording.mark_body("云市监", body=cast.body, by=cast.actor(cast.reviewer), now=cast.now)


@pytest.mark.django_db
def test_the_page_shows_the_fault_beside_what_was_typed(cast: Cast) -> None:
    client = client_of(cast.head)
    sent = {**REFUSAL.words.as_dict(), "text": "理由：{理由}\n{谁}", "seen": "0"}

    refused = client.post("/desk/documents/templates/refusal", sent)
    shown = refused.content.decode()

    assert refused.status_code == 422
    assert "正文第 2 行里没有“{谁}”这个变量" in shown
    assert "理由：{理由}\n{谁}" in shown
    assert not DocumentTemplate.objects.exists()


@pytest.mark.django_db
def test_a_preview_is_a_pdf_of_the_sample_or_of_a_case_the_writer_may_see(cast: Cast) -> None:
    case = cast.accepted()
    kind = KINDS["acceptance_later"]
    sent = {**kind.words.as_dict(), "title": "试一试通知书"}
    address = "/desk/documents/templates/acceptance_later/preview"

    sample = client_of(cast.head).post(address, sent)
    own = client_of(cast.head).post(address, {**sent, "case": case.number})
    other = client_of(cast.administrator).post(address, {**sent, "case": case.number})
    none = client_of(cast.head).post(address.replace("acceptance_later", "refusal"), {**REFUSAL.words.as_dict(), "case": case.number})  # fmt: skip

    assert "试一试通知书" in text_of(sample.content) and "刘晓燕" in text_of(sample.content)
    assert case.query_code in text_of(own.content)
    assert (other.status_code, none.status_code) == (422, 422)
    assert "这个办件没有“不予决定书”" in none.content.decode()


@pytest.mark.django_db
def test_versions_are_read_compared_and_returned_to_on_the_page(cast: Cast) -> None:
    client, kind = client_of(cast.head), REFUSAL
    for seen, title in enumerate(("甲决定书", "乙决定书")):
        client.post("/desk/documents/templates/refusal", {**kind.words.as_dict(), "title": title, "seen": seen})

    old = client.get("/desk/documents/templates/refusal/versions/1").content.decode()
    client.post("/desk/documents/templates/refusal/versions/1/return", {"seen": "2"})

    assert "<b>＋</b> 甲决定书" in old and "<b>－</b> 乙决定书" in old
    assert wording.versions(kind, cast.body)[0].title == "甲决定书"
    assert client.get("/desk/documents/templates/refusal/versions/9").status_code == 404


@pytest.mark.django_db
def test_the_mark_of_a_body_is_its_own(cast: Cast) -> None:
    client = client_of(cast.head)

    assert client.post("/desk/documents/mark", {"mark": "YJ"}).status_code == 422
    assert client.post("/desk/documents/mark", {"mark": "云市监审"}).status_code == 302
    assert "云市监审受字〔" in client.get("/desk/documents/templates").content.decode()
