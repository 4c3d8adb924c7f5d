"""数字证书 (X.509 v3, GB/T 20518-2018): made and read with asn1crypto; `chains` judges them.

A holder gets two (双证书): one to sign, whose key nobody else has, and one to encrypt. The key to encrypt is made here; a
licensed CA has it from a key management centre (KMC), which this is not.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from asn1crypto import keys as asn1_keys
from asn1crypto import pem, x509

from tongban.trust.errors import MALFORMED, CryptoError
from tongban.trust.keys import Algorithm, algorithm_of, identifier_of
from tongban.trust.signing import Signer

OURS = "仅供开发和测试，不具法律效力"
"""In the subject of every authority made here, so that nobody takes one for a licensed CA."""


class Usage(StrEnum):
    AUTHORITY = "authority"
    SIGN = "sign"
    ENCRYPT = "encrypt"
    STAMP = "stamp"

    @property
    def label(self) -> str:
        return {"authority": "签发证书", "sign": "签名", "encrypt": "加密", "stamp": "时间戳"}[self.value]


KEY_USAGE = {
    Usage.AUTHORITY: {"key_cert_sign", "crl_sign"},
    Usage.SIGN: {"digital_signature", "non_repudiation"},
    Usage.ENCRYPT: {"key_encipherment", "data_encipherment", "key_agreement"},
    Usage.STAMP: {"digital_signature", "non_repudiation"},
}


@dataclass(frozen=True)
class Subject:
    common_name: str
    organisation: str
    unit: str = ""

    def name(self) -> x509.Name:
        parts = {"country_name": "CN", "organization_name": self.organisation}
        if self.unit:
            parts["organizational_unit_name"] = self.unit
        return x509.Name.build({**parts, "common_name": self.common_name})


@dataclass(frozen=True)
class Wanted:
    """A certificate to be made. Both moments belong to its validity (RFC 5280, 4.1.2.5); whole seconds count."""

    subject: Subject
    public: bytes
    usage: Usage
    not_before: datetime
    not_after: datetime


def self_signed(wanted: Wanted, *, sign: Callable[[bytes], bytes]) -> bytes:
    """The certificate of a root authority, DER; `sign` is of the key that it holds."""
    return _signed(wanted, wanted.subject.name(), wanted.public, algorithm_of(wanted.public), sign)


def issued(wanted: Wanted, *, by: Signer) -> bytes:
    """A certificate signed by an authority, DER. Raises CryptoError where it would outlive the authority."""
    authority = read(by.certificate)
    if wanted.not_after > authority.not_valid_after:
        raise CryptoError("a certificate must not outlive the authority that signs it")
    return _signed(wanted, authority.subject, authority.public_key.dump(), by.algorithm, by.sign)


def read(der: bytes) -> x509.Certificate:
    """Raises CryptoError for what is no certificate, or has something after it."""
    try:
        found = x509.Certificate.load(der, strict=True)
        found.native  # noqa: B018 - asn1crypto parses when asked: everything is read here or refused
    except MALFORMED as error:
        raise CryptoError(f"not a certificate: {error}") from error
    return found


def to_pem(der: bytes, kind: str = "CERTIFICATE") -> bytes:
    return bytes(pem.armor(kind, der))


def public_of(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo, DER."""
    return bytes(read(certificate).public_key.dump())


def serial_of(certificate: bytes) -> str:
    """In hexadecimal, as certificates are spoken of."""
    return f"{read(certificate).serial_number:x}"


def as_time(moment: datetime) -> x509.Time:
    """UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5)."""
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return x509.Time({"utc_time" if whole.year < 2050 else "general_time": whole})


def _signed(
    wanted: Wanted, issuer: x509.Name, issuer_public: bytes, algorithm: Algorithm, sign: Callable[[bytes], bytes]
) -> bytes:
    how = {"algorithm": algorithm.signature_oid}
    content = x509.TbsCertificate({
        "version": "v3",
        "serial_number": secrets.randbits(126) | 1 << 126,
        "signature": how,
        "issuer": issuer,
        "validity": {"not_before": as_time(wanted.not_before), "not_after": as_time(wanted.not_after)},
        "subject": wanted.subject.name(),
        "subject_public_key_info": asn1_keys.PublicKeyInfo.load(wanted.public),
        "extensions": _extensions(wanted, issuer_public),
    })  # fmt: skip
    made = x509.Certificate(
        {"tbs_certificate": content, "signature_algorithm": how, "signature_value": sign(content.dump())}
    )
    return bytes(made.dump())


def _extensions(wanted: Wanted, issuer_public: bytes) -> list[dict[str, object]]:
    is_authority = wanted.usage is Usage.AUTHORITY
    limits = {"ca": True, "path_len_constraint": 0} if is_authority else {"ca": False}
    made: list[dict[str, object]] = [
        {"extn_id": "basic_constraints", "critical": True, "extn_value": limits},
        {"extn_id": "key_usage", "critical": True, "extn_value": KEY_USAGE[wanted.usage]},
        {"extn_id": "key_identifier", "extn_value": identifier_of(wanted.public)},
        {
            "extn_id": "authority_key_identifier",
            "extn_value": {"key_identifier": identifier_of(issuer_public)},
        },
    ]
    if wanted.usage is Usage.STAMP:
        made.append({"extn_id": "extended_key_usage", "critical": True, "extn_value": ["time_stamping"]})
    return made
