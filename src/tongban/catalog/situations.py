"""情形: every way through the situation questions, and what each way calls for. Pure; editor, quality engine and
replay read the same walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongban.catalog import forming, rules
from tongban.catalog.content import Condition, Content, Fee, FormField, Material, Question
from tongban.catalog.rules import Answers

AT_MOST = 5_000
"""Combinations that one walk visits unless told otherwise: twelve questions of two answers fit."""


@dataclass(frozen=True)
class Combination:
    """One complete way through the questions (as `rules.check_answers` would accept it), and what it calls for."""

    answers: Answers
    materials: tuple[Material, ...]
    fields: tuple[FormField, ...]
    fees: tuple[Fee, ...]


def combinations(content: Content, *, at_most: int = AT_MOST) -> Iterator[Combination]:
    """Every combination of answers that an applicant can give, in the order of the options; at most `at_most`.

    Only questions that are asked are answered. Without questions there is one combination, without answers.
    """
    for number, answers in enumerate(_ways(content.questions, {})):
        if number == at_most:
            return
        yield Combination(
            answers=answers,
            materials=tuple(rules.materials_for(content, answers)),
            fields=tuple(forming.fields_for(content, answers)),
            fees=tuple(fee for fee in content.fees if rules.holds(fee.when, answers)),
        )


def _ways(questions: tuple[Question, ...], answers: dict[str, str]) -> Iterator[dict[str, str]]:
    if not questions:
        yield answers
    elif not rules.holds(questions[0].when, answers):
        yield from _ways(questions[1:], answers)
    else:
        for option in questions[0].options:
            yield from _ways(questions[1:], {**answers, questions[0].key: option.value})


@dataclass(frozen=True)
class Survey:
    """What a walk over all combinations found. Keys, in the document's order."""

    combinations: int
    """How many were visited."""
    complete: bool
    """False: there are more than were visited, and nothing is said about what can never happen."""
    never_asked: tuple[str, ...] = ()
    """Questions that no combination comes to."""
    never_needed: tuple[str, ...] = ()
    """Materials whose condition no combination fulfils."""
    never_shown: tuple[str, ...] = ()
    """Fields of the form whose condition no combination fulfils."""
    without_materials: tuple[Answers, ...] = ()
    """Combinations that call for no material, though others do."""
    asked_twice: tuple[tuple[str, Answers], ...] = ()
    """Names of materials that one combination calls for twice, each with the first such combination."""
    idle: tuple[str, ...] = ()
    """Questions whose answer changes nothing."""
    alike: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(question, options): answers of one question that have the same effect, where not all have."""


def survey(content: Content, *, at_most: int = AT_MOST) -> Survey:
    """Walk every combination once. The checks of the situation editor and of the quality engine."""
    asked: set[str] = set()
    needed: set[str] = set()
    shown: set[str] = set()
    bare: list[Answers] = []
    twice: dict[str, Answers] = {}
    visited = 0
    complete = True
    for one in combinations(content, at_most=at_most + 1):
        if visited == at_most:
            complete = False
            break
        visited += 1
        asked.update(one.answers)
        needed.update(material.key for material in one.materials)
        shown.update(field.key for field in one.fields)
        if not one.materials:
            bare.append(one.answers)
        names = [material.name for material in one.materials]
        for name in names:
            if name not in twice and names.count(name) > 1:
                twice[name] = one.answers
    options = {question.key: alike(content, question) for question in content.questions}
    return Survey(
        combinations=visited,
        complete=complete,
        never_asked=tuple(q.key for q in content.questions if q.key not in asked) if complete else (),
        never_needed=tuple(m.key for m in content.materials if m.key not in needed) if complete else (),
        never_shown=tuple(f.key for p in content.form for f in p.fields if f.key not in shown) if complete else (),
        without_materials=tuple(bare) if needed else (),
        asked_twice=tuple(twice.items()),
        idle=tuple(q.key for q in content.questions if len(options[q.key]) == 1),
        alike=tuple(
            (q.key, group)
            for q in content.questions
            for group in options[q.key]
            if len(options[q.key]) > 1 and len(group) > 1
        ),
    )


def alike(content: Content, question: Question) -> tuple[tuple[str, ...], ...]:
    """The question's options in groups that no condition of the document tells apart."""
    wanted = [
        clause[question.key]
        for condition in _conditions(content)
        for clause in ((condition,) if isinstance(condition, dict) else condition)
        if question.key in clause
    ]
    groups: dict[tuple[bool, ...], list[str]] = {}
    for option in question.options:
        groups.setdefault(tuple(option.value in values for values in wanted), []).append(option.value)
    return tuple(tuple(group) for group in groups.values())


def _conditions(content: Content) -> list[Condition]:
    return [
        *(material.when for material in content.materials),
        *(page.when for page in content.form),
        *(field.when for page in content.form for field in page.fields),
        *(question.when for question in content.questions),
        *(fee.when for fee in content.fees),
    ]


def words(content: Content, answers: Answers) -> str:
    """Answers as people read them: 您的店属于哪一类？餐饮服务；是否做冷食？做."""
    said = []
    for question in content.questions:
        if question.key in answers:
            label = next((o.label for o in question.options if o.value == answers[question.key]), answers[question.key])
            said.append(f"{question.text}{label}")
    return "；".join(said)
