"""目录: base items are created, revised, placed in the tree and abolished, by the keeper of the whole catalogue.

An item's four (名称, 编码, 类型, 依据) are the same on all levels. So revising them republishes: in the same
transaction every edition in force becomes a new version that says what the item now says, and open drafts follow.
The other way, marking editions for their bodies to renew, would leave the four apart for as long as the slowest body
takes. The code is never revised: an item of another code is another item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.catalog import indexing, levels
from tongban.catalog.actions.editing import rewrite
from tongban.catalog.actions.powers import governs
from tongban.catalog.bulk import Wanted, publish_all, withdraw_all
from tongban.catalog.content import Basis
from tongban.catalog.content.labels import TYPES
from tongban.catalog.events import ItemAbolished, ItemCreated, ItemPlaced, ItemRevised
from tongban.catalog.models import Edition, Item
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict, Invalid, Refusal
from tongban.kernel.typed import normalise


@dataclass(frozen=True, kw_only=True)
class Elements:
    """目录清单's elements beside the code: name, type and basis, and the others."""

    name: str
    type_code: str
    basis: Sequence[Basis] = ()
    exercise: str = ""
    bodies: str = ""
    audience: Sequence[str] = ()
    themes: Sequence[str] = ()
    handling_forms: Sequence[str] = ()
    is_public: bool = True

    def stored(self) -> dict[str, Any]:
        return {
            "name": self.name.strip(), "type_code": self.type_code, "exercise": self.exercise, "bodies": self.bodies,
            "basis": [one.model_dump(mode="json") for one in self.basis], "audience": list(self.audience),
            "themes": list(self.themes), "handling_forms": list(self.handling_forms), "is_public": self.is_public,
        }  # fmt: skip


FOUR = {"name": "名称", "type_code": "类型", "basis": "依据"}


@dataclass(frozen=True)
class Revision:
    """What revising an item did: the columns that changed, and how many editions and drafts followed."""

    changed: tuple[str, ...] = ()
    republished: int = 0
    drafts: int = field(default=0)


@transaction.atomic
def create(
    *, code: str, kind: str, elements: Elements, parent: Item | None = None, by: Actor, now: datetime
) -> Item:  # fmt: skip
    """A new base item. Raises Invalid, Conflict when the code is taken, Forbidden."""
    governs(by)
    code = normalise(code)
    _check(elements, code)
    if Item.objects.filter(code=code).exists():
        raise Conflict("item_code_taken", f"编码 {code} 已经有事项在用", "请核对，或换一个编码")
    item = Item(code=code, kind=kind, **elements.stored())
    if parent:
        _put_under(item, parent)
    item.save(force_insert=True)
    journal.record(ItemCreated(code=code, name=item.name), by=by, now=now)
    return item


@transaction.atomic
def revise(item: Item, elements: Elements, *, by: Actor, now: datetime) -> Revision:
    """Change what the item says; when that is one of the four, its editions are republished. Raises Invalid, Conflict."""
    governs(by)
    _check(elements, item.code)
    locked = _locked(item)
    stored = elements.stored()
    changed = tuple(key for key, value in stored.items() if getattr(locked, key) != value)
    if not changed:
        return Revision()
    old_name = locked.name
    for key in changed:
        setattr(locked, key, stored[key])
    locked.save(update_fields=changed)
    if "name" in changed and locked.kind == "main":
        Item.objects.filter(main_name=old_name, parent__isnull=False).update(main_name=locked.name)
    journal.record(ItemRevised(code=locked.code, changed=list(changed)), by=by, now=now)
    if "is_public" in changed:
        indexing.index_items([locked.pk], now=now)
    four = [key for key in changed if key in FOUR]
    if not four:
        return Revision(changed)
    note = f"事项目录调整了{'、'.join(FOUR[key] for key in four)}，随之更新（三级四同）"
    return Revision(changed, *_follow(locked, note, by, now))


def _follow(item: Item, note: str, by: Actor, now: datetime) -> tuple[int, int]:
    """Editions in force and open drafts say what the item says."""
    basis = levels.basis_of(item.basis)
    editions = Edition.objects.filter(item=item, state__in=["published", "draft"]).order_by("pk")
    found = list(editions.select_related("body__region").select_for_update(of=("self",)))
    wanted = [
        Wanted(item, one.body, one.document.model_copy(update={"basis": basis or one.document.basis}), note=note)
        for one in found
        if one.state == "published"
    ]
    publish_all(wanted, by=by, now=now)
    drafts = [one for one in found if one.state == "draft"]
    for one in drafts:
        one.item = item
        newest = Edition.objects.filter(code=one.code).order_by("-version").values_list("version", flat=True)[0]
        one.version = newest + 1 if newest != one.version else one.version
        rewrite(one, one.document.model_copy(update={"basis": basis or one.document.basis}), by=by, now=now)
    return len(wanted), len(drafts)


@transaction.atomic
def place(item: Item, parent: Item | None, *, by: Actor, now: datetime) -> None:
    """Put the item under another in the tree 主项 → 子项 → 业务办理项, or (None) on its own.

    Raises Conflict for a cycle, Refusal for a kind that doesn't belong there.
    """
    governs(by)
    locked = _locked(item)
    if parent is None:
        locked.parent, locked.main_name = None, ""
    else:
        _put_under(locked, Item.objects.select_for_update(no_key=True).get(pk=parent.pk))
    locked.save(update_fields=["parent", "main_name"])
    for child in Item.objects.filter(parent=locked):  # a sub-item's children know the main item's name too
        child.main_name = locked.main_name or locked.name
        child.save(update_fields=["main_name"])
    under = locked.parent.code if locked.parent else ""
    journal.record(ItemPlaced(code=locked.code, under=under), by=by, now=now)


def _put_under(item: Item, parent: Item) -> None:
    above: list[Item] = []
    step: Item | None = parent
    while step and step not in above:
        above.append(step)
        step = step.parent
    levels.check_parent(item.kind, parent.kind, code=item.code, above=[one.code for one in above])
    if parent.state != "active":
        raise Conflict("item_abolished", f"上级事项“{parent.name}”已经取消", "请选别的上级事项")
    item.parent, item.main_name = parent, above[-1].name


@transaction.atomic
def abolish(item: Item, *, by: Actor, now: datetime) -> int:
    """取消: every edition in force is withdrawn, drafts can't be published; cases go on. Returns how many were withdrawn.

    Raises Conflict while something stands under it.
    """
    governs(by)
    locked = _locked(item)
    if below := Item.objects.filter(parent=locked, state="active").order_by("pk").first():
        raise Conflict("item_has_children", f"下面还有“{below.name}”等事项", "请先取消或移走下级事项")
    editions = list(Edition.objects.select_for_update().filter(item=locked, state="published").order_by("pk"))
    withdraw_all(editions, by=by, now=now)
    locked.state = "abolished"
    locked.save(update_fields=["state"])
    journal.record(ItemAbolished(code=locked.code, withdrawn=len(editions)), by=by, now=now)
    return len(editions)


def _locked(item: Item) -> Item:
    locked = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("parent__parent").get(pk=item.pk)
    if locked.state != "active":
        raise Conflict("item_abolished", "这个事项已经取消", "取消以后不能再改；要恢复请建新的事项")
    return locked


def _check(elements: Elements, code: str) -> None:
    faults = []
    if not elements.name.strip():
        faults.append(Refusal("item_name", "请填写事项名称", "", "name"))
    if len(elements.name.strip()) > 200:
        faults.append(Refusal("item_name", "事项名称最多 200 个字", "", "name"))
    if elements.type_code not in TYPES:
        faults.append(Refusal("item_type", "请选事项类型", "", "type_code"))
    if not (code.isascii() and code.isalnum() and len(code) <= 50):
        faults.append(Refusal("item_code", "编码只用字母和数字，最多 50 位", "例如基本编码 12 位数字", "code"))
    if faults:
        raise Invalid(faults)
