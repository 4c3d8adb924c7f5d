"""登录: passwords checked by sixteen at once, and what others feel meanwhile. `python -m bench.sign_in` measures this alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from threading import Event

from bench.instance import Instance, running
from bench.load import wrk
from bench.upload import read_until
from tongban.site.demo.logins import DEMO_PASSWORD, LOGINS

SECONDS = 8


def measure(instance: Instance) -> dict[str, float]:
    """Sign-ins a second, how long one takes, and what a reader beside them waits, in ms."""
    names = " ".join(name for name, _ in LOGINS)
    done, waits = Event(), list[float]()
    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read_until, done, waits)
        load = wrk(instance, "", seconds=SECONDS, script="sign_in.lua", NAMES=names, PASSWORD=DEMO_PASSWORD)
        done.set()
        reader.result()
    assert not load.bad, f"{load.bad} were not signed in"
    return {
        "sign_in_per_s": load.per_second,
        "sign_in_p95_ms": load.p95_ms,
        "sign_in_others_p95_ms": quantiles(waits, n=20)[-1] * 1000,
    }


if __name__ == "__main__":
    with running() as one:
        for name, value in measure(one).items():
            print(f"{name:<32}{value:>10.2f}")
