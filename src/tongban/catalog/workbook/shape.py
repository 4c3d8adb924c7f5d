"""The sheets, derived from the typed document: a sheet for the document and one for each list of parts in it."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from tongban.catalog.content import Condition, Content, Limit, Option, Part
from tongban.catalog.workbook.cells import Leaf
from tongban.catalog.workbook.words import CHOICES, HEADINGS, SHEETS

Path = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A cell of a row: where its value stands in the part, and how it is written."""

    path: Path
    heading: str
    leaf: Leaf
    required: bool = False


@dataclass(frozen=True)
class Sheet:
    """A list of parts (or, at the top, the document itself) as rows."""

    name: str
    place: Path
    """Where the list stands within its parent's part; empty for the document."""
    part: type[Part]
    columns: tuple[Column, ...]
    optional: tuple[Path, ...] = ()
    """Parts within the part that are there only when one of their cells is filled."""
    children: tuple[Sheet, ...] = field(default=())
    numbered: bool = False
    """Rows have a number that their children's rows name; else children name the row's key."""
    parent: str = ""
    """The heading of the column that names the parent's row; empty where the document itself is the parent."""

    def walk(self) -> Iterator[Sheet]:
        yield self
        for child in self.children:
            yield from child.walk()


NUMBER = "序号"


@cache
def document() -> Sheet:
    """实施清单, with every list of the document below it."""
    return _sheet("实施清单", (), Content, (), parent="")


def _sheet(name: str, place: Path, part: type[Part], trail: Path, *, parent: str) -> Sheet:
    columns: list[Column] = []
    optional: list[Path] = []
    lists: list[tuple[Path, type[Part]]] = []
    _columns(part, (), "", columns, optional, lists)
    key = part.model_fields.get("key")
    numbered = bool(lists) and bool(place) and not (key and key.is_required())
    children = tuple(
        _sheet(
            SHEETS.get(".".join(trail + path), "-".join(trail + path)), path, inner, trail + path,
            parent=name if place else "",
        )
        for path, inner in lists
    )  # fmt: skip
    return Sheet(name, place, part, tuple(columns), tuple(optional), children, numbered, parent)


def _columns(
    part: type[Part],
    path: Path,
    before: str,
    columns: list[Column],
    optional: list[Path],
    lists: list[tuple[Path, type[Part]]],
) -> None:
    for key, info in part.model_fields.items():
        here, kind, may_be_none = (*path, key), *_bare(info.annotation)
        heading = before + HEADINGS.get(f"{part.__name__}.{key}", key)
        if inner := _list_of(kind):
            lists.append((here, inner))
        elif kind is Limit:
            columns.append(Column(here, heading, Leaf("limit"), info.is_required()))
            columns.append(Column((*here, "basis"), f"{heading}依据", Leaf("text", usual="")))
        elif isinstance(kind, type) and issubclass(kind, Part):
            if may_be_none:
                optional.append(here)
            _columns(kind, here, heading, columns, optional, lists)
        else:
            columns.append(Column(here, heading, _leaf(f"{part.__name__}.{key}", kind, info), info.is_required()))


def _bare(kind: Any) -> tuple[Any, bool]:
    """Without Annotated and without None; whether None was there."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, types.UnionType) and type(None) in get_args(kind):
        rest = tuple(one for one in get_args(kind) if one is not type(None))
        return _bare(rest[0] if len(rest) == 1 else Union[rest])[0], True  # noqa: UP007
    return kind, False


def _list_of(kind: Any) -> type[Part] | None:
    """The part that a list is of; options stand in one cell and are no list of their own."""
    if get_origin(kind) is tuple:
        inner = _bare(get_args(kind)[0])[0]
        if isinstance(inner, type) and issubclass(inner, Part) and inner is not Option:
            return inner
    return None


def _leaf(name: str, kind: Any, info: FieldInfo) -> Leaf:
    """Raises TypeError for a kind that no cell can hold: then a new kind of cell is needed."""
    usual = ... if info.is_required() else info.get_default(call_default_factory=True)
    choices = CHOICES.get(name, {})
    if kind == Condition:
        return Leaf("condition", usual=usual)
    if get_origin(kind) is tuple:
        inner = _bare(get_args(kind)[0])[0]
        if inner is Option:
            return Leaf("options", usual=())
        listed = _listed(inner, choices)
        return Leaf("choices", listed, open=inner is str, usual=()) if listed else Leaf("lines", usual=())
    if get_origin(kind) in (Union, types.UnionType):
        known = [value for one in get_args(kind) for value in _listed(_bare(one)[0], {})]
        return Leaf("choice", {value: choices.get(value, value) for value in known}, open=True, usual=usual)
    if values := _listed(kind, choices):
        return Leaf("choice", values, usual=usual)
    simple: dict[Any, Literal["text", "number", "yes_no", "date"]] = {
        str: "text", int: "number", bool: "yes_no", date: "date"
    }  # fmt: skip
    if kind not in simple:
        raise TypeError(f"{name}: {kind}")
    return Leaf(simple[kind], usual=usual)


def _listed(kind: Any, choices: dict[str, str]) -> dict[str, str]:
    """The values of a Literal or an enum, with their words."""
    if get_origin(kind) is Literal:
        return {str(value): choices.get(str(value), str(value)) for value in get_args(kind)}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {one.value: choices.get(one.value, one.value) for one in kind}
    return dict(choices) if kind is str else {}
