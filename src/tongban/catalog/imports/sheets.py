"""Reading a workbook: which of its sheets and columns are ours, each row's cells, and the base items they describe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from tongban.catalog.coding import Scheme
from tongban.catalog.content import Basis
from tongban.catalog.workbook import cells
from tongban.catalog.workbook.cells import CellError
from tongban.catalog.workbook.documents import Filled, heads
from tongban.catalog.workbook.items import (
    ALIAS,
    ALIASES,
    BASES,
    BODY,
    COLUMNS,
    EDITION,
    HELP,
    ITEM,
    ITEMS,
    ORIGIN,
    OWN,
    basis_sheet,
    item_heads,
)
from tongban.catalog.workbook.shape import Column, document
from tongban.kernel.books import Head
from tongban.kernel.refusals import Refusal, demand
from tongban.kernel.tables import Line, Report
from tongban.kernel.typed import normalise, unstorable


@dataclass
class Entry:
    """A base item as the file says it: only what its columns say."""

    row: Filled
    code: str
    facts: dict[str, Any]
    parent: str | None = None
    basis: list[dict[str, Any]] | None = None
    aliases: dict[str, str] = field(default_factory=dict)
    """Words and their origin."""
    spoilt: bool = False
    """A row of its basis or aliases can't be used: then it stays as it is, whole."""


def ours() -> dict[str, list[Head]]:
    """Every sheet that an import knows, with its columns."""
    top = document().name
    editions = {one.name: [*(OWN if one.name == top else EDITION), *heads(one)] for one in document().walk()}
    return item_heads() | editions


def rows_of(book: Mapping[str, Sequence[Line]], report: Report) -> dict[str, list[Filled]]:
    """Each sheet's rows. Raises Refusal for columns that are missing, unknown or there twice."""
    known = ours()
    for name in sorted(set(book) - set(known) - {HELP}):
        report.warn(0, f"工作表“{name}”不认识，没有读")
    demand(
        bool(set(book) & set(known)), "sheets_missing", "文件里没有可以导入的工作表", "请用从本平台下载的模板", "file"
    )
    return {name: _rows(name, known[name], book[name]) for name in known if name in book}


def _rows(sheet: str, columns: list[Head], lines: Sequence[Line]) -> list[Filled]:
    if not lines:
        raise Refusal("sheet_empty", f"工作表“{sheet}”没有表头", "请保留第一行列名，或删去整个工作表", "file")
    names = [name for name in lines[0][1] if name]
    wanted = {head.name for head in columns}
    hint = "请对照模板的列名；第一行不要改"
    unknown, twice = sorted(set(names) - wanted), sorted({name for name in names if names.count(name) > 1})
    missing = [name for name in (ITEM, BODY) if name in wanted and name not in names]
    for which, says in ((unknown, "有不认识的列"), (twice, "有重复的列"), (missing, "缺少列")):
        demand(not which, "sheet_columns", f"工作表“{sheet}”{says}：{'、'.join(which)[:200]}", hint, "file")
    return [
        Filled(sheet, line, {name: cell for name, cell in zip(lines[0][1], texts, strict=False) if name})
        for line, texts in lines[1:]
    ]


def refuse(report: Report, row: Filled, says: str) -> None:
    report.reject(row.line, f"工作表“{row.sheet}”：{says}")


def entries(rows: Mapping[str, list[Filled]], scheme: Scheme, report: Report) -> dict[str, Entry]:
    """The base items of the file by code; rows that can't be used are rejected, and what hangs on them."""
    found: dict[str, Entry] = {}
    for row in rows.get(ITEMS, ()):
        entry = _entry(row, scheme, report)
        if entry and entry.code in found:
            refuse(report, row, f"事项编码 {entry.code} 与第 {found[entry.code].row.line} 行重复")
        elif entry:
            found[entry.code] = entry
    for row in rows.get(BASES, ()):
        if entry := _owner(row, found, report):
            _add_basis(entry, row, report)
    if BASES in rows:
        for entry in found.values():
            entry.basis = entry.basis or []
    for row in rows.get(ALIASES, ()):
        if entry := _owner(row, found, report):
            _add_alias(entry, row, report)
    return {code: entry for code, entry in found.items() if not entry.spoilt}


def _entry(row: Filled, scheme: Scheme, report: Report) -> Entry | None:
    code = normalise(row.cells[ITEM]) if scheme.key != "external" else row.cells[ITEM].strip()
    faults = [wrong.reason] if (wrong := scheme.validate(code)) else []
    facts = _facts(row, COLUMNS, faults)
    for key, most in (("name", 200), ("main_name", 200), ("bodies", 300)):
        if len(str(facts.get(key) or "")) > most:
            faults.append(f"{key} 超过 {most} 个字")
    if faults:
        for says in faults:
            refuse(report, row, says)
        return None
    parent = facts.pop("parent", None)
    return Entry(row, code, facts, normalise(parent) if parent else parent)


def _facts(row: Filled, columns: Iterable[Column], faults: list[str]) -> dict[str, Any]:
    """What the row's cells say, by key; an empty cell says the usual. Faults are added in words."""
    facts: dict[str, Any] = {}
    for column in columns:
        if column.heading not in row.cells:
            continue
        text = row.cells[column.heading]
        if not text:
            if column.required:
                faults.append(f"没有填{column.heading}")
            usual = column.leaf.usual
            facts[column.path[0]] = list(usual) if isinstance(usual, tuple) else usual
            continue
        try:
            value = cells.read(column.leaf, text)
        except CellError as error:
            faults.append(f"{column.heading}：{error}")
            continue
        if unstorable(value):
            faults.append(f"{column.heading}：有不能保存的字符")
        facts[column.path[0]] = value
    return facts


def _owner(row: Filled, found: Mapping[str, Entry], report: Report) -> Entry | None:
    entry = found.get(row.cells[ITEM].strip()) or found.get(normalise(row.cells[ITEM]))
    if entry is None:
        refuse(report, row, f"事项编码“{row.cells[ITEM][:50]}”不在工作表“{ITEMS}”里，或那一行没有采用")
    return entry


def _add_basis(entry: Entry, row: Filled, report: Report) -> None:
    faults: list[str] = []
    facts = _facts(row, basis_sheet().columns, faults)
    try:
        basis = Basis.model_validate({key: value for key, value in facts.items() if value not in (..., None)})
    except ValidationError as error:
        faults = faults or [str(error.errors()[0]["msg"])]
    for says in faults:
        refuse(report, row, says)
    entry.spoilt = entry.spoilt or bool(faults)
    if not faults:
        entry.basis = [*(entry.basis or []), basis.model_dump(mode="json")]


def _add_alias(entry: Entry, row: Filled, report: Report) -> None:
    faults: list[str] = []
    facts = _facts(row, (ALIAS, ORIGIN), faults)
    if not faults and len(facts["words"]) > 60:
        faults.append("别名最多 60 个字")
    for says in faults:
        refuse(report, row, says)
    entry.spoilt = entry.spoilt or bool(faults)
    if not faults:
        entry.aliases[facts["words"]] = facts.get("origin", "editor")


def by_edition(rows: Mapping[str, list[Filled]]) -> dict[tuple[str, str], dict[str, list[Filled]]]:
    """The rows of each edition by sheet; the edition as the rows name it: item and body."""
    found: dict[tuple[str, str], dict[str, list[Filled]]] = defaultdict(lambda: defaultdict(list))
    for sheet in document().walk():
        for row in rows.get(sheet.name, ()):
            found[row.cells[ITEM].strip(), row.cells[BODY].strip()][sheet.name].append(row)
    return found
