"""Which certificates are believed, and every reason not to; OpenSSL is asked about the same ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tongban.trust import certificates, chains, revocation
from tongban.trust.certificates import OURS, Subject, Usage, Wanted
from tongban.trust.chains import Trusted
from tongban.trust.errors import CryptoError
from tongban.trust.keys import Algorithm
from tongban.trust.revocation import Reason, Revoked
from tongban.trust.tests.making import (
    DISTID,
    NOW,
    YEAR,
    House,
    flipped,
    founded,
    handmade,
    house,
    issued_by,
    openssl,
    sampled,
    written,
)


@pytest.fixture(params=list(Algorithm))
def ours(request: pytest.FixtureRequest) -> House:
    return house(request.param)


def codes(certificate: bytes, trusted: Trusted, *, usage: Usage = Usage.SIGN, at: datetime = NOW) -> list[str]:
    return [fault.code for fault in chains.judge(certificate, usage=usage, at=at, trusted=trusted).faults]


def test_each_certificate_is_good_for_its_own_usage_only(ours: House) -> None:
    made = {Usage.SIGN: ours.signer, Usage.ENCRYPT: ours.encryption, Usage.STAMP: ours.stamper}

    for usage in made:
        for own, signer in made.items():
            found = codes(signer.certificate, ours.trusted(), usage=usage)
            assert (found == []) is (usage is own), (usage, own, found)


def test_openssl_believes_the_same_chain(ours: House, tmp_path: Path) -> None:
    root, leaf = (
        written(tmp_path, "root", ours.authority.certificate),
        written(tmp_path, "leaf", ours.signer.certificate),
    )
    when = ("-attime", str(int(NOW.timestamp())))
    distid = DISTID if ours.authority.algorithm is Algorithm.SM2 else ()

    good = openssl(tmp_path, "verify", "-x509_strict", *distid, *when, "-CAfile", root, leaf)
    late = openssl(
        tmp_path, "verify", *distid, "-attime", str(int((NOW + 2 * YEAR).timestamp())), "-CAfile", root, leaf
    )
    other = written(tmp_path, "other", founded(ours.authority.algorithm).certificate)
    foreign = openssl(tmp_path, "verify", *distid, *when, "-CAfile", other, leaf)

    assert good.stdout == "leaf: OK\n", good.stderr
    assert "certificate has expired" in late.stderr
    assert foreign.returncode != 0


def test_openssl_reads_and_verifies_our_list(ours: House, tmp_path: Path) -> None:
    revoked = Revoked(certificates.read(ours.signer.certificate).serial_number, NOW, Reason.KEY_COMPROMISE)
    der = ours.list_of(revoked, number=12)
    written(tmp_path, "list", der, "X509 CRL")

    text = openssl(tmp_path, "crl", "-in", "list", "-noout", "-text").stdout

    assert certificates.serial_of(ours.signer.certificate).upper() in text
    assert "Key Compromise" in text
    assert "X509v3 CRL Number: \n                12" in text
    parsed = revocation.read(der).parsed
    (tmp_path / "content").write_bytes(parsed["tbs_cert_list"].dump())
    (tmp_path / "signature").write_bytes(parsed["signature"].native)
    written(tmp_path, "public", certificates.public_of(ours.authority.certificate), "PUBLIC KEY")
    digest = ("-sm3", "-sigopt", DISTID[1]) if ours.authority.algorithm is Algorithm.SM2 else ("-sha256",)
    checked = openssl(tmp_path, "dgst", *digest, "-verify", "public", "-signature", "signature", "content")
    assert checked.stdout == "Verified OK\n", checked.stderr


def test_openssl_refuses_what_our_list_names(tmp_path: Path) -> None:
    """By ECDSA: OpenSSL 3.0 checks the lists of SM2 with an empty identity, whatever it is told."""
    ours = house(Algorithm.ECDSA)
    root, leaf = (
        written(tmp_path, "root", ours.authority.certificate),
        written(tmp_path, "leaf", ours.signer.certificate),
    )
    serial = certificates.read(ours.signer.certificate).serial_number
    written(tmp_path, "empty", ours.list_of(), "X509 CRL")
    written(tmp_path, "full", ours.list_of(Revoked(serial, NOW, Reason.KEY_COMPROMISE)), "X509 CRL")
    common = ("verify", "-crl_check", "-attime", str(int(NOW.timestamp()) + 60), "-CAfile", root)

    assert openssl(tmp_path, *common, "-CRLfile", "empty", leaf).stdout == "leaf: OK\n"
    assert "certificate revoked" in openssl(tmp_path, *common, "-CRLfile", "full", leaf).stderr


def test_no_changed_byte_of_a_certificate_is_believed(ours: House) -> None:
    der = ours.signer.certificate

    believed = [at for at in range(len(der)) if not codes(flipped(der, at), ours.trusted())]

    assert believed == []


def test_no_changed_byte_of_a_list_is_believed(ours: House) -> None:
    der = ours.list_of()

    believed = [
        at
        for at in sampled(len(der))
        if not codes(ours.signer.certificate, Trusted((ours.authority.certificate,), lists=(flipped(der, at),)))
    ]

    assert believed == []


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW - timedelta(days=1, seconds=1), ["not_yet"]),
        (NOW - timedelta(days=1), []),
        (NOW + YEAR, ["list_old"]),
        (NOW + YEAR + timedelta(seconds=1), ["expired", "list_old"]),
    ],
)
def test_both_ends_belong_to_the_validity(ours: House, at: datetime, expected: list[str]) -> None:
    assert codes(ours.signer.certificate, ours.trusted(), at=at) == expected


def test_what_is_revoked_is_believed_before_and_not_from_then_on(ours: House) -> None:
    revoked = Revoked(certificates.read(ours.signer.certificate).serial_number, NOW, Reason.CESSATION)
    trusted = ours.trusted(revoked)

    assert codes(ours.signer.certificate, trusted, at=NOW - timedelta(seconds=1)) == []
    assert codes(ours.signer.certificate, trusted, at=NOW) == ["revoked"]
    assert codes(ours.encryption.certificate, trusted, usage=Usage.ENCRYPT) == []
    verdict = chains.judge(ours.signer.certificate, usage=Usage.SIGN, at=NOW, trusted=trusted)
    assert verdict.faults[0].says == "“云江区市场监督管理局”的证书已于 2026-03-02 09:30 吊销（停止使用）"


def test_the_newest_list_counts_and_without_one_nobody_knows(ours: House) -> None:
    serial = certificates.read(ours.signer.certificate).serial_number
    anchors = (ours.authority.certificate,)
    old, new = (
        ours.list_of(),
        ours.list_of(Revoked(serial, NOW, Reason.SUPERSEDED), number=2, at=NOW + timedelta(hours=1)),
    )
    foreign = house(Algorithm.SM2 if ours.authority.algorithm is Algorithm.ECDSA else Algorithm.ECDSA).list_of()

    assert codes(ours.signer.certificate, Trusted(anchors, lists=(new, old))) == ["revoked"]
    assert codes(ours.signer.certificate, Trusted(anchors)) == ["revocation_unknown"]
    assert codes(ours.signer.certificate, Trusted(anchors, lists=(foreign,))) == ["revocation_unknown"]


def test_a_namesake_of_the_authority_is_not_the_authority(ours: House) -> None:
    namesake = founded(ours.authority.algorithm)
    forged = issued_by(namesake, Usage.SIGN)

    assert codes(forged.certificate, ours.trusted()) == ["no_anchor"]
    assert codes(namesake.certificate, ours.trusted(), usage=Usage.AUTHORITY) == ["no_anchor"]


def extension(kind: str, value: object, *, critical: bool = True) -> dict[str, object]:
    return {"extn_id": kind, "critical": critical, "extn_value": value}


SIGNS = extension("key_usage", {"digital_signature"})


def test_who_is_no_authority_issues_nothing(ours: House) -> None:
    """A signer's certificate, and one with the key usage of an authority but no right to be one."""
    pretender = handmade(ours.authority, [extension("key_usage", {"key_cert_sign", "digital_signature"})])

    by_signer = codes(issued_by(ours.signer, Usage.SIGN).certificate, chain(ours, ours.signer.certificate))
    by_pretender = codes(handmade(pretender, [SIGNS]).certificate, chain(ours, pretender.certificate))

    assert {"usage", "not_authority", "path_length"} <= set(by_signer)
    assert {"not_authority"} <= set(by_pretender)


def test_a_root_that_allows_no_level_below_has_none(ours: House) -> None:
    middle = handmade(
        ours.authority,
        [extension("basic_constraints", {"ca": True}), extension("key_usage", {"key_cert_sign", "crl_sign"})],
    )
    leaf = handmade(middle, [SIGNS])

    found = codes(leaf.certificate, chain(ours, middle.certificate))

    assert "path_length" in found
    assert "not_authority" not in found


def chain(ours: House, *between: bytes) -> Trusted:
    return Trusted((ours.authority.certificate,), between=between, lists=(ours.list_of(),))


def test_an_unknown_critical_extension_is_refused_and_one_that_is_not_critical_is_not(ours: House) -> None:
    strange = extension("1.2.3.4.5", b"\x05\x00")

    assert codes(handmade(ours.authority, [SIGNS, strange]).certificate, ours.trusted()) == ["extension"]
    assert codes(handmade(ours.authority, [SIGNS, {**strange, "critical": False}]).certificate, ours.trusted()) == []


def test_a_certificate_without_key_usage_is_good_for_nothing(ours: House) -> None:
    assert codes(handmade(ours.authority, []).certificate, ours.trusted()) == ["usage"]


def test_a_signature_by_the_other_algorithm_than_the_key_has_is_refused(ours: House) -> None:
    other = Algorithm.SM2 if ours.authority.algorithm is Algorithm.ECDSA else Algorithm.ECDSA

    assert codes(handmade(ours.authority, [SIGNS], algorithm=other).certificate, ours.trusted()) == ["signature"]


@pytest.mark.parametrize("der", [b"", b"\x30\x03\x02\x01\x01", b"not a certificate", b"\x30\x80\x00\x00"])
def test_what_is_no_certificate_is_said_to_be_none(ours: House, der: bytes) -> None:
    assert codes(der, ours.trusted()) == ["unreadable"]
    assert codes(ours.signer.certificate + b"\0", ours.trusted()) == ["unreadable"]


def test_our_authority_says_what_it_is_good_for(ours: House) -> None:
    assert certificates.read(ours.authority.certificate).subject.native["organizational_unit_name"] == OURS


def test_nothing_outlives_its_authority(ours: House) -> None:
    wanted = Wanted(
        Subject("某", "某"), certificates.public_of(ours.signer.certificate), Usage.SIGN, NOW, NOW + 11 * YEAR
    )

    with pytest.raises(CryptoError, match="outlive"):
        certificates.issued(wanted, by=ours.authority)
