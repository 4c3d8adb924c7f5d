"""运行公示 as a table: every indicator of a period, for one body or all. The rows behind each are public as CSV anyway."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.analytics import queries
from tongban.analytics.rules import Reading
from tongban.exports.lists import Asked, Column, Listed, declare
from tongban.orgs.models import Body


def _body(asked: Asked) -> Body | None:
    return Body.objects.filter(key=asked.filters.get("body", "")).first()


def _readings(asked: Asked) -> Iterator[Reading]:
    span = queries.span(asked.filters.get("period", ""), now=asked.now)
    yield from queries.readings(span, now=asked.now, body=_body(asked))


def _said(asked: Asked) -> list[tuple[str, str]]:
    body = _body(asked)
    return [("统计期", queries.span(asked.filters.get("period", ""), now=asked.now).label),
            ("部门", body.name if body else "全部部门")]  # fmt: skip


_REACHED = {True: "达标", False: "未达标", None: ""}

declare(Listed(
    key="indicators", name="运行指标", page="/indicators", may=lambda by: by.is_staff, filters=("period", "body"),
    rows=_readings, said=_said,
    columns=(
        Column("group", "类别", lambda row: row.indicator.group),
        Column("name", "指标", lambda row: row.indicator.name),
        Column("value", "数值", lambda row: row.said),
        Column("part", "分子", lambda row: str(row.tally.part)),
        Column("whole", "分母", lambda row: str(row.tally.whole)),
        Column("target", "目标", lambda row: row.target),
        Column("reached", "是否达标", lambda row: _REACHED[row.reached]),
        Column("formula", "算法", lambda row: row.indicator.formula, chosen=False),
    ),
))  # fmt: skip
