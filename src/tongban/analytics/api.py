"""The numbers, for anyone: this year's, or those of one day."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from tongban.analytics import queries, rules
from tongban.analytics.rules import Reading
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

router = Router(tags=["指标"], auth=None)


class IndicatorOut(Schema):
    code: str
    name: str
    group: str
    value: float | None
    """In `unit`; null: no data."""
    unit: str
    part: float
    whole: float
    formula: str
    method: str
    target: float | None
    better: str
    """`up` or `down`."""
    reached: bool | None
    rows: str
    """Where the records behind the number are."""


class Indicators(Schema):
    period: str
    indicators: list[IndicatorOut]


@router.get("/indicators", response=Indicators, operation_id="read_indicators", summary="指标")
def read_indicators(request: HttpRequest, day: date | None = None) -> Indicators:
    """Without `day`: this year so far. With `day`: what that day brought; what is in stock, as of its end."""
    now = clock.now()
    if day is None:
        period = queries.span("", now=now)
        return Indicators(
            period=period.key, indicators=[_out(one, period.key) for one in queries.readings(period, now=now)]
        )
    if not rules.FIRST_DAY <= day <= clock.date_of(now):
        raise Refusal("day_out_of_range", "没有这一天的数据", "请填今天或以前的日期，如 2026-03-02", "day")
    return Indicators(
        period=day.isoformat(), indicators=[_out(one, f"{day:%Y-%m}") for one in queries.on_day(day, now=now)]
    )


def _out(reading: Reading, period: str) -> IndicatorOut:
    one, value = reading.indicator, reading.value
    return IndicatorOut(
        code=one.code, name=one.name, group=one.group, value=None if value is None else round(float(value), 4),
        unit=one.unit, part=float(reading.tally.part), whole=float(reading.tally.whole), formula=one.formula,
        method=one.method, target=float(one.target.value) if one.target else None, better="up" if one.up else "down",
        reached=reading.reached, rows=f"/indicators/{one.code}?period={period}",
    )  # fmt: skip
