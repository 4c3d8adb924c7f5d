"""文书 made out: one number each, the same bytes whenever printed, whatever becomes of the case or the template."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.people import Cast
from tongban.applications import actions, documents
from tongban.applications.document_rules import is_document_number
from tongban.applications.documents import register
from tongban.applications.models import Application, BodyMark, CaseDocument, DocumentTemplate
from tongban.orgs.models import Body

pytestmark = pytest.mark.django_db


def fresh(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)


def test_a_paper_has_the_number_of_its_body_kind_and_year(cast: Cast) -> None:
    first, second = cast.accepted(key="reg-0001"), cast.accepted(key="reg-0002")

    made = [documents.document_of(fresh(one), "acceptance", now=cast.now) for one in (first, second)]

    assert [one.number for one in made] == ["云市监受字〔2026〕第000001号", "云市监受字〔2026〕第000002号"]
    assert all(is_document_number(one.number) for one in made)
    assert documents.document_of(fresh(first), "receipt", now=cast.now).number == "云市监收字〔2026〕第000001号"


def test_a_body_says_how_it_is_called(cast: Cast) -> None:
    BodyMark.objects.create(body=cast.body, mark="云市监审", by="staff:1", at=cast.now)

    made = documents.document_of(fresh(cast.accepted()), "acceptance", now=cast.now)

    assert made.number == "云市监审受字〔2026〕第000001号"


def test_a_paper_prints_the_same_whatever_came_after(cast: Cast) -> None:
    case = cast.accepted()
    first = documents.notice_pdf(fresh(case), "acceptance", now=cast.now)
    Body.objects.filter(pk=cast.body.pk).update(name="云江区行政审批局")
    DocumentTemplate.objects.create(
        kind="acceptance",
        body=cast.body,
        version=1,
        title="新的",
        text="新的",
        sign="{日期}{印章}",
        by="staff:1",
        at=cast.now,
    )

    again = documents.notice_pdf(fresh(case), "acceptance", now=cast.now + timedelta(days=40))

    assert again == first
    document = CaseDocument.objects.get(application=case, kind="acceptance")
    assert len(document.files) == 1
    assert document.template is None
    assert document.sha256 == register.sha256_of(document.facts)


def test_a_paper_takes_the_words_in_force_at_its_step_even_when_printed_later(cast: Cast) -> None:
    def template(version: int, title: str, days: int) -> DocumentTemplate:
        return DocumentTemplate.objects.create(
            kind="acceptance_later", body=cast.body, version=version, title=title, text="{办理期限}", sign="{日期}\n{印章}",
            by="staff:1", at=cast.now + timedelta(days=days),
        )  # fmt: skip

    before = template(1, "受理告知书", -1)
    case = cast.accepted()
    template(2, "另一种", 1)

    made = documents.document_of(fresh(case), "acceptance", now=cast.now + timedelta(days=2))

    assert (made.title, made.template) == ("受理告知书", before)


def test_making_out_twice_gives_the_same_rows(cast: Cast) -> None:
    case = cast.accepted()

    first = documents.make_out(fresh(case), "Accepted", now=cast.now)
    again = documents.make_out(fresh(case), "Accepted", now=cast.now)

    assert [one.pk for one in first] == [one.pk for one in again]
    assert [one.number for one in documents.papers(fresh(case)) if one.kind == "acceptance"] == [first[0].number]


def test_the_receipt_of_a_case_that_is_corrected_says_what_was_received_then(cast: Cast) -> None:
    case = cast.submit()
    actions.correct(
        case.number, {"layout": actions.Gap(note="请补交")}, days=3, by=cast.actor(cast.reviewer), now=cast.now
    )
    documents.make_out(fresh(case), "Corrected", now=cast.now)

    receipt = CaseDocument.objects.get(application=case, kind="receipt")

    assert ["经营场所布局图", "上传", "待补交"] in receipt.facts["paper"]["rows"]


def test_the_paper_of_an_earlier_round_stays_and_no_longer_stands(cast: Cast) -> None:
    case = cast.granted()
    decided = documents.document_of(fresh(case), "decision", now=cast.now)
    head, later = cast.actor(cast.head), cast.now + timedelta(days=9)
    actions.reopen(
        case.number, ground="judgment", document="（2026）渝0199行初3号", reason="判决重新作出决定", by=head, now=later
    )

    before = [one for one in documents.papers(fresh(case)) if one.number == decided.number]

    assert [(one.kind, one.standing) for one in before] == [(f"decision-of-{decided.pk}", False)]
    assert documents.notice_pdf(fresh(case), before[0].kind, now=later).startswith(b"%PDF")


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_never_share_a_number(cast: Cast) -> None:
    def take(_: int) -> int:
        try:
            with transaction.atomic():
                return register.next_serials(cast.body.pk, "受", 2026, count=2)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        last = sorted(pool.map(take, range(40)))

    assert last == list(range(2, 82, 2))


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_row_of_one_paper(cast: Cast) -> None:
    case = cast.accepted()

    def make(_: int) -> str:
        try:
            return documents.document_of(fresh(case), "acceptance", now=cast.now).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(make, range(16)))

    assert len(numbers) == 1
    assert CaseDocument.objects.filter(application=case, kind="acceptance").count() == 1
