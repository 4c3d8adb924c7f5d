"""Commands for personal data: whose time is over."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any


def add(commands: Any) -> None:
    acts = commands.add_parser("privacy", help="how long personal data is kept").add_subparsers(
        dest="act", required=True
    )
    due = acts.add_parser("due", help="cases whose time is over, and what keeps them; changes nothing")
    due.add_argument("--on", metavar="DAY", type=date.fromisoformat, help="as of this day (YYYY-MM-DD)")
    due.set_defaults(run=_due)
    acts.add_parser("anonymise", help="empty now what the worker would empty within six hours").set_defaults(
        run=_anonymise
    )


def _due(args: argparse.Namespace) -> int:
    from tongban.applications import retention
    from tongban.kernel import clock

    going = staying = 0
    for one in retention.due(today=args.on or clock.today()):
        going, staying = going + (not one.stays), staying + bool(one.stays)
        print(f"{one.number}\t{one.due_on}\t{one.rule.words}\t{one.stays or '将匿名化'}\t{one.rule.source}")
    print(f"到期 {going + staying} 件：将匿名化 {going} 件，暂不 {staying} 件")
    return 0


def _anonymise(args: argparse.Namespace) -> int:
    from tongban.applications.actions import forgetting
    from tongban.kernel import clock

    done = sum(1 for _ in forgetting.sweep(now=clock.now()))
    print(f"匿名化了 {done} 件" + ("，还有的请再运行一次" if done == forgetting.MOST else ""))
    return 0
