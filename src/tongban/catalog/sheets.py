"""The form as components: what a citizen's page, the window and a preview draw, and what such a page brings back.

A control's name on the page is its field's key, in a row `members-0-name`; a prefix keeps forms apart on one page.
Fields that hang on a choice drawn beside them carry their condition for the browser (`data-when`); without JavaScript
they appear when the page comes back. Template: `catalog/sheet.html`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tongban.catalog import forming
from tongban.catalog.content import Clause, Condition, Content, FormField, FormPage
from tongban.catalog.content.forms import DECIDING, FieldKind
from tongban.catalog.rules import Answers, holds
from tongban.design.parts import Field

TYPED_AT_MOST = 4000
"""Characters kept of one typed value: more than any field takes."""
DENSE_CHOICES = 3
"""On a dense page more options than these become a list to pull down."""


@dataclass(frozen=True)
class Control:
    """One field as drawn. `when`: its condition for the browser as JSON, empty when nothing on this page decides it."""

    field: Field
    shown: bool
    when: str = ""


@dataclass(frozen=True)
class RowDrawn:
    """A row of a page that repeats; of any other page there is one, without a title."""

    controls: tuple[Control, ...]
    title: str = ""
    id: str = ""
    remove: str = ""


@dataclass(frozen=True)
class SheetDrawn:
    """A page of the form as drawn. `count` names the hidden input that says how many rows there are."""

    title: str
    help: str
    rows: tuple[RowDrawn, ...]
    shown: bool = True
    when: str = ""
    add: str = ""
    add_label: str = ""
    count: str = ""
    error: str = ""
    id: str = ""
    bounds: str = ""


@dataclass(frozen=True)
class Hint:
    """What is known for a field before anyone typed: as typed, and where it is from."""

    value: Any
    source: str


def name_of(where: str, prefix: str = "") -> str:
    """The control that a fault in `form.members.0.name` belongs to: `members-0-name`."""
    return prefix + where.removeprefix("form.").replace(".", "-")


def drawn(
    content: Content,
    answers: Answers,
    form: Mapping[str, Any],
    *,
    pages: Collection[int] | None = None,
    hints: Mapping[str, Hint] | None = None,
    errors: Mapping[str, str] | None = None,
    prefix: str = "",
    dense: bool = False,
    excused: Collection[FieldKind] = (),
) -> list[SheetDrawn]:
    """The pages (by position in the form; all without `pages`) with their controls, those hidden for now among them.

    `form` is what was typed; a field that wasn't typed shows its hint (by where the field is: `form.shop`). `errors`
    by control name. Kinds of fields that are `excused` may stay empty here, and say so.
    """
    hints, errors = hints or {}, errors or {}
    said = forming.situation(content, answers)
    beside: dict[str, tuple[str, FormField]] = {}  # choices drawn on this page, by key: their control's name
    made = []
    for position, page in enumerate(content.form):
        draw = pages is None or position in pages
        pen = _Pen(hints, errors, prefix, dense, draw, excused)
        asked = holds(page.when, said)
        when = _residual(page.when, said, beside)
        rows: list[RowDrawn] = []
        if page.repeat and page.key:
            given = shown_rows(page, form)
            for number, row in enumerate(given):
                controls = pen.controls(page, row, dict(said), dict(beside), f"{page.key}.{number}", asked=asked)
                rows.append(_row(page, number, controls, prefix))
        else:
            inside = said if asked else dict(said)
            controls = pen.controls(page, form, inside, beside, "", asked=asked)
            rows.append(RowDrawn(controls))
        if draw and (asked or when) and (page.repeat or rows[0].controls):
            made.append(_sheet(page, tuple(rows), asked, when, errors, prefix))
    return made


def shown_rows(page: FormPage, form: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The rows given, filled up with empty ones to the least the page asks for."""
    assert page.repeat is not None  # noqa: S101 - asked for by the callers
    rows = forming.rows_of(form.get(page.key or ""))[: page.repeat.maximum]
    return [*rows, *({} for _ in range(page.repeat.minimum - len(rows)))]


def _row(page: FormPage, number: int, controls: tuple[Control, ...], prefix: str) -> RowDrawn:
    assert page.repeat is not None  # noqa: S101
    return RowDrawn(
        controls,
        title=f"{page.repeat.row} {number + 1}",
        id=f"id_{prefix}{page.key}-{number}",
        remove=f"{page.key}.{number}",
    )


def _sheet(
    page: FormPage, rows: tuple[RowDrawn, ...], asked: bool, when: str, errors: Mapping[str, str], prefix: str
) -> SheetDrawn:
    repeat = page.repeat
    if repeat is None:
        return SheetDrawn(page.title, page.help, rows, shown=asked, when=when)
    least = f"至少 {repeat.minimum} 行，" if repeat.minimum else "没有的不填，"
    return SheetDrawn(
        page.title,
        page.help,
        rows,
        shown=asked,
        when=when,
        add=(page.key or "") if len(rows) < repeat.maximum else "",
        add_label=f"添加{repeat.row}",
        count=f"rows-{prefix}{page.key}",
        error=errors.get(f"{prefix}{page.key}", ""),
        id=f"id_{prefix}{page.key}",
        bounds=f"{least}最多 {repeat.maximum} 行",
    )


@dataclass(frozen=True)
class _Pen:
    hints: Mapping[str, Hint]
    errors: Mapping[str, str]
    prefix: str
    dense: bool
    draw: bool
    excused: Collection[FieldKind] = ()

    def controls(
        self,
        page: FormPage,
        given: Mapping[str, Any],
        said: dict[str, str | tuple[str, ...]],
        beside: dict[str, tuple[str, FormField]],
        row: str,
        *,
        asked: bool,
    ) -> tuple[Control, ...]:
        """The fields of a page or a row; what they say is added to `said`, what they may say yet to `beside`."""
        made = []
        for field in page.fields:
            where = f"form.{row}.{field.key}" if row else f"form.{field.key}"
            hint = self.hints.get(where) if field.key not in given else None
            value = hint.value if hint else given.get(field.key, "")
            shown, when = holds(field.when, said), _residual(field.when, said, beside)
            if shown and asked:
                forming.say(field, value, said)
            if not shown and not when:
                continue
            name = name_of(where, self.prefix)
            if self.draw:
                made.append(Control(self._field(field, name, value, hint.source if hint else ""), shown, when))
                if field.kind in DECIDING:
                    beside[field.key] = (name, field)
        return tuple(made)

    def _field(self, field: FormField, name: str, value: Any, source: str) -> Field:
        kind, attrs = _KINDS.get(field.kind, (field.kind, {}))
        if kind == "choice" and self.dense and len(field.options) > DENSE_CHOICES:
            kind = "select"
        if self.dense:
            attrs = {**attrs, "autocomplete": "off"}
        if field.kind == "date":
            attrs = {**attrs, **_days(field)}
        example = f"例如：{field.example}" if field.example else ""
        excused = field.required and field.kind in self.excused
        shown = Field.of(
            field, name=name, kind=kind, value=value, source=source, error=self.errors.get(name, ""),
            help="　".join(filter(None, ["没有的可以不填" if excused else "", field.help, example])), unit=_unit(field),
            long=field.kind == "multi_choice", required=field.required and not excused,
        )  # fmt: skip
        return Field.of(shown, attrs={**shown.attrs, **attrs})


_KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "multi_choice": ("checks", {}),
    "decimal": ("number", {"inputmode": "decimal"}),
    "percent": ("number", {"inputmode": "decimal"}),
    "email": ("text", {"inputmode": "email", "autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
}
"""How kinds without a component of their own are drawn."""


def _unit(field: FormField) -> str:
    return field.unit or ("%" if field.kind == "percent" else "")


def _days(field: FormField) -> dict[str, str]:
    """The calendar's own limits, where they don't hang on the day."""
    bounds = {"min": field.earliest, "max": field.latest}
    return {name: day.isoformat() for name, day in bounds.items() if day}


def _residual(
    condition: Condition, said: Mapping[str, str | tuple[str, ...]], beside: Mapping[str, tuple[str, FormField]]
) -> str:
    """What of a condition the browser decides, as JSON clauses of control names; empty when nothing does."""
    clauses = (condition,) if isinstance(condition, dict) else condition
    left = []
    for clause in clauses:
        if holds({key: wanted for key, wanted in clause.items() if key not in beside}, said):
            left.append(_names(clause, beside))
    if not left or not all(left):
        return ""
    return json.dumps(left, ensure_ascii=False)


def _names(clause: Clause, beside: Mapping[str, tuple[str, FormField]]) -> dict[str, list[str]]:
    made = {}
    for key, wanted in clause.items():
        if key in beside:
            name, field = beside[key]
            truth = {"yes": "true", "no": "false"} if field.kind == "yes_no" else {}
            made[name] = [truth.get(value, value) for value in wanted]
    return made


# What a page brings back


def taken(
    content: Content,
    sent: QueryDict,
    before: Mapping[str, Any],
    *,
    pages: Collection[int] | None = None,
    prefix: str = "",
) -> dict[str, Any]:
    """What was typed, by key, for the fields that were there to be filled in (`asked`, or sent); a row keeps what was hidden.

    `add-row` and `remove-row` change the rows.
    """
    asked = set(sent.getlist("asked")) | set(sent)
    made: dict[str, Any] = {}
    for position, page in enumerate(content.form):
        if pages is not None and position not in pages:
            continue
        if page.repeat and page.key:
            if f"rows-{prefix}{page.key}" in sent:
                made[page.key] = _taken_rows(page, page.key, sent, before, asked, prefix)
        else:
            made |= _typed(page, lambda key: f"{prefix}{key}", sent, asked)
    return made


def _taken_rows(
    page: FormPage, key: str, sent: QueryDict, before: Mapping[str, Any], asked: set[str], prefix: str
) -> list[dict[str, Any]]:
    assert page.repeat is not None  # noqa: S101
    count = sent.get(f"rows-{prefix}{key}", "")
    many = min(int(count), page.repeat.maximum) if count.isdecimal() and len(count) < 4 else 0
    earlier = forming.rows_of(before.get(key))
    rows: list[dict[str, Any]] = []
    for number in range(many):
        old = dict(earlier[number]) if number < len(earlier) else {}
        rows.append(old | _typed(page, _namer(f"{prefix}{key}-{number}-"), sent, asked))
    removed, _, number_sent = sent.get("remove-row", "").rpartition(".")
    if removed == key and number_sent.isdecimal() and len(number_sent) < 4 and int(number_sent) < len(rows):
        del rows[int(number_sent)]
    if sent.get("add-row") == key and len(rows) < page.repeat.maximum:
        rows.append({})
    return rows


def _namer(head: str) -> Callable[[str], str]:
    return lambda key: head + key


def _typed(page: FormPage, name: Callable[[str], str], sent: QueryDict, asked: set[str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for field in page.fields:
        control = name(field.key)
        if control in asked:
            if field.kind == "multi_choice":
                made[field.key] = [value[:TYPED_AT_MOST] for value in sent.getlist(control)][: len(field.options)]
            else:
                made[field.key] = sent.get(control, "").replace("\0", "")[:TYPED_AT_MOST]
    return made


def changes_rows(sent: QueryDict) -> bool:
    """A row was added or removed: the page comes back instead of going on."""
    return "add-row" in sent or "remove-row" in sent
