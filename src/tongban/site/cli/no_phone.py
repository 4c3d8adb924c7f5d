"""`tongban no-phone`: walk the published catalogue with somebody who has no phone."""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add(commands: Any) -> None:
    walk = commands.add_parser(
        "no-phone", help="walk every published item without a phone: counter, paper, cash and query code; nothing stays"
    )
    walk.add_argument("--new", action="store_true", help="only what was published since the last walk")
    walk.add_argument("--blocked", action="store_true", help="print every item that is blocked, and why")
    walk.set_defaults(run=_walk)


def _walk(args: argparse.Namespace) -> int:
    from time import perf_counter

    from tongban.analytics import phoneless
    from tongban.kernel import clock
    from tongban.site import no_phone

    shown = sys.stderr.isatty()
    began = perf_counter()

    def progress(done: int, of: int) -> None:
        if shown and (done % 10 == 0 or done == of):
            bar = "█" * (30 * done // of)
            print(f"\r{bar:░<30} {done}/{of}", end="\n" if done == of else "", file=sys.stderr, flush=True)

    outcome = no_phone.walk_catalogue(now=clock.now(), only_new=args.new, progress=progress)
    print(f"走了 {outcome.walked} 个事项，{outcome.passed} 个没有手机也能办，用时 {perf_counter() - began:.1f} 秒")
    for rule, items in phoneless.by_rule():
        print(f"{items:6}\t{rule.name}")
    if args.blocked:
        after = ""
        while found := phoneless.lines(after=after, limit=500):
            for line in found:
                for one in line.blocked:
                    print(f"{line.code}\t{line.name}\t{line.body}\t{one.where}\t{one.says}")
            after = str(found[-1].edition)
    if outcome.broken:
        print(f"{outcome.broken} 个事项因平台出错没有走完，见运行日志", file=sys.stderr)
    return 1 if outcome.broken else 0
