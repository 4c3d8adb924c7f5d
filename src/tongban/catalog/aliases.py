"""别名: citizens' words for an item, added and removed by editors or imported; found in every channel at once.

An alias belongs to the item, so it holds for every body's edition, and needs no new version of any.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from tongban.catalog import indexing, words
from tongban.catalog.events import AliasAdded, AliasRemoved
from tongban.catalog.models import Alias, Edition, Item
from tongban.identity.actors import Actor
from tongban.kernel import actors, journal
from tongban.kernel.imports import one_run, record_all
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, demand
from tongban.kernel.tables import Column, Progress, Report, Row, read, silent
from tongban.kernel.typed import normalise

LONGEST = 60
MOST = 60
"""Aliases of one item: more of them say that the item should be several."""
BY = actors.Actor(who="system:import", channel="import")
COLUMNS = (
    Column("code", ("基本编码", "事项编码", "item_code"), required=True),
    Column("name", ("事项名称", "item_name")),
    Column("aliases", ("别名", "日常说法", "words"), required=True),
)


@transaction.atomic
def add_alias(code: str, *, words: str, by: Actor, now: datetime) -> Alias:
    """An item is found by these words from now on. Raises Refusal, Forbidden, Conflict or NotFound.

    Who may edit one of its editions, or governs the catalogue of its region, may.
    """
    item = _item(code, by)
    said = clean(words)
    held = Alias.objects.filter(item=item)
    if held.filter(words=said).exists():
        raise Conflict("alias_there", f"“{item.name}”已经有别名“{said}”", "不用再加", "words")
    demand(held.count() < MOST, "alias_many", f"一个事项最多 {MOST} 个别名", "请先删去不用的别名", "words")
    alias = Alias.objects.create(item=item, words=said, origin="editor", by=by.who, at=now)
    indexing.index_items([item.pk], now=now)
    journal.record(AliasAdded(item=item.code, words=said), by=by, now=now)
    return alias


@transaction.atomic
def remove_alias(code: str, *, words: str, by: Actor, now: datetime) -> None:
    """An item is no longer found by these words. Raises Forbidden or NotFound."""
    item = _item(code, by)
    found = Alias.objects.select_for_update().filter(item=item, words=words).first()
    if found is None:
        raise NotFound("alias_unknown", f"“{item.name}”没有别名“{words}”", "可能已被删去，请刷新页面")
    found.delete()
    indexing.index_items([item.pk], now=now)
    journal.record(AliasRemoved(item=item.code, words=words), by=by, now=now)


def clean(typed: str) -> str:
    """An alias as it is kept: half width, small letters, no blanks at the ends. Raises Refusal."""
    said = words.tidy(typed)
    demand(len(typed) <= LONGEST, "alias_long", f"别名最多 {LONGEST} 个字", "", "words")
    found = "".join(words.RUNS.findall(said))
    demand(len(found) >= 2, "alias_short", "别名至少要有两个汉字或字母", "例如：开饭店", "words")
    return said


def may_add(item: Item, by: Actor) -> bool:
    """Whether some edition of the item is one that the actor may edit or govern."""
    editions = Edition.objects.published().filter(item=item).order_by().values_list("body_id", "region_path").distinct()
    return any(
        by.may("catalog.edit", body_id=body, region_path=region) or by.may("catalog.govern", region_path=region)
        for body, region in editions
    )


def _item(code: str, by: Actor) -> Item:
    item = Item.objects.select_for_update().filter(code=normalise(code)).first()
    if item is None:
        raise NotFound("item_unknown", "没有这个事项", "请检查编码")
    if not may_add(item, by):
        raise Forbidden("not_empowered", "您的岗位不管理这个事项", "请联系事项管理员，或实施这个事项的部门")
    return item


def import_aliases(path: Path, *, now: datetime, dry_run: bool = False, progress: Progress = silent) -> Report:
    """A CSV or XLSX: one item a row, its aliases separated by ； ; 、 or commas. Adds what is missing, removes nothing.

    Raises Refusal when the file can't be used; rows that can't are rejected in the report.
    """
    table = read(path, COLUMNS)
    with one_run("aliases", now=now, dry_run=dry_run) as report:
        report.take(table)
        items = Item.objects.in_bulk([normalise(row["code"]) for row in table.rows], field_name="code")
        there = {(item, said) for item, said in Alias.objects.values_list("item_id", "words")}
        fresh: list[Alias] = []
        for row in table.rows:
            item = items.get(normalise(row["code"]))
            if item is None:
                report.reject(row.line, f"没有编码为“{row['code']}”的事项")
                continue
            if row["name"] and row["name"] != item.name:
                report.warn(row.line, f"编码 {item.code} 的事项叫“{item.name}”，不叫“{row['name']}”")
            missing = [said for said in _said(row, report) if (item.pk, said) not in there]
            there |= {(item.pk, said) for said in missing}
            fresh += [Alias(item=item, words=said, origin="shipped", by=BY.who, at=now) for said in missing]
            report.changed += bool(missing)
            report.unchanged += not missing
        _keep(fresh, now=now, progress=progress)
    return report


def _said(row: Row, report: Report) -> list[str]:
    """The aliases of a row; those that can't be kept are told."""
    found: list[str] = []
    for one in row["aliases"].translate(str.maketrans("；;、，,", "\n" * 5)).split("\n"):
        said = words.tidy(one)
        if len("".join(words.RUNS.findall(said))) >= 2 and len(one) <= LONGEST:
            found.append(said)
        elif said:
            report.warn(row.line, f"别名“{one.strip()[:20]}”太短或太长，没有导入")
    return list(dict.fromkeys(found))


def _keep(fresh: list[Alias], *, now: datetime, progress: Progress) -> None:
    Alias.objects.bulk_create(fresh, batch_size=1000)
    items = sorted({alias.item_id for alias in fresh})
    for start in range(0, len(items), indexing.BATCH):
        batch = items[start : start + indexing.BATCH]
        indexing.index_items(batch, now=now)
        progress("别名", start + len(batch), len(items))
    record_all([AliasAdded(item=alias.item.code, words=alias.words) for alias in fresh], by=BY, now=now)
