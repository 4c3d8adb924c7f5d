"""`tongban quality`: judge the published catalogue by the quality engine."""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add(commands: Any) -> None:
    quality = commands.add_parser("quality", help="judge published editions that these quality rules haven't judged")
    quality.add_argument("--all", action="store_true", help="judge every published edition again")
    quality.set_defaults(run=_quality)


def _quality(args: argparse.Namespace) -> int:
    from time import perf_counter

    from tongban.catalog import judging, worklist
    from tongban.kernel import clock

    shown = sys.stderr.isatty()
    began = perf_counter()

    def progress(done: int) -> None:
        if shown:
            print(f"\r已评定 {done}", end="", file=sys.stderr, flush=True)

    done = judging.judge_all(now=clock.now(), everything=args.all, progress=progress)
    if shown and done:
        print(file=sys.stderr)
    print(f"评定了 {done} 个已发布的事项，用时 {perf_counter() - began:.1f} 秒")
    for line in worklist.scores():
        print(
            f"{line.score:5.1f}\t{line.body.name}\t{line.editions} 项\t严重 {line.severe}　警告 {line.warned}　提示 {line.hinted}"
        )
    return 0
