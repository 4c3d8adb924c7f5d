"""决定规则表 (秒批): which facts a rule may name, how it compares them, and what a table may not say. Pure.

A rule holds when all its conditions hold; the first rule that holds decides, and no rule at all leaves it to people.
Facts have names: `answer.<question>`, `form.<field>`, `form.<field>.age` and `.born` (of an ID number or a date),
`person.age`, `applicant.kind`, `licence.<title>`, `licence.<title>.<what is printed on it>`, `materials.trusted`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from pydantic import Field

from tongban.catalog.content.common import Key, Part, Question, unique
from tongban.catalog.content.forms import FormField, FormPage

Operator = Literal["present", "is", "is_not", "one_of", "at_least", "at_most", "between", "before", "after"]
OPERATORS: dict[Operator, str] = {
    "present": "有值",
    "is": "是",
    "is_not": "不是",
    "one_of": "是其中之一",
    "at_least": "不小于",
    "at_most": "不大于",
    "between": "在两者之间（含）",
    "before": "早于",
    "after": "晚于",
}
FactKind = Literal["text", "number", "date", "choice", "many", "yes_no"]
Outcome = Literal["granted", "refused", "manual"]
OUTCOMES: dict[Outcome, str] = {"granted": "准予", "refused": "不予", "manual": "转人工"}
YES_NO = {"yes": "是", "no": "否"}
_NUMBERS: frozenset[Operator] = frozenset({"at_least", "at_most", "between"})
_DATES: frozenset[Operator] = frozenset({"before", "after"})
_LICENCE = re.compile(r"licence\.[^.\s]{1,60}(\.[^.\s]{1,60})?")
_KINDS: Mapping[str, FactKind] = {
    "number": "number", "decimal": "number", "percent": "number", "money": "number", "date": "date",
    "choice": "choice", "multi_choice": "many", "yes_no": "yes_no",
}  # fmt: skip
_PRIVATE = frozenset({"id_number", "phone", "email", "address"})


class RuleTest(Part):
    """条件: one comparison of one fact."""

    fact: str = Field(max_length=140)
    op: Operator = "is"
    values: tuple[str, ...] = Field(default=(), max_length=20)
    """As people write them: numbers in digits (money in 元), dates as 2026-03-05, choices by their value, 是否 as yes, no."""


class DecisionRule(Part):
    """规则: all its conditions hold → its outcome."""

    key: Key
    name: str = Field(min_length=1, max_length=100)
    """In plain words; who is refused reads it."""
    conditions: tuple[RuleTest, ...] = Field(default=(), max_length=12)
    outcome: Outcome = "manual"
    reason: str = Field(default="", max_length=500)
    """Of a refusal: why, with its basis (《行政许可法》第三十八条)."""


@dataclass(frozen=True)
class Known:
    """A fact that a rule may name."""

    name: str
    label: str
    kind: FactKind
    answers: Mapping[str, str] = field(default_factory=dict)
    """The words of each value, for choices."""
    private: bool = False
    """Its value is not shown where the rules are explained."""
    provable: bool = True
    """Whether it can come from a trusted source at all."""


ALWAYS_KNOWN = (
    Known("applicant.kind", "申请人是个人还是单位", "choice", {"person": "个人", "organisation": "单位"}),
    Known("person.age", "申请人的周岁年龄（登录身份）", "number"),
    Known("person.born", "申请人的出生日期（登录身份）", "date", private=True),
    Known("materials.trusted", "材料都由平台取得，没有自己上传或者承诺的", "yes_no", YES_NO),
)


def facts_of(questions: Iterable[Question], form: Iterable[FormPage]) -> dict[str, Known]:
    """Every fact with a fixed name, in the order an editor looks for them; those of licences are open (`known`)."""
    found = list(ALWAYS_KNOWN)
    for question in questions:
        answers = {option.value: option.label for option in question.options}
        found.append(Known(f"answer.{question.key}", question.text, "choice", answers, provable=False))
    for page in form:
        if not page.repeat:
            found += [known for one in page.fields for known in _of_field(one)]
    return {one.name: one for one in found}


def _of_field(one: FormField) -> list[Known]:
    answers = YES_NO if one.kind == "yes_no" else {option.value: option.label for option in one.options}
    private, provable = one.kind in _PRIVATE, _provable(one)
    name, label = f"form.{one.key}", f"申请表：{one.label}"
    found = [Known(name, label, _KINDS.get(one.kind, "text"), answers, private, provable)]
    if one.kind in ("id_number", "date"):
        found.append(Known(f"{name}.age", f"{label}（算出的周岁）", "number", provable=provable))
    if one.kind == "id_number":
        found.append(Known(f"{name}.born", f"{label}（出生日期）", "date", private=True, provable=provable))
    return found


def _provable(one: FormField) -> bool:
    """What is typed counts as known when it is the same as what the login, the register or a licence says."""
    source = one.prefill or ""
    return source.startswith(("licence.", "organisation.")) or source in ("person.name", "person.id_number")


def known(name: str, fixed: Mapping[str, Known]) -> Known | None:
    """A fact by its name; None when there is none of that name."""
    if name in fixed:
        return fixed[name]
    if not _LICENCE.fullmatch(name):
        return None
    _, title, *printed = name.split(".")
    if printed:
        return Known(name, f"《{title}》上的{printed[0]}", "text")
    return Known(name, f"持有有效的《{title}》", "yes_no", YES_NO)


def number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def check_table(table: Sequence[DecisionRule], fixed: Mapping[str, Known]) -> None:
    """Keys, facts, operators and values fit; every rule can be reached. Raises ValueError with the rule's name."""
    unique("秒批规则", [rule.key for rule in table])
    for at, rule in enumerate(table):
        if rule.outcome == "refused" and len(rule.reason.strip()) < 5:
            raise ValueError(f"秒批规则“{rule.name}”不予，要写明理由和依据")
        if rule.outcome != "manual" and not rule.conditions:
            raise ValueError(f"秒批规则“{rule.name}”没有条件，不能直接{OUTCOMES[rule.outcome]}")
        for test in rule.conditions:
            _check_test(rule.name, test, fixed)
        tests = set(rule.conditions)
        if before := next((one for one in table[:at] if set(one.conditions) <= tests), None):
            raise ValueError(f"秒批规则“{rule.name}”永远轮不到：前面的“{before.name}”成立时它才可能成立")


def _check_test(rule: str, test: RuleTest, fixed: Mapping[str, Known]) -> None:
    fact = known(test.fact, fixed)
    if fact is None:
        raise ValueError(f"秒批规则“{rule}”提到了不存在的事实“{test.fact}”")
    where = f"秒批规则“{rule}”的条件“{fact.label}”"
    words = OPERATORS[test.op]
    if (test.op in _NUMBERS and fact.kind not in ("number", "text")) or (test.op in _DATES and fact.kind != "date"):
        raise ValueError(f"{where}不能用“{words}”比较")
    wanted = {"present": (0, 0), "between": (2, 2), "one_of": (1, 20)}.get(test.op, (1, 1))
    if not wanted[0] <= len(test.values) <= wanted[1] or any(not value for value in test.values):
        count = (
            "不用填值" if wanted[1] == 0 else f"要填 {wanted[0]} 个值" if wanted[0] == wanted[1] else "至少填 1 个值"
        )
        raise ValueError(f"{where}用“{words}”比较，{count}")
    if (fact.kind == "number" or test.op in _NUMBERS) and any(number(value) is None for value in test.values):
        raise ValueError(f"{where}要和数字比较")
    if fact.kind == "date" and any(day(value) is None for value in test.values):
        raise ValueError(f"{where}要和日期比较，例如 2026-03-05")
    if fact.kind in ("choice", "many", "yes_no") and (strange := [v for v in test.values if v not in fact.answers]):
        raise ValueError(f"{where}没有这个选项：{'、'.join(strange)}")
    if test.op == "between" and _backwards(test.values):
        raise ValueError(f"{where}：前一个数大于后一个数")


def _backwards(values: Sequence[str]) -> bool:
    low, high = (number(value) for value in values)
    return low is not None and high is not None and low > high


def can_hold(rule: DecisionRule) -> bool:
    """Whether its conditions on one fact leave anything: 不小于 80 and 不大于 79 don't."""
    for fact in {test.fact for test in rule.conditions}:
        tests = [test for test in rule.conditions if test.fact == fact]
        low = max((number(t.values[0]) or Decimal(0) for t in tests if t.op in ("at_least", "between")), default=None)
        high = min((number(t.values[-1]) or Decimal(0) for t in tests if t.op in ("at_most", "between")), default=None)
        if low is not None and high is not None and low > high:
            return False
        exactly = [set(test.values) for test in tests if test.op in ("is", "one_of")]
        never = {value for test in tests if test.op == "is_not" for value in test.values}
        if exactly and not set.intersection(*exactly) - never:
            return False
    return True


def in_words(test: RuleTest, fixed: Mapping[str, Known]) -> str:
    """申请表：年龄 不小于 80."""
    fact = known(test.fact, fixed) or Known(test.fact, test.fact, "text")
    values = [fact.answers.get(value, value) for value in test.values]
    if test.op == "between":
        return f"{fact.label}在 {values[0]} 和 {values[1]} 之间"
    if test.op == "present":
        return f"{fact.label}：有"
    if fact.kind == "yes_no" and test.op == "is":
        return f"{fact.label}：{values[0]}"
    compared = "是" if test.op == "one_of" else OPERATORS[test.op]
    return f"{fact.label}{compared} {'或'.join(values)}"
