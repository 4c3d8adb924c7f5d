"""At a million cases: how fast they are seeded, how fast deadlines are found and acted on, and what everything costs then.

`python -m bench.scale sweep|top-up|clocks` runs inside a process that has the instance's database; each prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.instance import Instance

CLOCKS = 1_000_000
SHARE_DUE = 0.02
"""Of the running clocks so many ran out and wait for their consequence: a day's worth, and the morning after a holiday."""
ACTED_ON = 2_000


def seed(instance: Instance, cases: int) -> float:
    """Seconds for so many cases by `tongban seed`."""
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "tongban.site.cli", "seed", "--cases", str(cases), "--seed", "7"],
        env=instance.environ, check=True,
    )  # fmt: skip
    return time.monotonic() - began


def inside(instance: Instance, what: str) -> dict[str, float]:
    """What `python -m bench.scale WHAT` measured."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.scale", what],
        env=instance.environ, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    import django

    django.setup()
    print(json.dumps(WHAT[arguments[0]]()))
    return 0


def sweep() -> dict[str, float]:
    """Act on deadlines that passed: cases a second, up to ACTED_ON of them."""
    from tongban.applications import actions
    from tongban.kernel import clock

    acted, began = 0, time.perf_counter()
    for _ in actions.sweep(now=_after_the_deadlines(clock.now())):
        acted += 1
        if acted == ACTED_ON:
            break
    took = time.perf_counter() - began
    return {"acted": acted, "per_s": acted / took if acted else 0.0}


def _after_the_deadlines(now: object) -> object:
    """Late enough that what is still open has run out."""
    from datetime import datetime, timedelta

    assert isinstance(now, datetime)
    return now + timedelta(days=30)


def find() -> dict[str, float]:
    """A million running clocks, a realistic share of them past: seconds to find every one of those, page by page."""
    from django.db import connection

    from tongban.flow import queries
    from tongban.kernel import calendar, clock

    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM flow_clock WHERE stopped_on IS NULL")
        missing = max(0, CLOCKS - int(cursor.fetchone()[0]))
        cursor.execute(
            _TOP_UP, {"count": missing, "share": SHARE_DUE, "today": today, "version": calendar.current().version}
        )
        cursor.execute("VACUUM ANALYZE flow_clock")
    found, began = 0, time.perf_counter()
    for kind in ("notice", "correction", "statutory", "commitment"):
        after = None
        while page := queries.ran_out(kind, today=today, after=after):
            found, after = found + len(page), page[-1]
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM flow_clock WHERE subject LIKE 'bench-%'")
        cursor.execute("VACUUM ANALYZE flow_clock")
    return {"found": found, "seconds": took}


_TOP_UP = """
INSERT INTO flow_clock (subject, kind, round, amount, unit, extra_unit, near_percent, started_on, due_on, near_on, provisional,
                        calendar_version)
SELECT 'bench-' || i, (ARRAY['notice', 'correction', 'promised', 'statutory', 'statutory', 'delivery', 'commitment'])[1 + i %% 7], 1,
       10, 'working_day', '', 20, %(today)s::date - 20,
       CASE WHEN random() < %(share)s THEN %(today)s::date - 1 - i %% 5 ELSE %(today)s::date + i %% 60 END,
       %(today)s::date, false, %(version)s
FROM generate_series(1, %(count)s) i
"""


def clocks() -> dict[str, float]:
    """Recount every clock."""
    from tongban.flow import actions
    from tongban.flow.models import Clock

    began = time.perf_counter()
    drifted = sum(1 for _ in actions.verify_clocks())
    return {"seconds": time.perf_counter() - began, "clocks": float(Clock.objects.count()), "drifted": float(drifted)}


WHAT: dict[str, Callable[[], dict[str, float]]] = {"sweep": sweep, "find": find, "clocks": clocks}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
