"""What was typed under one edition, carried over to the edition that replaces it. Pure: nothing typed is lost.

A value is kept where its question or field is still there (by key, or renamed: by its words) and still takes it; what
was already wrong stays for its page to tell. All else comes back as dropped, with what was typed and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.catalog import forming
from tongban.catalog.content import Content, FormField, FormPage, Question
from tongban.catalog.rules import Answers
from tongban.kernel.refusals import Refusal


@dataclass(frozen=True)
class Dropped:
    """What could not be carried over, as people read it."""

    label: str
    text: str
    why: str


@dataclass(frozen=True)
class Carried:
    """The draft's content under the new edition."""

    answers: dict[str, str]
    form: dict[str, Any]
    dropped: tuple[Dropped, ...]
    asked_anew: tuple[str, ...]
    """Labels of fields that the old edition didn't have, and that must be filled in."""


def carry_over(old: Content, new: Content, answers: Answers, form: Mapping[str, Any], *, today: date) -> Carried:
    """Answers and form as typed, under the new edition."""
    dropped: list[Dropped] = []
    kept_answers = _answers(old, new, answers, dropped)
    kept_form = _form(old, new, form, dropped, today=today)
    before = {field.key for page in old.form for field in page.fields}
    labels = {(field.label, field.kind) for page in old.form for field in page.fields}
    anew = [
        field.label
        for field in forming.fields_for(new, kept_answers, kept_form)
        if field.required and field.key not in before and (field.label, field.kind) not in labels
    ]
    return Carried(kept_answers, kept_form, tuple(dropped), tuple(anew))


def _answers(old: Content, new: Content, answers: Answers, dropped: list[Dropped]) -> dict[str, str]:
    kept: dict[str, str] = {}
    were = {question.key: question for question in old.questions}
    now = {question.key: question for question in new.questions}
    for key, value in answers.items():
        if not value:
            continue
        was = were.get(key)
        question = now.get(key) or _same_question(was, new.questions, were)
        chosen = _same_option(was, question, value)
        if question and chosen:
            kept[question.key] = chosen
        elif was:
            text = next((option.label for option in was.options if option.value == value), value)
            dropped.append(Dropped(was.text, text, "没有这个选项了，请重新选" if question else "这个问题不再问了"))
    return kept


def _same_question(was: Question | None, among: Iterable[Question], were: Mapping[str, Question]) -> Question | None:
    """The question under a new key: the same words, and a key that was not another question's."""
    return next((q for q in among if was and q.text == was.text and q.key not in were), None)


def _same_option(was: Question | None, question: Question | None, value: str) -> str:
    if question is None:
        return ""
    if any(option.value == value for option in question.options):
        return value
    label = next((option.label for option in was.options if option.value == value), None) if was else None
    return next((option.value for option in question.options if option.label == label), "")


def _form(
    old: Content, new: Content, form: Mapping[str, Any], dropped: list[Dropped], *, today: date
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    single = [field for page in new.form if not page.repeat for field in page.fields]
    for page in old.form:
        if not page.repeat:
            kept |= _block(page.fields, single, form, dropped, "", today=today, old=old)
            continue
        rows = forming.rows_of(form.get(page.key or ""))
        into = _same_page(page, new, old)
        for number, row in enumerate(rows):
            head = f"{page.repeat.row} {number + 1}："
            moved = _block(page.fields, into.fields if into else (), row, dropped, head, today=today, old=old)
            if into and into.key:
                kept.setdefault(into.key, []).append(moved)
    return kept


def _same_page(page: FormPage, new: Content, old: Content) -> FormPage | None:
    """The repeating page under its key, or under its title when the key is new."""
    repeating = [one for one in new.form if one.repeat]
    keys = {one.key for one in old.form}
    by_key = next((one for one in repeating if one.key == page.key), None)
    return by_key or next((one for one in repeating if one.title == page.title and one.key not in keys), None)


def _block(
    were: Iterable[FormField],
    now: Iterable[FormField],
    given: Mapping[str, Any],
    dropped: list[Dropped],
    head: str,
    *,
    today: date,
    old: Content,
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    there = {field.key: field for field in now}
    known = {field.key for page in old.form for field in page.fields}
    for field in were:
        value = given.get(field.key)
        if value in (None, "", [], ()):
            continue
        into = there.get(field.key) or next(
            (f for f in there.values() if f.label == field.label and f.kind == field.kind and f.key not in known), None
        )
        why = _why_not(field, into, value, today=today)
        if into and not why:
            kept[into.key] = value
        else:
            text = forming.shown_as_typed(field, value, today=today)
            dropped.append(Dropped(head + field.label, text, why))
    return kept


def _why_not(field: FormField, into: FormField | None, value: Any, *, today: date) -> str:
    """Why the new field doesn't take the value; empty when it does, or when it was as wrong before."""
    if into is None:
        return "这一栏不再填了"
    try:
        forming.clean(into, value, today=today)
    except Refusal as refusal:
        if into.kind == field.kind and _wrong(field, value, today=today) == refusal.code:
            return ""
        return f"{refusal.reason}，请重新填"
    return ""


def _wrong(field: FormField, value: Any, *, today: date) -> str:
    try:
        forming.clean(field, value, today=today)
    except Refusal as refusal:
        return refusal.code
    return ""
