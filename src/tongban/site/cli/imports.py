"""Commands that take files in: import-calendar, import-regions, import-bodies, import-items, import-aliases, import-codes,
import-guides; and the one that writes the catalogue out: export-items."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongban.kernel.refusals import Invalid, Refusal

if TYPE_CHECKING:
    from tongban.kernel.tables import Report

BAR = 30
LINES_SHOWN = 12
MESSAGES_SHOWN = 60


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Each command imports one file; every one of them can be tried with --dry-run."""
    calendar = _command(commands, "import-calendar", "public holidays and make-up working days", _calendar)
    calendar.add_argument("--years", type=Path, metavar="FILE", help="the years covered (year,notice)")
    _command(commands, "import-regions", "regions: code,name,level,parent", _regions)
    _command(commands, "import-bodies", "bodies with their USCC", _bodies)
    items = _command(
        commands,
        "import-items",
        "a list of service items (CSV or XLSX), or the workbook that export-items writes",
        _items,
    )
    items.add_argument("--good-rows", action="store_true", help="take the rows that can be used, leave the others")
    items.add_argument("--region", default="", metavar="CODE", help="where bodies that are not known yet belong")
    _command(commands, "import-aliases", "everyday words for items: code,aliases", _aliases)
    codes = _command(commands, "import-codes", "code sets and their mappings (TOML)", _codes)
    codes.add_argument("--again", action="store_true", help="also what is missing in sets that are there")
    users = _command(commands, "import-users", "the users of a department's system (CSV or XLSX)", _users)
    users.add_argument("--system", required=True, metavar="NAME", help="which system they come from")
    out = commands.add_parser("export-items", help="write the catalogue to a file (XLSX, or a ZIP of CSVs)")
    out.add_argument("path", type=Path, metavar="FILE")
    out.add_argument("--body", default="", metavar="KEY", help="only the editions of one body")
    out.add_argument(
        "--as",
        dest="form",
        default="catalogue",
        choices=["catalogue", "gbt39046", "national", "template"],
        help="the round-trip workbook, GB/T 39046 table 4, the national report tables, the empty template",
    )
    out.set_defaults(run=_export)
    _command(commands, "import-guides", "a guide in TOML, or a folder of guides", _guides)


def _command(
    commands: argparse._SubParsersAction[Any], name: str, what: str, work: Callable[[argparse.Namespace], Report]
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=f"import {what}")
    ours = name == "import-codes"  # which has a file of its own
    metavar = "PATH" if name == "import-guides" else "FILE"
    command.add_argument("path", type=Path, metavar=metavar, nargs="?" if ours else None)
    command.add_argument("--dry-run", action="store_true", help="report what would happen, and change nothing")
    command.set_defaults(run=partial(_run, work))
    return command


def _run(work: Callable[[argparse.Namespace], Report], args: argparse.Namespace) -> int:
    """0 when the file was taken; 1 when it, a guide of a folder, or for its rejected rows the whole list was refused."""
    try:
        report = work(args)
    except Refusal as refusal:
        faults = refusal.faults if isinstance(refusal, Invalid) else [refusal]
        for fault in faults:
            print(f"{fault.reason}\n  {fault.hint}".rstrip(), file=sys.stderr)
        print(f"没有导入：{args.path}，数据没有变化", file=sys.stderr)
        return 1
    print(words_of(report, dry_run=args.dry_run))
    stopped = not report.taken and not args.dry_run
    return 1 if stopped or (report.kind == "guides" and report.rejected) else 0


def _calendar(args: argparse.Namespace) -> Report:
    from tongban.kernel import clock, imports

    return imports.import_calendar(
        args.path, years=args.years, now=clock.now(), dry_run=args.dry_run, progress=terminal_bar
    )


def _regions(args: argparse.Namespace) -> Report:
    from tongban.kernel import clock
    from tongban.orgs import imports

    return imports.import_regions(args.path, now=clock.now(), dry_run=args.dry_run, progress=terminal_bar)


def _bodies(args: argparse.Namespace) -> Report:
    from tongban.kernel import clock
    from tongban.orgs import imports

    return imports.import_bodies(args.path, now=clock.now(), dry_run=args.dry_run, progress=terminal_bar)


def _users(args: argparse.Namespace) -> Report:
    from tongban.accounts import migrating
    from tongban.kernel import clock
    from tongban.kernel.actors import system

    report, _ = migrating.import_users(
        args.path, system=args.system, by=system("import"), now=clock.now(), dry_run=args.dry_run, progress=terminal_bar
    )
    return report


def _items(args: argparse.Namespace) -> Report:
    from tongban.catalog import imports
    from tongban.kernel import clock

    return imports.import_file(
        args.path, region=args.region, now=clock.now(), dry_run=args.dry_run, good_rows=args.good_rows,
        progress=terminal_bar,
    )  # fmt: skip


def _export(args: argparse.Namespace) -> int:
    from tongban.catalog import exports
    from tongban.orgs.models import Body

    body = Body.objects.filter(key=args.body).first() if args.body else None
    if args.body and body is None:
        raise Refusal("body_unknown", f"没有标识为“{args.body}”的机构", "请写机构的标识", "body")
    form: Any = "zip" if args.path.suffix.lower() == ".zip" else "xlsx"
    with args.path.open("wb") as kept:
        match args.form:
            case "template":
                exports.template(kept, form)
            case "gbt39046":
                exports.gbt39046(kept, form, body=body)
            case "national":
                exports.national(kept, form, body=body)
            case _:
                exports.catalogue(kept, form, body=body, progress=terminal_bar)
    print(f"已写入 {args.path}（{args.path.stat().st_size} 字节）")
    return 0


def _codes(args: argparse.Namespace) -> Report:
    from tongban.catalog.codes import imports
    from tongban.kernel import clock

    return imports.import_codes(args.path or imports.SHIPPED, now=clock.now(), dry_run=args.dry_run, again=args.again)


def _guides(args: argparse.Namespace) -> Report:
    from tongban.catalog import guides
    from tongban.kernel import clock

    return guides.import_guides(args.path, now=clock.now(), dry_run=args.dry_run, progress=terminal_bar)


def _aliases(args: argparse.Namespace) -> Report:
    from tongban.catalog import aliases
    from tongban.kernel import clock

    return aliases.import_aliases(args.path, now=clock.now(), dry_run=args.dry_run, progress=terminal_bar)


def terminal_bar(what: str, done: int, total: int) -> None:
    """A progress bar on a terminal; nothing where nobody watches."""
    if not sys.stderr.isatty() or not total or (done % max(total // 200, 1) and done != total):
        return
    filled = BAR * done // total
    end = "\n" if done == total else ""
    print(f"\r{what} [{'█' * filled}{'·' * (BAR - filled)}] {done}/{total}", end=end, file=sys.stderr, flush=True)


def words_of(report: Report, *, dry_run: bool = False) -> str:
    """The report as people read it: counts, notes, then each message once with its lines."""
    counts = f"读到 {report.read} 条，新增或变更 {report.changed}，未变 {report.unchanged}"
    counts += f"，警告 {len(report.warned)}，未采用 {len(report.rejected)}"
    lines = [f"{report.source}：{counts}" + _ending(report, dry_run), *report.notes]
    for title, found in (("警告（已导入）", report.warned), ("未采用（请修改后重新导入）", report.rejected)):
        if found:
            lines += [f"{title}：", *_grouped(found)]
    return "\n".join(lines)


def _ending(report: Report, dry_run: bool) -> str:
    if dry_run:
        return "（试运行，没有保存）"
    return "" if report.taken else "\n有未采用的行，整个文件没有导入，数据没有变化；只导入没有问题的行请加 --good-rows"


def _grouped(found: list[tuple[int, str]]) -> list[str]:
    """第 3、5、9 行：…, the messages in the order of their first line."""
    by_message = {
        message: [line for line, _ in same]
        for message, same in groupby(sorted(found, key=lambda one: one[1]), key=lambda one: one[1])
    }
    told = []
    for message, places in sorted(by_message.items(), key=lambda one: min(one[1])):
        shown = "、".join(map(str, sorted(places)[:LINES_SHOWN])) + (" 等" if len(places) > LINES_SHOWN else "")
        count = f"（{len(places)} 行）" if len(places) > LINES_SHOWN else ""
        told.append(f"  第 {shown} 行{count}：{message}" if any(places) else f"  {message}")
    more = len(told) - MESSAGES_SHOWN
    return told[:MESSAGES_SHOWN] + ([f"  ……还有 {more} 种，见导入记录"] if more > 0 else [])
