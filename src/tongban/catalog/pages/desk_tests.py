"""The conditions of a 秒批 rule as rows of a plain form: what is compared, how, and with what; and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from tongban.catalog.content.deciding import OPERATORS, Known, known
from tongban.catalog.content.labels import Entry
from tongban.design.parts import Choice, Field

LICENCE = "licence"
SPARE = 2
MOST = 12


def rows(entry: Entry, value: Any, facts: Mapping[str, Known], name: str) -> list[list[Field]]:
    """The conditions that there are, and empty rows for more."""
    given = list(value or ())
    shown = [*given, *({"fact": "", "op": "is", "values": []} for _ in range(SPARE))][:MOST]
    choices = [
        Choice("", "——"),
        *(Choice(one.name, one.label + ("" if one.provable else "（申请人自己填）")) for one in facts.values()),
        Choice(LICENCE, "证照（在旁边写明）"),
    ]
    operators = [Choice(key, words) for key, words in OPERATORS.items()]
    return [_row(at, one, facts, choices, operators, name) for at, one in enumerate(shown)]


def _row(
    at: int, one: Mapping[str, Any], facts: Mapping[str, Known], choices: Sequence[Choice],
    operators: Sequence[Choice], name: str,
) -> list[Field]:  # fmt: skip
    fact = str(one.get("fact", ""))
    of_licence = fact.startswith(f"{LICENCE}.")
    about = known(fact, facts)
    words = about.answers if about else {}
    values = "、".join(words.get(value, value) for value in one.get("values", ()))
    return [
        Field(name=f"{name}-fact-{at}", label=f"第 {at + 1} 条：比什么", kind="select", required=False, choices=choices,
              value=LICENCE if of_licence else fact),
        Field(name=f"{name}-licence-{at}", label="证照名称，或者 证照名称.信息名称", required=False,
              value=fact.removeprefix(f"{LICENCE}.") if of_licence else ""),
        Field(name=f"{name}-op-{at}", label="怎么比", kind="select", choices=operators, value=one.get("op", "is")),
        Field(name=f"{name}-values-{at}", label="和什么比", required=False, value=values,
              help="" if fact else "几个值用顿号隔开；证照写“是”或者“否”"),
    ]  # fmt: skip


def typed(data: QueryDict, facts: Mapping[str, Known], name: str) -> list[dict[str, Any]]:
    """The rows in which something is compared; choices by their value again."""
    found = []
    for at in range(MOST):
        fact = _clean(data.get(f"{name}-fact-{at}", ""))
        if fact == LICENCE:
            fact = f"{LICENCE}.{_clean(data.get(f'{name}-licence-{at}', ''))}"
        if not fact:
            continue
        about = known(fact, facts)
        values = {words: value for value, words in about.answers.items()} if about else {}
        given = [one.strip() for one in re.split("[、，,；;\n]", _clean(data.get(f"{name}-values-{at}", "")))]
        found.append(
            {
                "fact": fact,
                "op": data.get(f"{name}-op-{at}", "is"),
                "values": [values.get(one, one) for one in given if one],
            }
        )
    return found


def _clean(text: str) -> str:
    return re.sub("[\0\ud800-\udfff]", "", text).strip()[:2000]
