"""编写: a draft is begun from what there is, saved part by part, brought up to date, or discarded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.catalog import levels
from tongban.catalog.actions.drafting import draft, unsaved
from tongban.catalog.actions.powers import empowered
from tongban.catalog.content import Content
from tongban.catalog.content.faults import read
from tongban.catalog.events import DraftDiscarded, Drafted, DraftSaved
from tongban.catalog.models import Edition, Item
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict, NotFound
from tongban.orgs.models import Body


@transaction.atomic
def start(*, item: Item, body: Body, source: Edition | None = None, by: Actor, now: datetime) -> Edition:
    """A draft to work on: from `source`, the edition in force of this body or another's (认领), or from the base item.

    One open draft for a body and item. Raises Conflict, Forbidden.
    """
    by = empowered(by, "catalog.edit", body_id=body.pk, region_path=body.region.path)
    item = Item.objects.select_for_update(no_key=True).get(pk=item.pk)
    _is_active(item)
    editions = Edition.objects.filter(item=item, body=body)
    if open_draft := editions.filter(state="draft").first():
        raise Conflict(
            "draft_open", f"{body.short}已经有这个事项的草稿（第 {open_draft.version} 版）", "请接着改那一份"
        )
    if source and (source.item_id != item.pk or source.state == "draft"):
        raise NotFound("edition_unknown", "没有这个事项的这一版", "请刷新页面")
    last = editions.order_by("-version").first()
    made = draft(
        item=item,
        body=body,
        content=_beginning(item, body, source),
        external_code=last.external_code if last else "",
        code=last.code if last else "",
        by=by,
        now=now,
    )
    journal.record(Drafted(code=made.code, edition=made.pk, version=made.version), by=by, now=now)
    return made


def _beginning(item: Item, body: Body, source: Edition | None) -> Content:
    basis = levels.basis_of(item.basis)
    if source is None:
        return Content(
            audience=tuple(item.audience) or ("1",), exercise=item.exercise, themes=tuple(item.themes), basis=basis,
            handling_forms=tuple(item.handling_forms), phone=body.phone,
        )  # fmt: skip
    content = source.document
    if source.body_id != body.pk:
        return levels.claimed(content, basis=basis).model_copy(update={"phone": body.phone})
    return content.model_copy(update={"basis": basis or content.basis})


@transaction.atomic
def save(edition: Edition, part: Mapping[str, Any], *, seen: int, by: Actor, now: datetime) -> Edition:
    """Replace these keys of the draft (their JSON). `seen` is the revision that the editor read.

    Raises Invalid with each fault's place, Refusal where it departs from its item (三级四同), Conflict when the draft
    was saved by someone else meanwhile or is no draft any more.
    """
    locked = _locked(edition, by)
    if locked.revision != seen:
        raise Conflict(
            "draft_changed", "这份草稿在您打开以后被改过", "下面列出现在的内容和您填的有什么不同；核对后可以再保存一次"
        )
    content = read({**locked.content, **part})
    levels.check_basis(content, locked.item.basis)
    if content == locked.document:
        return locked
    _write(locked, content, by, now)
    journal.record(
        DraftSaved(code=locked.code, edition=locked.pk, revision=locked.revision, parts=sorted(part)), by=by, now=now
    )
    return locked


@transaction.atomic
def catch_up(edition: Edition, *, by: Actor, now: datetime) -> Edition:
    """A draft that was overtaken by a publication stands behind it again, as it is: what it would undo is seen in the
    comparison. Raises Conflict.
    """
    locked = _locked(edition, by)
    last = Edition.objects.filter(code=locked.code).order_by("-version").values_list("version", flat=True)[0]
    if last != locked.version:
        locked.version = last + 1
        _write(locked, locked.document, by, now)
        journal.record(
            DraftSaved(code=locked.code, edition=locked.pk, revision=locked.revision, parts=[]), by=by, now=now
        )
    return locked


@transaction.atomic
def discard(edition: Edition, *, by: Actor, now: datetime) -> None:
    """The draft is gone; what is published stays. Raises Conflict."""
    locked = _locked(edition, by)
    journal.record(DraftDiscarded(code=locked.code, edition=locked.pk, version=locked.version), by=by, now=now)
    locked.delete()


def rewrite(locked: Edition, content: Content, *, by: Actor, now: datetime) -> None:
    """An open draft takes over what its item says anew; the caller has locked it."""
    _write(locked, content, by, now)


def _locked(edition: Edition, by: Actor) -> Edition:
    found = (
        Edition.objects.select_for_update(of=("self",))
        .select_related("item", "body__region")
        .filter(pk=edition.pk)
        .first()
    )
    if found is None:
        raise Conflict("draft_gone", "这份草稿已经删除", "请从事项页重新开始")
    by = empowered(by, "catalog.edit", body_id=found.body_id, region_path=found.region_path)
    if found.state != "draft":
        raise Conflict("edition_not_draft", "这一版已经发布，不能再改", "请在事项页开始新的一版")
    return found


def _write(locked: Edition, content: Content, by: Actor, now: datetime) -> None:
    """The row anew from its content, with what lists need taken out of it."""
    fresh = unsaved(
        locked.item,
        locked.body,
        content,
        content.model_dump(mode="json"),
        code=locked.code,
        external_code=locked.external_code,
    )
    kept = {"id", "item", "body", "code", "external_code", "version", "state", "revision", "note"}
    for field in Edition._meta.concrete_fields:
        if field.name not in kept:
            setattr(locked, field.attname, getattr(fresh, field.attname))
    locked.revision += 1
    locked.edited_by, locked.edited_at = by.who, now
    locked.save()


def _is_active(item: Item) -> None:
    if item.state != "active":
        raise Conflict("item_abolished", "这个事项已经取消，不能再编写实施清单", "请到事项页查看")
