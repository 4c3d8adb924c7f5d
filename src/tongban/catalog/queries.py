"""Reads that page, counter, kiosk and API share: find items (`searching`), open a guide.

An item that is not public (`Item.is_public`) is nowhere: not found, for everybody but those who edit it or take it in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.db import connection

from tongban.catalog.models import Edition
from tongban.catalog.searching import Found, find
from tongban.identity.actors import Actor
from tongban.kernel.refusals import NotFound
from tongban.kernel.typed import normalise

__all__ = ["Found", "edition", "edition_by_id", "find"]

Reader = Callable[[], Actor]
"""Who reads, asked only when it matters."""

_PUBLISHED = """
SELECT e.id, i.is_public FROM catalog_edition e JOIN catalog_item i ON i.id = e.item_id
WHERE e.state = 'published' AND e.code IN (%(code)s, %(typed)s)
UNION ALL (SELECT e.id, i.is_public FROM catalog_edition e JOIN catalog_item i ON i.id = e.item_id
           WHERE e.state = 'published' AND i.code = %(code)s ORDER BY e.id LIMIT 1)
LIMIT 1
"""


def edition(code: str, *, reader: Reader | None = None) -> Edition:
    """The published edition by its 实施编码, or by the item's code. Raises NotFound.

    Which edition is published is asked every time; what it says never changes, so it is kept in memory. One of an item
    that is not public is there only for a `reader` who may read it.
    """
    typed, code = code.replace("\0", "").strip(), normalise(code)  # a body without USCC gives codes in small letters
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISHED, {"code": code, "typed": typed})
        row = cursor.fetchone()
    if row:
        found = edition_by_id(row[0])
        if row[1] or (reader and may_read_hidden(found, by=reader())):
            return found
    elif Edition.objects.filter(code__in=[code, typed], item__is_public=True).exists():
        raise NotFound(
            "item_not_published", "这个事项目前没有发布的办事指南", "可能已调整或下线，请从首页搜索，或拨打 12345"
        )
    raise NotFound("item_unknown", "没有这个事项", "请检查编码，或从首页搜索")


def may_read_hidden(hidden: Edition, *, by: Actor) -> bool:
    """Who edits it, and the windows that take it in."""
    place = hidden.region_path
    return by.may("catalog.edit", body_id=hidden.body_id, region_path=place) or by.may(
        "application.intake", region_path=place
    )


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
