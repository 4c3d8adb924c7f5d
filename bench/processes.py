"""Where the milliseconds go: CPU of each process for a submission and for a call of a lifecycle, and what was left to do after.

`python -m bench.processes`: to compare two versions on a machine with good and bad hours, run it at each in turns.
"""

from __future__ import annotations

import time

from bench.__main__ import BODY, SECONDS, lifecycle, settle
from bench.instance import Instance, running
from bench.load import Load, wrk


def submissions(instance: Instance) -> Load:
    token, run = next(iter(instance.tokens.values())), str(time.time())
    return wrk(instance, "", seconds=SECONDS, script="submit.lua", TOKEN=token, BODY=BODY, RUN=run)


def main() -> None:
    with running() as instance:
        submissions(instance)  # warm
        for name, run in (("submission", submissions), ("call of a lifecycle", lifecycle)):
            settle(instance)
            before = instance.cpu_by_process()
            load = run(instance)
            after = instance.cpu_by_process()
            settle(instance)
            late = instance.cpu_by_process()
            made = load.per_second * SECONDS
            print(
                f"{name}: {load.per_second:.0f}/s  p95 {load.p95_ms:.0f} ms  {load.bad} bad; CPU ms each, and left to do after"
            )
            for process in before:
                now, then = (
                    1000 * value / made for value in (after[process] - before[process], late[process] - after[process])
                )
                print(f"  {process}  {now:.2f}  {then:.2f}")


if __name__ == "__main__":
    main()
