"""Commands for those who run the platform: token, journal verify, clocks verify, evaluations verify, doctor, migrate."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import Any


def add(commands: Any) -> None:
    token = commands.add_parser("token", help="print a new API token for an account")
    token.add_argument("username")
    token.add_argument("--days", type=int, default=30)
    token.set_defaults(run=_token)

    migrate = commands.add_parser("migrate", help="bring the database to this version")
    migrate.set_defaults(run=_migrate)

    journal = commands.add_parser("journal", help="the journal").add_subparsers(dest="act", required=True)
    verify = journal.add_parser("verify", help="find any edit, gap or unlinked entry")
    verify.add_argument("--as-of", metavar="MOMENT", help="entries younger than this may still wait for their link")
    verify.set_defaults(run=_verify_journal)

    clocks = commands.add_parser("clocks", help="the legal clocks").add_subparsers(dest="act", required=True)
    clocks.add_parser("verify", help="recount every clock and compare").set_defaults(run=_verify_clocks)
    clocks.add_parser("recompute", help="recount running clocks after a calendar import").set_defaults(run=_recompute)

    evaluations = commands.add_parser("evaluations", help="decisions by rule").add_subparsers(dest="act", required=True)
    again = evaluations.add_parser("verify", help="run every stored evaluation again and compare")
    again.set_defaults(run=_verify_evaluations)

    reindex = commands.add_parser(
        "reindex", help="make again what another version made: search entries and public lists"
    )
    reindex.add_argument("--all", action="store_true", help="make everything again, and the list of words")
    reindex.set_defaults(run=_reindex)

    doctor = commands.add_parser("doctor", help="check this instance and say how to mend it")
    doctor.add_argument("--security", action="store_true", help="what an instance that faces people must have")
    doctor.set_defaults(run=_doctor)


def _token(args: argparse.Namespace) -> int:
    from tongban.identity.actions import make_token
    from tongban.identity.models import Account
    from tongban.kernel import clock

    account = Account.objects.filter(username=args.username).first()
    if account is None:
        print(f"没有账号 {args.username}", file=sys.stderr)
        return 1
    print(make_token(account=account, label="command line", now=clock.now(), days=args.days))
    return 0


def _migrate(args: argparse.Namespace) -> int:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    return 0


def _reindex(args: argparse.Namespace) -> int:
    from tongban.catalog import indexing, relisting
    from tongban.kernel import clock

    now = clock.now()
    print(f"重做了 {indexing.refresh(now=now, everything=args.all)} 个检索条目")
    print(f"公开清单有变化的事项 {relisting.refresh(now=now, everything=args.all)} 个")
    return 0


def _verify_journal(args: argparse.Namespace) -> int:
    from tongban.kernel import clock, journal

    faults = 0
    for fault in journal.verify(now=datetime.fromisoformat(args.as_of) if args.as_of else clock.now()):
        faults += 1
        print(f"{fault.kind}\t{fault.place}\t{fault.says}")
    print("日志完整" if not faults else f"发现 {faults} 处问题", file=sys.stderr)
    return 1 if faults else 0


def _verify_clocks(args: argparse.Namespace) -> int:
    from tongban.flow import actions

    drifts = 0
    for drift in actions.verify_clocks():
        drifts += 1
        print(f"{drift.subject}\t{drift.kind}\t存 {drift.stored}\t算 {drift.recounted}")
    print("全部时钟与重算一致" if not drifts else f"{drifts} 个时钟与重算不符", file=sys.stderr)
    return 1 if drifts else 0


def _verify_evaluations(args: argparse.Namespace) -> int:
    from tongban.applications import evaluated

    drifts = 0
    for drift in evaluated.verify():
        drifts += 1
        print(f"{drift.number}\t{drift.what}\t存 {drift.stored}\t算 {drift.replayed}")
    print("全部秒批与重算一致" if not drifts else f"{drifts} 处与重算不符", file=sys.stderr)
    return 1 if drifts else 0


def _recompute(args: argparse.Namespace) -> int:
    from tongban.applications import actions
    from tongban.kernel import clock

    moved = sum(1 for _ in actions.recount(now=clock.now()))
    print(f"{moved} 个办件的日期有变化")
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from tongban.site import doctor, hardening

    findings = hardening.examine() if args.security else doctor.examine()
    for finding in findings:
        print(f"{'好' if finding.well else '坏'}\t{finding.what}\t{finding.says}")
        if not finding.well:
            print(f"\t\t怎么办：{finding.mend}")
    return 0 if all(finding.well for finding in findings) else 1
