"""Reads of the walks without a phone: which editions to walk, the rate, what blocks most, and the items one by one."""

# ruff: noqa: S608 - the statements are put together from the words of this file; what a reader sends is a parameter

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.analytics.counting import SERVICES, WALKED, run
from tongban.analytics.models import PhonelessWalk
from tongban.catalog import no_phone
from tongban.catalog.no_phone import Blocked, Rule
from tongban.orgs.models import Body

_TO_WALK = f"""
SELECT e.id FROM catalog_edition e JOIN catalog_item i ON i.id = e.item_id AND i.is_public
LEFT JOIN analytics_phonelesswalk w ON w.edition_id = e.id
WHERE e.state = 'published' AND {SERVICES} AND (NOT %(only_new)s OR w.version IS DISTINCT FROM %(version)s)
ORDER BY e.id
"""


def to_walk(*, only_new: bool = False) -> list[int]:
    """Published editions of public items that one applies for; `only_new`: those that the present rules haven't walked."""
    return [pk for (pk,) in run(_TO_WALK, {"only_new": only_new, "version": no_phone.VERSION})]


@dataclass(frozen=True)
class Overview:
    """Of one body or of all: how many were walked and passed, how many of those by the verbs, and when."""

    walked: int
    passed: int
    really: int
    really_passed: int
    situations: int
    waiting: int
    """Published and not walked yet, or by other rules."""
    ran_at: datetime | None


_OF_BODY = "(%(body)s::bigint IS NULL OR {0}.body_id = %(body)s)"
_OVERVIEW = f"""
SELECT count(*), count(*) FILTER (WHERE w.passed), count(*) FILTER (WHERE w.really),
  count(*) FILTER (WHERE w.really AND w.passed), coalesce(sum(w.situations), 0), max(w.ran_at),
  (SELECT count(*) FROM catalog_edition e JOIN catalog_item i ON i.id = e.item_id AND i.is_public
   WHERE e.state = 'published' AND {SERVICES} AND {_OF_BODY.format("e")} AND NOT EXISTS
     (SELECT 1 FROM analytics_phonelesswalk w WHERE w.edition_id = e.id AND w.version = %(version)s))
FROM {WALKED} WHERE {_OF_BODY.format("w")}
"""


def overview(body: Body | None = None) -> Overview:
    values = {"body": body.pk if body else None, "version": no_phone.VERSION}
    (row,) = run(_OVERVIEW, values)
    walked, passed, really, really_passed, situations, ran_at, waiting = row
    return Overview(walked, passed, really, really_passed, int(situations), waiting, ran_at)


_BY_RULE = f"""
SELECT rule, count(*) FROM {WALKED} CROSS JOIN unnest(w.rules) AS rule
WHERE NOT w.passed AND {_OF_BODY.format("w")} GROUP BY rule ORDER BY 2 DESC, 1
"""


def by_rule(body: Body | None = None) -> list[tuple[Rule, int]]:
    """How many items each rule holds up, the most first."""
    found = run(_BY_RULE, {"body": body.pk if body else None})
    return [(no_phone.RULES[key], items) for key, items in found if key in no_phone.RULES]


_BY_BODY = f"""
SELECT b.key, b.name, count(*) FILTER (WHERE w.passed), count(*) FROM {WALKED} JOIN orgs_body b ON b.id = w.body_id
GROUP BY b.key, b.name ORDER BY count(*) FILTER (WHERE w.passed)::numeric / count(*) DESC, b.name
"""


def by_body() -> list[tuple[str, str, int, int]]:
    """(key, name, passed, walked) of each body, the best share first."""
    return [(key, name, passed, walked) for key, name, passed, walked in run(_BY_BODY, {})]


@dataclass(frozen=True)
class Line:
    """One item as the page shows it."""

    edition: int
    code: str
    version: int
    name: str
    body: str
    body_id: int
    region_path: str
    really: bool
    situations: int
    blocked: tuple[Blocked, ...]


_LINES = f"""
SELECT e.id, e.code, e.version, e.name, b.short, e.body_id, e.region_path, w.really, w.situations, w.blocked
FROM {WALKED} JOIN orgs_body b ON b.id = w.body_id
WHERE w.passed = %(passed)s AND w.edition_id > %(after)s {{body}} {{rule}}
ORDER BY w.edition_id LIMIT %(limit)s
"""


def lines(
    *, passed: bool = False, body: Body | None = None, rule: str = "", after: str = "", limit: int = 30
) -> list[Line]:
    """Items that passed, or that are blocked (by one rule, or any), by edition, behind `after`."""
    values: dict[str, Any] = {
        "passed": passed, "body": body.pk if body else None, "rule": rule, "limit": limit,
        "after": int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0,
    }  # fmt: skip
    where = {
        "body": "AND w.body_id = %(body)s" if body else "",
        "rule": "AND w.rules @> ARRAY[%(rule)s::varchar]" if rule else "",
    }
    return [_line(row) for row in run(_LINES.format(**where), values)]


def _line(row: tuple[Any, ...]) -> Line:
    edition, code, version, name, body, body_id, region_path, really, situations, blocked = row
    found = json.loads(blocked) if isinstance(blocked, str) else blocked
    reasons = tuple(Blocked(*one) for one in found)
    return Line(edition, code, version, name, body, body_id, region_path, really, situations, reasons)


@dataclass(frozen=True)
class Walk:
    """The last walk of one edition."""

    ran_at: datetime
    blocked: tuple[Blocked, ...]


def of_edition(edition: int) -> Walk | None:
    """None when it was never walked."""
    row = PhonelessWalk.objects.filter(pk=edition).first()
    return Walk(row.ran_at, tuple(Blocked(*one) for one in row.blocked)) if row else None
