"""What exports read: editions in force, in the order of their codes, in chunks; the items they belong to."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.catalog.models import Edition, Item
from tongban.orgs.models import Body

CHUNK = 500


def editions(body: Body | None = None) -> Iterator[Edition]:
    """Every edition in force, or those of one body, by the item's code and the body's key.

    The keys are read at once and sorted here, so that the order doesn't hang on a database's collation.
    """
    found = Edition.objects.published()
    if body:
        found = found.filter(body=body)
    keys = sorted(found.values_list("item__code", "body__key", "pk"))
    for start in range(0, len(keys), CHUNK):
        chunk = [pk for _, _, pk in keys[start : start + CHUNK]]
        rows = Edition.objects.select_related("item", "body__region").in_bulk(chunk)
        yield from (rows[pk] for pk in chunk if pk in rows)


def items(body: Body | None = None) -> Iterator[Item]:
    """Every base item, or those that a body has editions of, by code, with the aliases and the item above."""
    found = Item.objects.filter(editions__body=body, editions__state="published") if body else Item.objects.all()
    keys = sorted(found.values_list("code", "pk"))
    for start in range(0, len(keys), CHUNK):
        chunk = [pk for _, pk in keys[start : start + CHUNK]]
        rows = Item.objects.select_related("parent").prefetch_related("aliases").in_bulk(chunk)
        yield from (rows[pk] for pk in chunk if pk in rows)
