"""With so many cases there: how fast they are seeded, how long the deadlines take, what lists and pages take, and whether a
case costs more than before.

`python -m bench.scale sweep|pages|desk|recount` runs inside a process that has the instance's database; each prints a line of JSON.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.instance import Instance

OPEN_PERCENT = 85
"""So many cases still await somebody: at a million cases a million clocks run."""
ACTED_ON = 300
RECOUNT_S = 15
PAGES = 150
HELD = 300
"""So many tasks one person holds when their desk is measured."""


def seed(instance: Instance, cases: int) -> float:
    """Seconds for so many cases by `tongban seed`."""
    began = time.monotonic()
    command = ["seed", "--cases", str(cases), "--seed", "7", "--open", str(OPEN_PERCENT)]
    subprocess.run([sys.executable, "-m", "tongban.site.cli", *command], env=instance.environ, check=True)
    return time.monotonic() - began


def inside(instance: Instance, what: str) -> dict[str, float]:
    """What `python -m bench.scale WHAT` measured."""
    command = [sys.executable, "-m", "bench.scale", what]
    done = subprocess.run(command, env=instance.environ, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def sweep() -> dict[str, float]:
    """The chore over every running clock, when nothing that has a consequence ran out today; and what acting takes."""
    from tongban.applications import actions
    from tongban.flow.models import Clock
    from tongban.kernel import clock

    running = Clock.objects.filter(stopped_on=None).count()
    began = time.perf_counter()
    ended = sum(1 for _ in actions.sweep(now=clock.now()))
    took = time.perf_counter() - began
    acted, began = 0, time.perf_counter()
    for _ in actions.sweep(now=clock.now() + timedelta(days=14)):
        acted += 1
        if acted == ACTED_ON:
            break
    return {"running": running, "ended": ended, "seconds": took, "per_s": acted / (time.perf_counter() - began)}


def pages() -> dict[str, float]:
    """Milliseconds that the desk's list and a case's pages take, p95, one after another, cases by chance."""
    from django.conf import settings
    from django.test import Client

    from tongban.applications.models import Application
    from tongban.identity.models import Account, StaffPost
    from tongban.kernel import clock

    settings.ALLOWED_HOSTS = ["*"]
    dice = random.Random(1)
    last = Application.objects.order_by("-pk").values_list("pk", flat=True)[0]
    chosen = Application.objects.filter(
        pk__in=dice.sample(range(max(1, last - 10_000_000), last), min(3 * PAGES, last - 1))
    )
    cases = list(chosen.exclude(title="pgbench").select_related("person")[:PAGES])
    window = StaffPost.objects.held_at(clock.now()).filter(role="window").select_related("account").order_by("pk")[0]
    found = {}
    client = Client()
    client.force_login(window.account)
    client.get("/desk")
    found["desk"] = _p95([lambda: client.get("/desk")] * PAGES)
    found["desk_case"] = _p95([lambda one=one: client.get(f"/desk/cases/{one.number}") for one in cases])  # type: ignore[misc]
    mine = []
    for one in cases[:40]:
        own = Client()
        own.force_login(Account.objects.get(person=one.person))
        mine += [lambda own=own, one=one: own.get(f"/my/applications/{one.number}")] * 3  # type: ignore[misc]
    found["my_case"] = _p95(mine)
    return found


def desk() -> dict[str, float]:
    """Milliseconds that the list takes for somebody who holds 300 tasks, p95 over its pages: whose, filtered, and further on."""
    from django.conf import settings
    from django.test import Client

    from tongban.flow import holding
    from tongban.flow.models import Task
    from tongban.identity.models import StaffPost
    from tongban.identity.queries import actor_of
    from tongban.kernel import clock

    settings.ALLOWED_HOSTS = ["*"]
    now = clock.now()
    posts = list(StaffPost.objects.held_at(now).filter(role="decider").select_related("account").order_by("pk"))
    open_ones = Task.objects.open().filter(held_by=None).exclude(act="application.deliver")
    busiest = max(posts, key=lambda post: len(open_ones.filter(body_id=post.body_id).values_list("pk")[: 2 * HELD]))
    by = actor_of(busiest.account, now=now, channel="web")
    mine = Task.objects.open().filter(held_by=busiest.account).count()
    for task in open_ones.filter(body_id=busiest.body_id).order_by("due_on", "pk")[: 2 * HELD]:
        if mine < HELD and holding.able(task.act, task.body_id, task.region_path, by=by):
            holding.claim(task.subject, task.act, step=task.step, by=by, now=now)
            mine += 1
    client = Client()
    client.force_login(busiest.account)
    addresses = ["/desk?whose=mine", "/desk?whose=pool", "/desk?whose=all", "/desk?whose=mine&lamp=over",
                 "/desk?whose=pool&lamp=ok&seen=no", "/desk?whose=all&words=nothing-is-called-so"]  # fmt: skip
    place = "/desk?whose=mine"
    for _ in range(6):
        onward = re.search(r'rel="next" href="([^"]+)"', client.get(place).content.decode())
        if onward is None:
            break
        place = "/desk" + onward.group(1).replace("&amp;", "&")
        addresses.append(place)
    return {
        "held": mine,
        "p95": _p95([lambda one=one: client.get(one) for one in addresses * (2 * PAGES // len(addresses))]),
    }  # type: ignore[misc]


def _p95(asks: list[Callable[[], object]]) -> float:
    took = []
    for ask in asks:
        began = time.perf_counter()
        answer = ask()
        took.append((time.perf_counter() - began) * 1000)
        if getattr(answer, "status_code", 200) != 200:
            raise SystemExit(f"a page answered {answer}")
    return sorted(took)[len(took) * 95 // 100]


def recount() -> dict[str, float]:
    """Next year's calendar arrives: clocks a second that the chore counts again, those that move and those that don't."""
    from tongban.applications import actions
    from tongban.flow.models import Clock
    from tongban.kernel import calendar, clock
    from tongban.kernel.models import CalendarVersion

    latest = CalendarVersion.objects.latest("pk")
    first = latest.known_until + timedelta(days=1)
    days = {first: ("元旦", False)}
    calendar.replace(days, known_from=first, known_until=date(first.year, 12, 31), source="bench", now=clock.now())
    behind = Clock.objects.filter(stopped_on=None, calendar_version__lte=latest.pk)
    before, began, moved = behind.count(), time.perf_counter(), 0
    for _ in actions.recount(now=clock.now()):
        moved += 1
        if time.perf_counter() - began > RECOUNT_S:
            break
    took = time.perf_counter() - began
    return {"moved": moved, "per_s": (before - behind.count()) / took}


def main(what: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    import django

    django.setup()
    print(json.dumps({"sweep": sweep, "pages": pages, "desk": desk, "recount": recount}[what]()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
