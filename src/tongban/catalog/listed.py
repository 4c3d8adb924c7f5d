"""Reads of the public lists and of everything published, for lists, exports and the sitemap."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db import connection

from tongban.catalog.lists import LISTS, PublicList
from tongban.kernel.refusals import NotFound

PER_PAGE = 50
AT_ONCE = 1000
KEPT_FOR = 60.0
"""Seconds after which counts are made again even if nothing seems to have changed (two may publish at once)."""
EVERYTHING = ""
"""The key under which all published editions are counted."""


@dataclass(frozen=True)
class Line:
    """One edition as a list shows it. `after` continues the list behind it."""

    code: str
    name: str
    type_code: str
    body: str
    connection: str
    online: bool
    instant: bool
    visits: int
    statutory_days: int | None
    promised_days: int | None
    materials: int
    version: int
    published_on: str
    after: str


@dataclass(frozen=True)
class Counts:
    """How many editions stand on each list; and by list, how many of each body's."""

    total: Mapping[str, int]
    by_body: Mapping[str, Mapping[str, int]]


def list_named(key: str) -> PublicList:
    """Raises NotFound."""
    if key not in LISTS:
        raise NotFound("list_unknown", "没有这个清单", "请从公开清单的目录进入")
    return LISTS[key]


_LINES = """
SELECT e.code, e.name, e.type_code, b.name, e.connection, e.online, e.instant, e.visits, e.statutory_days,
       e.promised_days, e.materials, e.version,
       to_char(e.published_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD'), e.id
FROM catalog_edition e JOIN orgs_body b ON b.id = e.body_id JOIN catalog_item i ON i.id = e.item_id AND i.is_public
WHERE e.state = 'published' AND e.lists @> ARRAY[%(key)s::varchar] {where}
  AND (e.name, e.id) > (%(after_name)s, %(after_id)s)
ORDER BY e.name, e.id LIMIT %(limit)s
"""


def lines(key: str, *, body: str = "", after: str = "", limit: int = PER_PAGE) -> list[Line]:
    """The editions on a list by name, of one body or of all; `after` is the last line's of the page before."""
    last_id, _, last_name = after.replace("\0", "").partition("-")
    if not (last_id.isdecimal() and len(last_id) < 18):
        last_id, last_name = "0", ""
    values: dict[str, Any] = {
        "key": key,
        "after_name": last_name,
        "after_id": int(last_id),
        "limit": limit,
        "body": body,
    }
    where = "AND b.key = %(body)s AND e.body_id = b.id" if body else ""
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(where=where), values)
        return [_line(row) for row in cursor.fetchall()]


def _line(row: tuple[Any, ...]) -> Line:
    names = (field.name for field in fields(Line))
    return Line(**dict(zip(names, (*row[:-1], f"{row[-1]}-{row[1]}"), strict=True)))


def all_lines(key: str, *, body: str = "") -> Iterator[Line]:
    """Every line, fetched a thousand at a time, each batch where the last one ended."""
    after = ""
    while batch := lines(key, body=body, after=after, limit=AT_ONCE):
        yield from batch
        after = batch[-1].after


_STAMP = """
SELECT (SELECT max(published_at) FROM catalog_edition WHERE state = 'published'),
       (SELECT max(withdrawn_at) FROM catalog_edition WHERE state = 'withdrawn'),
       (SELECT max(id) FROM catalog_edition WHERE state = 'published'),
       (SELECT count(*) FROM catalog_item WHERE NOT is_public)
"""

_COUNTS = """
SELECT coalesce(l.key, ''), b.key, count(*) FROM catalog_edition e JOIN orgs_body b ON b.id = e.body_id
JOIN catalog_item i ON i.id = e.item_id AND i.is_public
CROSS JOIN LATERAL unnest(e.lists || ARRAY[''::varchar]) AS l(key) WHERE e.state = 'published' GROUP BY 1, 2
"""


def counts() -> Counts:
    """Counted when the catalogue has changed since the last count of this process, never for each reader."""
    global _kept
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        stamp = cursor.fetchone()
        known, made_at, found = _kept
        if found is None or known != stamp or time.monotonic() - made_at > KEPT_FOR:
            cursor.execute(_COUNTS)
            found = _counted(cursor.fetchall())
            _kept = (stamp, time.monotonic(), found)
    return found


_kept: tuple[Any, float, Counts | None] = (None, 0.0, None)


def _counted(rows: list[tuple[str, str, int]]) -> Counts:
    total: dict[str, int] = {}
    by_body: dict[str, dict[str, int]] = {}
    for key, body, number in rows:
        total[key] = total.get(key, 0) + number
        by_body.setdefault(key, {})[body] = number
    return Counts(total=total, by_body=by_body)


PER_SITEMAP = 50_000
"""The most that one sitemap may name (sitemaps.org); here a block of numbers, so no file ever has more."""


_FIRST_FROM = """
SELECT e.id FROM catalog_edition e JOIN catalog_item i ON i.id = e.item_id AND i.is_public
WHERE e.state = 'published' AND e.id >= %s ORDER BY e.id LIMIT 1
"""


def sitemap_blocks() -> list[int]:
    """The blocks of editions that hold a published one: one look-up a block."""
    blocks: list[int] = []
    first = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_FIRST_FROM, [first])
            row = cursor.fetchone()
            if row is None:
                return blocks
            blocks.append(row[0] // PER_SITEMAP)
            first = (blocks[-1] + 1) * PER_SITEMAP


_BLOCK = """
SELECT e.code, to_char(e.published_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')
FROM catalog_edition e JOIN catalog_item i ON i.id = e.item_id AND i.is_public
WHERE e.state = 'published' AND e.id >= %s AND e.id < %s ORDER BY e.id
"""


def sitemap_block(block: int) -> list[tuple[str, str]]:
    """(code, day published) of one block's editions. Raises NotFound for a block without any."""
    with connection.cursor() as cursor:
        cursor.execute(_BLOCK, [block * PER_SITEMAP, (block + 1) * PER_SITEMAP])
        rows: list[tuple[str, str]] = cursor.fetchall()
    if not rows:
        raise NotFound("sitemap_unknown", "没有这一份网站地图", "请从 /sitemap.xml 进入")
    return rows
