"""事项目录 as a workbook: export, edit in a spreadsheet, import; export again and the bytes are the same."""

from __future__ import annotations

from typing import IO

from tongban.catalog.exports import rows
from tongban.catalog.models import Item
from tongban.catalog.workbook import cells
from tongban.catalog.workbook.documents import heads, take_apart
from tongban.catalog.workbook.items import (
    ALIAS,
    ALIASES,
    BASES,
    EDITION,
    HELP,
    ITEMS,
    ORIGIN,
    OWN,
    basis_sheet,
    explanations,
    item_cells,
    item_heads,
)
from tongban.catalog.workbook.shape import document
from tongban.kernel.books import Book, Form, Head
from tongban.kernel.tables import Progress, silent
from tongban.orgs.models import Body


def template(out: IO[bytes], form: Form = "xlsx") -> None:
    """Empty sheets with their headings, choices and explanations."""
    _book(form).save(out)


def catalogue(out: IO[bytes], form: Form = "xlsx", *, body: Body | None = None, progress: Progress = silent) -> None:
    """Base items and editions in force, of all bodies or of one."""
    book = _book(form)
    for item in rows.items(body):
        _add_item(book, item)
    top = document().name
    for done, edition in enumerate(rows.editions(body), start=1):
        named = [edition.item.code, edition.body.key]
        for sheet, texts in take_apart(edition.document.model_dump(mode="json")):
            own = [edition.code, edition.external_code] if sheet == top else []
            book.add(sheet, [*named, *own, *texts])
        progress("导出", done, 0)
    book.save(out)


def _book(form: Form) -> Book:
    sheets: list[tuple[str, list[Head]]] = [
        (HELP, [Head("工作表", 14), Head("列", 24), Head("必填", 8), Head("可以填", 80)])
    ]
    sheets += list(item_heads().items())
    top = document().name
    sheets += [(one.name, [*(OWN if one.name == top else EDITION), *heads(one)]) for one in document().walk()]
    book = Book(form, sheets)
    for line in explanations():
        book.add(HELP, line)
    return book


def _add_item(book: Book, item: Item) -> None:
    facts = {
        "name": item.name, "type_code": item.type_code, "kind": item.kind, "main_name": item.main_name,
        "parent": item.parent.code if item.parent else "", "exercise": item.exercise, "bodies": item.bodies,
        "audience": item.audience, "themes": item.themes, "handling_forms": item.handling_forms,
        "is_public": item.is_public, "state": item.state,
    }  # fmt: skip
    book.add(ITEMS, [item.code, *item_cells(facts)])
    for basis in item.basis:
        book.add(BASES, [item.code, *(cells.write(one.leaf, basis.get(one.path[0])) for one in basis_sheet().columns)])
    for alias in sorted(item.aliases.all(), key=lambda one: one.words):
        book.add(ALIASES, [item.code, cells.write(ALIAS.leaf, alias.words), cells.write(ORIGIN.leaf, alias.origin)])
