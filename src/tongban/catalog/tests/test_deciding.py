"""秒批: the evaluator's laws as properties, the table's as refusals; quality rules; words; the workbook."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.people import GUIDE
from tongban.catalog import deciding, quality
from tongban.catalog.conditions import uses
from tongban.catalog.content import Content
from tongban.catalog.content.deciding import can_hold, facts_of, known
from tongban.catalog.deciding import Fact, Source, evaluate
from tongban.catalog.differences import differences
from tongban.catalog.workbook import documents

FORM = [
    {
        "title": "老人",
        "fields": [
            {"key": "id_number", "label": "公民身份号码", "kind": "id_number", "prefill": "person.id_number"},
            {"key": "income", "label": "月收入", "kind": "money"},
            {"key": "since", "label": "落户日期", "kind": "date"},
            {"key": "alone", "label": "独居", "kind": "yes_no"},
            {"key": "helps", "label": "需要的帮助", "kind": "multi_choice",
             "options": [{"value": "meal", "label": "送餐"}, {"value": "bath", "label": "助浴"}]},
        ],
    }
]  # fmt: skip
TABLE: list[dict[str, Any]] = [
    {
        "key": "young", "name": "未满 79 周岁", "outcome": "refused", "reason": "没有年满 80 周岁",
        "conditions": [{"fact": "form.id_number.age", "op": "at_most", "values": ["78"]}],
    },
    {
        "key": "here", "name": "年满 80 周岁、户籍在本区", "outcome": "granted",
        "conditions": [
            {"fact": "form.id_number.age", "op": "at_least", "values": ["80"]},
            {"fact": "licence.居民户口簿.户籍地", "op": "is", "values": ["云江区"]},
            {"fact": "materials.trusted", "values": ["yes"]},
        ],
    },
]  # fmt: skip
GOOD = {
    "form.id_number.age": Fact("81", "login"),
    "licence.居民户口簿.户籍地": Fact("云江区", "licence"),
    "materials.trusted": Fact("yes", "platform"),
}


def content(table: list[dict[str, Any]] = TABLE, **change: Any) -> Content:
    return Content.model_validate({**GUIDE, "form": FORM, "decision_table": table, **change})


def rule(*tests: tuple[str, str, list[str]], outcome: str = "granted", key: str = "one") -> dict[str, Any]:
    conditions = [{"fact": fact, "op": op, "values": values} for fact, op, values in tests]
    return {"key": key, "name": f"规则{key}", "conditions": conditions, "outcome": outcome, "reason": "不符合规定条件"}


def test_the_first_rule_that_holds_decides_from_trusted_facts() -> None:
    verdict = evaluate(content(), GOOD)

    assert (verdict.outcome, verdict.rule) == ("granted", "here")
    assert [(line.key, line.held) for line in verdict.lines] == [("young", False), ("here", True)]
    assert verdict.lines[0].why == "“申请表：公民身份号码（算出的周岁）不大于 78”不成立：实际是81（登录身份）"


def test_a_refusal_carries_the_reason_of_its_rule() -> None:
    verdict = evaluate(content(), {**GOOD, "form.id_number.age": Fact("40", "login")})

    assert (verdict.outcome, verdict.rule, verdict.reason) == ("refused", "young", "没有年满 80 周岁")


def test_a_typed_value_leaves_it_to_people_and_says_which() -> None:
    verdict = evaluate(content(), {**GOOD, "form.id_number.age": Fact("81", "typed")})

    assert (verdict.outcome, verdict.rule) == ("manual", "")
    assert verdict.untrusted == ("申请表：公民身份号码（算出的周岁）",)


@pytest.mark.parametrize("outcome", ["refused", "manual"])
def test_nobody_types_themselves_past_a_rule_that_refuses_or_asks_for_people(outcome: str) -> None:
    rich = rule(("form.income", "at_least", ["2000"]), outcome=outcome, key="rich")
    table = [rich, *TABLE]

    typed = evaluate(content(table), {**GOOD, "form.income": Fact("100", "typed")})
    shared = evaluate(content(table), {**GOOD, "form.income": Fact("100", "share")})

    assert (typed.outcome, typed.untrusted) == ("manual", ("申请表：月收入",))
    assert (shared.outcome, shared.rule) == ("granted", "here")


def test_a_choice_may_lead_past_a_rule_that_asks_for_people_and_past_none_that_refuses() -> None:
    chosen = {**GOOD, "answer.kind": Fact("catering", "typed")}
    by_people, refused = (
        rule(("answer.kind", "is", ["retail"]), outcome=outcome, key="kind") for outcome in ("manual", "refused")
    )

    assert evaluate(content([by_people, *TABLE]), chosen).outcome == "granted"
    assert evaluate(content([refused, *TABLE]), chosen).outcome == "manual"


@pytest.mark.parametrize("missing", list(GOOD))
def test_what_is_unknown_leaves_it_to_people(missing: str) -> None:
    assert evaluate(content(), {name: fact for name, fact in GOOD.items() if name != missing}).outcome == "manual"


def test_private_values_are_not_shown() -> None:
    table = [rule(("form.id_number", "is", ["110101199003071233"]))]

    (line,) = evaluate(content(table), {"form.id_number": Fact("500199194508153010", "login")}).lines

    assert "500199194508153010" not in line.why
    assert deciding.HIDDEN in line.why


@pytest.mark.parametrize(
    ("fact", "value", "op", "values", "holds"),
    [
        ("form.income", "900.50", "at_most", ["900.5"], True),
        ("form.income", "900.51", "at_most", ["900.5"], False),
        ("form.income", "0", "between", ["0", "10"], True),
        ("form.income", "10.01", "between", ["0", "10"], False),
        ("form.income", "x", "at_least", ["0"], False),
        ("form.income", "10.0", "is", ["10"], True),
        ("form.since", "2026-03-01", "before", ["2026-03-02"], True),
        ("form.since", "2026-03-02", "before", ["2026-03-02"], False),
        ("form.since", "2026-03-02", "after", ["2026-03-01"], True),
        ("form.since", "昨天", "after", ["2026-03-01"], False),
        ("form.alone", "no", "is_not", ["yes"], True),
        ("form.alone", None, "is_not", ["yes"], False),
        ("form.helps", ("meal", "bath"), "one_of", ["bath"], True),
        ("form.helps", ("meal",), "is_not", ["bath"], True),
        ("form.helps", (), "present", [], False),
        ("answer.kind", "catering", "one_of", ["catering", "retail"], True),
        ("licence.营业执照", "yes", "is", ["yes"], True),
    ],
)
def test_comparisons(fact: str, value: Any, op: str, values: list[str], holds: bool) -> None:
    verdict = evaluate(content([rule((fact, op, values))]), {fact: Fact(value, "licence")})

    assert (verdict.outcome == "granted") is holds


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([rule(("form.nobody", "is", ["1"]))], "不存在的事实“form.nobody”"),
        ([rule(("licence.", "is", ["yes"]))], "不存在的事实"),
        ([rule(("form.income", "before", ["2026-01-01"]))], "不能用“早于”比较"),
        ([rule(("form.alone", "at_least", ["1"]))], "不能用“不小于”比较"),
        ([rule(("form.income", "between", ["1"]))], "要填 2 个值"),
        ([rule(("form.income", "between", ["9", "1"]))], "前一个数大于后一个数"),
        ([rule(("form.income", "at_least", ["很多"]))], "要和数字比较"),
        ([rule(("form.since", "after", ["2026-02-30"]))], "要和日期比较"),
        ([rule(("answer.kind", "is", ["hotel"]))], "没有这个选项：hotel"),
        ([rule(("form.income", "present", ["1"]))], "不用填值"),
        ([rule()], "没有条件，不能直接准予"),
        ([{**rule(("form.alone", "is", ["yes"]), outcome="refused"), "reason": " "}], "要写明理由"),
        ([rule(("form.alone", "is", ["yes"])), rule(("form.alone", "is", ["yes"]))], "标识重复：one"),
        ([rule(("form.alone", "is", ["yes"])),
          rule(("form.income", "present", []), ("form.alone", "is", ["yes"]), key="two")], "永远轮不到"),
        ([rule(outcome="manual"), rule(("form.alone", "is", ["yes"]), key="two")], "永远轮不到"),
    ],
)  # fmt: skip
def test_a_table_that_does_not_hold_together_is_no_document(table: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        content(table)


def findings(**change: Any) -> set[str]:
    found = quality.judge(content(**change), quality.Context(date(2026, 3, 2), "01"))
    return {one.rule for one in found}


def test_quality_knows_tables_that_never_decide() -> None:
    by_rule = {"decided_by_rule": True, "accepted_by": "system"}
    contradiction = [
        rule(("form.id_number.age", "at_least", ["80"]), ("form.id_number.age", "at_most", ["79"]), outcome="manual")
    ]

    assert not {"table_missing", "table_idle", "table_typed", "table_contradicts"} & findings(**by_rule)
    assert "table_missing" in findings(table=[], **by_rule)
    assert "table_missing" in findings(decided_by_rule=True)
    assert "table_idle" in findings()
    assert "table_contradicts" in findings(table=contradiction, **by_rule)
    assert "table_typed" in findings(table=[rule(("answer.kind", "is", ["retail"]))], **by_rule)


@pytest.mark.parametrize(
    ("change", "excluded"),
    [
        ({"basis": ["《民用爆炸物品安全管理条例》第十二条"]}, True),
        ({"basis": ["《中华人民共和国环境影响评价法》第二十二条"]}, True),
        ({"basis": ["《中华人民共和国药品管理法》第四十一条"]}, True),
        ({"themes": ["公共安全"]}, True),
        ({"basis": ["《公共场所卫生管理条例》第四条"], "themes": ["准营准办"]}, False),
    ],
)
def test_pledges_keep_out_of_fields_where_harm_cannot_be_undone(change: dict[str, Any], excluded: bool) -> None:
    given = {"conditions": ["经营场所固定"], "licence_pledge": True, "verify_days": 20, **change}

    assert ("pledge_excluded" in findings(**given)) is excluded
    assert "pledge_excluded" not in findings(**{**given, "licence_pledge": False})
    assert "pledge_incomplete" in findings(**{**given, "verify_days": 0})
    assert "pledge_incomplete" in findings(**{**given, "conditions": []})


def test_rules_are_said_in_words_and_found_where_they_are_used() -> None:
    before, after = content([]), content()

    (rows, *_) = [one for one in differences(before, after) if one.place[:2] == ("秒批规则", "未满 79 周岁")]
    assert "申请表：公民身份号码（算出的周岁）不大于 78" in rows.after
    assert uses(after, "id_number") == ["秒批规则“未满 79 周岁”", "秒批规则“年满 80 周岁、户籍在本区”"]
    asks = content([rule(("answer.kind", "is", ["retail"]))])
    assert (uses(asks, "kind", "retail"), "秒批规则“规则one”" in uses(asks, "kind", "catering")) == (
        ["秒批规则“规则one”"], False,
    )  # fmt: skip


def test_the_workbook_carries_a_table() -> None:
    stored = content().model_dump(mode="json")
    rows: dict[str, list[documents.Filled]] = {}
    heads = {sheet.name: documents.heads(sheet) for sheet in documents.document().walk()}
    for line, (sheet, cells) in enumerate(documents.take_apart(stored), start=2):
        named = dict(zip([head.name for head in heads[sheet]], cells, strict=True))
        rows.setdefault(sheet, []).append(documents.Filled(sheet, line, named))

    made = documents.put_together(rows, frozenset(heads))

    assert made.faults == []
    assert Content.model_validate(made.document) == content()


# Properties


tests_of = st.sampled_from(
    [
        ("form.id_number.age", "at_least", ["80"]), ("form.id_number.age", "at_most", ["78"]),
        ("form.income", "between", ["0", "900"]), ("form.since", "before", ["2020-01-01"]),
        ("form.alone", "is", ["yes"]), ("form.helps", "one_of", ["meal", "bath"]), ("answer.kind", "is_not", ["retail"]),
        ("licence.居民户口簿", "is", ["yes"]), ("licence.居民户口簿.户籍地", "present", []),
        ("person.born", "after", ["1940-01-01"]), ("materials.trusted", "is", ["yes"]),
    ]
)  # fmt: skip
NAMES = [
    "form.id_number.age", "form.income", "form.since", "form.alone", "form.helps", "answer.kind", "licence.居民户口簿",
    "licence.居民户口簿.户籍地", "person.born", "materials.trusted",
]  # fmt: skip
values = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from(["yes", "no", "81", "40", "NaN", "Infinity", "1e9", "2019-05-01"]),
    st.lists(st.sampled_from(["meal", "bath"]), max_size=2).map(tuple),
)  # fmt: skip
facts_ = st.dictionaries(
    st.sampled_from(NAMES), st.builds(Fact, values, st.sampled_from(get_args(Source))), max_size=len(NAMES)
)


@st.composite
def tables(draw: st.DrawFn) -> Content:
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 4))):
        several = draw(st.lists(tests_of, min_size=1, max_size=3, unique_by=str))
        candidate = rule(*several, outcome=draw(st.sampled_from(["granted", "refused", "manual"])), key=f"r{number}")
        try:
            content([*made, candidate])
        except ValidationError:
            continue  # it could never be reached
        made.append(candidate)
    return content(made)


@given(tables(), facts_)
def test_only_trusted_facts_ever_decide(document: Content, facts: dict[str, Fact]) -> None:
    verdict = evaluate(document, facts)

    if verdict.outcome == "manual":
        assert verdict.rule == ""
        return
    decided = next(one for one in document.decision_table if one.key == verdict.rule)
    assert decided.outcome == verdict.outcome
    assert all(facts[test.fact].trusted for test in decided.conditions)
    worse = {**facts, decided.conditions[0].fact: Fact(facts[decided.conditions[0].fact].value, "typed")}
    assert evaluate(document, worse).outcome == "manual"


@given(tables(), facts_)
def test_the_lines_are_the_rules_up_to_the_first_that_held(document: Content, facts: dict[str, Fact]) -> None:
    verdict = evaluate(document, facts)

    assert [line.key for line in verdict.lines] == [one.key for one in document.decision_table][: len(verdict.lines)]
    assert not any(line.held for line in verdict.lines[:-1])
    assert all(line.why for line in verdict.lines)
    if len(verdict.lines) < len(document.decision_table):
        assert verdict.lines[-1].held
    assert evaluate(document, facts) == verdict


@given(tables(), facts_)
def test_facts_that_no_rule_names_change_nothing(document: Content, facts: dict[str, Fact]) -> None:
    kept = {name: fact for name, fact in facts.items() if name in deciding.named(document)}

    assert evaluate(document, kept) == evaluate(document, facts)


@given(st.lists(tests_of, min_size=1, max_size=4, unique_by=str), facts_)
def test_a_rule_that_is_said_to_be_impossible_never_holds(
    several: list[tuple[str, str, list[str]]], facts: dict[str, Fact]
) -> None:
    document = content([rule(*several)])

    if not can_hold(document.decision_table[0]):
        assert not evaluate(document, facts).lines[0].held


def test_every_fact_of_a_form_has_words() -> None:
    document = content()
    fixed = facts_of(document.questions, document.form)

    assert {"answer.kind", "form.id_number.born", "form.since.age", "person.age"} <= set(fixed)
    assert known("licence.营业执照", fixed) and known("licence.营业执照.经营场所", fixed)
    assert known("licence.a.b.c", fixed) is None
