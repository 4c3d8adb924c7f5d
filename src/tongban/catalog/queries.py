"""Reads that page, counter, kiosk and API share: find items, open a guide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from tongban.catalog import words
from tongban.catalog.models import Edition
from tongban.kernel.refusals import NotFound
from tongban.kernel.typed import normalise

MOST = 100


@dataclass(frozen=True)
class Found:
    """One line of a list of items. `after` continues the list behind it."""

    code: str
    name: str
    type_code: str
    body: str
    connection: str
    online: bool
    instant: bool
    visits: int
    promised_days: int | None
    after: str


_COLUMNS = "e.code, e.name, e.type_code, b.short, e.connection, e.online, e.instant, e.visits, e.promised_days"

_SEARCH = """
SELECT {columns}, (CASE WHEN s.name = %(typed)s THEN 0 WHEN s.name LIKE %(head)s THEN 1 WHEN s.words LIKE %(inside)s THEN 2 ELSE 3 END) * 1000000
  - least(999, round(1000 * ts_rank('{{0.05, 0.1, 0.6, 1.0}}', s.vector, q.query)))::int * 1000 - s.rank * 100 + least(length(s.name), 99) AS place
FROM catalog_searchentry s JOIN catalog_edition e ON e.id = s.edition_id JOIN orgs_body b ON b.id = e.body_id,
     (SELECT %(query)s::tsquery AS query) q
WHERE s.vector @@ q.query {where} ORDER BY place, e.id LIMIT %(limit)s OFFSET %(offset)s
"""

_LIST = """
SELECT {columns}, e.id FROM catalog_edition e JOIN orgs_body b ON b.id = e.body_id
WHERE e.state = 'published' {where} AND (e.connection = 'here', e.id) < (%(after_here)s, %(after_id)s)
ORDER BY (e.connection = 'here') DESC, e.id DESC LIMIT %(limit)s
"""


def find(
    *, typed: str = "", region: str = "", audience: str = "", here_only: bool = False, limit: int = 20, after: str = ""
) -> list[Found]:
    """Published items, best match first; without words, those that can be applied for here first."""
    limit = max(1, min(limit, MOST))
    where, values = _filters(region=region, audience=audience, here_only=here_only)
    typed = typed.replace("\0", "").strip()[:60]
    if not typed:
        return _browse(where, values, limit, after)
    kind, skip = after[:1], after[1:]
    offset = int(skip) if kind in ("s", "l") and skip.isdecimal() and len(skip) < 5 else 0
    values |= {
        "typed": typed, "head": _like(typed) + "%", "inside": f"%{_like(typed.lower())}%",
        "limit": limit, "offset": offset,
    }  # fmt: skip
    for name, query in (("s", words.strict_query(typed)), ("l", words.loose_query(typed))):
        if query and (not offset or kind == name):
            rows = _run(_SEARCH.format(columns=_COLUMNS, where=where), values | {"query": query})
            if rows or offset:
                return [_found(row, f"{name}{offset + at + 1}") for at, row in enumerate(rows)]
    return []


def _browse(where: str, values: dict[str, Any], limit: int, after: str) -> list[Found]:
    here, _, last = after.partition("-")
    position = {"after_here": True, "after_id": 2**62}
    if here in ("0", "1") and last.isdecimal() and len(last) < 18:
        position = {"after_here": here == "1", "after_id": int(last)}
    rows = _run(_LIST.format(columns=_COLUMNS, where=where), values | position | {"limit": limit})
    return [_found(row, f"{int(row[4] == 'here')}-{row[9]}") for row in rows]


def _found(row: tuple[Any, ...], after: str) -> Found:
    code, name, type_code, body, how, online, instant, visits, promised_days = row[:9]
    return Found(code, name, type_code, body, how, online, instant, visits, promised_days, after)


def _filters(*, region: str, audience: str, here_only: bool) -> tuple[str, dict[str, Any]]:
    where = ""
    values: dict[str, Any] = {}
    if region:
        where += " AND e.region_path LIKE %(region)s"
        values["region"] = f"%{_like(region)}/%"
    if audience == "1":
        where += " AND e.for_people"
    elif audience:
        where += " AND e.for_enterprises"
    if here_only:
        where += " AND e.connection = 'here'"
    return where, values


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _run(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


_PUBLISHED = """
SELECT e.id FROM catalog_edition e WHERE e.state = 'published' AND e.code IN (%(code)s, %(typed)s)
UNION ALL (SELECT e.id FROM catalog_edition e JOIN catalog_item i ON i.id = e.item_id
           WHERE e.state = 'published' AND i.code = %(code)s ORDER BY e.id LIMIT 1)
LIMIT 1
"""


def edition(code: str) -> Edition:
    """The published edition by its 实施编码, or by the item's code. Raises NotFound.

    Which edition is published is asked every time; what it says never changes, so it is kept in memory.
    """
    typed, code = code.replace("\0", "").strip(), normalise(code)  # a body without USCC gives codes in small letters
    rows = _run(_PUBLISHED, {"code": code, "typed": typed})
    if rows:
        return edition_by_id(rows[0][0])
    if Edition.objects.filter(code__in=[code, typed]).exists():
        raise NotFound(
            "item_not_published", "这个事项目前没有发布的办事指南", "可能已调整或下线，请从首页搜索，或拨打 12345"
        )
    raise NotFound("item_unknown", "没有这个事项", "请检查编码，或从首页搜索")


def successor(old: Edition) -> Edition | None:
    """The edition in force for the same code, if it is another one than `old`; None also when the guide was withdrawn."""
    return (
        Edition.objects.filter(code=old.code, state="published")
        .exclude(pk=old.pk)
        .select_related("item", "body")
        .first()
    )


@lru_cache(maxsize=4096)
def edition_by_id(pk: int) -> Edition:
    """As it was published; kept in memory, so only for what can't change: not for its state."""
    return Edition.objects.select_related("item", "body__region").get(pk=pk)
