"""`tongban archive`: write the case file of an ended case, verify one, print the key that signs them."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongban.kernel import config as configuration
from tongban.kernel import signing
from tongban.kernel.refusals import Refusal
from tongban.site.cli import database

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from tongban.applications.archive.checking import Report


def add(commands: Any) -> None:
    acts = commands.add_parser("archive", help="case files for the electronic archive").add_subparsers(
        dest="act", required=True
    )
    make = acts.add_parser("make", help="write the case files of ended cases")
    make.add_argument("numbers", nargs="+", metavar="NUMBER")
    make.add_argument("--into", type=Path, default=Path(), metavar="DIR")
    make.set_defaults(run=_make)
    verify = acts.add_parser("verify", help="find any changed byte in a case file; needs no database")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--key", type=Path, metavar="PEM", help="the public key that must have signed it")
    verify.add_argument("--journal", action="store_true", help="compare its excerpt with the journal of this instance")
    verify.set_defaults(run=_verify, stands_alone=True)
    acts.add_parser("key", help="print the public key of this instance").set_defaults(run=_key)


def _make(args: argparse.Namespace) -> int:
    from tongban.applications import actions
    from tongban.kernel import clock
    from tongban.kernel.typed import normalise

    failed = 0
    args.into.mkdir(parents=True, exist_ok=True)
    for typed in args.numbers:
        number = normalise(typed)
        target = args.into / f"{number}.zip"
        try:
            index = actions.archive_for_the_keeper(number, target, now=clock.now())
        except FileExistsError:
            failed += 1
            print(f"{target} 已经存在，没有改动它", file=sys.stderr)
        except Refusal as no:
            failed += 1
            print(f"{typed}\t{no.reason}\t{no.hint}", file=sys.stderr)
        else:
            print(f"{target}\t{len(index.entries)} 份文件" + (f"，缺 {len(index.lost)} 份" if index.lost else ""))
    return 1 if failed else 0


def _verify(args: argparse.Namespace) -> int:
    from tongban.applications.archive import checking

    report = checking.check(args.file, key=_expected(args.key))
    if args.journal and report.journal:
        report.faults += _against_the_journal(report)
    _tell(args.file, report)
    return 0 if report.holds else 1


def _tell(file: Path, report: Report) -> None:
    if index := report.index:
        print(f"{index.number}\t{index.title}\t{index.body}\t{index.state}")
        print(f"{index.made_at} 导出\t{len(index.entries)} 份文件\t{len(report.journal)} 条日志")
        for lost in index.lost:
            print(f"导出时就缺\t{lost.title}\t{lost.why}")
    for fault in report.faults:
        print(f"{fault.place}\t{fault.says}", file=sys.stderr)
    if not report.holds:
        print(f"{file.name} 核对不通过：{len(report.faults)} 处问题", file=sys.stderr)
        return
    print(f"签名公钥指纹 {report.signed_by}" + ("" if report.known else "（没有公钥可对，请与平台公布的核对）"))
    print(f"{file.name} 完整，没有改动")


def _expected(pem: Path | None) -> Ed25519PublicKey | None:
    """The key that was given; else that of the instance whose data folder this is; None where there is neither."""
    if pem is not None:
        if not pem.is_file():
            raise Refusal("key_not_found", f"没有这个公钥文件：{pem}", "请检查路径和文件名")
        if (found := signing.read_public(pem.read_bytes())) is None:
            raise Refusal("key_unreadable", f"{pem} 不是 Ed25519 公钥", "请用 tongban archive key 打印的内容")
        return found
    config = configuration.load(os.environ)
    if not (config.data / "secrets.json").is_file():
        return None
    return signing.key_from(configuration.secrets_of(config).journal_head).public_key()


def _against_the_journal(report: Report) -> list[Any]:
    with database.reachable():
        import django

        django.setup()
        from tongban.applications.archive import contents

        return contents.unknown_here(report.journal)


def _key(args: argparse.Namespace) -> int:
    from tongban.applications.archive import contents

    key = contents.key()
    print(signing.public_pem(key).decode(), end="")
    print(f"指纹 {signing.fingerprint(key.public_key())}", file=sys.stderr)
    return 0
