"""The editors' lists: editions in force, open drafts, base items, and the tree, each a keyset page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tongban.catalog.models import Edition, Item
from tongban.catalog.searching import matching
from tongban.identity.actors import Actor

PER_PAGE = 30


@dataclass(frozen=True)
class Wanted:
    """What an editor looks for; empty means all. `after` continues the list behind a row."""

    state: str = "published"
    """`published`, `draft`, or `items` for base items."""
    body: int | None = None
    type_code: str = ""
    typed: str = ""
    after: str = ""


@dataclass(frozen=True)
class Listed:
    """One page. `after` continues it; empty on the last."""

    rows: Sequence[Any]
    after: str = ""


def editions(wanted: Wanted, *, by: Actor) -> Listed:
    """By name; drafts by their last save, the newest first."""
    found = Edition.objects.readable_by(by).filter(state=wanted.state).select_related("body", "item").defer("content")
    if wanted.body:
        found = found.filter(body=wanted.body)
    if wanted.type_code:
        found = found.filter(type_code=wanted.type_code)
    if wanted.state == "draft":
        return _drafts(found, wanted)
    if wanted.typed:
        hidden = Q(item__is_public=False, name__icontains=wanted.typed)  # few, and search doesn't know them
        found = found.filter(
            Q(pk__in=matching(wanted.typed)) | Q(code=wanted.typed) | Q(item__code=wanted.typed) | hidden
        )
    name, _, last = wanted.after.rpartition("~")
    if last.isdecimal():
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=int(last[:18])))
    rows = list(found.order_by("name", "pk")[: PER_PAGE + 1])
    return _page(rows, lambda row: f"{row.name}~{row.pk}")


def _drafts(found: QuerySet[Edition], wanted: Wanted) -> Listed:
    """Open drafts are few: their names may be searched as they are."""
    if wanted.typed:
        found = found.filter(Q(name__icontains=wanted.typed) | Q(code=wanted.typed) | Q(item__code=wanted.typed))
    if wanted.after.isdecimal():
        last = Edition.objects.filter(pk=int(wanted.after[:18])).values_list("edited_at", "pk").first()
        if last and last[0]:
            found = found.filter(Q(edited_at__lt=last[0]) | Q(edited_at=last[0], pk__lt=last[1]))
    return _page(list(found.order_by("-edited_at", "-pk")[: PER_PAGE + 1]), lambda row: str(row.pk))


def items(wanted: Wanted) -> Listed:
    """Base items by their code."""
    found = Item.objects.annotate(in_force=Count("editions", filter=Q(editions__state="published")))
    if wanted.type_code:
        found = found.filter(type_code=wanted.type_code)
    if wanted.typed:
        ids = Edition.objects.filter(pk__in=matching(wanted.typed)).values("item")
        hidden = Q(is_public=False, name__icontains=wanted.typed)
        found = found.filter(Q(pk__in=ids) | Q(code__startswith=wanted.typed.upper()) | Q(name=wanted.typed) | hidden)
    if wanted.after:
        found = found.filter(code__gt=wanted.after)
    return _page(list(found.order_by("code")[: PER_PAGE + 1]), lambda row: row.code)


def under(parent: Item | None, *, after: str = "") -> Listed:
    """What stands directly under an item of the tree, or at its top; each with whether something is under it."""
    found = Item.objects.filter(parent=parent).annotate(
        has_children=Exists(Item.objects.filter(parent=OuterRef("pk"))),
        in_force=Count("editions", filter=Q(editions__state="published")),
    )
    if after:
        found = found.filter(code__gt=after)
    return _page(list(found.order_by("code")[: PER_PAGE + 1]), lambda row: row.code)


def path_to(item: Item) -> list[Item]:
    """From the top of the tree down to the item itself."""
    way = [item]
    while way[0].parent and way[0].parent not in way:
        way.insert(0, way[0].parent)
    return way


def _page(rows: Sequence[Any], mark: Any) -> Listed:
    return Listed(rows[:PER_PAGE], mark(rows[PER_PAGE - 1]) if len(rows) > PER_PAGE else "")
