"""The key ceremony at the command line, and what the doctor says of certificates."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.site import doctor
from tongban.site.cli import trust
from tongban.trust import certificates, revocation
from tongban.trust.models import Certificate
from tongban.trust.rules import Role, State, warning

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    trust.add(parser.add_subparsers())
    args = parser.parse_args(["trust", *words])
    return int(args.run(args))


def current(role: Role) -> list[Certificate]:
    return list(Certificate.objects.filter(role=role, state=State.CURRENT).order_by("pk"))


def test_the_whole_ceremony(moment: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("init") == 0
    assert "不符合密码应用安全性评估（密评）" in capsys.readouterr().out
    assert len(current(Role.AUTHORITY)) == len(current(Role.STAMP)) == 2, "one for each algorithm"

    run(
        "issue",
        "signer",
        "--name",
        "云江区市场监督管理局",
        "--organisation",
        "云江区市场监督管理局",
        "--holder",
        "body:1",
    )
    sign, encrypt = current(Role.SIGNER)
    run("renew", sign.serial)
    new, _ = current(Role.SIGNER)
    run("revoke", new.serial, "--reason", "key_compromise")
    run("crl", "--out", str(tmp_path))
    capsys.readouterr()
    run("list")
    listed = capsys.readouterr().out.splitlines()

    states = {line.split("\t")[0]: line.split("\t")[1] for line in listed}
    assert (states[sign.serial], states[encrypt.serial], states[new.serial]) == ("已更换", "已更换", "已吊销")
    assert len(listed) == Certificate.objects.count() == 8
    root = next(one for one in current(Role.AUTHORITY) if one.algorithm == "sm2")
    text = (tmp_path / f"{root.serial}.crl.pem").read_bytes()
    assert b"BEGIN X509 CRL" in text
    from asn1crypto import pem

    assert int(new.serial, 16) in revocation.read(pem.unarmor(text)[2]).revoked


def test_a_certificate_is_printed_with_its_root(moment: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    run("init", "--algorithm", "ecdsa", "--organisation", "某办公室")
    (stamp,) = current(Role.STAMP)
    capsys.readouterr()

    run("export", stamp.serial)

    printed = capsys.readouterr().out.encode()
    (root,) = current(Role.AUTHORITY)
    assert printed == certificates.to_pem(bytes(stamp.der)) + certificates.to_pem(bytes(root.der))


def test_what_is_not_there_is_refused_with_what_to_do(moment: datetime) -> None:
    with pytest.raises(Refusal) as unknown:
        run("renew", "abc")
    with pytest.raises(Refusal) as nowhere:
        run("crl", "--out", "/no/such/folder")

    assert "tongban trust list" in unknown.value.hint
    assert nowhere.value.code == "folder_missing"


def test_the_doctor_warns_90_30_and_7_days_before(moment: datetime) -> None:
    run("init", "--algorithm", "sm2")
    (stamp,) = current(Role.STAMP)
    assert doctor._certificates() == doctor.Finding("证书", True, "没有快要到期的", doctor._certificates().mend)

    for days, well, words in (
        (90, True, "还有 90 天，请安排更换"), (31, True, "请安排更换"), (30, False, "还有 30 天，现在更换"),
        (7, False, "只剩 7 天，今天就换"), (-1, False, "已经到期"),
    ):  # fmt: skip
        with clock.at(stamp.not_after_at - timedelta(days=days)):
            lists_run()
            found = doctor._certificates()
        assert (found.well, words in found.says, stamp.name in found.says) == (well, True, True), (days, found)


def lists_run() -> None:
    from tongban.trust import chores

    chores.lists(clock.now())


def test_the_doctor_says_that_a_list_is_over(moment: datetime) -> None:
    run("init", "--algorithm", "sm2")

    with clock.at(moment + timedelta(days=8)):
        before = doctor._certificates()
        run("crl")
        after = doctor._certificates()

    assert (before.well, "吊销列表已过期" in before.says, "tongban worker" in before.mend) == (False, True, True)
    assert after.well


@pytest.mark.parametrize(("days", "words"), [(91, ""), (90, "安排"), (31, "安排"), (30, "现在"), (8, "现在"), (7, "今天"), (0, "今天"), (-1, "到期")])  # fmt: skip
def test_each_warning_begins_on_its_day(days: int, words: str) -> None:
    assert words in warning(days)
    assert bool(warning(days)) is bool(words)
