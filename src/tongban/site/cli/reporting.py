"""Commands of reporting: report target, report run, report verify, report export, vertical-system, import-returned."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongban.reporting.models import ReportTarget


def add(commands: argparse._SubParsersAction[Any]) -> None:
    report = commands.add_parser("report", help="report cases to the platforms above").add_subparsers(
        dest="act", required=True
    )
    target = report.add_parser("target", help="enter a target, or change one")
    target.add_argument("key")
    target.add_argument("--name", required=True)
    target.add_argument("--url", required=True, help="https://…, or this machine itself in a demo")
    target.add_argument("--format", required=True, choices=["national", "gbt39046"])
    target.add_argument("--secret-file", type=Path, required=True, help="the shared secret that signs what is sent")
    target.add_argument("--code-system", default="gb", help="whose code sets it uses (the codes page)")
    target.add_argument("--source-code", default="1", help="data_source, as the target numbers us")
    target.add_argument("--from-start", action="store_true", help="also tell it of all there ever was")
    target.set_defaults(run=_target)
    for name, run, what in (
        ("run", _run, "look at the journal and send what waits, now"),
        ("verify", _verify, "compare counts by day and table with the other side"),
    ):
        command = report.add_parser(name, help=what)
        command.add_argument("--target", default="", metavar="KEY", help="only this one")
        command.set_defaults(run=run)
        if name == "verify":
            _days(command, required=False)
    export = report.add_parser("export", help="write the report tables as CSV")
    export.add_argument("path", type=Path, metavar="PATH", help="a file for one table, a folder for all of a format")
    which = export.add_mutually_exclusive_group(required=True)
    which.add_argument("--table", help="one table, e.g. up_pro_accept")
    which.add_argument("--format", choices=["national", "gbt39046"], help="all tables of a format")
    _days(export, required=True)
    export.set_defaults(run=_export)

    system = commands.add_parser("vertical-system", help="enter a vertical system, or change one")
    system.add_argument("key")
    system.add_argument("--name", required=True)
    system.add_argument("--account", default="", help="the account that speaks for it; made when it isn't there")
    system.add_argument("--host", action="append", default=[], help="a host to which applicants may be handed over")
    system.add_argument("--pass", dest="passes", action="append", default=[], help="what is passed on at the hand-over")
    system.add_argument("--we-report", action="store_true", help="its cases are reported upward by us")
    system.set_defaults(run=_system)

    back = commands.add_parser("import-returned", help="cases handled elsewhere (CSV, XLSX or JSON)")
    back.add_argument("path", type=Path, metavar="FILE")
    back.add_argument("--system", required=True, metavar="KEY")
    back.add_argument("--dry-run", action="store_true", help="report what would happen, and change nothing")
    back.set_defaults(run=_returned)


def _days(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument("--from", dest="first", type=date.fromisoformat, required=required, metavar="DAY")
    command.add_argument("--to", dest="last", type=date.fromisoformat, required=required, metavar="DAY")


def _target(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.kernel.actors import system
    from tongban.reporting import actions

    secret = args.secret_file.read_text("utf-8").strip()
    actions.set_target(
        args.key, name=args.name, url=args.url, form=args.format, secret=secret, code_system=args.code_system,
        source_code=args.source_code, from_start=args.from_start, by=system("command-line"), now=clock.now(),
    )  # fmt: skip
    print(f"目标平台 {args.key} 已登记")
    return 0


def _targets(key: str) -> list[ReportTarget]:
    from tongban.kernel.refusals import Refusal
    from tongban.reporting.models import ReportTarget

    found = ReportTarget.objects.filter(active=True).order_by("pk")
    chosen = list(found.filter(key=key) if key else found)
    if not chosen:
        raise Refusal(
            "target_unknown", "没有这个目标平台" if key else "没有登记目标平台", "先运行 tongban report target"
        )
    return chosen


def _run(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.reporting import actions

    troubled = 0
    for target in _targets(args.target):
        settled = actions.turn(target, now=clock.now())
        waiting = target.rows.filter(state__in=("waiting", "sent")).count()
        refused = target.rows.filter(state="refused").count()
        troubled += waiting + refused
        print(f"{target.name}：有回执的批次 {settled}，待报送或等回执 {waiting} 件，被拒 {refused} 件")
    return 1 if troubled else 0


def _verify(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.reporting import actions
    from tongban.reporting.actions.comparing import recent
    from tongban.reporting.gateways import Away, Refused, Unanswered

    troubled = 0
    for target in _targets(args.target):
        first, last = recent(clock.today())
        try:
            found = actions.compare(target, first=args.first or first, last=args.last or last, now=clock.now())
        except (Away, Unanswered, Refused) as trouble:
            print(f"{target.name}：对方没有回答（{trouble}）", file=sys.stderr)
            troubled += 1
            continue
        for one in found:
            troubled += 1
            print(
                f"{target.key}\t{one.on}\t{one.table}\t我们 {one.ours}\t对方 {one.theirs}\t{'、'.join(one.missing[:5])}"
            )
        print(f"{target.name}：{'逐日逐表一致' if not found else f'{len(found)} 处不符'}", file=sys.stderr)
    return 1 if troubled else 0


def _export(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.kernel.refusals import Refusal
    from tongban.reporting import exports
    from tongban.reporting.tables import TABLES

    days: dict[str, Any] = {"first": args.first, "last": args.last, "now": clock.now()}
    if args.format:
        done = exports.export_format(args.format, args.path, **days)
    elif args.table not in TABLES:
        raise Refusal("table_unknown", f"没有 {args.table} 这张表", f"可以写 {'、'.join(TABLES)}", "table")
    else:
        args.path.touch(mode=0o600)
        args.path.chmod(0o600)  # personal data: nobody but its owner reads the file
        with args.path.open("w", encoding="utf-8", newline="") as out:
            done = exports.export_table(args.table, out, **days)
    rows = "，".join(f"{TABLES[name].label} {count} 行" for name, count in done.rows.items())
    print(f"{done.cases} 个办件：{rows}；有缺项没有写入的 {done.gaps} 行")
    return 1 if done.gaps else 0


def _system(args: argparse.Namespace) -> int:
    from tongban.identity.models import Account
    from tongban.kernel import clock
    from tongban.kernel.actors import system
    from tongban.reporting import actions

    account = None
    if args.account:
        account = Account.objects.filter(username=args.account).first()
        if account is None:
            account = Account(username=args.account, created_at=clock.now())
            account.set_unusable_password()
            account.save()
    actions.set_system(
        args.key, name=args.name, account=account, hosts=args.host, passes=args.passes,
        reports_itself=not args.we_report, by=system("command-line"), now=clock.now(),
    )  # fmt: skip
    print(f"垂管系统 {args.key} 已登记")
    return 0


def _returned(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.reporting import imports
    from tongban.site.cli.imports import words_of

    report = imports.import_returned(args.path, system=args.system, now=clock.now(), dry_run=args.dry_run)
    print(words_of(report, dry_run=args.dry_run))
    return 1 if report.rejected else 0
