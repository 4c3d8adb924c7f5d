"""办件回流: delivered by API and by file, matched without doubles, nothing lost, nothing guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import Cast, check_digit, publish
from tongban.identity import actions as identity
from tongban.identity.models import Account
from tongban.kernel import bookkeeper, jobs
from tongban.kernel.actors import system
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, Refusal
from tongban.reporting import actions, returning
from tongban.reporting.imports import import_returned
from tongban.reporting.models import ReportTarget, ReturnedCase, ReturnedVersion, VerticalSystem
from tongban.reporting.reading import Reader
from tongban.reporting.rules import Codes, Stamp, rows_of
from tongban.reporting.tables import FORMATS

BY = system("tests")


@pytest.fixture
def tax(cast: Cast) -> VerticalSystem:
    account = Account.objects.create(username="tax_system", created_at=cast.now)
    return actions.set_system("tax", name="电子税务局", account=account, by=BY, now=cast.now)


def line(cast: Cast, **change: str) -> dict[str, str]:
    assert cast.liu.person
    return {
        "number": "TAX-2026-0001", "item": cast.guide.code, "name": "刘晓燕", "id_kind": "id_card",
        "id_number": cast.liu.person.id_number, "state": "accepted", "applied_at": "2026-02-25 10:00:00",
        "accepted_at": "2026-02-26 09:00:00", **change,
    }  # fmt: skip


def deliver(cast: Cast, tax: VerticalSystem, *lines: dict[str, str], key: str = "delivery-1") -> list[dict[str, Any]]:
    assert tax.account
    return actions.deliver([(one, ()) for one in lines], key=key, by=cast.actor(tax.account, "api"), now=cast.now)


def outcomes(answers: list[dict[str, Any]]) -> list[tuple[str, int, bool]]:
    return [(one["outcome"], one["version"], one["claimed"]) for one in answers]


def test_a_case_is_kept_once_however_often_it_is_delivered(cast: Cast, tax: VerticalSystem) -> None:
    first = deliver(cast, tax, line(cast))
    same_key = deliver(cast, tax, line(cast))
    again = deliver(cast, tax, line(cast), line(cast), key="delivery-2")

    assert first == same_key
    assert outcomes(first) == [("new", 1, True)]
    assert outcomes(again) == [("same", 1, True), ("same", 1, True)]
    case = ReturnedCase.objects.get()
    assert (case.title, case.body, case.state) == (cast.guide.name, cast.body, "accepted")


def test_the_same_key_with_other_content_is_refused(cast: Cast, tax: VerticalSystem) -> None:
    deliver(cast, tax, line(cast))

    with pytest.raises(Refusal, match="内容不同"):
        deliver(cast, tax, line(cast, state="handling"))


def test_a_change_is_the_next_version_and_the_one_before_is_kept(cast: Cast, tax: VerticalSystem) -> None:
    deliver(cast, tax, line(cast))
    closed = line(cast, state="已办结", decided_at="2026-03-01 16:00:00", result="准予")

    assert outcomes(deliver(cast, tax, closed, key="delivery-2")) == [("changed", 2, True)]

    case = ReturnedCase.objects.get()
    assert (case.state, case.version) == ("granted", 2)
    before = ReturnedVersion.objects.get(case=case)
    assert (before.version, before.state, before.particulars["state"]) == (1, "accepted", "accepted")


def test_the_number_is_the_system_s_own(cast: Cast, tax: VerticalSystem) -> None:
    account = Account.objects.create(username="estate_system", created_at=cast.now)
    estate = actions.set_system("estate", name="不动产登记系统", account=account, by=BY, now=cast.now)
    deliver(cast, tax, line(cast))
    deliver(cast, estate, line(cast))

    assert ReturnedCase.objects.count() == 2


def test_one_bad_line_does_not_stop_the_others_and_says_what_is_wrong_not_what_stood_there(
    cast: Cast, tax: VerticalSystem
) -> None:
    bad = line(cast, number="TAX-2", id_number="500199198803124520", state="wandering", decided_at="gestern")

    answers = deliver(cast, tax, bad, line(cast))

    assert outcomes(answers) == [("refused", 0, True), ("new", 1, True)]
    assert len(answers[0]["reasons"]) == 3
    assert "500199198803124520" not in json.dumps(answers, ensure_ascii=False)
    assert ReturnedCase.objects.count() == 1


def test_a_case_with_an_unknown_item_is_kept_not_guessed_and_claimed_once_the_item_appears(
    cast: Cast, tax: VerticalSystem
) -> None:
    answers = deliver(cast, tax, line(cast, item="990199999001"))
    case = ReturnedCase.objects.get()
    assert outcomes(answers) == [("new", 1, False)]
    assert (case.edition, case.body, case.title) == (None, None, "在电子税务局办理的事项")

    publish(cast.body, now=cast.now, code="990199999001", name="税务登记信息变更")
    while bookkeeper.link_waiting():
        jobs.run_waiting()

    case.refresh_from_db()
    assert (case.title, case.body) == ("税务登记信息变更", cast.body)


def test_a_code_that_several_bodies_use_is_not_guessed(cast: Cast, tax: VerticalSystem) -> None:
    cast.body.uscc, cast.other_body.uscc = "11500199MB0000001X", "11500199MB0000002X"
    cast.body.save()
    cast.other_body.save()
    for body in (cast.body, cast.other_body):
        publish(body, now=cast.now, code="990188888001", name="两家都办的事")

    assert outcomes(deliver(cast, tax, line(cast, item="990188888001"))) == [("new", 1, False)]


def test_somebody_says_which_item_it_is(cast: Cast, tax: VerticalSystem) -> None:
    deliver(cast, tax, line(cast, item="LOCAL-7"))
    case = ReturnedCase.objects.get()
    keeper = cast.actor(cast.keeper)

    with pytest.raises(Refusal, match="没有这个编码"):
        actions.claim(case.public_id, "990000000000", by=keeper, now=cast.now)
    actions.claim(case.public_id, cast.guide.code, by=keeper, now=cast.now)
    with pytest.raises(Conflict, match="已经认领"):
        actions.claim(case.public_id, cast.guide.code, by=keeper, now=cast.now)

    case.refresh_from_db()
    assert (case.title, case.claimed_by) == (cast.guide.name, keeper.who)
    deliver(cast, tax, line(cast, item="LOCAL-7", state="handling"), key="delivery-2")
    case.refresh_from_db()
    assert case.edition == cast.guide, "a later delivery doesn't undo it"


def test_the_applicant_sees_their_own_and_a_stranger_nothing(cast: Cast, tax: VerticalSystem) -> None:
    deliver(
        cast, tax, line(cast), line(cast, number="TAX-2", id_kind="uscc", id_number=cast.shop.uscc, name=cast.shop.name)
    )

    def seen(who: Account) -> int:
        return ReturnedCase.objects.visible_to(cast.actor(who)).count()

    assert seen(cast.liu) == 2
    assert seen(cast.stranger) == 0
    assert seen(cast.reviewer) == 2
    assert seen(cast.foreign_reviewer) == 0
    assert seen(cast.editor) == 0


def test_only_a_system_delivers(cast: Cast, tax: VerticalSystem) -> None:
    for who in (cast.liu, cast.clerk, cast.administrator):
        with pytest.raises(Forbidden, match="业务系统"):
            actions.deliver([(line(cast), ())], key="delivery-1", by=cast.actor(who, "api"), now=cast.now)
    with pytest.raises(Refusal, match="个人或岗位账号"):
        actions.set_system("x2", name="冒充的系统", account=cast.clerk, by=BY, now=cast.now)


def test_by_api_with_a_token(cast: Cast, tax: VerticalSystem) -> None:
    assert tax.account
    token = identity.make_token(account=tax.account, label="tests", now=cast.now)
    told = [{"at": "2026-02-26T09:00:00+08:00", "says": "税务所已受理"}]
    body = {"cases": [{**line(cast), "progress": told}, {"number": "TAX-9"}]}

    def post(key: str = "delivery-1", **more: str) -> Any:
        return Client(headers={"host": "localhost"}).post(
            "/api/v1/returned-cases", json.dumps(body), content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key, **more},
        )  # fmt: skip

    answer = post()

    assert answer.status_code == 201
    assert [one["outcome"] for one in answer.json()["answers"]] == ["new", "refused"]
    assert post().json() == answer.json()
    assert ReturnedCase.objects.get().particulars["progress"] == told
    assert post(key="short").status_code == 422


FILE = """办件编号,事项编码,申请人,证件类型,证件号码,状态,申请时间,受理时间,办结时间,结果
T-1,{item},刘晓燕,身份证,{id},已办结,2026-02-25 10:00,2026-02-26,2026-02-28,准予
T-2,9901,刘晓燕,身份证,{id},已受理,2026-02-25,2026-02-26,,
T-3,{item},刘晓燕,身份证,12345,已受理,2026-02-25,2026-02-26,,
"""


def test_by_file_line_by_line(cast: Cast, tax: VerticalSystem, tmp_path: Path) -> None:
    assert cast.liu.person
    path = tmp_path / "returned.csv"
    path.write_text(FILE.format(item=cast.guide.code, id=cast.liu.person.id_number), "utf-8")

    tried = import_returned(path, system="tax", now=cast.now, dry_run=True)
    assert (tried.changed, len(tried.rejected), ReturnedCase.objects.count()) == (2, 1, 0)

    report = import_returned(path, system="tax", now=cast.now)
    assert (report.read, report.changed, report.unchanged) == (3, 2, 0)
    assert [at for at, _ in report.rejected] == [4]
    assert [at for at, _ in report.warned] == [3]
    again = import_returned(path, system="tax", now=cast.now)
    assert (again.changed, again.unchanged) == (0, 2)


def test_by_json_file(cast: Cast, tax: VerticalSystem, tmp_path: Path) -> None:
    path = tmp_path / "returned.json"
    path.write_text(json.dumps({"cases": [line(cast)]}), "utf-8")
    assert import_returned(path, system="tax", now=cast.now).changed == 1

    path.write_text("[1, 2", "utf-8")
    with pytest.raises(Refusal, match="JSON"):
        import_returned(path, system="tax", now=cast.now)
    with pytest.raises(Refusal, match="没有登记过的系统"):
        import_returned(path, system="nobody", now=cast.now)


def test_what_the_system_does_not_report_itself_is_reported_by_us(cast: Cast, tax: VerticalSystem) -> None:
    cast.body.uscc = "11500199MB0000001X"
    cast.body.save()
    while bookkeeper.link_waiting():
        pass
    target = actions.set_target(
        "city", name="市级平台", url="https://r.example.cn", form="national", secret="x" * 20, by=BY, now=cast.now
    )
    closed = {"state": "granted", "decided_at": "2026-03-01 16:00:00", "result": "准予", "licence_number": "SW-1"}
    deliver(cast, tax, line(cast, **closed))
    look(target, cast)
    assert target.rows.count() == 0, "it reports for itself"

    actions.set_system("tax", name="电子税务局", account=tax.account, reports_itself=False, by=BY, now=cast.now)
    deliver(
        cast,
        tax,
        line(cast, number="TAX-2", **closed),
        line(cast, number="TAX-3", item="?", **closed),
        key="delivery-2",
    )
    look(target, cast)

    subject = target.rows.get().subject
    told = dict(Reader().told([subject]))[subject]
    assert told.number == "TAX-2"
    for form in FORMATS:
        assert rows_of(told, form, stamp=Stamp(cast.now, "0" * 32), codes=Codes()).faults == ()


def look(target: ReportTarget, cast: Cast) -> None:
    while bookkeeper.link_waiting():
        pass
    while actions.look(target.pk, now=cast.now):
        pass


@given(st.dictionaries(st.sampled_from(sorted(returning.LABELS)), st.text(max_size=30)), st.lists(
    st.dictionaries(st.sampled_from(["at", "says"]), st.text(max_size=30)), max_size=2
))  # fmt: skip
def test_any_line_is_either_taken_or_refused_with_reasons(given_: dict[str, str], told: list[dict[str, str]]) -> None:
    try:
        found = returning.delivery(given_, told)
    except Invalid as invalid:
        assert invalid.faults and all(fault.reason for fault in invalid.faults)
    else:
        assert returning.Delivery.of(json.loads(json.dumps(found.as_dict()))) == found


ID = "50019919660417208" + check_digit("50019919660417208")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": ""}, "办件编号：必填"), ({"state": "granted"}, "已经办结的要写办结时间"),
        ({"applied_at": "1066-10-14"}, "年份不对"), ({"handover": "abc"}, "不是移交编号"),
        ({"id_kind": "uscc"}, "统一社会信用代码"), ({"name": "名" * 201}, "超过 200 个字"), ({"result": "\0"}, "不能处理的字符"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line(change: dict[str, str], says: str) -> None:
    whole = {
        "number": "1", "item": "2", "name": "柳如烟", "id_number": ID, "state": "accepted", "applied_at": "2026-02-25",
    }  # fmt: skip
    assert returning.delivery(whole).id_kind == "id_card"

    with pytest.raises(Invalid, match=says):
        returning.delivery({**whole, **change})
