"""运行公示: every indicator with its target and trend; behind each its method, its rows, and the same rows as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.analytics import queries, rules
from tongban.analytics.rules import Indicator, Period, Reading
from tongban.design import charts
from tongban.design.parts import Cell, Choice, Table
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound
from tongban.kernel.sheets import CSV_TYPE, csv_parts
from tongban.orgs.models import Body

PER_PAGE = 20
IN_A_FILE = 10_000
EVERY_BODY = "all"
WORDS = ("是否", "承诺到期日", "没有手机", "卡在哪里")
"""Heads of columns that hold words and not numbers."""
LONG = 10
"""Working days from which on cases are shown together."""


@dataclass(frozen=True)
class Asked:
    """What the reader chose."""

    period: Period
    body: Body | None
    now: datetime

    def query(self, **more: str) -> str:
        chosen = {"period": self.period.key, "body": self.body.key if self.body else ""} | more
        return "?" + urlencode({name: value for name, value in chosen.items() if value})


def _asked(request: HttpRequest) -> Asked:
    """Raises NotFound."""
    now = clock.now()
    key = request.GET.get("body", "").replace("\0", "")
    key = "" if key == EVERY_BODY else key
    body = Body.objects.filter(key=key).first() if key else None
    if key and body is None:
        raise NotFound("body_unknown", "没有这个部门", "请从运行公示页选择")
    return Asked(queries.span(request.GET.get("period", ""), now=now), body, now)


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    read = queries.numbers(now=asked.now, body=asked.body)
    trends = read.trends(asked.period)
    groups: dict[str, list[dict[str, object]]] = {}
    for reading in read.readings(asked.period):
        one = reading.indicator
        line: dict[str, object] = {
            "reading": reading,
            "tag": _tag(reading),
            "url": reverse("analytics:indicator", kwargs={"code": one.code}) + asked.query(),
            "trend": [float(each.value) for _, each in trends[one.code] if each.value is not None],
        }
        groups.setdefault(one.group, []).append(line)
    context = {"groups": list(groups.items()), "counted_at": asked.now, **_choices(asked, read)}
    return render(request, "analytics/indicators.html", context)


def _choices(asked: Asked, read: queries.Numbers) -> dict[str, object]:
    """The periods that have been counted, newest first, and the bodies."""
    months = [month.month for month in reversed(read.stored)]
    years = sorted({month[:4] for month in months}, reverse=True)
    periods = [Choice(key, rules.period(key, today=clock.date_of(asked.now)).label) for key in [*years, *months[:12]]]
    if asked.period.key not in {choice.value for choice in periods} | {"all"}:
        periods.append(Choice(asked.period.key, asked.period.label))
    return {
        "asked": asked,
        "periods": [*periods, Choice("all", rules.ALL.label)],
        "bodies": [
            Choice(EVERY_BODY, "全部部门"),
            *(Choice(body.key, body.name) for body in Body.objects.order_by("name")),
        ],
        "chosen_body": asked.body.key if asked.body else EVERY_BODY,
    }


def _tag(reading: Reading) -> tuple[str, str] | None:
    if reading.reached is None:
        return None
    return ("达标", "ok") if reading.reached else ("未达标", "warn")


@require_safe
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    one, asked = rules.indicator(code), _asked(request)
    after = request.GET.get("after", "")
    read = queries.numbers(now=asked.now, body=asked.body, bodies=True)
    reading = next(each for each in read.readings(asked.period) if each.indicator is one)
    found = queries.rows(code, asked.period, now=asked.now, body=asked.body, after=after, limit=PER_PAGE + 1)
    shown, more = found[:PER_PAGE], len(found) > PER_PAGE
    context = {
        "one": one,
        "reading": reading,
        "tag": _tag(reading),
        "targets": [rules.said_target(one, target) for target in one.targets],
        "trend": _trend(one, read.trends(asked.period)[code]),
        "spread": _spread(code, read.spread(asked.period)) if not asked.body else None,
        "by_body": _by_body(one, queries.by_body(code, asked.period, read)) if not asked.body else None,
        "rows": _table(code, shown),
        "next_url": asked.query(after=str(shown[-1].after)) if more else "",
        "first_url": asked.query() if after else "",
        "csv_url": reverse("analytics:csv", kwargs={"code": code}) + asked.query(),
        "list_url": reverse("analytics:indicators") + asked.query(),
        **_choices(asked, read),
    }
    return render(request, "analytics/indicator.html", context)


def _trend(one: Indicator, trend: list[tuple[str, Reading]]) -> charts.Line | None:
    """Month by month. A negative number (slower than the law) has no place on a chart that begins at 0."""
    known = [(month, each.value) for month, each in trend]
    if not any(value is not None and value >= 0 for _, value in known):
        return None
    values = [None if value is None or value < 0 else float(round(value, 2)) for _, value in known]
    return charts.line(f"{one.name}，逐月", [month for month, _ in known], {one.name: values}, unit=one.unit)


def _spread(code: str, spread: dict[int, int]) -> dict[str, object] | None:
    """How long cases took: half, nine in ten, and all."""
    if code not in ("time_cut", "on_time") or not spread:
        return None
    merged: dict[int, int] = {}
    for days, cases in sorted(spread.items()):
        merged[min(days, LONG)] = merged.get(min(days, LONG), 0) + cases
    points = [
        ("当日" if days == 0 else f"{days} 天{'以上' if days == LONG else ''}", cases) for days, cases in merged.items()
    ]
    return {
        "half": rules.percentile(spread, Decimal("0.5")),
        "nine_in_ten": rules.percentile(spread, Decimal("0.9")),
        "chart": charts.bar("受理到决定用了几个工作日", points, unit="件"),
    }


def _by_body(one: Indicator, found: list[tuple[Body, Reading]]) -> Table | None:
    if len(found) < 2:
        return None
    here = reverse("analytics:indicator", kwargs={"code": one.code})
    rows = []
    for body, reading in found:
        tag = _tag(reading)
        state = Cell(tag[0], tone="ok" if reading.reached else "warn") if tag else Cell("—")
        rows.append([Cell(body.name, url=f"{here}?{urlencode({'body': body.key})}"), reading.said, state])
    return Table(columns=["部门", "数值", "目标"], rows=rows, caption="各部门", numeric=["数值"])


def _table(code: str, found: Iterable[queries.Row]) -> Table:
    heads = queries.heads(code)
    kept = [at for at, head in enumerate(heads) if head]
    numeric = [heads[at] for at in kept if at > 3 and not heads[at].startswith(WORDS)]
    rows = [[_cell(row, at) for at in kept] for row in found]
    return Table(columns=[heads[at] for at in kept], rows=rows, nothing="这个统计期没有记录", numeric=numeric)


def _cell(row: queries.Row, at: int) -> Cell:
    text = _texts(row)[at]
    return Cell(text, url=row.url) if at == 0 and row.url else Cell(text)


def _texts(row: queries.Row) -> list[str]:
    return [row.label, row.about, row.body, row.on.isoformat() if row.on else "", row.part, row.whole]


@require_safe
def download(request: HttpRequest, code: str) -> HttpResponse:
    """The rows as CSV with a byte order mark, ten thousand a file; `Link` leads to the next."""
    asked = _asked(request)
    rules.indicator(code)
    found = queries.rows(
        code, asked.period, now=asked.now, body=asked.body, after=request.GET.get("after", ""), limit=IN_A_FILE
    )
    heads = queries.heads(code)
    kept = [at for at, head in enumerate(heads) if head]
    rows = [[_texts(row)[at] for at in kept] for row in found]
    text = "".join(csv_parts([heads[at] for at in kept], rows))
    response = HttpResponse(text, content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{code}-{asked.period.key}.csv"'
    if len(found) == IN_A_FILE:
        behind = reverse("analytics:csv", kwargs={"code": code}) + asked.query(after=str(found[-1].after))
        response.headers["Link"] = f'<{behind}>; rel="next"'
    return response
