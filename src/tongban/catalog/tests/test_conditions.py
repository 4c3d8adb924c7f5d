"""Conditions in words, what they may name, and where a question is needed."""

from __future__ import annotations

from tests.people import GUIDE
from tongban.catalog.conditions import deciders, in_words, uses
from tongban.catalog.content import Content

AGENT = {
    "key": "agent",
    "text": "谁来办？",
    "options": [{"value": "self", "label": "本人"}, {"value": "other", "label": "代办人"}],
    "when": {"kind": ["catering"]},
}
CONTENT = Content.model_validate(GUIDE | {"questions": [*GUIDE["questions"], AGENT]})


def test_a_condition_reads_as_a_sentence() -> None:
    assert in_words(CONTENT, {}) == ""
    assert in_words(CONTENT, {"kind": ("catering",)}) == "当“您的店属于哪一类？”选“餐饮服务”"
    assert in_words(CONTENT, ({"kind": ("catering", "retail"), "agent": ("self",)}, {"kind": ("retail",)})) == (
        "当“您的店属于哪一类？”选“餐饮服务”或“食品销售”，且“谁来办？”选“本人”；或者当“您的店属于哪一类？”选“食品销售”"
    )


def test_a_question_may_depend_on_those_before_it_only() -> None:
    assert [one.key for one in deciders(CONTENT, before="agent")] == ["kind"]
    assert [one.key for one in deciders(CONTENT, before="kind")] == []
    assert [one.key for one in deciders(CONTENT)] == ["kind", "agent"]


def test_who_needs_a_question_or_an_answer_is_named() -> None:
    assert uses(CONTENT, "kind") == ["问题“谁来办？”", "材料“经营场所布局图”"]
    assert uses(CONTENT, "kind", "retail") == []
    assert uses(CONTENT, "agent") == []
