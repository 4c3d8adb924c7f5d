"""导入事项目录: a workbook as the export writes it becomes base items, aliases and editions in force.

One row that can't be used and nothing is taken, unless the good ones are asked for: then an edition with a bad row
stays as it is, whole, and so does a base item. What a file doesn't name is left alone; nothing is deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.catalog import coding, indexing, levels, quality
from tongban.catalog.actions.drafting import edition_code
from tongban.catalog.bulk import Wanted, publish_all
from tongban.catalog.content.faults import read
from tongban.catalog.events import ItemCreated, ItemRevised
from tongban.catalog.guides import BY
from tongban.catalog.imports.sheets import Entry, by_edition, entries, refuse, rows_of
from tongban.catalog.models import Alias, Edition, Item
from tongban.catalog.workbook.documents import Filled, put_together
from tongban.catalog.workbook.items import CODE, EXTERNAL
from tongban.catalog.workbook.shape import document
from tongban.kernel.actors import Actor
from tongban.kernel.books import read_book
from tongban.kernel.clock import date_of
from tongban.kernel.events import Event
from tongban.kernel.imports import one_run, record_all
from tongban.kernel.refusals import Invalid, Refusal
from tongban.kernel.tables import Progress, Report, read_bytes, silent
from tongban.kernel.typed import normalise
from tongban.orgs.imports import Register
from tongban.orgs.models import Body

_PARENT = "parent"


def import_catalogue(
    path: Path,
    *,
    now: datetime,
    by: Actor = BY,
    dry_run: bool = False,
    good_rows: bool = False,
    progress: Progress = silent,
) -> Report:
    """An XLSX or a ZIP of CSVs with the sheets of the template. Raises Refusal when the file can't be used at all."""
    data = read_bytes(path)
    with one_run("catalogue", now=now, dry_run=dry_run, good_rows=good_rows) as report:
        report.source, report.sha256 = path.name, hashlib.sha256(data).hexdigest()
        rows = rows_of(read_book(data, path.name), report)
        report.read = sum(map(len, rows.values()))
        scheme = coding.scheme(settings.TONGBAN.coding)
        taking = _Taking(scheme, report, now, by)
        taking.take_items(entries(rows, scheme, report))
        wanted = taking.editions(rows)
        outcomes = publish_all([one for _, one in wanted], by=by, now=now, progress=progress)
        for (row, one), outcome in zip(wanted, outcomes, strict=True):
            report.changed += outcome in ("new", "changed")
            report.unchanged += outcome in ("same", "withdrawn")
            if outcome == "withdrawn" and row:
                report.warn(row.line, f"工作表“{row.sheet}”：{one.item.name}已经下线，导入不会让它重新发布")
    return report


@dataclass
class _Taking:
    """One import: what there is, found as the file names it, and what the file makes of it."""

    scheme: coding.Scheme
    report: Report
    now: datetime
    by: Actor
    items: dict[str, Item] = field(default_factory=dict)
    revised: dict[int, Item] = field(default_factory=dict)
    """Items whose name, type or basis is another now: all their editions say so."""

    def __post_init__(self) -> None:
        self.items = Item.objects.in_bulk(field_name="code")
        self.register = Register()

    # Base items

    def take_items(self, found: dict[str, Entry]) -> None:
        """Create and revise, then the tree, then the aliases."""
        made: list[Item] = []
        changed: list[Item] = []
        shown_or_hidden: list[int] = []
        events: list[Event] = []
        found = self._fitting(found)
        for entry in found.values():
            item = self.items.get(entry.code)
            facts = entry.facts | ({} if entry.basis is None else {"basis": entry.basis})
            if item is None:
                made.append(Item(code=entry.code, **facts))
                self.items[entry.code] = made[-1]
                events.append(ItemCreated(code=entry.code, name=made[-1].name))
            elif differs := [key for key, value in facts.items() if getattr(item, key) != value]:
                for key in differs:
                    setattr(item, key, facts[key])
                changed.append(item)
                shown_or_hidden += [item.pk] if "is_public" in differs else []
                events.append(ItemRevised(code=entry.code, changed=sorted(differs)))
                if {"name", "type_code", "basis"} & set(differs):
                    self.revised[item.pk] = item
            else:
                self.report.unchanged += 1
        Item.objects.bulk_create(made, batch_size=1000)
        if changed:
            columns = [one.name for one in Item._meta.concrete_fields if one.name not in ("id", "code", _PARENT)]
            Item.objects.bulk_update(changed, columns, batch_size=500)
        if shown_or_hidden:
            indexing.index_items(shown_or_hidden, now=self.now)
        self.report.changed += len(made) + len(changed)
        record_all(events, by=self.by, now=self.now)
        self._place(found)
        self._name(found)

    def _fitting(self, found: dict[str, Entry]) -> dict[str, Entry]:
        """Without those that can't stand where they say: a cycle, a stranger or a kind that doesn't belong there, and
        new ones without name or type; nor those below them."""
        by_id = {item.pk: item.code for item in self.items.values()}
        above: dict[str, str | None] = {item.code: by_id.get(item.parent_id or 0) for item in self.items.values()} | {
            code: entry.parent for code, entry in found.items() if entry.parent is not None
        }
        fitting = dict(found)
        while wrong := {code: says for code, one in fitting.items() if (says := self._misfit(one, fitting, above))}:
            for code, says in wrong.items():
                refuse(self.report, fitting.pop(code).row, says)
        return fitting

    def _misfit(self, entry: Entry, found: Mapping[str, Entry], above: Mapping[str, str | None]) -> str:
        if entry.code not in self.items and not {"name", "type_code"} <= set(entry.facts):
            return "新的事项要有事项名称和事项类型"
        parent = above.get(entry.code) if entry.parent or "kind" in entry.facts else None
        if not parent:
            return ""
        kinds = [
            str(found[code].facts.get("kind", "item")) if code in found and "kind" in found[code].facts
            else self.items[code].kind if code in self.items else "item" if code in found else ""
            for code in (entry.code, parent)
        ]  # fmt: skip
        if not kinds[1]:
            return f"上级事项 {parent} 不在文件里，也不在目录里"
        try:
            levels.check_parent(kinds[0], kinds[1], code=entry.code, above=_up(parent, above))
        except Refusal as refusal:
            return refusal.reason
        return ""

    def _place(self, found: Mapping[str, Entry]) -> None:
        moved = []
        for code, entry in found.items():
            item, parent = self.items[code], self.items[entry.parent] if entry.parent else None
            if entry.parent is not None and item.parent_id != (parent.pk if parent else None):
                item.parent_id = parent.pk if parent else None
                moved.append(item)
        Item.objects.bulk_update(moved, [_PARENT], batch_size=500)

    def _name(self, found: Mapping[str, Entry]) -> None:
        aliases = [
            Alias(item=self.items[code], words=words, origin=origin, by=self.by.who, at=self.now)
            for code, entry in found.items()
            for words, origin in entry.aliases.items()
        ]
        Alias.objects.bulk_create(aliases, ignore_conflicts=True, batch_size=1000)

    # Editions

    def editions(self, rows: Mapping[str, list[Filled]]) -> list[tuple[Filled | None, Wanted]]:
        """What each edition of the file should be, where that is not what it is; and the others of revised items."""
        present = frozenset(rows)
        named = by_edition(rows)
        self.found = _editions({normalise(code) for code, _ in named} | {code for code, _ in named})
        self.codes = {edition.code: key for key, edition in self.found.items()}
        wanted: list[tuple[Filled | None, Wanted]] = []
        seen: set[tuple[int, int]] = set()
        for (code, name), sheets in named.items():
            first = min((row for found in sheets.values() for row in found), key=lambda row: row.line)
            item, body = self._item(code), self._body(name)
            if item is None or body is None:
                says = f"没有事项 {code}" if item is None else f"没有机构“{name}”，请写机构的标识或名称"
                for row in (row for found in sheets.values() for row in found):
                    refuse(self.report, row, says)
                continue
            if (item.pk, body.pk) in seen:
                refuse(self.report, first, "同一事项、同一机构写成了两种样子，请统一编码和机构的写法")
                continue
            seen.add((item.pk, body.pk))
            if one := self._edition(item, body, sheets, present):
                wanted.append((first, one))
        return wanted + self._others(seen)

    def _item(self, code: str) -> Item | None:
        return self.items.get(code) or self.items.get(normalise(code))

    def _body(self, name: str) -> Body | None:
        return self.register.by_key.get(name) or self.register.find(name, None)

    def _edition(
        self, item: Item, body: Body, sheets: Mapping[str, list[Filled]], present: frozenset[str]
    ) -> Wanted | None:
        """None when it can't be used (then it was rejected) or says what is in force."""
        before = self.found.get((item.pk, body.pk))
        own = sheets.get(document().name, [])
        for row in own[1:]:
            refuse(self.report, row, f"{item.name}与第 {own[0].line} 行重复")
        if not own and before is None:
            for row in (row for found in sheets.values() for row in found):
                refuse(self.report, row, f"工作表“{document().name}”里没有 {item.code} {body.key} 这一行")
            return None
        made = put_together(sheets, present, _base(before))
        for unread in made.faults:
            self.report.reject(unread.line, f"工作表“{unread.sheet}”：{unread.says}")
        if made.faults or own[1:]:
            return None
        first = own[0] if own else next(row for found in sheets.values() for row in found)
        code = own[0].cells.get(CODE, "").strip() if own else ""
        external = own[0].cells.get(EXTERNAL, "").strip() if own else ""
        if wrong := self._wrong_code(code, external, before, item, body):
            refuse(self.report, first, wrong)
            return None
        try:
            content = read(made.document)
            if before and before.state == "published" and before.document == content and item.pk not in self.revised:
                self.report.unchanged += 1
                return None
            levels.check_basis(content, item.basis)
            quality.check_publishable(content, today=date_of(self.now), type_code=item.type_code)
        except Refusal as refusal:
            for fault in refusal.faults if isinstance(refusal, Invalid) else [refusal]:
                place = tuple(int(step) if step.isdecimal() else step for step in fault.field.split("."))
                refuse(self.report, made.place_of(place) or first, fault.reason)
            return None
        return Wanted(item, body, content, external_code=external, code=code)

    def _wrong_code(self, code: str, external: str, before: Edition | None, item: Item, body: Body) -> str:
        if len(external) > 80:
            return "来源编码超过 80 个字"
        if not code or (before and before.code == code):
            return ""
        if before:
            return f"实施编码应为 {before.code}：已有的实施清单不能换编码"
        if (wrong := self.scheme.validate_implementing(code)) and code != edition_code(item, body):
            return wrong.reason
        holder = self.codes.setdefault(code, (item.pk, body.pk))
        taken = Edition.objects.filter(code=code).exclude(item=item, body=body).exists()
        return f"实施编码 {code} 已经是另一份实施清单的" if taken or holder != (item.pk, body.pk) else ""

    def _others(self, seen: set[tuple[int, int]]) -> list[tuple[Filled | None, Wanted]]:
        """Editions that the file doesn't name, of items that have another name, type or basis now (三级四同)."""
        others = Edition.objects.published().filter(item__in=self.revised).select_related("body__region")
        found: list[tuple[Filled | None, Wanted]] = []
        for one in others.order_by("pk"):
            if (one.item_id, one.body_id) not in seen:
                item = self.revised[one.item_id]
                content = one.document
                if item.basis:
                    content = content.model_copy(update={"basis": levels.basis_of(item.basis)})
                found.append((None, Wanted(item, one.body, content)))
        return found


def _up(code: str, above: Mapping[str, str | None]) -> list[str]:
    """From a code to the root, or until it comes round."""
    found: list[str] = []
    at: str | None = code
    while at and at not in found:
        found.append(at)
        at = above.get(at)
    return found


def _editions(codes: set[str]) -> dict[tuple[int, int], Edition]:
    """In force, or else the last one withdrawn, of the items named."""
    found: dict[tuple[int, int], Edition] = {}
    for edition in Edition.objects.filter(item__code__in=codes).exclude(state="draft").order_by("version"):
        key = (edition.item_id, edition.body_id)
        if edition.state == "published" or key not in found or found[key].state != "published":
            found[key] = edition
    return found


def _base(before: Edition | None) -> dict[str, Any] | None:
    return before.document.model_dump(mode="json") if before else None
