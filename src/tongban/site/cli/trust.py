"""Commands of the key ceremony: trust init, issue, renew, revoke, crl, list, export."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tongban.kernel.refusals import Refusal

ALGORITHMS = ("sm2", "ecdsa")
ROLES = ("signer", "seal_maker", "stamp")
REASONS = ("unspecified", "key_compromise", "affiliation_changed", "superseded", "cessation_of_operation")


def add(commands: Any) -> None:
    acts = commands.add_parser("trust", help="keys and certificates (software keys and an own CA: not 密评-compliant)")
    acts = acts.add_subparsers(dest="act", required=True)
    init = acts.add_parser("init", help="found an authority of one's own for each algorithm, and its time stamps")
    init.add_argument("--algorithm", choices=ALGORITHMS, help="one only; otherwise both")
    init.add_argument("--organisation", help="otherwise TONGBAN_OFFICE")
    _where(init)
    init.set_defaults(run=_init)
    issue = acts.add_parser("issue", help="certificates for a body: one to sign, one to encrypt")
    issue.add_argument("role", choices=ROLES)
    issue.add_argument("--name", required=True, help="the common name")
    issue.add_argument("--organisation", required=True)
    issue.add_argument("--holder", default="", help="whose it is: body:12; otherwise the platform's")
    issue.add_argument("--algorithm", choices=ALGORITHMS, default="sm2")
    _where(issue)
    issue.set_defaults(run=_issue)
    renew = acts.add_parser("renew", help="new keys and certificates in place of these")
    renew.add_argument("serial")
    renew.add_argument("--days", type=int)
    renew.set_defaults(run=_renew)
    revoke = acts.add_parser("revoke", help="nobody is to believe it from now on; the list is made anew")
    revoke.add_argument("serial")
    revoke.add_argument("--reason", choices=REASONS, required=True)
    revoke.set_defaults(run=_revoke)
    lists = acts.add_parser("crl", help="make the list of what was revoked anew, for every root")
    lists.add_argument("--out", type=Path, metavar="DIR", help="write them there as PEM")
    lists.set_defaults(run=_lists)
    acts.add_parser("list", help="every certificate, in use or not").set_defaults(run=_list)
    export = acts.add_parser("export", help="print a certificate as PEM; the chain to its root follows")
    export.add_argument("serial")
    export.set_defaults(run=_export)


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=int, help="how long it runs")
    parser.add_argument("--store", default="software", help="where the key lies: software or pkcs11")


def _init(args: argparse.Namespace) -> int:
    from django.conf import settings
    from django.db import transaction

    from tongban.kernel import clock
    from tongban.kernel.actors import system
    from tongban.trust import actions
    from tongban.trust.keys import Algorithm
    from tongban.trust.rules import DAYS, Role

    organisation = args.organisation or settings.TONGBAN.office
    by, now = system("command-line"), clock.now()
    made = []
    with transaction.atomic():
        for algorithm in [Algorithm(args.algorithm)] if args.algorithm else list(Algorithm):
            days = args.days or DAYS[Role.AUTHORITY]
            made.append(
                actions.found_authority(
                    algorithm=algorithm, organisation=organisation, by=by, now=now, days=days, store=args.store
                )
            )
            made += actions.issue(
                Role.STAMP, name="通办时间戳", organisation=organisation, algorithm=algorithm, by=by, now=now, store=args.store
            )  # fmt: skip
    _tell(made)
    print("这是自建的根证书，私钥由软件保存，不符合密码应用安全性评估（密评）的要求，只用于开发和独立试用")
    return 0


def _issue(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.kernel.actors import system
    from tongban.trust import actions
    from tongban.trust.keys import Algorithm
    from tongban.trust.rules import Role

    made = actions.issue(
        Role(args.role), name=args.name, organisation=args.organisation, holder=args.holder, days=args.days,
        algorithm=Algorithm(args.algorithm), store=args.store, by=system("command-line"), now=clock.now(),
    )  # fmt: skip
    return _tell(made)


def _renew(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.kernel.actors import system
    from tongban.trust import actions

    return _tell(actions.renew(args.serial, by=system("command-line"), now=clock.now(), days=args.days))


def _revoke(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.kernel.actors import system
    from tongban.trust import actions
    from tongban.trust.revocation import Reason

    found = actions.revoke(args.serial, reason=Reason(args.reason), by=system("command-line"), now=clock.now())
    return _tell(found)


def _lists(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.kernel.actors import system
    from tongban.trust import actions, queries
    from tongban.trust.certificates import to_pem

    if args.out and not args.out.is_dir():
        raise Refusal("folder_missing", f"没有文件夹 {args.out}", "先建好文件夹，再运行一次", "out")
    for authority in queries.authorities():
        made = actions.make_list(authority, by=system("command-line"), now=clock.now())
        print(f"{authority.name}\t第 {made.number} 份\t到 {made.next_update_at:%Y-%m-%d %H:%M %Z}")
        if args.out:
            (args.out / f"{authority.serial}.crl.pem").write_bytes(to_pem(bytes(made.der), "X509 CRL"))
    return 0


def _list(args: argparse.Namespace) -> int:
    from tongban.trust.models import Certificate

    return _tell(list(Certificate.objects.order_by("algorithm", "pk")))


def _export(args: argparse.Namespace) -> int:
    from tongban.trust import queries
    from tongban.trust.certificates import to_pem

    found = queries.certificate(args.serial)
    for one in [found, *([found.issuer] if found.issuer else [])]:
        print(to_pem(bytes(one.der)).decode(), end="")
    return 0


def _tell(certificates: list[Any]) -> int:
    from tongban.trust.certificates import Usage
    from tongban.trust.rules import Role, State

    for one in certificates:
        until = f"{one.not_after_at:%Y-%m-%d}"
        words = (one.serial, State(one.state).label, one.algorithm, Role(one.role).label, Usage(one.usage).label)
        print("\t".join((*words, one.holder or "本平台", one.name, f"到 {until}")))
    return 0
