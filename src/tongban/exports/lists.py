"""清单: what a list must say of itself so that it can be taken away. Adding one:

declare(Listed(
    key="letters", name="待打印信函", page="/desk/notices/letters", may=lambda by: bool(by.posts_for("notice.print")),
    filters=(), rows=lambda asked: …, columns=(Column("title", "信函", lambda row: row.title), …),
))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from tongban.identity.actors import Actor
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import NotFound
from tongban.kernel.sheets import Cell

R = TypeVar("R")
M = TypeVar("M", bound=Model)
Mask = Callable[[str], str]


@dataclass(frozen=True)
class Column(Generic[R]):
    """列. With a `mask` its text is personal data."""

    key: str
    title: str
    get: Callable[[R], Cell | date | datetime | bool]
    mask: Mask | None = None
    chosen: bool = True
    """Ticked to begin with."""

    def cell(self, row: R, *, masked: bool) -> Cell:
        text = written(self.get(row))
        return self.mask(text) if self.mask and masked and isinstance(text, str) and text else text


def written(value: Cell | date | datetime | bool) -> Cell:
    """Days and moments as people write them, in Shanghai's time."""
    match value:
        case bool():
            return "是" if value else "否"
        case datetime():
            return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
    return value


@dataclass(frozen=True)
class Asked:
    """Who asks for which rows: the filters are those of the page's address."""

    by: Actor
    filters: Mapping[str, str]
    columns: frozenset[str]
    now: datetime


def nothing_said(asked: Asked) -> list[tuple[str, str]]:
    return list(asked.filters.items())


@dataclass(frozen=True)
class Listed(Generic[R]):
    """清单: its page, who may see it, and its rows: read piece by piece, by the same filters and for the same eyes as on
    the page."""

    key: str
    name: str
    page: str
    may: Callable[[Actor], bool]
    rows: Callable[[Asked], Iterator[R]]
    columns: tuple[Column[R], ...]
    filters: tuple[str, ...] = ()
    """Names that the page's address may carry."""
    said: Callable[[Asked], list[tuple[str, str]]] = nothing_said
    """The filters in words."""
    place: Callable[[R], tuple[int | None, str]] | None = None
    """The body and region of a row: whose personal data may be shown. Without it, nobody's."""
    person: Callable[[R], int | None] | None = None
    """Whose personal data a row holds, so that they can read who took it away."""

    @property
    def private(self) -> bool:
        return any(column.mask for column in self.columns)

    def known(self, given: Mapping[str, str]) -> dict[str, str]:
        """Of an address the filters that this list knows and that say something."""
        said = {name: given.get(name, "").replace("\0", "").strip()[:200] for name in self.filters}
        return {name: value for name, value in said.items() if value}

    def titles(self, columns: Mapping[str, object] | tuple[str, ...]) -> list[str]:
        return [column.title for column in self.columns if column.key in columns]


LISTS: dict[str, Listed[Any]] = {}


def declare(one: Listed[Any]) -> None:
    if one.key in LISTS:
        raise ValueError(f"two lists are called {one.key}")
    LISTS[one.key] = one


def list_named(key: str) -> Listed[Any]:
    if key not in LISTS:
        raise NotFound("list_unknown", "没有这份清单", "请从清单页面点“导出”")
    return LISTS[key]


def newest_first(rows: QuerySet[M], *, size: int = 1000) -> Iterator[M]:
    """All rows of a table's part, a piece at a time, by their keys."""
    ordered, last = rows.order_by("-pk"), None
    while piece := list((ordered if last is None else ordered.filter(pk__lt=last))[:size]):
        yield from piece
        last = piece[-1].pk
