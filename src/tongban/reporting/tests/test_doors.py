"""The pages: reports for who supervises, returned cases for their applicant, hand-overs with consent, the ledger. And strangers."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.people import GUIDE, Cast, publish
from tongban.catalog.models import Edition
from tongban.identity import actions as identity
from tongban.identity.models import Account
from tongban.kernel import bookkeeper, clock, jobs
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal
from tongban.reporting import actions
from tongban.reporting.actions import Typed
from tongban.reporting.models import DoubleEntry, Handover, ReportRow, ReportTarget, ReturnedCase, VerticalSystem

BY = system("tests")
URL = "https://tax.example.cn/apply?from=hall"


@pytest.fixture
def tax(cast: Cast) -> VerticalSystem:
    account = Account.objects.create(username="tax_system", created_at=cast.now)
    return actions.set_system(
        "tax", name="电子税务局", account=account, hosts=["tax.example.cn"], passes=["name", "id_number", "answers"], by=BY,
        now=cast.now,
    )  # fmt: skip


@pytest.fixture
def linked(cast: Cast, tax: VerticalSystem) -> Edition:
    return elsewhere(cast)


def elsewhere(cast: Cast, code: str = "990131009301", url: str = URL) -> Edition:
    return publish(
        cast.body, now=cast.now, code=code, name="税务登记信息确认", connection="deep_link", online_url=url,
        questions=GUIDE["questions"], form=[], steps=[], materials=[],
    )  # fmt: skip


def as_(account: Account | None) -> Client:
    client = Client(headers={"host": "localhost"})
    if account:
        client.force_login(account)
    return client


def post_as_system(tax: VerticalSystem, cast: Cast, path: str, body: object = None) -> Any:
    assert tax.account
    token = identity.make_token(account=tax.account, label="tests", now=cast.now)
    return Client(headers={"host": "localhost"}).post(
        path, json.dumps(body or {}), content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"key-{uuid4()}"},
    )  # fmt: skip


# 移交


def test_an_applicant_is_handed_over_with_what_they_agreed_to_and_nothing_in_the_address(
    cast: Cast, tax: VerticalSystem, linked: Edition
) -> None:
    client = as_(cast.liu)
    guide = client.get(f"/items/{linked.code}?kind=catering").content.decode()
    assert "带着我的信息去电子税务局办理" in guide
    page = client.get(f"/items/{linked.code}/handover?kind=catering").content.decode()
    assert "刘晓燕" in page and "500***********" in page and "餐饮服务" in page

    refused = client.post(f"/items/{linked.code}/handover", {"answers.kind": "catering"})
    assert refused.status_code == 422 and "请先同意移交这些信息" in refused.content.decode()
    assert not Handover.objects.exists()

    ready = client.post(f"/items/{linked.code}/handover", {"answers.kind": "catering", "agrees": "yes"})
    found = re.search(
        r'href="(https://tax\.example\.cn/apply\?from=hall&amp;handover=([\w-]{43}))"', ready.content.decode()
    )
    assert found and ready.headers["Cache-Control"] == "private, no-store"
    token = found[2]

    fetched = post_as_system(tax, cast, f"/api/v1/handovers/{token}")
    assert fetched.status_code == 200
    assert cast.liu.person
    assert fetched.json()["applicant"] == {
        "name": "刘晓燕", "id_number": cast.liu.person.id_number, "answers": {"您的店属于哪一类？": "餐饮服务"},
    }  # fmt: skip
    again = post_as_system(tax, cast, f"/api/v1/handovers/{token}")
    assert (again.status_code, again.json()["code"]) == (409, "handover_fetched")


def test_a_token_lasts_five_minutes_and_is_for_one_system(cast: Cast, tax: VerticalSystem, linked: Edition) -> None:
    _, url = actions.hand_over(linked, answers={}, agrees=True, by=cast.actor(cast.liu), now=cast.now)
    token = url.rpartition("handover=")[2]
    other = Account.objects.create(username="estate_system", created_at=cast.now)
    actions.set_system("estate", name="不动产登记系统", account=other, by=BY, now=cast.now)
    assert tax.account

    with pytest.raises(NotFound):
        actions.fetch(token, by=cast.actor(other, "api"), now=cast.now)
    with pytest.raises(NotFound):
        actions.fetch("guess", by=cast.actor(tax.account, "api"), now=cast.now)
    with pytest.raises(Forbidden):
        actions.fetch(token, by=cast.actor(cast.liu, "api"), now=cast.now)
    with pytest.raises(Conflict, match="过期"):
        actions.fetch(token, by=cast.actor(tax.account, "api"), now=cast.now + timedelta(minutes=5))


@pytest.mark.parametrize(
    "url", ["https://evil.example.cn/", "http://tax.example.cn/", "https://tax.example.cn@evil.cn/"]
)
def test_nobody_is_handed_over_to_a_host_that_was_not_entered(cast: Cast, tax: VerticalSystem, url: str) -> None:
    edition = elsewhere(cast, url=url)

    assert actions.destination(edition) is None
    assert as_(cast.liu).get(f"/items/{edition.code}/handover").status_code == 404
    with pytest.raises(NotFound):
        actions.hand_over(edition, answers={}, agrees=True, by=cast.actor(cast.liu), now=cast.now)


def test_who_holds_a_post_is_not_handed_over(cast: Cast, linked: Edition) -> None:
    assert as_(cast.clerk).get(f"/items/{linked.code}/handover").status_code == 403
    assert as_(None).get(f"/items/{linked.code}/handover").status_code == 302


def test_the_journal_tells_of_a_hand_over_by_ids_only(cast: Cast, tax: VerticalSystem, linked: Edition) -> None:
    made, url = actions.hand_over(
        linked, answers={"kind": "catering"}, agrees=True, by=cast.actor(cast.liu), now=cast.now
    )
    entry = JournalEntry.objects.get(name="reporting.HandedOver")

    assert entry.facts == {"handover": str(made.public_id), "system": "tax", "code": linked.code}
    assert url.rpartition("=")[2] not in json.dumps(entry.facts)


# Returned


def returned(cast: Cast, tax: VerticalSystem, **change: str) -> ReturnedCase:
    assert cast.liu.person and tax.account
    line = {
        "number": "TAX-1", "item": cast.guide.code, "name": "刘晓燕", "id_kind": "id_card",
        "id_number": cast.liu.person.id_number, "state": "handling", "applied_at": "2026-02-25 10:00:00", **change,
    }  # fmt: skip
    told = [{"at": "2026-02-26 09:00", "says": "税务所已受理"}]
    actions.deliver([(line, told)], key=f"key-{uuid4()}", by=cast.actor(tax.account, "api"), now=cast.now)
    return ReturnedCase.objects.get(number=line["number"])


def test_a_hand_over_is_joined_with_the_case_that_it_became(cast: Cast, tax: VerticalSystem, linked: Edition) -> None:
    made, _ = actions.hand_over(linked, answers={}, agrees=True, by=cast.actor(cast.liu), now=cast.now)
    mine = as_(cast.liu).get("/my/applications").content.decode()
    assert "已转到电子税务局办理" in mine

    case = returned(cast, tax, handover=str(made.public_id))

    made.refresh_from_db()
    assert made.returned == case
    mine = as_(cast.liu).get("/my/applications").content.decode()
    assert "已转到" not in mine and "在电子税务局办理" in mine


def test_the_applicant_reads_how_it_goes_there_and_a_stranger_does_not(cast: Cast, tax: VerticalSystem) -> None:
    case = returned(cast, tax)
    page = as_(cast.liu).get(f"/returned/{case.public_id}").content.decode()

    assert "在电子税务局办理" in page and "税务所已受理" in page and "办理中" in page
    assert as_(cast.reviewer).get(f"/returned/{case.public_id}").status_code == 200
    assert as_(cast.stranger).get(f"/returned/{case.public_id}").status_code == 404
    assert as_(cast.foreign_reviewer).get(f"/returned/{case.public_id}").status_code == 404
    assert "TAX-1" not in as_(cast.stranger).get("/my/applications").content.decode()


def test_the_public_look_up_knows_the_other_system_s_number(cast: Cast, tax: VerticalSystem) -> None:
    returned(cast, tax)
    assert cast.liu.person
    tail = cast.liu.person.id_number[-4:]

    found = as_(None).post("/progress", {"number": "TAX-1", "tail": tail})
    wrong = as_(None).post("/progress", {"number": "TAX-1", "tail": "0000"})

    assert found.status_code == 200 and "在电子税务局办理" in found.content.decode()
    assert wrong.status_code == 422 and "税务" not in wrong.content.decode()


def test_the_keeper_says_which_item_an_unclaimed_case_belongs_to(cast: Cast, tax: VerticalSystem) -> None:
    case = returned(cast, tax, item="LOCAL-7")
    client = as_(cast.keeper)
    page = client.get("/desk/returned").content.decode()
    assert "LOCAL-7" in page and "刘晓燕" not in page

    wrong = client.post(f"/desk/returned/{case.public_id}/item", {"code": "0000"})
    assert wrong.status_code == 422 and 'value="0000"' in wrong.content.decode()
    assert client.post(f"/desk/returned/{case.public_id}/item", {"code": cast.guide.code}).status_code == 302
    case.refresh_from_db()
    assert case.edition == cast.guide
    gone = client.post(f"/desk/returned/{case.public_id}/item", {"code": cast.guide.code})
    assert gone.status_code == 409
    for who in (cast.editor, cast.clerk, cast.liu):
        assert as_(who).get("/desk/returned").status_code == 403


# Reports


@pytest.fixture
def target(cast: Cast) -> ReportTarget:
    return actions.set_target(
        "city", name="市级平台", url="https://reports.example.cn", form="national", secret="s" * 20, by=BY, now=cast.now
    )


def test_who_supervises_sees_what_was_refused_and_who_runs_the_platform_reports_it_again(
    cast: Cast, target: ReportTarget
) -> None:
    number = cast.accepted().number
    row = ReportRow.objects.create(
        target=target, subject=number, version=1, on=cast.now.date(), state="refused", table="up_pro_accept",
        field="org_code", code="missing", ours=True, reason="=1+1 受理部门编码：必填", made_at=cast.now, settled_at=cast.now,
    )  # fmt: skip
    reason = {"table": "up_pro_accept", "field": "org_code", "code": "missing"}

    page = as_(cast.supervisor).get("/desk/reporting").content.decode()
    assert "受理部门编码" in page and "改好了" not in page and "s" * 20 not in page
    listed = as_(cast.supervisor).get("/desk/reporting/city/refused", reason).content.decode()
    assert number in listed
    told = as_(cast.supervisor).get("/desk/reporting/city/refused.csv", reason).content.decode("utf-8-sig")
    assert told.splitlines()[1] == f"{number},1,2026-03-02,'=1+1 受理部门编码：必填"
    assert as_(cast.supervisor).post("/desk/reporting/city/retry", reason).status_code == 403

    assert "改好了" in as_(cast.administrator).get("/desk/reporting").content.decode()
    assert as_(cast.administrator).post("/desk/reporting/city/retry", reason).status_code == 302
    row.refresh_from_db()
    assert row.state == "superseded"
    assert ReportRow.objects.get(version=2).state == "waiting"
    assert as_(cast.administrator).get("/desk/reporting/nobody/refused").status_code == 404
    for who in (cast.liu, cast.reviewer, cast.keeper):
        assert as_(who).get("/desk/reporting").status_code == 403


def test_without_a_target_the_page_says_how_to_enter_one(cast: Cast) -> None:
    assert "tongban report target" in as_(cast.administrator).get("/desk/reporting").content.decode()


# 二次录入


def test_staff_note_what_they_typed_twice_and_the_supervisor_reads_the_sums(cast: Cast, tax: VerticalSystem) -> None:
    form = {"code": cast.guide.code, "system": "tax", "minutes": "12", "fields": "30", "why": "no_interface"}
    for who in (cast.reviewer, cast.clerk):
        assert as_(who).post("/desk/double-entry", form).status_code == 302
    bad = as_(cast.reviewer).post("/desk/double-entry", {**form, "minutes": "ten"})
    assert bad.status_code == 422 and "1 至 480" in bad.content.decode() and 'value="ten"' in bad.content.decode()
    assert as_(cast.foreign_reviewer).post("/desk/double-entry", form).status_code == 403

    page = as_(cast.supervisor).get("/desk/double-entry").content.decode()
    assert '<b class="num">2</b> 次' in page and '<b class="num">24</b> 分钟' in page
    own = as_(cast.reviewer).get("/desk/double-entry").content.decode()
    assert '<b class="num">1</b> 次' in own
    assert "没有二次录入" in as_(cast.supervisor).get("/desk/double-entry?month=2026-02").content.decode()
    for who in (cast.liu, cast.keeper):
        assert as_(who).get("/desk/double-entry").status_code == 403


def test_an_item_of_which_every_case_is_typed_twice_enters_itself_once_a_case(cast: Cast, tax: VerticalSystem) -> None:
    form = {"code": cast.guide.code, "system": "tax", "minutes": "8", "fields": "20", "why": "not_allowed"}
    assert as_(cast.reviewer).post("/desk/double-entry/items", form).status_code == 403
    assert as_(cast.supervisor).post("/desk/double-entry/items", form).status_code == 302

    case = cast.accepted()
    for _ in range(2):
        while bookkeeper.link_waiting():
            jobs.run_waiting()
        actions.accepted(case.number, by=cast.actor(cast.reviewer), at=cast.now)

    entry = DoubleEntry.objects.get()
    assert (entry.number, entry.minutes, entry.by_rule, entry.by) == (
        case.number,
        8,
        True,
        cast.actor(cast.reviewer).who,
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [({"code": "0"}, "code"), ({"system": "x"}, "system"), ({"minutes": "0"}, "minutes"), ({"minutes": "481"}, "minutes"),
     ({"fields": "٣"}, "fields"), ({"why": "because"}, "why"), ({"on": "2026-13-01"}, "on"), ({"on": "2027-01-01"}, "on")],
)  # fmt: skip
def test_what_the_ledger_does_not_take(cast: Cast, tax: VerticalSystem, change: dict[str, str], field: str) -> None:
    whole = {
        "code": cast.guide.code,
        "system": "tax",
        "minutes": "5",
        "fields": "5",
        "why": "other",
        "on": "2026-03-01",
    }
    actions.note(Typed(**whole), by=cast.actor(cast.reviewer), now=cast.now)

    with pytest.raises(Refusal) as refused:
        actions.note(Typed(**{**whole, **change}), by=cast.actor(cast.reviewer), now=cast.now)

    assert refused.value.field == field
    assert DoubleEntry.objects.count() == 1
    assert clock.today() == cast.now.date()
