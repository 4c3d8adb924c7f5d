"""Commands of single sign-on: sso rotate-key, sso keys."""

from __future__ import annotations

import argparse
from typing import Any


def add(commands: argparse._SubParsersAction[Any]) -> None:
    sso = commands.add_parser("sso", help="single sign-on of departments' systems").add_subparsers(
        dest="act", required=True
    )
    rotate = sso.add_parser("rotate-key", help="the next key signs from now on, and a new next one is published")
    rotate.add_argument(
        "--compromised", action="store_true", help="accept nothing of the old keys any more: everybody signs in anew"
    )
    rotate.set_defaults(run=_rotate)
    sso.add_parser("keys", help="which keys are published, and what each is for").set_defaults(run=_keys)


def _rotate(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.kernel.actors import system
    from tongban.single_sign_on import actions

    key = actions.rotate_key(by=system("command-line"), now=clock.now(), compromised=args.compromised)
    print(f"从现在起用 {key.kid} 签名；下一把密钥已公布")
    return 0


def _keys(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.single_sign_on import signing

    for key in signing.standing(now=clock.now()):
        if key.retired_at:
            print(f"{key.kid}\t已换下，验证用到 {key.verifies_until:%Y-%m-%d %H:%M %Z}")
        else:
            print(f"{key.kid}\t{'正在签名' if key.signs_from else '下一把'}")
    return 0
