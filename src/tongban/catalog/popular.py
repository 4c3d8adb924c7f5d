"""大家在看: the guides that people opened most in the last thirty days. Counted, not chosen; none when none was opened."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import connection

from tongban.catalog.indexing import USED_WITHIN
from tongban.kernel import clock

MOST = 6
KEPT = 60
"""Seconds that the answer is kept in a process."""


@dataclass(frozen=True)
class Popular:
    code: str
    name: str


_POPULAR = """
WITH used AS (SELECT item_id, sum(times) AS times FROM catalog_opened WHERE "on" >= %(since)s GROUP BY item_id),
  mine AS (SELECT DISTINCT ON (u.item_id) e.code, e.name, u.times FROM used u JOIN catalog_edition e ON e.item_id = u.item_id
           WHERE e.state = 'published' AND e.for_people AND e.connection = 'here' ORDER BY u.item_id, e.id)
SELECT code, name FROM mine ORDER BY times DESC, code LIMIT %(most)s
"""


def popular() -> tuple[Popular, ...]:
    """`counted`, kept for a minute: every visitor of the home page asks."""
    return _kept(int(time.monotonic() // KEPT))


@lru_cache(maxsize=2)
def _kept(moment: int) -> tuple[Popular, ...]:
    return counted(clock.date_of(clock.now() - USED_WITHIN))


def counted(since: date) -> tuple[Popular, ...]:
    """The most opened since that day: items for people that can be applied for here, each once, the most opened first."""
    with connection.cursor() as cursor:
        cursor.execute(_POPULAR, {"since": since, "most": MOST})
        return tuple(Popular(*row) for row in cursor.fetchall())
