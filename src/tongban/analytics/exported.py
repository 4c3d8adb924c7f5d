"""运行公示 as a table: every indicator of a period, for one body or all. The rows behind each are public as CSV anyway."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.analytics import flow_asked, queries
from tongban.analytics.flow_asked import NUMBERS, Numbers
from tongban.analytics.flow_queries import Row, name_of
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


def _flow(asked: Asked) -> Iterator[Numbers]:
    return flow_asked.numbers(flow_asked.asked(asked.by, asked.filters, now=asked.now))


def _flow_rows(asked: Asked) -> Iterator[Row]:
    return flow_asked.asked(asked.by, asked.filters, now=asked.now).rows(asked.filters.get("step", ""))


def _flow_said(asked: Asked) -> list[tuple[str, str]]:
    step = asked.filters.get("step", "")
    said = flow_asked.asked(asked.by, asked.filters, now=asked.now).said
    return [*said, *([("环节", name_of(step))] if step else [])]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


declare(Listed(
    key="flow", name="流转统计", page="/desk/flow", may=lambda by: bool(by.posts_for("flow.view")), filters=NUMBERS,
    rows=_flow, said=_flow_said,
    columns=(
        Column("what", "按什么分", lambda row: row.what),
        Column("name", "名称", lambda row: row.line.name),
        Column("cases", "办过（件次）", lambda row: row.line.passed.cases),
        Column("waiting", "正在等（件）", lambda row: row.line.passed.waiting if row.what == "环节" else None),
        Column("half", "一半在几个工作日内", lambda row: row.line.passed.half),
        Column("most", "九成在几个工作日内", lambda row: row.line.passed.most),
        Column("hours_half", "一半在几小时内", lambda row: row.line.passed.hours_half, chosen=False),
        Column("hours_most", "九成在几小时内", lambda row: row.line.passed.hours_most, chosen=False),
        Column("late", "超期（件次）", lambda row: row.line.passed.late),
        Column("late_share", "超期比例", lambda row: _percent(row.line.passed.late_share)),
    ),
))  # fmt: skip
declare(Listed(
    key="flow-cases", name="流转统计背后的办件", page="/desk/flow/cases",
    may=lambda by: bool(by.posts_for("flow.view")), filters=(*NUMBERS, "step"), rows=_flow_rows, said=_flow_said,
    columns=(
        Column("number", "办件编号", lambda row: row.number),
        Column("title", "事项", lambda row: row.title),
        Column("body", "部门", lambda row: row.body),
        Column("step", "环节", lambda row: row.step),
        Column("on", "办完日期", lambda row: row.on),
        Column("days", "用了几个工作日", lambda row: row.days),
        Column("late", "是否超期", lambda row: row.late),
    ),
))  # fmt: skip
