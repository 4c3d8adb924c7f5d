"""导入事项: a list of items becomes base items and published editions that point to the body; guides fill them.

A list says what an item is called, of which type, whose and for whom. It never takes the place of a guide: an edition
that says more than a list can keeps what it says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from stdnum.cn import uscc as gb32100

from tongban.catalog import coding
from tongban.catalog.bulk import Wanted, publish_all, withdraw_all
from tongban.catalog.content import Content
from tongban.catalog.content.labels import TYPES
from tongban.catalog.guides import BY
from tongban.catalog.imports.lists import ITEMS, Entry, entries
from tongban.catalog.models import Edition, Item
from tongban.kernel.actors import Actor
from tongban.kernel.imports import one_run
from tongban.kernel.refusals import demand
from tongban.kernel.tables import Progress, Report, Table, read, silent
from tongban.kernel.typed import normalise
from tongban.orgs.imports import Register
from tongban.orgs.models import Body, Region

_LIST_SAYS = {"audience"}


def import_items(
    path: Path,
    *,
    region: str = "",
    now: datetime,
    by: Actor = BY,
    dry_run: bool = False,
    good_rows: bool = False,
    progress: Progress = silent,
) -> Report:
    """A CSV or XLSX of items, with our own columns or those of a province's export (`ITEMS` lists the names).

    Rows without a code of ours are found by the source's code, else by body and name, else get a new 基本编码.
    Raises Refusal when the file as a whole can't be used; rows that can't are rejected in the report. One rejected row
    and nothing is taken (`report.taken` says so), unless `good_rows` asks for the others.
    """
    table = read(path, ITEMS)
    demand(
        bool(table.columns & {"type", "type_name"}),
        "column_missing", "第 1 行（表头）：缺少列 type/type_code/事项类型", "请补上事项类型", "file",
    )  # fmt: skip
    with one_run("items", now=now, dry_run=dry_run, good_rows=good_rows) as report:
        report.take(table)
        place = _region(table, region, report)
        scheme = coding.scheme(settings.TONGBAN.coding)
        found = entries(table, scheme, report)
        bodies = _bodies(found, place, report)
        codes = scheme.numbering(place.code, Item.objects.values_list("code", "main_name"))
        wanted = _wanted(found, bodies, codes, report, now=now, by=by)
        outcomes = publish_all([one for _, one in wanted], by=by, now=now, progress=progress)
        for (line, one), outcome in zip(wanted, outcomes, strict=True):
            report.changed += outcome in ("new", "changed")
            report.unchanged += outcome in ("same", "withdrawn")
            if outcome == "withdrawn":
                report.warn(line, f"{one.item.name}已经下线，导入不会让它重新发布")
    return report


def _region(table: Table, code: str, report: Report) -> Region:
    """Where bodies that are not known yet are placed: as told, else as the file says, else the instance's region."""
    regions = Region.objects.in_bulk(field_name="code")
    if not code:
        areas = {_short_area(row["area"]): row.line for row in reversed(table.rows) if row["area"]}
        code = next((area for area in areas if area in regions), settings.TONGBAN.region)
        for area in sorted(set(areas) - set(regions)):
            report.warn(areas[area], f"区划 {area} 不在本平台的区划中，新的机构放在 {code} 之下；可用 --region 指定")
    demand(
        code in regions, "region_unknown", f"没有区划 {code}", "请先导入区划，或用 --region 指定已有的区划", "region"
    )
    return regions[code]


def _short_area(area: str) -> str:
    """511602000000 → 511602: twelve digits without the empty levels."""
    digits = normalise(area)
    for end in (6, 9):
        if len(digits) == 12 and not digits[end:].strip("0"):
            return digits[:end]
    return digits


Meant = tuple[str, str | None]
"""A body as a row names it, and the USCC the row gives."""


def _bodies(entries: list[Entry], place: Region, report: Report) -> dict[Meant, Body]:
    """The body each row means, by its USCC, else by its name, else made.

    A USCC that the file gives to several departments tells nothing about any of them: then the name decides.
    """
    register = Register()
    claimants: dict[str, set[str]] = defaultdict(set)
    meant: dict[str, dict[str | None, None]] = defaultdict(dict)
    for entry in entries:
        meant[entry.body][entry.uscc] = None
        if entry.uscc:
            claimants[entry.uscc].add(entry.body)
    found: dict[Meant, Body] = {}
    for name, usccs in meant.items():
        clear = {uscc: uscc if uscc and len(claimants[uscc]) == 1 else None for uscc in usccs}
        for uscc in usccs:
            body = register.by_key.get(name) or register.find(name, clear[uscc])
            if body is None and not re.fullmatch(r"[a-z0-9_]+", name):
                own = sorted(filter(None, clear.values()), key=lambda code: not gb32100.is_valid(code))
                free = [code for code in own if code not in register.by_uscc]
                body = register.add(_new_body(name, free[0] if free else None, place, register))
                report.notes.append(f"新机构：{name}（{body.uscc or '没有统一社会信用代码'}）")
            if body:
                found[name, uscc] = body
    for entry in entries:
        if body := found.get((entry.body, entry.uscc)):
            _compare(entry, body, report)
    return found


def _new_body(name: str, uscc: str | None, place: Region, register: Register) -> Body:
    used = {body.department_code for body in register.by_key.values()}
    department = next((f"{number:02d}" for number in range(1, 99) if f"{number:02d}" not in used), "99")
    key = register.new_key(name)
    return Body(key=key, uscc=uscc, name=name, short=name[:40], region=place, department_code=department)


def _compare(entry: Entry, body: Body, report: Report) -> None:
    """Warn where the row's name and USCC point to different bodies."""
    if entry.uscc is None or (entry.uscc == body.uscc and entry.body in (body.key, body.name, body.short)):
        return
    if entry.uscc == body.uscc:
        report.warn(entry.line, f"{entry.body}：统一社会信用代码 {entry.uscc} 是{body.name}的，按代码归属于{body.name}")
    else:
        known = f"登记的代码是 {body.uscc}" if body.uscc else "没有登记代码"
        report.warn(entry.line, f"{entry.body}：{body.name}{known}，与本行的 {entry.uscc} 不同，按名称归属")


def _wanted(
    entries: list[Entry],
    bodies: Mapping[Meant, Body],
    codes: coding.Numbering,
    report: Report,
    *,
    now: datetime,
    by: Actor,
) -> list[tuple[int, Wanted]]:
    """Each row's item, found or made, with the edition it should have; and the other editions of items that changed."""
    known = _Known()
    made: list[Item] = []
    renamed: dict[int, Item] = {}
    matched: list[tuple[Entry, Item, Body]] = []
    for entry in entries:
        body = bodies.get((entry.body, entry.uscc))
        if body is None:
            report.reject(entry.line, f"没有标识为“{entry.body}”的机构，请先导入机构")
            continue
        item = known.item(entry, body)
        if item is None:
            try:
                code = entry.code or codes.next(
                    type_code=entry.type_code, department=_department(body), main_name=entry.main_name
                )
            except LookupError:
                report.reject(entry.line, f"{body.name}的{TYPES[entry.type_code]}编码已经用完，请在文件中给出编码")
                continue
            item = Item(code=code, name=entry.name, type_code=entry.type_code, main_name=entry.main_name)
            known.items[code] = item
            made.append(item)
        elif (item.name, item.type_code, item.main_name) != (entry.name, entry.type_code, entry.main_name):
            item.name, item.type_code, item.main_name = entry.name, entry.type_code, entry.main_name
            if item.pk:
                renamed[item.pk] = item
        matched.append((entry, item, body))
    Item.objects.bulk_create(made, batch_size=1000)
    Item.objects.bulk_create(
        renamed.values(), batch_size=1000, update_conflicts=True, unique_fields=["code"],
        update_fields=["name", "type_code", "main_name"],
    )  # fmt: skip
    wanted = [
        (
            entry.line,
            Wanted(item, body, known.content(entry, item, body), entry.external_code, known.moves(entry, body)),
        )
        for entry, item, body in matched
    ]
    return wanted + _left_behind(matched, known, renamed, now=now, by=by)


def _department(body: Body) -> str:
    """Two digits; bodies whose own code has another form share 99."""
    return body.department_code if re.fullmatch(r"[0-9]{2}", body.department_code) else "99"


def _left_behind(
    matched: Iterable[tuple[Entry, Item, Body]],
    known: _Known,
    renamed: Mapping[int, Item],
    *,
    now: datetime,
    by: Actor,
) -> list[tuple[int, Wanted]]:
    """Editions the file doesn't name: of items that have a new name, republished; of items that moved, withdrawn."""
    matched = list(matched)
    moved: list[Edition] = []
    named = {(item.pk, body.pk) for _, item, body in matched}
    for entry, _, body in matched:
        old = known.by_external.get(entry.external_code)
        if old and known.moves(entry, body) and (old.item_id, old.body_id) not in named:
            moved.append(old)
            named.add((old.item_id, old.body_id))
    withdraw_all(moved, by=by, now=now)
    return [
        (0, Wanted(renamed[edition.item_id], edition.body, edition.document))
        for edition in known.editions.values()
        if edition.item_id in renamed and (edition.item_id, edition.body_id) not in named
    ]


class _Known:
    """The items and editions in force, found as lists name them."""

    def __init__(self) -> None:
        self.items = {item.code: item for item in Item.objects.all()}
        by_id = {item.pk: item for item in self.items.values()}
        self.editions: dict[tuple[int, int], Edition] = {}
        self.by_external: dict[str, Edition] = {}
        self.by_name: dict[tuple[int, str, str], Item] = {}
        self.contents: dict[tuple[str, ...], Content] = {}
        bodies = Body.objects.select_related("region").in_bulk()
        for edition in Edition.objects.published().order_by("id"):
            edition.item, edition.body = by_id[edition.item_id], bodies[edition.body_id]
            self.editions[edition.item_id, edition.body_id] = edition
            self.by_name[edition.body_id, edition.name, edition.type_code] = edition.item
            if edition.external_code:
                self.by_external[edition.external_code] = edition
        withdrawn = Edition.objects.filter(state="withdrawn").exclude(external_code="").order_by("id")
        self.withdrawn = {code: by_id[item] for code, item in withdrawn.values_list("external_code", "item_id")}

    def item(self, entry: Entry, body: Body) -> Item | None:
        """By our code, else the source's, else (when the source has none) by name."""
        if entry.code:
            return self.items.get(entry.code)
        if entry.external_code:
            edition = self.by_external.get(entry.external_code)
            return edition.item if edition else self.withdrawn.get(entry.external_code)
        return self.by_name.get((body.pk, entry.name, entry.type_code))

    def moves(self, entry: Entry, body: Body) -> bool:
        """Whether the source's item was another body's until now."""
        edition = None if entry.code else self.by_external.get(entry.external_code)
        return edition is not None and edition.body_id != body.pk

    def content(self, entry: Entry, item: Item, body: Body) -> Content:
        """What a list says, unless a guide says more."""
        edition = self.editions.get((item.pk, body.pk))
        if edition and set(edition.content) - _LIST_SAYS:
            return edition.document
        return self.contents.setdefault(entry.audience, Content(audience=entry.audience))
