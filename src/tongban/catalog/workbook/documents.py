"""A document taken apart into rows, and rows put together to a document again.

A row belongs to an edition by two cells, 事项编码 and 机构, which stand before those here. What a file leaves out, a
whole sheet or a column of the edition's own row, stays as it is in the edition in force; an empty cell means the usual.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.catalog.workbook import cells, conditions
from tongban.catalog.workbook.cells import CellError
from tongban.catalog.workbook.conditions import ConditionError
from tongban.catalog.workbook.shape import NUMBER, Column, Path, Sheet, document
from tongban.kernel.books import Head

Document = dict[str, Any]


def heads(sheet: Sheet) -> list[Head]:
    """The headings of a sheet's columns, behind those that name the edition."""
    named = [Head(sheet.parent, 14)] if sheet.parent else []
    numbered = [Head(NUMBER, 8)] if sheet.numbered else []
    return named + numbered + [Head(one.heading, _width(one), one.leaf.offered) for one in sheet.columns]


def _width(column: Column) -> int:
    return {"text": 28, "lines": 40, "options": 28, "condition": 32, "choice": 16, "choices": 24}.get(
        column.leaf.kind, 12
    )


def take_apart(stored: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Each row's sheet and its cells. `stored` is a document dumped whole."""
    lexicon = conditions.lexicon_of(stored)
    top = document()
    yield top.name, _cells(top, stored, lexicon)
    for child in top.children:
        yield from _rows(child, stored, lexicon, "")


def _rows(
    sheet: Sheet, parent: Mapping[str, Any], lexicon: conditions.Lexicon, named: str
) -> Iterator[tuple[str, list[str]]]:
    for number, part in enumerate(_at(parent, sheet.place) or (), start=1):
        before = [named] * bool(sheet.parent) + [str(number)] * sheet.numbered
        yield sheet.name, before + _cells(sheet, part, lexicon)
        for child in sheet.children:
            yield from _rows(child, part, lexicon, str(number) if sheet.numbered else part["key"])


def _cells(sheet: Sheet, part: Mapping[str, Any], lexicon: conditions.Lexicon) -> list[str]:
    return [_cell(column, _at(part, column.path), lexicon) for column in sheet.columns]


def _cell(column: Column, value: Any, lexicon: conditions.Lexicon) -> str:
    match column.leaf.kind:
        case "limit":
            return cells.write_limit(value)
        case "condition":
            return cells.escape(conditions.write(value, lexicon))
    if value is None and column.leaf.kind in ("lines", "options", "choices", "text"):
        return ""
    return cells.write(column.leaf, value)


def _at(part: Any, path: Path) -> Any:
    for key in path:
        part = part.get(key) if isinstance(part, Mapping) else None
    return part


@dataclass(frozen=True)
class Filled:
    """A row as it was filled in: `cells` by heading, only of columns that the file has."""

    sheet: str
    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    sheet: str
    line: int
    says: str


@dataclass
class Assembly:
    """A document being put together, where each of its parts came from, and what couldn't be read."""

    document: Document
    faults: list[Fault] = field(default_factory=list)
    places: dict[tuple[int | str, ...], Filled] = field(default_factory=dict)
    conditions: list[tuple[Document, Path, str, str, Filled]] = field(default_factory=list)

    def fault(self, row: Filled, says: str) -> None:
        self.faults.append(Fault(row.sheet, row.line, says))

    def place_of(self, where: tuple[int | str, ...]) -> Filled | None:
        """The row that a place of the document came from, or the nearest around it."""
        for end in range(len(where), -1, -1):
            if found := self.places.get(tuple(where[:end])):
                return found
        return None


def put_together(rows: Mapping[str, list[Filled]], present: frozenset[str], base: Document | None = None) -> Assembly:
    """`rows` of one edition by sheet; `present` are the sheets that the file has; `base` is what is in force.

    Says what couldn't be read as faults; whether the whole holds together is the typed document's business.
    """
    made = Assembly(copy.deepcopy(base) if base else {})
    top = document()
    for row in rows.get(top.name, ())[:1]:
        made.places[()] = row
        _fill(made, top, row, made.document)
    for child in top.children:
        if child.name in present:
            _put(made.document, child.place, _list(made, child, rows, present, "", base, child.place))
    lexicon = conditions.lexicon_of(made.document)
    for part, path, heading, text, row in made.conditions:
        try:
            condition = conditions.read(cells.unescape(text), lexicon)
            conditions.check(condition, lexicon)
            _put(part, path, condition)
        except ConditionError as error:
            made.fault(row, f"{heading}：{error}")
    return made


def _list(
    made: Assembly,
    sheet: Sheet,
    rows: Mapping[str, list[Filled]],
    present: frozenset[str],
    named: str,
    base: Any,
    where: tuple[int | str, ...],
) -> list[Document]:
    """The parts that a sheet's rows are, below the row that `named` names."""
    before = _at(base, sheet.place) or []
    mine = [row for row in rows.get(sheet.name, ()) if not sheet.parent or row.cells.get(sheet.parent, "") == named]
    found: list[Document] = []
    seen: set[str] = set()
    for at, row in enumerate(mine):
        part: Document = {}
        _fill(made, sheet, row, part)
        here = (*where, at)
        made.places[here] = row
        name = row.cells.get(NUMBER, "") if sheet.numbered else str(part.get("key", ""))
        if sheet.children and name in seen:
            made.fault(row, f"“{name}”写了两次")
        seen.add(name)
        for child in sheet.children:
            if child.name in present:
                inner = _list(made, child, rows, present, name, None, (*here, *child.place))
            else:
                inner = next((_at(one, child.place) for one in before if one.get("key") == name), [])
            _put(part, child.place, inner)
        found.append(part)
    for child in sheet.children if not named else ():
        for row in rows.get(child.name, ()):
            if row.cells.get(child.parent, "") not in seen:
                made.fault(row, f"{child.parent}“{row.cells.get(child.parent, '')}”不在工作表“{sheet.name}”里")
    return found


def _fill(made: Assembly, sheet: Sheet, row: Filled, part: Document) -> None:
    """The row's cells into its part. An empty cell takes the value away, and then the usual holds."""
    given: set[Path] = set()
    for column in sheet.columns:
        if column.heading not in row.cells:
            continue
        text = row.cells[column.heading]
        if not text:
            if not (column.path[-1] == "basis" and _at(part, column.path[:-1]) is None):
                _take(part, column.path)
            continue
        given.add(column.path)
        if column.leaf.kind == "condition":
            made.conditions.append((part, column.path, column.heading, text, row))
            continue
        try:
            value = cells.read_limit(text) if column.leaf.kind == "limit" else cells.read(column.leaf, text)
        except CellError as error:
            made.fault(row, f"{column.heading}：{error}")
            continue
        if column.leaf.kind == "limit":
            value = {"basis": (_at(part, column.path) or {}).get("basis", "")} | value
        _put(part, column.path, value)
    for path in sheet.optional:
        inside = [column for column in sheet.columns if column.path[: len(path)] == path]
        if any(one.heading in row.cells for one in inside) and not any(one.path in given for one in inside):
            _take(part, path)
    _drop_hollow(sheet, part, made, row)


def _drop_hollow(sheet: Sheet, part: Document, made: Assembly, row: Filled) -> None:
    """A basis without its limit is a fault; a part within the part that nothing was said of is left out."""
    for column in sheet.columns:
        if column.leaf.kind == "limit" and isinstance(limit := _at(part, column.path), dict) and "amount" not in limit:
            if limit.get("basis") and not any(one.line == row.line and one.sheet == row.sheet for one in made.faults):
                made.fault(row, f"{column.heading}：写了依据，没有写时限")
            _take(part, column.path)
        if len(column.path) > 1 and _at(part, column.path[:1]) == {}:
            part.pop(column.path[0])


def _put(part: Document, path: Path, value: Any) -> None:
    for key in path[:-1]:
        inner = part.get(key)
        part[key] = inner if isinstance(inner, dict) else {}
        part = part[key]
    part[path[-1]] = value


def _take(part: Document, path: Path) -> None:
    inner = _at(part, path[:-1])
    if isinstance(inner, dict):
        inner.pop(path[-1], None)


def by_sheet(rows: list[Filled]) -> dict[str, list[Filled]]:
    found: dict[str, list[Filled]] = defaultdict(list)
    for row in rows:
        found[row.sheet].append(row)
    return found
