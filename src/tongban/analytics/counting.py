"""Count the parts and wholes of one span of time, in a handful of statements, however many rows there are.

Working days are never counted day by day for each case. The calendar is turned once into an array that gives for every
date how many working days there were up to it (`ordinals`); the working days after `a` up to and including `b` are then
`ordinals[b] - ordinals[a]`, two look-ups by offset inside the aggregate. It costs the same with ten cases as with a
million, it needs no table that could go stale when a calendar is imported, and the sum stays in the database.
Paused days are taken off in the same way; pauses are few, so they are joined from their side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection

from tongban.analytics.rules import Period, Tally
from tongban.kernel import calendar
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.kernel.refusals import Unavailable
from tongban.kernel.workdays import ONE_DAY

BASE = date(2000, 1, 1)
END = date(2060, 1, 1)
"""Clocks run between these days."""

Tallies = dict[str, Tally]


@dataclass
class Counts:
    """By measure: in all, and by body."""

    total: Tallies = field(default_factory=dict)
    bodies: dict[int, Tallies] = field(default_factory=lambda: defaultdict(dict))
    spread: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, measure: str, body: int, part: Any, whole: Any) -> None:
        """Add to the body and to the total."""
        tally = Tally(Decimal(part or 0), Decimal(whole or 0))
        mine = self.bodies[body]
        mine[measure] = mine.get(measure, Tally()) + tally
        self.total[measure] = self.total.get(measure, Tally()) + tally

    def put(self, measure: str, body: int | None, part: Any, whole: Any) -> None:
        """Set one; None is the total, where it is not the sum of the bodies."""
        (self.total if body is None else self.bodies[body])[measure] = Tally(Decimal(part or 0), Decimal(whole or 0))


def count(from_on: date, until_on: date, *, now: datetime) -> Counts:
    """Everything that happened from `from_on` until before `until_on`; what is in stock, as of its end or now."""
    counts = Counts()
    until, today = _midnight(until_on), date_of(now)
    values = {
        "from": _midnight(from_on), "until": until, "as_of": min(until, now), "today": today,
        "base": BASE, "ordinals": ordinals(),
    }  # fmt: skip
    _cases(counts, values)
    _clocks(counts, values)
    _ratings(counts, values)
    _tickets(counts, values)
    _editions(counts, values)
    if from_on <= today < until_on:
        _overdue(counts, values)
        _phoneless(counts, values)
    return counts


def span_of(period: Period, *, now: datetime) -> tuple[datetime, datetime]:
    """The moments a period begins and ends; "all" ends when today does."""
    until = period.until_on or date_of(now) + ONE_DAY
    return _midnight(period.from_on or BASE), _midnight(until)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), SHANGHAI)


def ordinals() -> list[int]:
    """For every day from BASE: how many working days there were up to and including it. Empty without a calendar."""
    try:
        return _ordinals(calendar.current().version)
    except Unavailable:
        return []


@lru_cache(maxsize=2)
def _ordinals(version: int) -> list[int]:
    days, made, number, day = calendar.of_version(version), [], 0, BASE
    while day < END:
        number += days.is_working(day)
        made.append(number)
        day += ONE_DAY
    return made


ENDED = "a.state IN ('delivered', 'closed', 'revoked')"
"""A result was handed over; what the applicant promised may still be open, or the decision fallen since."""
ANSWERED = "a.state IN ('delivered', 'closed', 'revoked', 'rejected', 'terminated')"
_CASES = f"""
SELECT a.body_id, count(*) FILTER (WHERE {ENDED}) AS closed,
  sum(a.visits) FILTER (WHERE {ENDED}),
  count(*) FILTER (WHERE {ENDED} AND a.channel IN ('web', 'mobile', 'api')),
  count(*) AS answered, count(r.id) AS rated
FROM applications_application a LEFT JOIN evaluations_rating r ON r.number = a.number
WHERE a.closed_at >= %(from)s AND a.closed_at < %(until)s AND {ANSWERED}
GROUP BY a.body_id
"""  # noqa: S608


def _cases(counts: Counts, values: dict[str, Any]) -> None:
    for body, closed, visits, online, answered, rated in run(_CASES, values):
        counts.add("visits", body, visits, closed)
        counts.add("online_cases", body, online, closed)
        counts.add("rated", body, rated, answered)


CLOCKS = """
WITH ordinal AS MATERIALIZED (SELECT %(ordinals)s::int[] AS days), clock AS (
  SELECT a.id AS case_id, a.number, a.title, a.body_id, a.closed_at, c.kind, c.subject, c.unit, c.amount,
    c.started_on, c.stopped_on, c.due_on
  FROM applications_application a JOIN flow_clock c ON c.subject = a.number
  WHERE a.closed_at >= %(from)s AND a.closed_at < %(until)s AND {ended} AND c.stopped_on IS NOT NULL
    AND c.kind IN ('promised', 'statutory') AND c.unit <> 'hour' AND (a.round = 1 OR NOT EXISTS (
      SELECT 1 FROM flow_clock l WHERE l.subject = c.subject AND l.kind = c.kind AND l.round > c.round))
    {where}
), paused AS (
  SELECT c.subject, c.kind,
    sum(greatest(0, {stopped_pause} - {pause})) AS actual, sum(greatest(0, {due_pause} - {pause})) AS legal
  FROM clock c JOIN flow_clockpause p ON p.subject = c.subject GROUP BY c.subject, c.kind
), timed AS (
  SELECT c.*, greatest(0, {stopped} - {started} - coalesce(p.actual, 0)) AS actual,
    CASE WHEN c.unit = 'working_day' THEN c.amount
         ELSE greatest(0, {due} - {started} - coalesce(p.legal, 0)) END AS legal
  FROM clock c LEFT JOIN paused p ON p.subject = c.subject AND p.kind = c.kind
)
"""


def clocks_sql(where: str = "") -> str:
    """CTE `timed`: the clocks of the cases closed in the span, with their actual and legal working days.

    `where` may narrow them down, and end in ORDER BY and LIMIT.
    """
    return CLOCKS.format(
        where=where, ended=ENDED,
        started=_ordinal("c.started_on"), stopped=_ordinal("c.stopped_on"), due=_ordinal("c.due_on"),
        pause=_ordinal("greatest(p.from_on, c.started_on)"),
        stopped_pause=_ordinal("least(coalesce(p.until_on, c.stopped_on), c.stopped_on)"),
        due_pause=_ordinal("least(coalesce(p.until_on, c.due_on), c.due_on)"),
    )  # fmt: skip


def _ordinal(day: str) -> str:
    """By a subquery, which runs once: in a generic plan a cast parameter would be cast again for every row."""
    return f"(SELECT days FROM ordinal)[{day} - %(base)s::date + 1]"  # noqa: S608


_TIMES = """
SELECT kind, body_id, actual, count(*), sum(legal), count(*) FILTER (WHERE stopped_on <= due_on),
  coalesce(sum(actual::numeric / legal) FILTER (WHERE legal > 0), 0), count(*) FILTER (WHERE legal > 0)
FROM timed GROUP BY kind, body_id, actual
"""


def _clocks(counts: Counts, values: dict[str, Any]) -> None:
    for kind, body, actual, cases, legal, in_time, ratios, with_ratio in run(clocks_sql() + _TIMES, values):
        if kind == "promised":
            counts.add("on_time", body, in_time, cases)
            counts.spread[int(actual)] += cases
        else:
            counts.add("time_cut", body, actual * cases, legal)
            counts.add("time_cut_mean", body, ratios, with_ratio)


_RATINGS = """
SELECT body_id, count(*) FILTER (WHERE level <= 3), count(*)
FROM evaluations_rating WHERE at >= %(from)s AND at < %(until)s GROUP BY body_id
"""


def _ratings(counts: Counts, values: dict[str, Any]) -> None:
    for body, good, ratings in run(_RATINGS, values):
        counts.add("good", body, good, ratings)


_TICKETS = """
SELECT body_id, count(*) FILTER (WHERE rectified_in_time),
  count(*) FILTER (WHERE rectified_at IS NOT NULL OR due_on < %(today)s),
  count(*) FILTER (WHERE visited_at IS NOT NULL), count(*) FILTER (WHERE rectified_at IS NOT NULL)
FROM tickets_ticket WHERE kind = 'bad_rating' AND opened_at >= %(from)s AND opened_at < %(until)s GROUP BY body_id
"""


def _tickets(counts: Counts, values: dict[str, Any]) -> None:
    for body, in_time, due, visited, rectified in run(_TICKETS, values):
        counts.add("rectified", body, in_time, due)
        counts.add("visited", body, visited, rectified)


SERVICES = "e.type_code IN ('01', '05', '07', '08', '09', '10', '20')"
"""依申请."""
CONNECTED = "e.connection <> 'guide_only'"
IN_FORCE = (
    "e.state <> 'draft' AND e.published_at <= %(as_of)s AND (e.withdrawn_at IS NULL OR e.withdrawn_at > %(as_of)s)"
)
LIMITED = "e.promised_days IS NOT NULL AND e.statutory_days > 0"
PLEDGED = """e.content @> '{"materials": [{"give": "pledge"}]}'"""
OWN_MATERIAL = """jsonb_path_exists(e.content,
  '$.materials[*] ? ((@.give == "upload" || @.give == "window") && !(@.required == false))')"""

_EDITIONS = f"""
SELECT e.body_id, count(*), count(*) FILTER (WHERE e.type_code = '01'),
  count(*) FILTER (WHERE e.type_code = '01' AND e.online), count(*) FILTER (WHERE e.online),
  count(*) FILTER (WHERE e.instant),
  sum(e.promised_days) FILTER (WHERE {LIMITED}), sum(e.statutory_days) FILTER (WHERE {LIMITED}),
  sum(e.materials) FILTER (WHERE e.baseline_materials IS NOT NULL), sum(e.baseline_materials),
  count(DISTINCT e.item_id), count(DISTINCT e.item_id) FILTER (WHERE {CONNECTED}), count(*) FILTER (WHERE {CONNECTED}),
  count(*) FILTER (WHERE {CONNECTED} AND e.visits <= 1), count(*) FILTER (WHERE {CONNECTED} AND e.visits = 0),
  count(*) FILTER (WHERE {PLEDGED}), count(*) FILTER (WHERE {CONNECTED} AND NOT {OWN_MATERIAL})
FROM catalog_edition e JOIN catalog_item i ON i.id = e.item_id AND i.is_public
WHERE {IN_FORCE} AND {SERVICES} GROUP BY GROUPING SETS ((e.body_id), ())
"""  # noqa: S608


def _editions(counts: Counts, values: dict[str, Any]) -> None:
    for row in run(_EDITIONS, values):
        body, editions, licences, online_licences, online, instant, promised, statutory, now, before = row[:10]
        items, online_items, connected, once, never, pledged, nothing = row[10:]
        for measure, part, whole in (
            ("online_licence", online_licences, licences),
            ("online_all", online, editions),
            ("instant", instant, editions),
            ("promised_cut", promised, statutory),
            ("material_cut", now, before),
            ("online_rate", online_items, items),
            ("online_editions", connected, editions),
            ("once", once, editions),
            ("no_visit", never, editions),
            ("pledge", pledged, editions),
            ("zero_material", nothing, editions),
        ):
            counts.put(measure, body, part, whole)


OVERDUE = "c.kind = 'promised' AND c.stopped_on IS NULL AND c.due_on < %(today)s"
_OVERDUE = f"""
SELECT a.body_id, count(*) FROM flow_clock c JOIN applications_application a ON a.number = c.subject
WHERE {OVERDUE} GROUP BY a.body_id
"""  # noqa: S608


def _overdue(counts: Counts, values: dict[str, Any]) -> None:
    counts.put("overdue", None, 0, 1)
    for body, cases in run(_OVERDUE, values):
        counts.add("overdue", body, cases, 1)


WALKED = """analytics_phonelesswalk w JOIN catalog_edition e ON e.id = w.edition_id AND e.state = 'published'
JOIN catalog_item i ON i.id = e.item_id AND i.is_public"""
_PHONELESS = f"SELECT w.body_id, count(*) FILTER (WHERE w.passed), count(*) FROM {WALKED} GROUP BY w.body_id"  # noqa: S608


def _phoneless(counts: Counts, values: dict[str, Any]) -> None:
    for body, passed, walked in run(_PHONELESS, values):
        counts.add("no_phone", body, passed, walked)


def run(sql: str, values: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
