"""`tongban backup` and `tongban restore`: both work when the instance itself does not start."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tongban.kernel import config as configuration
from tongban.kernel.refusals import Refusal
from tongban.site.cli import database
from tongban.site.cli.imports import terminal_bar

if TYPE_CHECKING:
    from tongban.site.backups.archive import Manifest

COUNTED = {
    "applications_application": "办件",
    "licences_licence": "证照",
    "identity_account": "账号",
    "catalog_edition": "实施清单",
    "kernel_journalentry": "日志",
}
SECRET = "备份含有密钥和个人信息，谁拿到它谁就能读全部数据：只存放在受控的地方，移出本机前先加密"  # noqa: S105


def add(commands: Any) -> None:
    backup = commands.add_parser("backup", help="everything of this instance into one archive, also while it runs")
    backup.add_argument("target", type=Path, metavar="FILE|DIR", help="a new file, or a folder to put one into")
    backup.add_argument("--data", type=Path, metavar="DIR", help="the data folder (else TONGBAN_DATA)")
    backup.set_defaults(run=_backup, stands_alone=True)
    restore = commands.add_parser("restore", help="an archive into an empty instance")
    restore.add_argument("archive", type=Path, metavar="FILE")
    restore.add_argument("--into", type=Path, metavar="DIR", help="a new data folder with a database of its own")
    restore.set_defaults(run=_restore, stands_alone=True)


def _backup(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.site.backups import make

    data = (args.data or configuration.load(os.environ).data).resolve()
    make.check_data(data)
    given = os.environ.get("DATABASE_URL", "")
    try:
        with nullcontext(given) if given else database.opened(data) as url:
            made = make.backup(
                args.target, data=data, url=url, environ=os.environ, now=clock.now(), progress=terminal_bar
            )
    except psycopg.OperationalError as error:
        raise away(error) from error
    print(f"已备份到 {made.path}（{made.size / 1024 / 1024:.1f} MB，权限 600）")
    print(words_of(made.manifest))
    print(SECRET)
    print("没有包括：tongban.toml 和环境变量（请另行保存）、日志文件、可以重新生成的静态文件")
    return missing(made.manifest)


def _restore(args: argparse.Namespace) -> int:
    from tongban.site.backups.restore import restore

    environ = dict(os.environ)
    if args.into:
        environ.pop("DATABASE_URL", None)
    data = (args.into or configuration.load(os.environ).data).resolve()
    if database.running(data):
        raise Refusal("database_in_use", f"{data} 正被运行中的通办使用", "请先停止它，或用 --into 恢复到新的文件夹")
    try:
        done = restore(args.archive, data=data, environ=environ, say=say, progress=terminal_bar)
    except psycopg.OperationalError as error:
        raise away(error) from error
    manifest = done.manifest
    print(f"已恢复 {manifest.made_at} 的备份到 {done.data}")
    print(words_of(manifest))
    if done.faults:
        print(
            f"日志核对发现问题：\n{done.faults}\n请用 tongban journal verify 复查，并与备份前的结果比较",
            file=sys.stderr,
        )
    else:
        print("日志与链头核对一致")
    where = str(args.into or done.data)
    print(
        f"启动：make demo DATA={where}"
        if manifest.demo
        else f"启动：TONGBAN_DATA={where} tongban serve（另起 worker 和 bookkeeper）"
    )
    return max(missing(manifest), 1 if done.faults else 0)


def words_of(manifest: Manifest) -> str:
    """Counts of what people know, then of everything."""
    known = [f"{word} {manifest.rows[table]:,}" for table, word in COUNTED.items() if table in manifest.rows]
    whole = f"{len(manifest.rows)} 张表共 {sum(manifest.rows.values()):,} 行"
    return f"{'、'.join(known)}；{whole}；附件 {len(manifest.files):,} 个，链头 {len(manifest.heads)} 个，密钥 1 份"


def missing(manifest: Manifest) -> int:
    """1, and the words for it, when rows speak of files that were gone already at the backup."""
    if not manifest.missing:
        return 0
    print(f"注意：有 {len(manifest.missing)} 个附件在备份时已经丢失或损坏：", file=sys.stderr)
    for sha256 in manifest.missing[:10]:
        print(f"  {sha256}", file=sys.stderr)
    print("请从更早的备份里找回这些文件", file=sys.stderr)
    return 1


def away(error: psycopg.OperationalError) -> Refusal:
    """The database does not answer, or went away meanwhile."""
    return Refusal("database_away", f"连不上数据库：{error}", "请先让数据库恢复，检查 DATABASE_URL，然后重试")


def say(words: str) -> None:
    print(words, flush=True)
