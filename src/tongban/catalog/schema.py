"""JSON Schema 2020-12 of what an application hands in: answers and form. Pure.

It takes exactly what `rules.check_answers` and `forming.check_form` take, for values in the JSON types it names and
written as they are stored (no spaces around, dates as 2026-03-05); pages and API are more forgiving about spelling.
Conditions are `if`/`then`: a field hangs on answers, on choices before it, and on what those hang on themselves. What no
keyword can say has a format of its own: `cn-identity-document` (GB 11643, other papers by their form) and `cn-uscc` (GB 32100) with check digits;
`formatMinimum`/`formatMaximum` bound dates. `x-prefill`, `x-unit`, `x-example`, `x-source` are notes for whoever draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from tongban.catalog import forming
from tongban.catalog.content import Condition, Content, FormField, FormPage, Question
from tongban.catalog.content.forms import PATTERNS, WORDS
from tongban.identity.id_types import ANY_NUMBER

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True)
class Test:
    """That an answer (`answers`), a choice of the form (`form`) or of the same row (`row`) is one of these."""

    part: str
    key: str
    wanted: tuple[str, ...]
    kind: str


Clause = tuple[Test, ...]
"""All of these; several clauses: one of them."""


def form_schema(content: Content, *, today: date, title: str = "", id: str = "") -> Schema:
    """The schema of `{"answers": …, "form": …}`. `today` sets the bounds of dates that hang on the day."""
    ways = _Ways(content)
    rules: list[Schema] = []
    for question in content.questions:
        need = {"properties": {question.key: _options(question)}, "required": [question.key]}
        rules += [_when(clause, {"properties": {"answers": need}}) for clause in ways.of_question(question)]
    fields: Schema = {}
    for page in content.form:
        if page.repeat and page.key:
            fields[page.key] = _note({}, page.title, page.help)
            rules += _rows(page, ways, today)
            continue
        for field in page.fields:
            fields[field.key] = _about(field)
            need = _needed(field, today)
            rules += [_when(clause, {"properties": {"form": need}}) for clause in ways.of_field(page, field)]
    answers = {question.key: _note({}, question.text, question.help) for question in content.questions}
    return {
        "$schema": DIALECT,
        **({"$id": id} if id else {}),
        **({"title": title} if title else {}),
        "type": "object",
        "required": ["answers", "form"],
        "properties": {
            "answers": {"type": "object", "properties": answers, "additionalProperties": False},
            "form": {"type": "object", "properties": fields, "additionalProperties": False},
        },
        "additionalProperties": False,
        **({"allOf": rules} if rules else {}),
    }


class _Ways:
    """When something is asked, as clauses of tests in which every choice named is asked itself."""

    def __init__(self, content: Content) -> None:
        self.questions = {question.key: question for question in content.questions}
        self.fields = {field.key: (page, field) for page in content.form for field in page.fields}

    def of_question(self, question: Question) -> list[Clause]:
        return self._of(question.when)

    def of_page(self, page: FormPage) -> list[Clause]:
        return self._of(page.when)

    def of_field(self, page: FormPage, field: FormField) -> list[Clause]:
        return _and(self.of_page(page), self._of(field.when, row=page if page.repeat else None))

    def _of(self, condition: Condition, row: FormPage | None = None) -> list[Clause]:
        clauses = (condition,) if isinstance(condition, dict) else condition
        if not clauses:
            return [()]
        return [way for clause in clauses for way in self._both(clause, row)]

    def _both(self, clause: dict[str, tuple[str, ...]], row: FormPage | None) -> list[Clause]:
        ways: list[Clause] = [()]
        for key, wanted in clause.items():
            ways = _and(ways, self._named(key, wanted, row))
        return ways

    def _named(self, key: str, wanted: tuple[str, ...], row: FormPage | None) -> list[Clause]:
        if key in self.questions:
            test = Test("answers", key, wanted, "choice")
            return _and([(test,)], self.of_question(self.questions[key]))
        page, field = self.fields[key]
        test = Test("row" if page.repeat else "form", key, wanted, field.kind)
        return _and([(test,)], self.of_field(page, field))


def _and(one: Iterable[Clause], other: Iterable[Clause]) -> list[Clause]:
    return [tuple(dict.fromkeys(left + right)) for left, right in product(list(one), list(other))]


def _when(clause: Clause, then: Schema) -> Schema:
    """`then`, where the clause's tests of answers and form hold."""
    tests = [_object(test.part, _object(test.key, _is(test))) for test in clause if test.part != "row"]
    if not tests:
        return then
    return {"if": tests[0] if len(tests) == 1 else {"allOf": tests}, "then": then}


def _object(key: str, schema: Schema) -> Schema:
    return {"type": "object", "properties": {key: schema}, "required": [key]}


def _is(test: Test) -> Schema:
    if test.kind == "yes_no":
        return {"enum": [value == "yes" for value in test.wanted]}
    if test.kind == "multi_choice":
        return {"type": "array", "contains": {"enum": list(test.wanted)}}
    return {"enum": list(test.wanted)}


def _rows(page: FormPage, ways: _Ways, today: date) -> Iterator[Schema]:
    """How many rows and of which fields, while the page is asked; then each field, by the choices of its own row."""
    assert page.repeat is not None  # noqa: S101 - asked for by the caller
    known = {field.key: _about(field) for field in page.fields}
    rows: Schema = {
        "type": "array",
        "minItems": page.repeat.minimum,
        "maxItems": page.repeat.maximum,
        "items": {"type": "object", "properties": known, "additionalProperties": False},
    }
    if not page.repeat.minimum:
        rows = {"anyOf": [rows, {"type": "null"}, {"const": ""}]}
    need: Schema = {"properties": {page.key: rows}, **({"required": [page.key]} if page.repeat.minimum else {})}
    for clause in ways.of_page(page):
        yield _when(clause, {"properties": {"form": need}})
    for field in page.fields:
        for clause in ways.of_field(page, field):
            inner = [_object(test.key, _is(test)) for test in clause if test.part == "row"]
            item: Schema = _needed(field, today)
            if inner:
                item = {"if": inner[0] if len(inner) == 1 else {"allOf": inner}, "then": item}
            each = {"properties": {page.key: {"items": item}}}
            yield _when(clause, {"properties": {"form": each}})


def _needed(field: FormField, today: date) -> Schema:
    """The field, as the object that holds it must have it."""
    value = value_schema(field, today)
    if field.required:
        return {"properties": {field.key: value}, "required": [field.key]}
    empty: list[Schema] = [{"type": "null"}, {"type": "string", "pattern": r"^\s*$"}, {"type": "array", "maxItems": 0}]
    return {"properties": {field.key: {"anyOf": [value, *empty]}}}


def value_schema(field: FormField, today: date) -> Schema:
    """One value, filled in."""
    low, high = forming.bounds(field)
    match field.kind:
        case "yes_no":
            return {"type": "boolean"}
        case "choice":
            return _options(field)
        case "multi_choice":
            least = max(1, field.minimum or 0)
            most = {} if field.maximum is None else {"maxItems": field.maximum}
            return {"type": "array", "items": _options(field), "uniqueItems": True, "minItems": least, **most}
        case "number":
            return {"type": "integer", "minimum": low, "maximum": high}
        case "money":
            return {"type": "integer", "minimum": low * 100, "maximum": high * 100}
        case "decimal" | "percent":
            step = float(f"1e-{field.decimals}")
            return {"type": "number", "minimum": low, "maximum": high, "multipleOf": step}
        case "date":
            first, last = forming.days_between(field, today)
            made = {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
            made |= {"formatMinimum": first.isoformat()} if first > date.min else {}
            return made | ({"formatMaximum": last.isoformat()} if last < date.max else {})
        case "id_number":
            return {"type": "string", "pattern": ANY_NUMBER, "format": "cn-identity-document"}
        case "uscc":
            return {"type": "string", "pattern": "^[0-9A-Z]{18}$", "format": "cn-uscc"}
        case "phone":
            return {"type": "string", "pattern": "^(1[3-9][0-9]{9}|0[0-9]{9,11})$"}
    return _text(field)


def _text(field: FormField) -> Schema:
    assert field.kind in WORDS  # noqa: S101 - the other kinds are told above
    pattern = forming.EMAIL if field.kind == "email" else PATTERNS[field.pattern][1]
    made: Schema = {"type": "string", "minLength": max(1, field.min_length), "maxLength": field.max_length}
    return made | {"pattern": f"^({pattern})$" if pattern else r"\S"}


def _options(field: FormField | Question) -> Schema:
    return {"oneOf": [{"const": option.value, "title": option.label} for option in field.options]}


def _about(field: FormField) -> Schema:
    """What a person who fills it in is told; says nothing about the value."""
    notes: dict[str, str | bool | None] = {
        "x-kind": field.kind,
        "x-prefill": field.prefill,
        "x-earlier": field.earlier or None,
        "x-unit": "分" if field.kind == "money" else field.unit or None,
        "x-example": field.example or None,
    }
    return _note({name: note for name, note in notes.items() if note}, field.label, field.help)


def _note(made: Schema, title: str, description: str) -> Schema:
    return {"title": title, **({"description": description} if description else {}), **made}
