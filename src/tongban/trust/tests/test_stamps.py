"""Time stamps: what they prove, and that OpenSSL believes the same ones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms

from tongban.trust import certificates, stamp_checking, stamps
from tongban.trust.certificates import Usage
from tongban.trust.chains import Trusted
from tongban.trust.errors import CryptoError
from tongban.trust.keys import DIGESTS, SHA256_OID, Algorithm
from tongban.trust.revocation import Reason, Revoked
from tongban.trust.sm3 import OID as SM3_OID
from tongban.trust.tests.making import NOW, YEAR, House, flipped, house, openssl, sampled, written

DATA = "食品经营许可证".encode()


@pytest.fixture(params=list(Algorithm))
def ours(request: pytest.FixtureRequest) -> House:
    return house(request.param)


def stamped(ours: House, data: bytes = DATA, *, oid: str = SM3_OID) -> bytes:
    return stamps.stamp(DIGESTS[oid](data), digest_oid=oid, by=ours.stamper, serial=77, now=NOW)


def codes(token: bytes, ours: House, data: bytes = DATA, *, nonce: int | None = None) -> list[str]:
    found = stamp_checking.judge(token, data, trusted=ours.trusted(), nonce=nonce)
    assert found.valid is not bool(found.faults)
    return [fault.code for fault in found.faults]


@pytest.mark.parametrize("oid", [SM3_OID, SHA256_OID])
def test_a_stamp_proves_its_moment(ours: House, oid: str) -> None:
    found = stamp_checking.judge(stamped(ours, oid=oid), DATA, trusted=ours.trusted())

    assert (found.valid, found.at, found.serial, found.by) == (True, NOW, 77, "云江区市场监督管理局")


def test_a_stamp_is_of_these_bytes_only(ours: House) -> None:
    assert codes(stamped(ours), ours, DATA + b".") == ["other_data"]


def test_a_nonce_ties_the_answer_to_the_request(ours: House) -> None:
    asked = stamps.request(DIGESTS[SM3_OID](DATA), digest_oid=SM3_OID, nonce=4711)
    token = stamp_checking.token_of(stamps.answer(asked, by=ours.stamper, serial=1, now=NOW))

    assert codes(token, ours, nonce=4711) == []
    assert codes(token, ours, nonce=4712) == ["nonce"]
    assert codes(stamped(ours), ours, nonce=4711) == ["nonce"]


def test_no_changed_byte_of_what_is_signed_is_believed(ours: House) -> None:
    """The stamp, the attributes, the signature and the certificate; around them nothing says another moment."""
    token = stamped(ours)
    signed = cms.ContentInfo.load(token)["content"]
    signer = signed["signer_infos"][0]
    parts = (
        bytes(signed["encap_content_info"]["content"]), signer["signed_attrs"].contents, signer["signature"].native,
        ours.stamper.certificate,
    )  # fmt: skip
    spans = [range(token.index(part), token.index(part) + len(part)) for part in parts]

    for at in sampled(len(token), 250):
        found = stamp_checking.judge(flipped(token, at), DATA, trusted=ours.trusted())
        if any(at in span for span in spans):
            assert not found.valid, at
        elif found.valid:
            assert (found.at, found.serial, found.by) == (NOW, 77, "云江区市场监督管理局")


def test_only_a_certificate_for_stamps_stamps(ours: House) -> None:
    token = stamps.stamp(DIGESTS[SM3_OID](DATA), digest_oid=SM3_OID, by=ours.signer, serial=1, now=NOW)

    assert "usage" in codes(token, ours)


def test_the_stamper_is_judged_at_the_moment_of_the_stamp(ours: House) -> None:
    serial = certificates.read(ours.stamper.certificate).serial_number
    before, after = NOW - timedelta(hours=1), NOW + timedelta(hours=1)

    def found(revoked: Revoked) -> list[str]:
        judged = stamp_checking.judge(stamped(ours), DATA, trusted=ours.trusted(revoked))
        return [fault.code for fault in judged.faults]

    assert found(Revoked(serial, before, Reason.KEY_COMPROMISE)) == ["revoked"]
    assert found(Revoked(serial, after, Reason.KEY_COMPROMISE)) == []
    late = ours.issue(Usage.STAMP, not_before=NOW + timedelta(days=1), not_after=NOW + YEAR)
    token = stamps.stamp(DIGESTS[SM3_OID](DATA), digest_oid=SM3_OID, by=late, serial=1, now=NOW)
    assert codes(token, ours) == ["not_yet"]


def test_a_stamp_of_a_stranger_is_not_believed(ours: House) -> None:
    other = house(Algorithm.SM2 if ours.authority.algorithm is Algorithm.ECDSA else Algorithm.ECDSA)

    assert codes(stamped(other), ours) == ["no_anchor"]


@pytest.mark.parametrize(
    ("asked", "failure"),
    [
        (b"", "bad_data_format"),
        (b"\x30\x00", "bad_data_format"),
        (stamps.request(b"x" * 20, digest_oid="1.3.14.3.2.26"), "bad_alg"),
        (stamps.request(b"short", digest_oid=SHA256_OID), "bad_data_format"),
    ],
)
def test_a_bad_request_is_refused_in_the_form_of_the_standard(ours: House, asked: bytes, failure: str) -> None:
    answer = stamps.answer(asked, by=ours.stamper, serial=1, now=NOW)

    assert stamps.Response.load(answer)["status"]["fail_info"].native == {failure}
    with pytest.raises(CryptoError, match="refused"):
        stamp_checking.token_of(answer)


def test_openssl_asks_and_verifies(tmp_path: Path) -> None:
    """By ECDSA over an SM3 digest and a SHA-256 one: OpenSSL 3.0 knows no SM2 in CMS."""
    ours = house(Algorithm.ECDSA)
    (tmp_path / "data").write_bytes(DATA)
    root = written(tmp_path, "root", ours.authority.certificate)
    for digest in ("-sha256", "-sm3"):
        openssl(tmp_path, "ts", "-query", "-data", "data", digest, "-cert", "-out", "asked")
        answer = stamps.answer((tmp_path / "asked").read_bytes(), by=ours.stamper, serial=99, now=NOW)
        (tmp_path / "answer").write_bytes(answer)
        common = ("ts", "-verify", "-in", "answer", "-CAfile", root, "-attime", str(int(NOW.timestamp())))

        good = openssl(tmp_path, *common, "-queryfile", "asked")
        (tmp_path / "other").write_bytes(b"other")
        bad = openssl(tmp_path, *common, "-data", "other")
        text = openssl(tmp_path, "ts", "-reply", "-in", "answer", "-text").stdout

        assert "Verification: OK" in good.stdout + good.stderr, good.stderr
        assert "message imprint mismatch" in bad.stderr
        assert "Time stamp: Mar  2 01:30:00 2026 GMT" in text


def test_openssl_refuses_our_stamp_by_a_certificate_for_something_else(tmp_path: Path) -> None:
    ours = house(Algorithm.ECDSA)
    (tmp_path / "data").write_bytes(DATA)
    root = written(tmp_path, "root", ours.authority.certificate)
    asked = stamps.request(DIGESTS[SHA256_OID](DATA), digest_oid=SHA256_OID)
    (tmp_path / "answer").write_bytes(stamps.answer(asked, by=ours.signer, serial=1, now=NOW))

    found = openssl(
        tmp_path,
        "ts",
        "-verify",
        "-in",
        "answer",
        "-CAfile",
        root,
        "-data",
        "data",
        "-attime",
        str(int(NOW.timestamp())),
    )

    assert "Verification: FAILED" in found.stdout + found.stderr


def test_a_trusted_root_is_needed() -> None:
    ours = house(Algorithm.SM2)

    found = stamp_checking.judge(stamped(ours), DATA, trusted=Trusted(()))

    assert [fault.code for fault in found.faults] == ["no_anchor"]
