"""条件 as a line of text: `您的店属于哪一类？=餐饮服务|单位食堂；是否做冷食？=做`, and back.

    condition = ["（任一）"] clause { 或者 clause }      one of the clauses holds; （任一） alone: none, so it always holds
    clause    = 总是 | pair { ；pair }                   all pairs hold
    pair      = question = answer { | answer }           the question has one of these answers

Questions and answers stand in their own words; where two have the same words, or words that the grammar uses, by key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Stored = dict[str, list[str]] | list[dict[str, list[str]]]
"""A condition as a document stores it."""
ANY, ALWAYS, OR = "（任一）", "总是", "或者"
_SPECIAL = re.compile(r"[=＝|｜；;\n]|^（任一）|^总是$|^\s*$|或者")


class ConditionError(ValueError):
    """Says what can't be read."""


@dataclass(frozen=True)
class Asked:
    """A question (or a choice of the form) by its key: its words, and those of its answers by value."""

    text: str
    answers: Mapping[str, str]


class Lexicon:
    """The words that a document's conditions are written in."""

    def __init__(self, asked: Mapping[str, Asked]) -> None:
        self.words = _distinct({key: one.text for key, one in asked.items()})
        self.answers = {key: _distinct(one.answers) for key, one in asked.items()}
        self.keys = {word: key for key, word in self.words.items()}
        self.values = {key: {word: value for value, word in words.items()} for key, words in self.answers.items()}

    def question(self, word: str) -> str:
        return self.keys.get(word, word)

    def value(self, question: str, word: str) -> str:
        return self.values.get(question, {}).get(word, word)


def _distinct(words: Mapping[str, str]) -> dict[str, str]:
    """By key the words that name it and nothing else; the key itself where they don't."""
    counted: dict[str, int] = {}
    for key, text in words.items():
        for name in {key, text}:
            counted[name] = counted.get(name, 0) + 1
    return {
        key: text if text == text.strip() and not _SPECIAL.search(text) and counted[text] == 1 else key
        for key, text in words.items()
    }


def write(condition: Stored, lexicon: Lexicon) -> str:
    """Empty where the condition always holds."""
    if isinstance(condition, dict):
        return _clause(condition, lexicon) if condition else ""
    return ANY + f" {OR} ".join(_clause(clause, lexicon) for clause in condition)


def _clause(clause: Mapping[str, Iterable[str]], lexicon: Lexicon) -> str:
    pairs = []
    for question, values in clause.items():
        words = lexicon.answers.get(question, {})
        pairs.append(f"{lexicon.words.get(question, question)}={'|'.join(words.get(one, one) for one in values)}")
    return "；".join(pairs) or ALWAYS


def read(text: str, lexicon: Lexicon) -> Stored:
    """Raises ConditionError. Whether what it names exists is the document's business."""
    text = text.strip()
    if not text:
        return {}
    several = text.startswith(ANY)
    rest = text.removeprefix(ANY).strip()
    if several and not rest:
        return []
    clauses = [_read_clause(part, lexicon) for part in re.split(r"\s*或者\s*", rest)]
    return clauses if several or len(clauses) > 1 else clauses[0]


def check(condition: Stored, lexicon: Lexicon) -> None:
    """Whether what the condition names is there. Raises ConditionError."""
    for clause in [condition] if isinstance(condition, dict) else condition:
        for question, values in clause.items():
            if question not in lexicon.words:
                raise ConditionError(f"条件提到了不存在的问题“{question[:40]}”")
            for value in values:
                if value not in lexicon.answers[question]:
                    raise ConditionError(f"问题“{lexicon.words[question]}”没有选项“{value[:40]}”")


def _read_clause(text: str, lexicon: Lexicon) -> dict[str, list[str]]:
    if text.strip() == ALWAYS:
        return {}
    clause: dict[str, list[str]] = {}
    for pair in re.split(r"[；;\n]", text):
        left, equals, right = re.sub("＝", "=", pair, count=1).partition("=")
        if not (equals and left.strip()):
            raise ConditionError(f"条件“{pair.strip()[:40]}”看不懂，请写成 问题=选项|选项；另一问题=选项")
        question = lexicon.question(left.strip())
        if question in clause:
            raise ConditionError(f"条件里“{left.strip()[:40]}”写了两次")
        words = [one.strip() for one in re.split(r"[|｜]", right)] if right.strip() else []
        clause[question] = [lexicon.value(question, word) for word in words]
    return clause


def lexicon_of(document: Mapping[str, Any]) -> Lexicon:
    """From a document as stored (or as far as it has been read): its questions, and the choices of its form."""
    asked: dict[str, Asked] = {}
    for one in document.get("questions") or ():
        _ask(asked, one, one.get("text"))
    for page in document.get("form") or ():
        for one in page.get("fields") or ():
            if one.get("kind") == "yes_no":
                one = {**one, "options": ({"value": "yes", "label": "是"}, {"value": "no", "label": "否"})}
            _ask(asked, one, one.get("label"))
    return Lexicon(asked)


def _ask(asked: dict[str, Asked], one: Mapping[str, Any], text: object) -> None:
    key = one.get("key")
    if isinstance(key, str) and isinstance(text, str):
        options = one.get("options") or ()
        asked[key] = Asked(text, {option["value"]: option["label"] for option in options})
