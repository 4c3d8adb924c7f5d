"""时间戳 (RFC 3161, RFC 5816): asked for and given; `stamp_checking` judges them.

The local authority's word is as good as this machine's clock: where the law asks for a trusted time, ask a licensed one.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from asn1crypto import cms, core, tsp

from tongban.trust import certificates
from tongban.trust.errors import MALFORMED
from tongban.trust.keys import DIGESTS
from tongban.trust.signing import Signer

POLICY = "2.25.41534481352060001824025317713302601309"
"""Under which rules a stamp is given: our own, "the platform's clock, to the second". Made of a UUID (X.667), of nobody's arc."""
ACCURACY_SECONDS = 1


class Response(core.Sequence):
    """TimeStampResp: a refusal carries no token, which asn1crypto's own class doesn't know."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class Refused(Exception):
    """Why a request gets no stamp: `failure` is a name of PKIFailureInfo (RFC 3161, 2.4.2)."""

    def __init__(self, failure: str, says: str) -> None:
        super().__init__(says)
        self.failure, self.says = failure, says


def request(digest: bytes, *, digest_oid: str, nonce: int | None = None) -> bytes:
    """A TimeStampReq for a digest, asking for the certificate too, DER."""
    content: dict[str, object] = {"version": "v1", "message_imprint": _imprint(digest, digest_oid), "cert_req": True}
    if nonce is not None:
        content["nonce"] = nonce
    return bytes(tsp.TimeStampReq(content).dump())


def answer(asked: bytes, *, by: Signer, serial: int, now: datetime) -> bytes:
    """A TimeStampResp, DER: a stamp, or a refusal with its reason. Never raises for what was asked."""
    try:
        wanted = _read(asked)
    except Refused as refused:
        status = {"status": "rejection", "status_string": [refused.says], "fail_info": {refused.failure}}
        return bytes(Response({"status": status}).dump())
    token = _token(wanted, by=by, serial=serial, now=now)
    return bytes(Response({"status": {"status": "granted"}, "time_stamp_token": token}).dump())


def stamp(digest: bytes, *, digest_oid: str, by: Signer, serial: int, now: datetime) -> bytes:
    """The token alone (a ContentInfo, DER), as it goes into seals and signatures. Raises Refused for a wrong digest."""
    wanted = _read(request(digest, digest_oid=digest_oid))
    return bytes(_token(wanted, by=by, serial=serial, now=now).dump())


def _read(asked: bytes) -> tsp.TimeStampReq:
    try:
        wanted = tsp.TimeStampReq.load(asked, strict=True)
        wanted.native  # noqa: B018 - parsed when asked: all of it, or it is refused
        imprint = wanted["message_imprint"]
        oid, digest = imprint["hash_algorithm"]["algorithm"].dotted, imprint["hashed_message"].native
        policy = wanted["req_policy"].native and wanted["req_policy"].dotted
        extended = bool(wanted["extensions"].native)
    except MALFORMED as error:
        raise Refused("bad_data_format", f"not a time stamp request: {error}") from error
    if oid not in DIGESTS:
        raise Refused("bad_alg", f"the digest {oid} is not taken; SM3 and SHA-256 are")
    if len(digest) != len(DIGESTS[oid](b"")):
        raise Refused("bad_data_format", f"{len(digest)} bytes are no digest by {oid}")
    if policy and policy != POLICY:
        raise Refused("unaccepted_policy", f"stamps are given under {POLICY} only")
    if extended:
        raise Refused("unaccepted_extensions", "extensions are not known here")
    return wanted


def _imprint(digest: bytes, digest_oid: str) -> dict[str, object]:
    return {"hash_algorithm": {"algorithm": digest_oid}, "hashed_message": digest}


def _token(wanted: tsp.TimeStampReq, *, by: Signer, serial: int, now: datetime) -> cms.ContentInfo:
    said: dict[str, object] = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": wanted["message_imprint"],
        "serial_number": serial,
        "gen_time": now.astimezone(UTC).replace(microsecond=0),
        "accuracy": {"seconds": ACCURACY_SECONDS},
    }
    if wanted["nonce"].native is not None:
        said["nonce"] = wanted["nonce"].native
    info, authority = tsp.TSTInfo(said), certificates.read(by.certificate)
    digest = {"algorithm": by.algorithm.digest_oid}
    attributes = cms.CMSAttributes([
        {"type": "content_type", "values": ["tst_info"]},
        {"type": "message_digest", "values": [by.algorithm.digest(info.dump())]},
        {"type": "signing_certificate_v2", "values": [{"certs": [_named(by.certificate)]}]},
    ])  # fmt: skip
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": authority.issuer, "serial_number": authority.serial_number}},
        "digest_algorithm": digest,
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": by.algorithm.signature_oid},
        "signature": by.sign(attributes.dump()),
    }
    content: dict[str, object] = {
        "version": "v3",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info.dump())},
        "signer_infos": [signer],
    }
    if wanted["cert_req"].native:
        content["certificates"] = [authority]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)})


def _named(certificate: bytes) -> dict[str, object]:
    """The certificate that signs, by its SHA-256 (RFC 5816): another one with the same key doesn't fit."""
    return {"cert_hash": hashlib.sha256(certificate).digest()}
