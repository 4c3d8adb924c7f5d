"""Authorities, signers and changed bytes for the tests of this room: pure, without a database."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from asn1crypto import keys as asn1
from asn1crypto import x509

from tongban.trust import certificates, keys, revocation
from tongban.trust.certificates import Subject, Usage, Wanted
from tongban.trust.chains import Trusted
from tongban.trust.keys import Algorithm
from tongban.trust.revocation import Revoked
from tongban.trust.signing import SoftwareSigner

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
DISTID = ("-vfyopt", "distid:1234567812345678")


@dataclass(frozen=True)
class House:
    """An authority with a signer, one to encrypt for, a stamper, and a list of nothing revoked."""

    authority: SoftwareSigner
    signer: SoftwareSigner
    encryption: SoftwareSigner
    stamper: SoftwareSigner

    def list_of(self, *revoked: Revoked, number: int = 1, at: datetime = NOW) -> bytes:
        return revocation.make(
            revoked, number=number, by=self.authority, this_update=at, next_update=at + timedelta(days=7)
        )

    def trusted(self, *revoked: Revoked) -> Trusted:
        return Trusted(anchors=(self.authority.certificate,), lists=(self.list_of(*revoked),))

    def issue(self, usage: Usage, **change: datetime) -> SoftwareSigner:
        return issued_by(self.authority, usage, **change)


def founded(algorithm: Algorithm, name: str = "测试根证书") -> SoftwareSigner:
    key = keys.generate(algorithm)
    subject = Subject(name, "云江区政务服务管理办公室", certificates.OURS)
    wanted = Wanted(subject, key.public_der(), Usage.AUTHORITY, NOW - YEAR, NOW + 10 * YEAR)
    return SoftwareSigner(algorithm, certificates.self_signed(wanted, sign=key.sign), key)


def issued_by(
    authority: SoftwareSigner,
    usage: Usage,
    *,
    not_before: datetime = NOW - timedelta(days=1),
    not_after: datetime = NOW + YEAR,
) -> SoftwareSigner:
    key = keys.generate(authority.algorithm)
    wanted = Wanted(
        Subject("云江区市场监督管理局", "云江区市场监督管理局"), key.public_der(), usage, not_before, not_after
    )
    return SoftwareSigner(authority.algorithm, certificates.issued(wanted, by=authority), key)


@cache
def house(algorithm: Algorithm) -> House:
    authority = founded(algorithm)
    made = [issued_by(authority, usage) for usage in (Usage.SIGN, Usage.ENCRYPT, Usage.STAMP)]
    return House(authority, *made)


def handmade(
    by: SoftwareSigner, extensions: list[dict[str, object]], *, algorithm: Algorithm | None = None
) -> SoftwareSigner:
    """A certificate with extensions of one's own, as nobody here would make it."""
    key = keys.generate(by.algorithm)
    issuer = certificates.read(by.certificate)
    how = {"algorithm": (algorithm or by.algorithm).signature_oid}
    content = x509.TbsCertificate({
        "version": "v3", "serial_number": 7, "signature": how, "issuer": issuer.subject,
        "validity": {"not_before": certificates.as_time(NOW - YEAR), "not_after": certificates.as_time(NOW + YEAR)},
        "subject": Subject("手工证书", "某单位").name(),
        "subject_public_key_info": asn1.PublicKeyInfo.load(key.public_der()), "extensions": extensions,
    })  # fmt: skip
    made = x509.Certificate({
        "tbs_certificate": content, "signature_algorithm": how, "signature_value": by.sign(content.dump()),
    })  # fmt: skip
    return SoftwareSigner(by.algorithm, made.dump(), key)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def sampled(size: int, wanted: int = 60) -> Iterator[int]:
    """Offsets all over, the first and the last among them."""
    yield from sorted({round(step * (size - 1) / (wanted - 1)) for step in range(wanted)})


def openssl(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False)


def written(folder: Path, name: str, der: bytes, kind: str = "CERTIFICATE") -> str:
    (folder / name).write_bytes(certificates.to_pem(der, kind))
    return name
