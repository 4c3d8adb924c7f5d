"""秒批: decided in the submitting transaction from trusted facts, or left to people; explained, and replayed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.people import Cast, _citizen, check_digit, publish
from tongban.applications import evaluated, facts
from tongban.applications.models import Application, Commitment, Decision, RuleEvaluation
from tongban.catalog.models import Edition
from tongban.flow.models import Task
from tongban.identity.models import Account
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry
from tongban.licences import actions as licences
from tongban.licences.models import Licence

OTHER_ELDER = "11010119400101001" + check_digit("11010119400101001")
AGE = "form.id_number.age"
TABLE = [
    {
        "key": "young", "name": "未满 80 周岁", "outcome": "refused", "reason": "申请人未满 80 周岁，不符合发放条件",
        "conditions": [{"fact": AGE, "op": "at_most", "values": ["79"]}],
    },
    {
        "key": "old", "name": "年满 80 周岁、户籍在云江区", "outcome": "granted",
        "conditions": [
            {"fact": AGE, "op": "at_least", "values": ["80"]},
            {"fact": "licence.居民户口簿.户籍所在区县", "values": ["云江区"]},
            {"fact": "materials.trusted", "values": ["yes"]},
        ],
    },
]  # fmt: skip
ALLOWANCE: dict[str, Any] = {
    "accepted_by": "system", "decided_by_rule": True, "decision_table": TABLE, "statutory": None,
    "questions": [{"key": "account", "text": "发到哪里？", "options": [
        {"value": "card", "label": "社会保障卡"}, {"value": "bank", "label": "银行存折"}]}],
    "materials": [
        {"key": "form", "name": "申请表", "give": "generated"},
        {"key": "id_card", "name": "身份证", "give": "library", "fetched_from": "居民身份证"},
        {"key": "hukou", "name": "户口信息", "give": "library", "fetched_from": "居民户口簿"},
        {"key": "book", "name": "银行存折", "give": "upload", "may_follow": True, "when": {"account": ["bank"]}},
    ],
    "form": [{"title": "老人", "fields": [
        {"key": "name", "label": "姓名", "prefill": "person.name"},
        {"key": "id_number", "label": "身份证号码", "kind": "id_number", "prefill": "person.id_number"}]}],
    "result": {"name": "高龄津贴发放通知书", "kind": "document"},
}  # fmt: skip


@pytest.fixture
def allowance(cast: Cast) -> Edition:
    return publish(cast.other_body, now=cast.now, code="992011005000", name="高龄津贴发放", **ALLOWANCE)


@pytest.fixture
def zhou(cast: Cast) -> Account:
    """81 years old, his household in 云江区."""
    account = _citizen("zhou", "周德福", "50019919450815301", "19900000102", cast.now)
    keep(cast, account, "云江区")
    return account


def keep(cast: Cast, account: Account, district: str) -> Licence:
    assert account.person
    return licences.take_in(
        title="居民户口簿", source=f"HK-{account.username}", body=cast.other_body, person=account.person, organisation=None,
        particulars={"户籍所在区县": district}, issued_on=date(1998, 5, 20), valid_until=None, by=system("tests"),
        now=cast.now,
    )  # fmt: skip


def apply(cast: Cast, edition: Edition, account: Account, *, by: Account | None = None, **change: Any) -> Application:
    assert account.person
    form = {"name": account.person.name, "id_number": account.person.id_number}
    given = {"answers": {"account": "card"}, "form": form, "materials": {}, **change}
    return cast.submit(edition=edition, person=account.person, by=by or account, **given)


def test_an_elder_is_granted_on_the_spot(cast: Cast, allowance: Edition, zhou: Account) -> None:
    case = apply(cast, allowance, zhou)

    evaluation, decision = RuleEvaluation.objects.get(application=case), Decision.objects.get(application=case)
    assert (case.state, evaluation.outcome, evaluation.rule) == ("granted", "granted", "old")
    assert (decision.by, decision.granted) == ("system:decision-table", True)
    assert "年满 80 周岁、户籍在云江区" in decision.reason
    assert list(Task.objects.open().values_list("act", flat=True)) == ["application.deliver"]
    names = list(JournalEntry.objects.filter(subject=case.number).order_by("id").values_list("name", flat=True))
    assert names == [f"applications.{one}" for one in ("Submitted", "Accepted", "Evaluated", "Decided")]
    assert JournalEntry.objects.get(subject=case.number, name="applications.Decided").facts["by_rule"] is True


def test_someone_younger_is_refused_with_reason_and_remedies(cast: Cast, allowance: Edition) -> None:
    case = apply(cast, allowance, cast.liu)

    decision = Decision.objects.get(application=case)
    assert (case.state, decision.granted, decision.reason) == ("refused", False, TABLE[0]["reason"])
    assert "行政复议" in decision.remedies


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"answers": {"account": "bank"}}, "银行存折不是由平台取得"),
        ({"form": {"name": "周德福", "id_number": OTHER_ELDER}}, "没有可信来源"),
    ],
)
def test_what_the_platform_did_not_fetch_itself_goes_to_people(
    cast: Cast, allowance: Edition, zhou: Account, change: dict[str, Any], why: str
) -> None:
    case = apply(cast, allowance, zhou, **change)

    evaluation = RuleEvaluation.objects.get(application=case)
    assert (case.state, evaluation.outcome, evaluation.rule) == ("accepted", "manual", "")
    assert why in evaluation.explained["lines"][-1][4]
    assert not Decision.objects.filter(application=case).exists()
    assert list(Task.objects.open().values_list("act", flat=True)) == ["application.review"]


def test_what_a_clerk_typed_at_the_window_goes_to_people(cast: Cast, allowance: Edition, zhou: Account) -> None:
    case = apply(cast, allowance, zhou, by=cast.clerk)

    assert case.state == "accepted"
    assert RuleEvaluation.objects.get(application=case).outcome == "manual"


def test_without_the_licence_in_force_people_decide(cast: Cast, allowance: Edition, zhou: Account) -> None:
    Licence.objects.update(valid_until=date(2026, 3, 1))

    case = apply(cast, allowance, zhou)

    assert case.state == "accepted"
    assert "平台没有这项信息" in RuleEvaluation.objects.get(application=case).explained["lines"][-1][4]


def test_papers_let_off_are_passed_over_by_no_table(cast: Cast, zhou: Account) -> None:
    table = [{**TABLE[1], "conditions": TABLE[1]["conditions"][:2]}]
    lenient = publish(
        cast.other_body, now=cast.now, code="992011005001", name="高龄津贴",
        **{**ALLOWANCE, "decision_table": table, "follow": "decision"},
    )  # fmt: skip

    case = apply(cast, lenient, zhou, answers={"account": "bank"})

    assert (case.state, Commitment.objects.get(application=case).kind) == ("accepted", "provision")
    evaluation = RuleEvaluation.objects.get(application=case)
    assert (evaluation.outcome, evaluation.explained["against"]) == ("manual", "容缺的材料还没有补齐：银行存折")
    assert evaluated.replay(evaluation) == []


def test_submitting_twice_evaluates_once(cast: Cast, allowance: Edition, zhou: Account) -> None:
    apply(cast, allowance, zhou)
    apply(cast, allowance, zhou)

    assert RuleEvaluation.objects.count() == 1


def test_nothing_of_the_person_stands_readable_in_the_table(cast: Cast, allowance: Edition, zhou: Account) -> None:
    from django.db import connection

    apply(cast, allowance, zhou)

    with connection.cursor() as cursor:
        cursor.execute("SELECT explained::text FROM applications_ruleevaluation")
        assert "云江区" not in cursor.fetchone()[0]


def test_a_replay_agrees_and_finds_what_was_changed(cast: Cast, allowance: Edition, zhou: Account) -> None:
    apply(cast, allowance, zhou)
    case = apply(cast, allowance, cast.liu, key="key-0002")
    Licence.objects.update(state="ended")  # since then
    assert list(evaluated.verify()) == []

    evaluation = RuleEvaluation.objects.get(application=case)
    evaluation.outcome, evaluation.rule = "granted", "old"
    evaluation.save()
    explained = {**evaluation.explained, "facts": {**evaluation.explained["facts"], AGE: ["81", "login", ""]}}
    assert [drift.what for drift in evaluated.verify()] == ["结论"]
    evaluation.explained = explained
    evaluation.save()
    found = [drift.what for drift in evaluated.replay(evaluation)]
    assert found == ["结论", "逐条说明", AGE]


def test_the_desk_reads_each_rule_and_the_refused_one_reads_why(cast: Cast, allowance: Edition) -> None:
    case = apply(cast, allowance, cast.liu)
    pages = {}
    for account, path in ((cast.foreign_reviewer, "desk/cases"), (cast.liu, "my/applications")):
        client = Client(headers={"host": "localhost"})
        client.force_login(account)
        pages[path] = client.get(f"/{path}/{case.number}").content.decode()

    assert "秒批核验" in pages["desk/cases"] and "成立 → 不予" in pages["desk/cases"]
    assert "您的情况属于“未满 80 周岁”" in pages["my/applications"]
    assert "为什么没有批准" in pages["my/applications"]
    assert "为什么没有批准" not in pages["desk/cases"]


def test_money_dates_and_choices_are_compared_as_people_write_them(cast: Cast, zhou: Account) -> None:
    fields = [
        {"key": "rent", "label": "租金", "kind": "money", "prefill": "licence.合同.月租金"},
        {"key": "since", "label": "起租日", "kind": "date"},
        {"key": "helps", "label": "要什么", "kind": "multi_choice", "options": [
            {"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]},
        {"key": "alone", "label": "独居", "kind": "yes_no"},
    ]  # fmt: skip
    names = ["form.rent", "form.since", "form.since.age", "form.helps", "form.alone", "applicant.kind", "form.none"]
    table = [{"key": "one", "name": "一", "outcome": "manual", "conditions": [{"fact": "form.rent", "op": "present"}]}]
    edition = publish(
        cast.other_body, now=cast.now, code="992011005002", name="租房",
        **{**ALLOWANCE, "decision_table": table, "form": [{"title": "房", "fields": fields}]},
    )  # fmt: skip
    licences.take_in(
        title="合同", source="1", body=cast.other_body, person=zhou.person, organisation=None,
        particulars={"月租金": "650.50"}, issued_on=date(2026, 1, 1), valid_until=None, by=system("tests"), now=cast.now,
    )  # fmt: skip
    form = {"rent": "650.5", "since": "2020-03-03", "helps": ["b"], "alone": "no"}

    found = facts.gather(apply(cast, edition, zhou, form=form), names)

    assert {name: fact.value for name, fact in found.items()} == {
        "form.rent": "650.5", "form.since": "2020-03-03", "form.since.age": "5", "form.helps": ("b",),
        "form.alone": "no", "applicant.kind": "person", "form.none": None,
    }  # fmt: skip
    assert (found["form.rent"].source, found["form.since"].source) == ("licence", "typed")


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1946, 3, 2), date(2026, 3, 1), 79), (date(1946, 3, 2), date(2026, 3, 2), 80),
        (date(1944, 2, 29), date(2026, 2, 28), 81), (date(1944, 2, 29), date(2026, 3, 1), 82),
    ],
)  # fmt: skip
def test_a_year_of_age_is_complete_on_the_birthday(born: date, day: date, age: int) -> None:
    assert facts.age_on(born, day) == age
