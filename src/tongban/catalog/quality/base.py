"""What a rule is, what it finds, and what it may know besides the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from tongban.catalog.content import Content
from tongban.catalog.situations import Survey

Weight = Literal["severe", "warn", "hint"]
WEIGHTS: dict[Weight, str] = {"severe": "严重", "warn": "警告", "hint": "提示"}
Group = Literal["时限与环节", "现场与渠道", "收费", "结果", "依据", "材料", "情形", "表达", "咨询与答疑"]
REGULATION_716 = "《国务院关于在线政务服务的若干规定》（国务院令第716号）"
LICENSING = "《中华人民共和国行政许可法》"
CONSISTENCY = "地方政务服务事项要素一致性规则（温州市）"
GB_39046 = "GB/T 39046-2020《政务服务平台基础数据规范》"
OPTIMISING = "《优化营商环境条例》（国务院令第722号）"
USAGE = "办事指南编写要求"


@dataclass(frozen=True)
class Context:
    """What a rule may know besides the document: the day, the item's type, and what the library already supplies."""

    today: date
    type_code: str = ""
    """事项类型, GB/T 39046-2020 A.1; empty when it isn't known."""
    supplied: frozenset[str] = frozenset()
    """Names of materials that other published editions take from the licence library or a share."""
    survey: Survey = field(default=Survey(combinations=1, complete=True))
    """The walk over all combinations of answers; `judge` fills it in."""

    @property
    def is_licensing(self) -> bool:
        return self.type_code == "01"


class Found(NamedTuple):
    """What a rule yields: the place in the document (`materials.lease.requirement`), what is wrong, how to mend it."""

    place: str
    says: str
    mend: str


@dataclass(frozen=True)
class Finding:
    """质量问题: one rule at one place."""

    rule: str
    weight: Weight
    place: str
    says: str
    mend: str


Check = Callable[[Content, Context], Iterable[Found]]


@dataclass(frozen=True)
class Rule:
    """质量规则: a named, explained check of one document.

    What a severe rule finds may depend on the document and the day only: the same text is never refused for one body
    and published for another.
    """

    key: str
    name: str
    weight: Weight
    group: Group
    why: str
    source: str
    check: Check
    lists: bool
    """Also for entries that are only listed and have no guide yet."""


RULES: dict[str, Rule] = {}


def rule(
    weight: Weight, group: Group, name: str, *, why: str, source: str, lists: bool = False
) -> Callable[[Check], Check]:
    """Register a check under its function's name; that key is stored with findings and never changes its meaning."""

    def register(check: Check) -> Check:
        key = check.__name__
        if key in RULES:
            raise ValueError(f"two quality rules are called {key}")
        RULES[key] = Rule(key, name, weight, group, why, source, check, lists)
        return check

    return register


def is_written(content: Content) -> bool:
    """Whether somebody wrote a guide, rather than only listing the item."""
    return content.connection != "guide_only" or bool(
        content.materials or content.steps or content.conditions or content.promised or content.questions
    )
