"""条件: which questions a condition may name, how it reads, and where a question is named. Pure.

An editor ticks answers and never sees a key; these are the words for what is ticked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.catalog.content import Clause, Condition, Content, DecisionRule, FormField, named
from tongban.catalog.content.forms import DECIDING


@dataclass(frozen=True)
class Decider:
    """A question or an earlier choice of the form that a condition may name."""

    key: str
    text: str
    answers: Mapping[str, str]
    """The words of each answer, by its value."""


def deciders(content: Content, *, before: str = "") -> list[Decider]:
    """The situation questions that a condition may name; `before`: only those that stand before this one."""
    found = []
    for question in content.questions:
        if question.key == before:
            break
        found.append(Decider(question.key, question.text, {o.value: o.label for o in question.options}))
    return found


def form_deciders(content: Content, page: int, place: int) -> list[Decider]:
    """What the condition of the field at this place may name: the questions, and choices that stand before it, outside
    a repeating page or on the same one. A place behind the last stands for a new field or page.
    """
    found = deciders(content)
    for at, one in enumerate(content.form[: page + 1]):
        if one.repeat and at != page:
            continue
        fields = one.fields[:place] if at == page else one.fields
        found += [_choice(field) for field in fields if field.kind in DECIDING]
    return found


def all_deciders(content: Content) -> list[Decider]:
    """What a condition that looks back on the whole form (环节) may name: the questions, and choices outside rows."""
    fields = [field for page in content.form if not page.repeat for field in page.fields]
    return [*deciders(content), *(_choice(field) for field in fields if field.kind in DECIDING)]


def _choice(field: FormField) -> Decider:
    answers = {"yes": "是", "no": "否"} if field.kind == "yes_no" else {o.value: o.label for o in field.options}
    return Decider(field.key, field.label, answers)


def in_words(content: Content, condition: Condition) -> str:
    """当“您的店属于哪一类？”选“餐饮服务”. Empty when there is no condition."""
    clauses = (condition,) if isinstance(condition, dict) else condition
    choices = [_choice(field) for page in content.form for field in page.fields if field.kind in DECIDING]
    known = {decider.key: decider for decider in [*deciders(content), *choices]}
    return "；或者".join(filter(None, (_clause(known, clause) for clause in clauses)))


def _clause(known: Mapping[str, Decider], clause: Clause) -> str:
    said = []
    for key, wanted in clause.items():
        decider = known.get(key, Decider(key, key, {}))
        said.append(f"“{decider.text}”选" + "或".join(f"“{decider.answers.get(value, value)}”" for value in wanted))
    return f"当{'，且'.join(said)}" if said else ""


def uses(content: Content, key: str, value: str = "") -> list[str]:
    """Where a condition names this question or field (or only this answer of it), in words."""
    places: list[tuple[str, Condition]] = [(f"问题“{q.text}”", q.when) for q in content.questions if q.key != key]
    places += [(f"材料“{m.name}”", m.when) for m in content.materials]
    places += [(f"申请表“{page.title}”", page.when) for page in content.form]
    places += [(f"字段“{f.label}”", f.when) for page in content.form for f in page.fields if f.key != key]
    places += [(f"收费“{fee.name}”", fee.when) for fee in content.fees]
    places += [(f"环节“{step.name}”", step.when) for step in content.steps]
    found = [
        place
        for place, condition in places
        if any(asked == key and (not value or value in wanted) for asked, wanted in named(condition))
    ]
    return found + [f"秒批规则“{rule.name}”" for rule in content.decision_table if _names(rule, key, value)]


def _names(rule: DecisionRule, key: str, value: str) -> bool:
    return any(
        test.fact.split(".")[:2] in (["answer", key], ["form", key]) and (not value or value in test.values)
        for test in rule.conditions
    )
