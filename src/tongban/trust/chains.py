"""证书链: whether a certificate may be believed at a moment, link by link up to an anchor, with every reason against it.

RFC 5280 section 6, as far as chains of this field need it: integrity, validity, basic constraints, path length, key usage,
critical extensions, revocation. Pure: certificates, lists and the moment are arguments; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from asn1crypto import x509

from tongban.kernel.clock import SHANGHAI
from tongban.trust import certificates, revocation
from tongban.trust.certificates import Usage
from tongban.trust.errors import MALFORMED, CryptoError
from tongban.trust.keys import algorithm_of, read_public, whole_octets
from tongban.trust.revocation import RevocationList

LONGEST = 5
KNOWN_EXTENSIONS = {"basic_constraints", "key_usage", "extended_key_usage"}
"""Critical ones that are looked at below; any other critical one is a reason to refuse (RFC 5280, 4.2)."""
NEEDED = {
    Usage.AUTHORITY: {"key_cert_sign"},
    Usage.SIGN: {"digital_signature"},
    Usage.ENCRYPT: {"key_encipherment"},
    Usage.STAMP: {"digital_signature"},
}


@dataclass(frozen=True)
class Fault:
    """One reason not to believe: `code` for machines, `says` for people."""

    code: str
    says: str


@dataclass(frozen=True)
class Verdict:
    """`path` leads from the certificate to the anchor as far as it was found."""

    path: tuple[x509.Certificate, ...]
    faults: tuple[Fault, ...]

    @property
    def valid(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Trusted:
    """What judging stands on: roots believed as such, certificates in between, and lists of what was revoked (all DER)."""

    anchors: Sequence[bytes]
    between: Sequence[bytes] = ()
    lists: Sequence[bytes] = ()


def judge(certificate: bytes, *, usage: Usage, at: datetime, trusted: Trusted) -> Verdict:
    """Whether the certificate was good for this usage at that moment. Never raises for what is in the certificate."""
    try:
        path, faults = _path(certificates.read(certificate), trusted)
        faults += [fault for place, one in enumerate(path) for fault in _of_one(one, place, usage, at)]
        lists = [revocation.read(each) for each in trusted.lists]
        for subject, issuer in pairwise(path):
            faults += _revoked(subject, issuer, lists, at)
    except (CryptoError, *MALFORMED) as error:
        return Verdict((), (Fault("unreadable", f"证书或吊销列表无法读取（{error}）"),))
    return Verdict(tuple(path), tuple(faults))


def _path(leaf: x509.Certificate, trusted: Trusted) -> tuple[list[x509.Certificate], list[Fault]]:
    """From the leaf to an anchor, each signed by the next."""
    anchors = [certificates.read(each) for each in trusted.anchors]
    known = anchors + [certificates.read(each) for each in trusted.between]
    path = [leaf]
    while path[-1].dump() not in trusted.anchors:
        named = [one for one in known if one.subject == path[-1].issuer and _may_be_issuer(one, path[-1])]
        if not named:
            return path, [
                Fault("no_anchor", f"找不到可信的签发者：“{_name(path[-1])}”的证书不是由本平台信任的机构签发")
            ]
        signed = [one for one in named if is_signed_by(path[-1], one)]
        if not signed:
            return path, [Fault("signature", f"“{_name(path[-1])}”的证书被改动过，签发者的签名不符")]
        if len(path) >= LONGEST:
            return path, [Fault("too_long", f"证书链超过 {LONGEST} 级")]
        path.append(signed[0])
    return path, []


def _may_be_issuer(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
    wanted = subject.authority_key_identifier
    return issuer is not subject and (
        wanted is None or issuer.key_identifier is None or wanted == issuer.key_identifier
    )


def is_signed_by(subject: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's key signed it, by the algorithm that belongs to that key and that both places name."""
    inner = subject["tbs_certificate"]["signature"]["algorithm"].dotted
    outer = subject["signature_algorithm"]["algorithm"].dotted
    return inner == outer and _signed(
        issuer, outer, whole_octets(subject["signature_value"]), subject["tbs_certificate"].dump()
    )


def _signed(issuer: x509.Certificate, oid: str, signature: bytes, data: bytes) -> bool:
    public = issuer.public_key.dump()
    try:
        return algorithm_of(public).signature_oid == oid and read_public(public).verify(signature, data)
    except CryptoError:
        return False


def _of_one(one: x509.Certificate, place: int, usage: Usage, at: datetime) -> Iterator[Fault]:
    """What is wrong with one certificate of the path; at place 0 stands the one in question."""
    name, needed = _name(one), NEEDED[usage if place == 0 else Usage.AUTHORITY]
    if at < one.not_valid_before:
        yield Fault("not_yet", f"“{name}”的证书 {_day(one.not_valid_before)} 才生效")
    if at > one.not_valid_after:
        yield Fault("expired", f"“{name}”的证书已于 {_day(one.not_valid_after)} 到期")
    allowed = one.key_usage_value.native if one.key_usage_value else set()
    if not needed <= allowed:
        yield Fault("usage", f"“{name}”的证书不能用于{(usage if place == 0 else Usage.AUTHORITY).label}")
    limits = one.basic_constraints_value.native if one.basic_constraints_value else {"ca": False}
    if place > 0 and not limits["ca"]:
        yield Fault("not_authority", f"“{name}”不是证书签发机构，不能签发证书")
    longest = limits.get("path_len_constraint")
    if place > 0 and longest is not None and place - 1 > longest:
        yield Fault("path_length", f"“{name}”之下的证书级数超出限制")
    extended = one.extended_key_usage_value
    if place == 0 and usage is Usage.STAMP and (extended is None or extended.native != ["time_stamping"]):
        yield Fault("usage", f"“{name}”的证书不是时间戳证书")
    if place == 0 and usage is not Usage.STAMP and extended is not None and "time_stamping" in extended.native:
        yield Fault("usage", f"“{name}”的证书只能用于时间戳")
    if strange := one.critical_extensions - KNOWN_EXTENSIONS:
        yield Fault("extension", f"“{name}”的证书有不认识的关键扩展 {sorted(strange)[0]}")


def _revoked(
    subject: x509.Certificate, issuer: x509.Certificate, lists: Sequence[RevocationList], at: datetime
) -> Iterator[Fault]:
    """By the newest list of the issuer. Without one, or with one that ended before the moment, nobody knows."""
    theirs = [one for one in lists if is_list_of(one, issuer)]
    if not theirs:
        yield Fault("revocation_unknown", f"没有“{_name(issuer)}”的吊销列表，不知道“{_name(subject)}”的证书是否已吊销")
        return
    newest = max(theirs, key=lambda one: (one.this_update, one.number))
    if at > newest.next_update:
        yield Fault("list_old", f"“{_name(issuer)}”的吊销列表已于 {_day(newest.next_update)} 过期，需要新的列表")
    entry = newest.revoked.get(subject.serial_number)
    if entry and entry.at <= at:
        yield Fault("revoked", f"“{_name(subject)}”的证书已于 {_day(entry.at)} 吊销（{entry.reason.label}）")


def is_list_of(one: RevocationList, issuer: x509.Certificate) -> bool:
    """Whether this authority signed the list, and may."""
    parsed = one.parsed
    usage = issuer.key_usage_value
    return (
        parsed.issuer == issuer.subject
        and usage is not None
        and "crl_sign" in usage.native
        and parsed["tbs_cert_list"]["signature"]["algorithm"].dotted
        == parsed["signature_algorithm"]["algorithm"].dotted
        and _signed(
            issuer,
            parsed["signature_algorithm"]["algorithm"].dotted,
            whole_octets(parsed["signature"]),
            parsed["tbs_cert_list"].dump(),
        )
    )


def _name(one: x509.Certificate) -> str:
    return str(one.subject.native.get("common_name", "未署名"))


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
