"""The exports that somebody may read about, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.exports.lists import LISTS, Asked
from tongban.exports.models import Export
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of


@dataclass(frozen=True)
class Taken:
    """One export as its reader sees it."""

    export: Export
    name: str
    who: str
    filters: str
    columns: str
    outcome: str
    tone: str


def taken(by: Actor, *, limit: int, after: int | None = None) -> list[Taken]:
    found = Export.objects.visible_to(by)
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[:limit])
    names = names_of(row.by for row in rows)
    return [_taken(row, names[row.by], by) for row in rows]


def _taken(one: Export, who: str, by: Actor) -> Taken:
    listed = LISTS.get(one.list_key)
    asked = Asked(by, one.filters, frozenset(one.columns), one.began_at)
    said = listed.said(asked) if listed else list(one.filters.items())
    outcome, tone = _outcome(one)
    return Taken(
        export=one, name=listed.name if listed else one.list_key, who=who,
        filters="；".join(f"{name}：{value}" for name, value in said),
        columns="、".join(listed.titles(tuple(one.columns)) if listed else one.columns), outcome=outcome, tone=tone,
    )  # fmt: skip


def _outcome(one: Export) -> tuple[str, str]:
    if one.ended_at is None:
        return "▲ 没有记到结束", "warn"
    if not one.whole:
        return "■ 中途断开", "bad"
    return ("▲ 只到上限", "warn") if one.more else ("● 完成", "ok")
