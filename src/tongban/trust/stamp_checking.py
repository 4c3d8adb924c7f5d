"""Whether a time stamp may be believed, and what moment it proves. Pure, as `chains` is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, tsp, x509

from tongban.trust import certificates, chains
from tongban.trust.certificates import Usage
from tongban.trust.chains import Fault, Trusted
from tongban.trust.errors import MALFORMED, CryptoError
from tongban.trust.keys import DIGESTS, Algorithm, algorithm_of, read_public
from tongban.trust.stamps import Response


@dataclass(frozen=True)
class Stamped:
    """`at` is None where the token says no moment that could be read; `faults` are all reasons not to believe it."""

    at: datetime | None
    serial: int
    by: str
    faults: tuple[Fault, ...]

    @property
    def valid(self) -> bool:
        return self.at is not None and not self.faults


@dataclass(frozen=True)
class _Token:
    said: bytes
    info: tsp.TSTInfo
    signer: cms.SignerInfo
    carried: tuple[x509.Certificate, ...]


def token_of(response: bytes) -> bytes:
    """The token in a TimeStampResp, DER. Raises CryptoError with the authority's words where it refused."""
    try:
        answer = Response.load(response, strict=True)
        status = answer["status"]
        if status["status"].native not in ("granted", "granted_with_mods"):
            said = "; ".join(status["status_string"].native or ()) or status["status"].native
            raise CryptoError(f"the time stamp was refused: {said}")
        return bytes(answer["time_stamp_token"].dump())
    except MALFORMED as error:
        raise CryptoError(f"not an answer of a time stamp authority: {error}") from error


def judge(token: bytes, data: bytes, *, trusted: Trusted, nonce: int | None = None) -> Stamped:
    """Whether these bytes existed at the token's moment: what it stamps, who signed it, and the signer's chain at that
    moment. With `nonce`, whether it answers one's own request. Never raises for what is in the token."""
    try:
        read = _read(token)
        at, serial = read.info["gen_time"].native, int(read.info["serial_number"].native)
        faults = [] if _is_of(read.info, data) else [Fault("other_data", "时间戳盖的不是这份内容")]
        if nonce is not None and read.info["nonce"].native != nonce:
            faults.append(Fault("nonce", "时间戳不是对这次申请的答复"))
        certificate = _certificate(read, trusted)
        if certificate is None:
            faults.append(Fault("no_certificate", "找不到签发时间戳的证书"))
            return Stamped(at, serial, "", tuple(faults))
        if not _is_signed(read, certificate):
            faults.append(Fault("signature", "时间戳被改动过，签名不符"))
        name = str(certificate.subject.native.get("common_name", "未署名"))
        verdict = chains.judge(certificate.dump(), usage=Usage.STAMP, at=at, trusted=trusted)
        return Stamped(at, serial, name, (*faults, *verdict.faults))
    except (CryptoError, *MALFORMED) as error:
        return Stamped(None, 0, "", (Fault("unreadable", f"时间戳无法读取（{error}）"),))


def _read(token: bytes) -> _Token:
    found = cms.ContentInfo.load(token, strict=True)
    if found["content_type"].native != "signed_data":
        raise CryptoError("the token is not signed")
    content = found["content"]
    inside = content["encap_content_info"]
    if inside["content_type"].native != "tst_info":
        raise CryptoError("what is signed is not a time stamp")
    if len(content["signer_infos"]) != 1:
        raise CryptoError("a token has one signer")
    said = bytes(inside["content"])
    carried = tuple(one.chosen for one in content["certificates"] or () if one.name == "certificate")
    info = tsp.TSTInfo.load(said, strict=True)
    return _Token(said, info, content["signer_infos"][0], carried)


def _is_of(info: tsp.TSTInfo, data: bytes) -> bool:
    imprint = info["message_imprint"]
    digest = DIGESTS.get(imprint["hash_algorithm"]["algorithm"].dotted)
    return digest is not None and digest(data) == imprint["hashed_message"].native


def _certificate(read: _Token, trusted: Trusted) -> x509.Certificate | None:
    """The one that the signer names by issuer and serial number, carried in the token or known."""
    named = read.signer["sid"]
    if named.name != "issuer_and_serial_number":
        return None
    known = [*read.carried, *(certificates.read(each) for each in trusted.between)]
    for one in known:
        if one.serial_number == named.chosen["serial_number"].native and one.issuer == named.chosen["issuer"]:
            return one
    return None


def _is_signed(read: _Token, certificate: x509.Certificate) -> bool:
    """What is signed are the attributes: the digest of the stamp, that it is one, and which certificate signs (RFC 5652, 5.4)."""
    public = certificate.public_key.dump()
    algorithm = algorithm_of(public)
    attributes = {one["type"].native: one["values"] for one in read.signer["signed_attrs"]}
    if len(attributes) != len(read.signer["signed_attrs"]) or any(len(each) != 1 for each in attributes.values()):
        return False
    signed = b"\x31" + read.signer["signed_attrs"].dump()[1:]
    return (
        _is_by(algorithm, read.signer)
        and attributes["content_type"][0].native == "tst_info"
        and attributes["message_digest"][0].native == algorithm.digest(read.said)
        and _names(attributes, certificate)
        and read_public(public).verify(read.signer["signature"].native, signed)
    )


def _is_by(algorithm: Algorithm, signer: cms.SignerInfo) -> bool:
    return (
        signer["digest_algorithm"]["algorithm"].dotted == algorithm.digest_oid
        and signer["signature_algorithm"]["algorithm"].dotted == algorithm.signature_oid
    )


def _names(attributes: dict[str, cms.SetOfAny], certificate: x509.Certificate) -> bool:
    """Whether the signed attribute names exactly this certificate (RFC 5035)."""
    if "signing_certificate_v2" not in attributes:
        return False
    first = attributes["signing_certificate_v2"][0]["certs"][0]
    if first["hash_algorithm"]["algorithm"].native != "sha256":
        return False
    return bool(first["cert_hash"].native == hashlib.sha256(certificate.dump()).digest())
