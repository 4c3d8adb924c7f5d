"""吊销列表 (X.509 v2 CRL, RFC 5280 section 5): made by an authority, read by whoever judges a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from asn1crypto import crl

from tongban.trust import certificates
from tongban.trust.errors import MALFORMED, CryptoError
from tongban.trust.keys import identifier_of
from tongban.trust.signing import Signer


class Reason(StrEnum):
    """Why a certificate is revoked (RFC 5280, 5.3.1)."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "key_compromise"
    AFFILIATION_CHANGED = "affiliation_changed"
    SUPERSEDED = "superseded"
    CESSATION = "cessation_of_operation"

    @property
    def label(self) -> str:
        return {
            "unspecified": "未说明原因", "key_compromise": "密钥泄露", "affiliation_changed": "持有人变动",
            "superseded": "已被新证书取代", "cessation_of_operation": "停止使用",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Revoked:
    serial: int
    at: datetime
    reason: Reason


@dataclass(frozen=True)
class RevocationList:
    """What a list says; whether its signature holds is `chains`' business."""

    parsed: crl.CertificateList
    number: int
    this_update: datetime
    next_update: datetime
    revoked: dict[int, Revoked]


def make(revoked: Sequence[Revoked], *, number: int, by: Signer, this_update: datetime, next_update: datetime) -> bytes:
    """A list of all that the authority revoked, DER. `number` grows with each list."""
    authority = certificates.read(by.certificate)
    how = {"algorithm": by.algorithm.signature_oid}
    content: dict[str, object] = {
        "version": "v2",
        "signature": how,
        "issuer": authority.subject,
        "this_update": certificates.as_time(this_update),
        "next_update": certificates.as_time(next_update),
        "crl_extensions": [
            {
                "extn_id": "authority_key_identifier",
                "extn_value": {"key_identifier": identifier_of(authority.public_key.dump())},
            },
            {"extn_id": "crl_number", "extn_value": number},
        ],
    }
    if revoked:  # an empty list has none, not an empty one (5.1.2.6)
        content["revoked_certificates"] = [
            {
                "user_certificate": one.serial,
                "revocation_date": certificates.as_time(one.at),
                "crl_entry_extensions": [{"extn_id": "crl_reason", "extn_value": one.reason.value}],
            }
            for one in revoked
        ]
    listed = crl.TbsCertList(content)
    made = crl.CertificateList(
        {"tbs_cert_list": listed, "signature_algorithm": how, "signature": by.sign(listed.dump())}
    )
    return bytes(made.dump())


def read(der: bytes) -> RevocationList:
    """Raises CryptoError for what is no list, or one without an end or with a critical extension that we don't know."""
    try:
        parsed = crl.CertificateList.load(der, strict=True)
        content = parsed["tbs_cert_list"]
        extensions = {one["extn_id"].native: one for one in content["crl_extensions"]}
        strange = [name for name, one in extensions.items() if one["critical"].native and name != "crl_number"]
        if strange:
            raise CryptoError(f"a revocation list with the unknown critical extension {strange[0]}")
        return RevocationList(
            parsed,
            int(extensions["crl_number"]["extn_value"].native),
            content["this_update"].native,
            _end_of(content["next_update"].native),
            {one.serial: one for one in map(_entry, content["revoked_certificates"])},
        )
    except MALFORMED as error:
        raise CryptoError(f"not a revocation list with number and end: {error}") from error


def _end_of(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("it has no end (nextUpdate)")
    return moment


def _entry(entry: crl.RevokedCertificate) -> Revoked:
    known = {reason.value: reason for reason in Reason}
    reason = entry.crl_reason_value
    return Revoked(
        int(entry["user_certificate"].native),
        entry["revocation_date"].native,
        known.get(reason.native if reason else "", Reason.UNSPECIFIED),
    )
