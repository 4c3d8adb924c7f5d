"""多久办结: what half and nine tenths of the applicants waited lately, for each item and body; counted by a chore."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db import connection, transaction

from tongban.applications.models import UsualTime
from tongban.kernel import calendar
from tongban.kernel.workdays import ONE_DAY, WorkCalendar

KEPT = 60.0
"""Seconds."""
WITHIN = timedelta(days=90)
FEWEST = 10
"""Of fewer cases nothing is said: it would be chance, and might point at somebody."""


@dataclass(frozen=True)
class Usual:
    """In working days from the acceptance to the decision, suspensions included; 0: on the same day."""

    cases: int
    half: int
    most: int

    @property
    def words(self) -> str:
        return f"最近 90 天，一半的申请{_within(self.half)}，十分之九{_within(self.most)}（共 {self.cases} 件）"


def _within(days: int) -> str:
    return f"在 {days} 个工作日内办结" if days else "当天办结"


_USUAL = "SELECT item_id, body_id, cases, half, most FROM applications_usualtime WHERE cases >= %s"


def usual_time(item_id: int, body_id: int) -> Usual | None:
    """None while there were fewer than ten. Kept for a minute: a guide that everyone reads asks the database for nothing."""
    return _usual(int(time.monotonic() // KEPT)).get((item_id, body_id))


@lru_cache(maxsize=2)
def _usual(moment: int) -> dict[tuple[int, int], Usual]:
    """All of them: one line for each item and body that had ten cases."""
    with connection.cursor() as cursor:
        cursor.execute(_USUAL, [FEWEST])
        return {(item, body): Usual(*numbers) for item, body, *numbers in cursor.fetchall()}


_WAITED = """
SELECT e.item_id, a.body_id, (c.at AT TIME ZONE 'Asia/Shanghai')::date, (d.at AT TIME ZONE 'Asia/Shanghai')::date, count(*)
FROM applications_decision d
JOIN applications_application a ON a.id = d.application_id
JOIN applications_acceptance c ON c.application_id = a.id
JOIN catalog_edition e ON e.id = a.edition_id
WHERE d.at > %s AND d.at <= %s AND d.round = 1 AND NOT c.deemed
GROUP BY 1, 2, 3, 4
"""


@transaction.atomic
def count_anew(*, now: datetime) -> int:
    """For how many items and bodies something can be said now. Replaces what was counted before."""
    _usual.cache_clear()
    days = Between(calendar.current())
    waited: defaultdict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for item, body, accepted_on, decided_on, cases in _rows(now):
        waited[item, body][days(accepted_on, decided_on)] += cases
    made = [
        UsualTime(item_id=item, body_id=body, cases=sum(each.values()), half=share(each, 50), most=share(each, 90),
                  counted_at=now)
        for (item, body), each in waited.items()
    ]  # fmt: skip
    UsualTime.objects.all().delete()
    UsualTime.objects.bulk_create(made, batch_size=1000)
    return sum(one.cases >= FEWEST for one in made)


def _rows(now: datetime) -> Iterator[tuple[int, int, date, date, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITED, [now - WITHIN, now])
        yield from cursor.fetchall()


def share(waited: Mapping[int, int], percent: int) -> int:
    """The fewest days within which `percent` of the cases were decided. `waited`: days → cases."""
    wanted, so_far = sum(waited.values()) * percent, 0
    for number in sorted(waited):
        so_far += waited[number] * 100
        if so_far >= wanted:
            return number
    return 0


class Between:
    """Working days after one day up to another, each pair counted once."""

    def __init__(self, days: WorkCalendar) -> None:
        self.days = days
        self.known: dict[tuple[date, date], int] = {}

    def __call__(self, first: date, last: date) -> int:
        if (first, last) not in self.known:
            number, day = 0, first
            while day < last:
                day += ONE_DAY
                number += self.days.is_working(day)
            self.known[first, last] = number
        return self.known[first, last]
