"""Commands for the keys of encryption: list, add, use, rotate, reencrypt, retire."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    acts = commands.add_parser("keys", help="the keys that encrypt personal data").add_subparsers(
        dest="act", required=True
    )
    acts.add_parser("list", help="which keys there are, and what is encrypted with each").set_defaults(run=_list)
    acts.add_parser("rotate", help="make a new key and use it from now on").set_defaults(run=_rotate)
    acts.add_parser(
        "add", help="make a new key and don't use it yet (several hosts: copy the file first)"
    ).set_defaults(run=_add)
    use = acts.add_parser("use", help="use this key from now on")
    use.add_argument("id")
    use.set_defaults(run=_use)
    again = acts.add_parser("reencrypt", help="encrypt everything with the current key, while the platform runs")
    again.add_argument("--batch", type=int, default=200, metavar="ROWS")
    again.add_argument("--pause", type=float, default=0.0, metavar="SECONDS", help="rest between two batches")
    again.set_defaults(run=_reencrypt)
    retire = acts.add_parser("retire", help="remove a key that nothing is encrypted with")
    retire.add_argument("id")
    retire.set_defaults(run=_retire)


def _path() -> Path:
    from django.conf import settings

    from tongban.kernel.config import secrets_file

    return secrets_file(settings.TONGBAN)


def _list(args: argparse.Namespace) -> int:
    from tongban.kernel import keyring, reencrypting

    found = keyring.keys(_path())
    for key in found:
        used = sum(each.count for each in reencrypting.left(key_id=key.id))
        state = "正在使用" if key.current else "只用来解密"
        print(f"{key.id}\t{state}\t{key.since[:10] or '第一版'} 起\t{used} 个值")
    return 0


def _rotate(args: argparse.Namespace) -> int:
    from tongban.kernel import clock, keyring

    made = keyring.rotate(_path(), now=clock.now())
    print(f"新密钥 {made} 已启用，本机各进程一秒内换用，不用重启；旧密钥仍用来解密")
    print("接着运行 tongban keys reencrypt，把已有的数据换成新密钥；再做一次备份")
    return 0


def _add(args: argparse.Namespace) -> int:
    from tongban.kernel import clock, keyring

    made = keyring.add(_path(), now=clock.now())
    print(f"新密钥 {made} 已生成，还没有启用")
    print(f"把 {_path()} 复制到每台主机（权限 0600），再在每台主机运行 tongban keys use {made}")
    return 0


def _use(args: argparse.Namespace) -> int:
    from tongban.kernel import clock, keyring

    keyring.use(_path(), args.id, now=clock.now())
    print(f"密钥 {args.id} 已启用")
    return 0


def _reencrypt(args: argparse.Namespace) -> int:
    from tongban.kernel import clock, reencrypting

    total = 0

    def progress(table: str, done: int) -> None:
        nonlocal total
        total += done
        if done:
            print(f"{table}\t+{done}", flush=True)

    rest = reencrypting.reencrypt(now=clock.now, progress=progress, batch=args.batch, pause=args.pause)
    print(f"换了 {total} 个值")
    for each in rest:
        print(f"剩余\t{each.table}\t{'，'.join(f'密钥 {key}：{count}' for key, count in each.values.items())}")
    if rest:
        print("有的行一直被占用或打不开；稍后再运行一次", file=sys.stderr)
    return 1 if rest else 0


def _retire(args: argparse.Namespace) -> int:
    from tongban.kernel import clock, keyring, reencrypting

    keyring.retire(
        _path(),
        args.id,
        used=lambda: sum(each.count for each in reencrypting.left(key_id=args.id)),
        now=clock.now(),
    )
    print(f"密钥 {args.id} 已删除。以前的备份各自带着当时的密钥，仍能恢复")
    return 0
