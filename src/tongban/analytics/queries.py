"""Reads that doors share: the numbers of a period, how they went month by month, and the rows behind each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict

from tongban.analytics import rules, snapshots
from tongban.analytics.counting import Tallies
from tongban.analytics.models import CountedMonth
from tongban.analytics.records import Row, heads, rows
from tongban.analytics.rules import INDICATORS, Indicator, Period, Reading, Tally
from tongban.kernel import clock
from tongban.orgs.models import Body

__all__ = ["Row", "by_body", "headline", "heads", "numbers", "on_day", "readings", "rows", "span", "value"]


class Head(TypedDict):
    """One indicator as the home page shows it."""

    code: str
    name: str
    value: str
    unit: str
    target: str


def headline(*, now: datetime | None = None) -> list[Head]:
    """This year's four for the home page: two look-ups by key, whatever the number of cases."""
    snapshot = snapshots.fresh(now=now or clock.now())
    made = snapshots.unpacked(snapshot.values) if snapshot else {}
    read = [_reading(INDICATORS[code], made) for code in rules.HEADLINE]
    return [
        Head(code=r.indicator.code, name=r.indicator.name, value=r.text, unit=r.unit, target=r.target) for r in read
    ]


def _reading(indicator: Indicator, made: Tallies) -> Reading:
    other = made.get(indicator.other.measure, Tally()) if indicator.other else Tally()
    return Reading(indicator=indicator, tally=made.get(indicator.code, Tally()), other=other)


def span(key: str, *, now: datetime) -> Period:
    """A month, a year or all. Raises NotFound."""
    return rules.period(key, today=clock.date_of(now))


def readings(period: Period, *, now: datetime, body: Body | None = None) -> list[Reading]:
    """Every indicator, in the order of the page."""
    snapshots.fresh(now=now)
    stored = snapshots.counted_months(period, bodies=body is not None)
    made = snapshots.tallies(period, stored=stored, body=body.pk if body else None)
    return [_reading(one, made) for one in INDICATORS.values()]


def value(code: str, period: Period, *, now: datetime, body: Body | None = None) -> Reading:
    """One of them. Raises NotFound."""
    wanted = rules.indicator(code)
    return next(one for one in readings(period, now=now, body=body) if one.indicator is wanted)


def on_day(on: date, *, now: datetime) -> list[Reading]:
    """日扫描: what one day brought, counted now."""
    made = snapshots.live(on, now=now).total
    return [_reading(one, made) for one in INDICATORS.values()]


@dataclass(frozen=True)
class Numbers:
    """Everything the pages show, read once: every month's tallies, from which any period can be put together."""

    stored: list[CountedMonth]
    body: Body | None

    def readings(self, period: Period) -> list[Reading]:
        stored = [month for month in self.stored if period.holds(month.month)]
        made = snapshots.tallies(period, stored=stored, body=self.body.pk if self.body else None)
        return [_reading(one, made) for one in INDICATORS.values()]

    def trends(self, period: Period, most: int = 12) -> dict[str, list[tuple[str, Reading]]]:
        """By indicator: the last months up to the end of the period, oldest first; months without a number too."""
        last = period.key + "-99" if period.key != "all" else "9999"
        months = [month.month for month in self.stored if month.month <= last][-most:]
        read = [(month, self.readings(Period(month, month))) for month in months]
        return {code: [(month, made[at]) for month, made in read] for at, code in enumerate(INDICATORS)}

    def spread(self, period: Period) -> dict[int, int]:
        """Working days → cases closed."""
        return snapshots.spread_of([month for month in self.stored if period.holds(month.month)])


def numbers(*, now: datetime, body: Body | None = None, bodies: bool = False) -> Numbers:
    snapshots.fresh(now=now)
    return Numbers(snapshots.counted_months(rules.ALL, bodies=bodies or body is not None), body)


def by_body(code: str, period: Period, read: Numbers) -> list[tuple[Body, Reading]]:
    """Each body that has a number, the furthest from the target last."""
    wanted = rules.indicator(code)
    stored = [month for month in read.stored if period.holds(month.month)]
    known = {int(body) for month in stored for body in month.bodies}
    found = []
    for body in Body.objects.filter(pk__in=known).order_by("name"):
        reading = _reading(wanted, snapshots.tallies(period, stored=stored, body=body.pk))
        if reading.value is not None:
            found.append((body, reading))
    return sorted(found, key=lambda each: each[1].value or Decimal(0), reverse=wanted.up)
