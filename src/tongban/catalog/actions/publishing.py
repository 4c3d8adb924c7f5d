"""发布: a draft is put in force once, is found from then on, and is withdrawn one day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.catalog import indexing, levels, quality
from tongban.catalog.actions.powers import empowered
from tongban.catalog.events import Published, Withdrawn
from tongban.catalog.models import Edition, Item, SearchEntry
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict


@transaction.atomic
def publish(edition: Edition, *, by: Actor, now: datetime, note: str = "", seen: int | None = None) -> None:
    """Put a draft in force; the version before it is withdrawn. `note`: what this version changes, public.

    `seen` is the revision that the publisher read. Raises Invalid with every severe finding of the quality engine, or Conflict:
    of two who publish at once, the second finds it published.
    """
    item = Item.objects.select_for_update(no_key=True).get(pk=edition.item_id)
    locked = Edition.objects.select_for_update(of=("self",)).select_related("body").get(pk=edition.pk)
    by = empowered(by, "catalog.publish", body_id=locked.body_id, region_path=locked.region_path)
    _check_turn(item, locked, seen)
    levels.check_basis(locked.document, item.basis)
    quality.check_publishable(locked.document, today=date_of(now), type_code=locked.type_code)
    for old in Edition.objects.select_for_update().filter(code=locked.code, state="published"):
        _withdraw(old, by=by, now=now)
    locked.item, locked.name, locked.type_code = item, item.name, item.type_code
    locked.state, locked.published_at, locked.note = "published", now, note.strip() or locked.note
    locked.save(update_fields=["state", "published_at", "note", "name", "type_code"])
    edition.state, edition.published_at, edition.note = locked.state, locked.published_at, locked.note
    indexing.index([locked], now=now)
    journal.record(Published(code=locked.code, edition=locked.pk, version=locked.version), by=by, now=now)


def _check_turn(item: Item, locked: Edition, seen: int | None) -> None:
    if locked.state != "draft":
        raise Conflict("edition_not_draft", "这一版已经发布过，不能再次发布", "请刷新页面查看当前版本")
    if item.state != "active":
        raise Conflict("item_abolished", "这个事项已经取消，不能再发布", "请到事项页查看")
    if seen is not None and seen != locked.revision:
        raise Conflict("draft_changed", "这份草稿在您打开以后被改过，没有发布", "请核对改动后再发布")
    later = Edition.objects.filter(code=locked.code, version__gt=locked.version).exclude(state="draft").first()
    if later:
        raise Conflict(
            "draft_overtaken",
            f"这份草稿开始以后，又发布了第 {later.version} 版，直接发布会把它的改动盖掉",
            "请先点“接到最新版之后”，在对比中核对，再发布",
        )


@transaction.atomic
def withdraw(edition: Edition, *, by: Actor, now: datetime) -> None:
    """No longer offered. Cases submitted under it keep it. Raises Conflict, Forbidden."""
    by = empowered(by, "catalog.publish", body_id=edition.body_id, region_path=edition.region_path)
    _withdraw(edition, by=by, now=now)


def _withdraw(edition: Edition, *, by: Actor, now: datetime) -> None:
    if Edition.objects.select_for_update().values_list("state", flat=True).get(pk=edition.pk) != "published":
        raise Conflict("edition_not_published", "这一版没有在公布，不用下线", "请刷新页面查看当前版本")
    edition.state, edition.withdrawn_at = "withdrawn", now
    edition.save(update_fields=["state", "withdrawn_at"])
    SearchEntry.objects.filter(pk=edition.pk).delete()
    journal.record(Withdrawn(code=edition.code, edition=edition.pk), by=by, now=now)
