"""What asking "may they?" costs: of one act, of finding one case within the scope, and of writing down who looked.
`python -m bench.authorisation` measures this alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

from bench.instance import Instance, running

ROUNDS = 2000


def measure(instance: Instance) -> dict[str, float]:
    """In ms, medians: `authorisation_ms` is what the scope and the act add to fetching a case by its number."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.authorisation", "inside"], env=instance.environ, check=False, capture_output=True,
        text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _inside() -> dict[str, float]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    import django

    django.setup()
    from tongban.accesses import actions as accesses
    from tongban.applications.models import Application
    from tongban.identity.models import Account
    from tongban.identity.queries import actor_of
    from tongban.kernel import clock

    now = clock.now()
    supervisor = actor_of(Account.objects.get(username="meng_fan"), now=now, channel="web")
    case = Application.objects.visible_to(supervisor).order_by("-pk")[0]
    place = {"body_id": case.body_id, "region_path": case.region_path}

    def looked() -> None:
        with accesses.gathering() as gathered:
            accesses.note(supervisor, person_id=case.person_id, kind="case", subject=case.number, **place)
        gathered.write(now=now)

    act = _ms(lambda: supervisor.must("application.view", **place))
    bare = _ms(lambda: Application.objects.get(number=case.number))
    scoped = _ms(lambda: Application.objects.visible_to(supervisor).get(number=case.number))
    return {
        "act_ms": act, "fetch_ms": bare, "fetch_in_scope_ms": scoped, "authorisation_ms": scoped - bare + act,
        "access_log_ms": _ms(looked),
    }  # fmt: skip


def _ms(what: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = perf_counter()
        what()
        took.append((perf_counter() - began) * 1000)
    return median(took)


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        print(json.dumps(_inside()))
    else:
        with running() as one:
            for name, value in measure(one).items():
                print(f"{name:<32}{value:>10.3f}")
