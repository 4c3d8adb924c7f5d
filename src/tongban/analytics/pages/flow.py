"""流转统计: where the cases of a body wait: by step, item and post; and the cases behind each number."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.analytics import flow_asked, flow_queries
from tongban.analytics.flow_asked import FlowAsked
from tongban.analytics.flow_queries import Flow, Line, name_of
from tongban.analytics.stretches import NOT_OURS
from tongban.design import charts
from tongban.design.parts import Cell, Choice, Field, Table
from tongban.design.words import percent
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.typed import grouped

PER_PAGE = 50
MOST_ROWS = 10_000
IN_A_CHART = 12
MONTHS = 12
EVERY = ""


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    found = asked.flow()
    item = asked.item.pk if asked.item else None
    context = {
        "asked": asked,
        "fields": _fields(asked),
        "counted_at": found.counted_at,
        "steps": _steps(found.steps, asked),
        "chart": _chart(found),
        "items": _lines("事项", found.items, asked) if not asked.item else None,
        "posts": _lines("岗位", found.posts, asked),
        "longest": [
            {"case": one, "number": grouped(one.number)} for one in flow_queries.longest(asked.bodies, item=item)
        ],
        "export_url": reverse("exports:export", args=["flow"]) + f"?{urlencode(asked.query)}",
    }
    return render(request, "analytics/flow.html", context)


def _asked(request: HttpRequest) -> FlowAsked:
    return flow_asked.asked(doors.staff(request), request.GET.dict(), now=clock.now())


def _fields(asked: FlowAsked) -> list[Field]:
    today = clock.date_of(asked.now)
    months, on = [], today.replace(day=1)
    for _ in range(MONTHS):
        months.append((f"{on:%Y-%m}", f"{on.year} 年 {on.month} 月"))
        on = (on.replace(day=1) - timedelta(days=1)).replace(day=1)
    periods = [*flow_queries.PERIODS.items(), *months]
    if asked.span.key not in dict(periods):
        periods.append((asked.span.key, asked.span.label))
    made = [Field(name="period", label="统计期", kind="select", value=asked.span.key, choices=_choices(periods))]
    if len(asked.all_bodies) > 1:
        bodies = [(EVERY, "全部部门"), *((one.key, one.name) for one in asked.all_bodies)]
        made.append(
            Field(name="body", label="部门", kind="select", value=asked.query.get("body", ""), choices=_choices(bodies))
        )
    if len(asked.bodies) == 1:
        items = [(EVERY, "全部事项"), *flow_queries.items_of(asked.bodies)]
        chosen = asked.query.get("item", "")
        if asked.item and chosen not in dict(items):
            items.append((asked.item.code, asked.item.name))
        made.append(Field(name="item", label="事项", kind="select", value=chosen, choices=_choices(items)))
    return [Field.of(one, required=False, quiet=True) for one in made]


def _choices(pairs: list[tuple[str, str]]) -> list[Choice]:
    return [Choice(value, label) for value, label in pairs]


HEADS = ("办过", "正在等", "一半在", "九成在", "超期")


def _steps(lines: list[Line], asked: FlowAsked) -> Table:
    return Table(
        columns=("环节", *HEADS), numeric=HEADS,
        rows=[
            [Cell(one.name), _behind(one, asked), one.passed.waiting or "—", *_times(one)] for one in lines
        ],
        nothing="这段时间没有办件经过",
    )  # fmt: skip


def _behind(one: Line, asked: FlowAsked) -> Cell:
    """The number leads to the cases that it counts."""
    if not one.passed.cases:
        return Cell("—")
    return Cell(one.passed.cases, url=f"{reverse('analytics:flow_rows')}?{urlencode(asked.query | {'step': one.key})}")


def _times(one: Line) -> list[str]:
    """Within how long half and nine tenths were through; in hours where it is a matter of hours."""
    passed = one.passed
    if passed.half is None or passed.most is None:
        return ["—", "—", "—"]
    if passed.most <= 1:
        half, most = (f"{hours} 小时内" if hours else "当场" for hours in (passed.hours_half, passed.hours_most))
    else:
        half, most = (f"{days} 个工作日内" if days else "当天" for days in (passed.half, passed.most))
    step = one.key.partition(":")[0]
    late = "—" if step in ("pause", "above", "make", "extend") else f"{percent(passed.late_share)}（{passed.late}）"
    return [half, most, late]


def _lines(head: str, lines: list[Line], asked: FlowAsked) -> Table:
    columns = ("办过", "一半在", "九成在", "超期")
    return Table(
        columns=(head, *columns), numeric=columns,
        rows=[[Cell(one.name), one.passed.cases, *_times(one)] for one in lines[:40]],
        nothing="这段时间没有办件经过",
    )  # fmt: skip


def _chart(found: Flow) -> charts.Bar | None:
    """Nine tenths within so many working days, of the steps that wait for the body."""
    points = [
        (one.name, float(one.passed.most))
        for one in found.steps
        if one.passed.most is not None and one.key.partition(":")[0] not in NOT_OURS
    ][:IN_A_CHART]
    return charts.bar("九成办件在几个工作日内经过这一环节", points, unit="个工作日", places=0) if points else None


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The cases behind a number: `?step=` with the same period, body and item."""
    asked, step = _asked(request), request.GET.get("step", "").replace("\0", "")
    at = request.GET.get("at", "")
    skip = min(int(at), MOST_ROWS) if at.isascii() and at.isdigit() and len(at) < 6 else 0
    found = list(islice(asked.rows(step), skip, skip + PER_PAGE + 1))
    query = asked.query | {"step": step}
    context = {
        "name": name_of(step) if step else "",
        "said": asked.said,
        "rows": [{"row": one, "number": grouped(one.number)} for one in found[:PER_PAGE]],
        "back": f"{reverse('analytics:flow')}?{urlencode(asked.query)}",
        "next_url": f"?{urlencode(query | {'at': str(skip + PER_PAGE)})}" if len(found) > PER_PAGE else "",
        "first_url": f"?{urlencode(query)}" if skip else "",
        "export_url": reverse("exports:export", args=["flow-cases"]) + f"?{urlencode(query)}",
    }
    return render(request, "analytics/flow_rows.html", context)
