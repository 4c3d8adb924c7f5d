"""秒批: run an edition's decision table over facts that know where they come from. Pure: no rule is code.

The first rule whose conditions all hold decides, but only when every fact it used comes from a trusted source; otherwise,
and when no rule holds, people decide. What was found is explained rule by rule, and can be run again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tongban.catalog.content import Content
from tongban.catalog.content.deciding import (
    DecisionRule,
    Known,
    Operator,
    Outcome,
    RuleTest,
    day,
    facts_of,
    in_words,
    known,
    number,
)

Source = Literal["login", "register", "licence", "share", "platform", "window", "typed"]
SOURCES: Mapping[Source, str] = {
    "login": "登录身份",
    "register": "登记信息",
    "licence": "证照库",
    "share": "数据共享",
    "platform": "平台核算",
    "window": "窗口登记",
    "typed": "申请人填写",
}
TRUSTED: frozenset[Source] = frozenset({"login", "register", "licence", "share", "platform"})
HIDDEN = "（个人信息，不显示）"


@dataclass(frozen=True)
class Fact:
    """A value (numbers in digits, money in 元, dates ISO, 是否 as yes and no; None: unknown) and where it comes from."""

    value: str | tuple[str, ...] | None
    source: Source = "typed"
    note: str = ""
    """Why it is so, where that helps: which paper is missing."""

    @property
    def trusted(self) -> bool:
        return self.source in TRUSTED


UNKNOWN = Fact(None)


@dataclass(frozen=True)
class Line:
    """One rule: whether it held; if not, the first condition that didn't, and why."""

    key: str
    name: str
    outcome: Outcome
    held: bool
    why: str


@dataclass(frozen=True)
class Verdict:
    """What the table says. `rule` decided; empty when people decide."""

    outcome: Outcome
    rule: str
    reason: str
    lines: tuple[Line, ...]
    untrusted: tuple[str, ...] = ()
    """Labels of the facts for whose sake a rule that held may not decide."""


def named(content: Content) -> list[str]:
    """The facts that the table names, each once, in order."""
    return list(dict.fromkeys(test.fact for rule in content.decision_table for test in rule.conditions))


def evaluate(content: Content, facts: Mapping[str, Fact]) -> Verdict:
    """Never raises for a valid document, whatever the facts hold.

    A rule that refuses or asks for people and missed only because of what the applicant typed lets no later rule grant:
    else people would type themselves past it. What they chose (the situation) may lead past one that asks for people:
    it says what they apply for.
    """
    fixed = facts_of(content.questions, content.form)
    lines: list[Line] = []
    evaded: tuple[str, ...] = ()
    for rule in content.decision_table:
        why = _first_against(rule, facts, fixed)
        if why:
            lines.append(Line(rule.key, rule.name, rule.outcome, False, why))
            evaded += _evaded(rule, facts, fixed)
            continue
        untrusted = _untrusted(rule, facts, fixed) if rule.outcome != "manual" else ()
        if rule.outcome == "granted":
            untrusted = tuple(dict.fromkeys([*untrusted, *evaded]))
        said = (
            f"条件都成立，但“{'”“'.join(untrusted)}”没有可信来源（登录身份、证照库、数据共享），要由人核对"
            if untrusted
            else "条件都成立"
        )
        lines.append(Line(rule.key, rule.name, rule.outcome, True, said))
        if untrusted or rule.outcome == "manual":
            return Verdict("manual", "", "", tuple(lines), untrusted)
        return Verdict(rule.outcome, rule.key, rule.reason, tuple(lines))
    return Verdict("manual", "", "", tuple(lines))


def _first_against(rule: DecisionRule, facts: Mapping[str, Fact], fixed: Mapping[str, Known]) -> str:
    for test in rule.conditions:
        fact = facts.get(test.fact, UNKNOWN)
        about = known(test.fact, fixed) or Known(test.fact, test.fact, "text")
        if not holds(test, fact, about):
            return f"“{in_words(test, fixed)}”不成立：{shown(fact, about)}"
    return ""


def _evaded(rule: DecisionRule, facts: Mapping[str, Fact], fixed: Mapping[str, Known]) -> tuple[str, ...]:
    """The untrusted facts for whose sake alone a rule against the applicant did not hold; empty when a trusted one, or to
    people a choice, stood against it too."""
    against: dict[str, None] = {}
    for test in rule.conditions if rule.outcome != "granted" else ():
        fact = facts.get(test.fact, UNKNOWN)
        about = known(test.fact, fixed) or Known(test.fact, test.fact, "text")
        if holds(test, fact, about):
            continue
        if fact.trusted or (rule.outcome == "manual" and test.fact.startswith("answer.")):
            return ()
        against[about.label] = None
    return tuple(against)


def _untrusted(rule: DecisionRule, facts: Mapping[str, Fact], fixed: Mapping[str, Known]) -> tuple[str, ...]:
    names = dict.fromkeys(test.fact for test in rule.conditions if not facts.get(test.fact, UNKNOWN).trusted)
    return tuple(about.label if (about := known(name, fixed)) else name for name in names)


def shown(fact: Fact, about: Known) -> str:
    """The value as an explanation may say it, with its source."""
    if fact.value is None or fact.value == ():
        return f"平台没有这项信息{f'（{fact.note}）' if fact.note else ''}"
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    said = HIDDEN if about.private else "、".join(about.answers.get(value, value) for value in values)
    return f"实际是{said}（{SOURCES[fact.source]}{f'：{fact.note}' if fact.note else ''}）"


def holds(test: RuleTest, fact: Fact, about: Known) -> bool:
    """What is unknown holds no condition, not even 不是."""
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,) if fact.value else ()
    return bool(values) and _OPERATORS[test.op](values, test.values, about)


def _same(one: str, other: str, about: Known) -> bool:
    if about.kind == "number":
        left, right = number(one), number(other)
        return left is not None and left == right
    return one.strip() == other.strip()


def _among(values: Sequence[str], wanted: Sequence[str], about: Known) -> bool:
    return any(_same(value, one, about) for value in values for one in wanted)


def _number(values: Sequence[str], wanted: Sequence[str], low: bool, high: bool) -> bool:
    """Each bound that there is; what is no number lies nowhere."""
    value, bounds = number(values[0]), [number(one) for one in wanted]
    if value is None or not bounds or None in bounds:
        return False
    first, last = bounds[0], bounds[-1]
    return not (low and first is not None and value < first) and not (high and last is not None and value > last)


def _date(values: Sequence[str], wanted: Sequence[str], earlier: bool) -> bool:
    value, bound = day(values[0]), day(wanted[0]) if wanted else None
    if value is None or bound is None:
        return False
    return value < bound if earlier else value > bound


_OPERATORS: Mapping[Operator, Callable[[Sequence[str], Sequence[str], Known], bool]] = {
    "present": lambda values, wanted, about: True,
    "is": _among,
    "is_not": lambda values, wanted, about: not _among(values, wanted, about),
    "one_of": _among,
    "at_least": lambda values, wanted, about: _number(values, wanted, True, False),
    "at_most": lambda values, wanted, about: _number(values, wanted, False, True),
    "between": lambda values, wanted, about: _number(values, wanted, True, True),
    "before": lambda values, wanted, about: _date(values, wanted, True),
    "after": lambda values, wanted, about: _date(values, wanted, False),
}
