"""The walk over all combinations: complete, only what can be asked, and what it says about a document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog import rules, situations
from tongban.catalog.content import Content
from tongban.kernel.refusals import Invalid


def question(key: str, *options: str, when: Any = None) -> dict[str, Any]:
    return {
        "key": key,
        "text": f"{key}？",
        "options": [{"value": o, "label": o.upper()} for o in options],
        "when": when or {},
    }


def material(key: str, when: Any = None, name: str = "") -> dict[str, Any]:
    return {"key": key, "name": name or f"材料{key}", "give": "upload", "when": when or {}}


def content(questions: list[Any], materials: list[Any] | None = None, **more: Any) -> Content:
    return Content.model_validate({"audience": ["1"], "questions": questions, "materials": materials or [], **more})


FOOD = content(
    [
        question("kind", "catering", "retail"),
        question("raw", "yes", "no", when={"kind": ["catering"]}),
        question("agent", "self", "agent"),
    ],
    [
        material("licence"),
        material("room", {"kind": ["catering"], "raw": ["yes"]}),
        material("mandate", {"agent": ["agent"]}),
    ],
)


def test_every_combination_is_walked_once_in_order() -> None:
    walked = [dict(one.answers) for one in situations.combinations(FOOD)]

    assert walked == [
        {"kind": "catering", "raw": "yes", "agent": "self"},
        {"kind": "catering", "raw": "yes", "agent": "agent"},
        {"kind": "catering", "raw": "no", "agent": "self"},
        {"kind": "catering", "raw": "no", "agent": "agent"},
        {"kind": "retail", "agent": "self"},
        {"kind": "retail", "agent": "agent"},
    ]


def test_a_combination_carries_what_it_calls_for() -> None:
    last = list(situations.combinations(FOOD))[1]

    assert [m.key for m in last.materials] == ["licence", "room", "mandate"]
    assert last.fields == ()


def test_without_questions_there_is_one_combination() -> None:
    assert [dict(one.answers) for one in situations.combinations(content([], [material("a")]))] == [{}]


def test_a_walk_stops_where_it_is_told() -> None:
    wide = content([question(f"q{n}", "a", "b", "c") for n in range(12)])

    assert sum(1 for _ in situations.combinations(wide, at_most=100)) == 100
    assert not situations.survey(wide, at_most=100).complete
    assert situations.survey(FOOD, at_most=6).complete


def test_the_survey_of_a_sound_document_finds_nothing() -> None:
    assert situations.survey(FOOD) == situations.Survey(combinations=6, complete=True)


def test_the_survey_finds_what_can_never_happen() -> None:
    broken = content(
        [
            question("late_first", "a", "b", when={"kind": ["retail"]}),
            question("kind", "catering", "retail"),
            question("raw", "yes", "no", when={"kind": ["catering"]}),
        ],
        [material("licence"), material("never", {"kind": ["retail"], "raw": ["yes"]}), material("k", {"raw": ["no"]})],
        form=[{"title": "页", "fields": [{"key": "f", "label": "字段", "when": {"late_first": ["a"]}}]}],
    )
    found = situations.survey(broken)

    assert (found.never_asked, found.never_needed, found.never_shown) == (("late_first",), ("never",), ("f",))


def test_the_survey_finds_bare_and_contradictory_combinations() -> None:
    found = situations.survey(
        content(
            [question("kind", "catering", "retail")],
            [material("one", {"kind": ["catering"]}, "布局图"), material("two", {"kind": ["catering"]}, "布局图")],
        )
    )

    assert found.without_materials == ({"kind": "retail"},)
    assert found.asked_twice == (("布局图", {"kind": "catering"}),)


def test_the_survey_finds_questions_and_answers_that_change_nothing() -> None:
    found = situations.survey(
        content(
            [question("idle", "a", "b"), question("kind", "a", "b", "c")],
            [material("x"), material("y", {"kind": ["a", "b"]})],
        )
    )

    assert found.idle == ("idle",)
    assert found.alike == (("kind", ("a", "b")),)


def test_answers_are_said_in_words() -> None:
    assert situations.words(FOOD, {"kind": "retail", "agent": "self"}) == "kind？RETAIL；agent？SELF"


@st.composite
def documents(draw: st.DrawFn) -> Content:
    """Up to four questions, some conditional on any other, and materials under any condition."""
    count = draw(st.integers(0, 4))
    keys = [f"q{n}" for n in range(count)]
    clause = st.dictionaries(
        st.sampled_from(keys), st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True), max_size=2
    ) if keys else st.just({})  # fmt: skip
    condition = st.one_of(clause, st.lists(clause, max_size=2))
    return content(
        [question(key, "a", "b", "c", when=draw(condition)) for key in keys],
        [material(f"m{n}", draw(condition)) for n in range(draw(st.integers(0, 3)))],
    )


@given(documents())
def test_a_walk_gives_exactly_the_answers_that_count(document: Content) -> None:
    walked = [dict(one.answers) for one in situations.combinations(document)]

    assert len({tuple(sorted(one.items())) for one in walked}) == len(walked)
    for answers in walked:
        assert rules.check_answers(document, answers) == answers
        for key in answers:
            with pytest.raises(Invalid):
                rules.check_answers(document, {k: v for k, v in answers.items() if k != key})
