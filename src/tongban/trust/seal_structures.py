"""电子印章的结构 (GB/T 38540-2020, version 4): SESeal, the seal that a maker signed, and SES_Signature, one use of it.

Only the form: drawing, powers and files are other rooms' business. Moments are UTC, sizes millimetres.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import core

from tongban.trust import certificates, sm3
from tongban.trust.errors import MALFORMED, CryptoError
from tongban.trust.keys import Algorithm, algorithm_of, read_public, whole_octets
from tongban.trust.signing import Signer

VERSION = 4
LIST_OF_CERTIFICATES = 1
"""certListType 1: the list holds whole certificates; 2 would be their digests."""


class Header(core.Sequence):
    _fields = [("id", core.IA5String), ("version", core.Integer), ("vendor", core.IA5String)]


class CertificateList(core.SequenceOf):
    _child_spec = core.OctetString


class Property(core.Sequence):
    """SES_ESPropertyInfo."""

    _fields = [
        ("type", core.Integer), ("name", core.UTF8String), ("list_type", core.Integer), ("signers", CertificateList),
        ("created_at", core.GeneralizedTime), ("from_at", core.GeneralizedTime), ("until_at", core.GeneralizedTime),
    ]  # fmt: skip


class Picture(core.Sequence):
    """SES_ESPictureInfo."""

    _fields = [
        ("type", core.IA5String), ("data", core.OctetString), ("width", core.Integer), ("height", core.Integer),
    ]  # fmt: skip


class ExtraDatum(core.Sequence):
    _fields = [
        ("id", core.ObjectIdentifier), ("critical", core.Boolean, {"default": False}), ("value", core.OctetString),
    ]  # fmt: skip


class ExtraData(core.SequenceOf):
    _child_spec = ExtraDatum


class SealInfo(core.Sequence):
    """SES_SealInfo: what the maker signs."""

    _fields = [
        ("header", Header), ("id", core.IA5String), ("property", Property), ("picture", Picture),
        ("extra", ExtraData, {"explicit": 0, "optional": True}),
    ]  # fmt: skip


class Seal(core.Sequence):
    """SESeal."""

    _fields = [
        ("info", SealInfo), ("maker", core.OctetString), ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
    ]  # fmt: skip


class ToSign(core.Sequence):
    """TBS_Sign: what the one who seals signs."""

    _fields = [
        ("version", core.Integer), ("seal", Seal), ("at", core.GeneralizedTime), ("digest", core.OctetBitString),
        ("place", core.IA5String), ("extra", ExtraData, {"explicit": 0, "optional": True}),
    ]  # fmt: skip


class SealSignature(core.Sequence):
    """SES_Signature."""

    _fields = [
        ("content", ToSign), ("signer", core.OctetString), ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString), ("stamp", core.OctetBitString, {"explicit": 0, "optional": True}),
    ]  # fmt: skip


@dataclass(frozen=True)
class SealWanted:
    """`kind` is the standard's type (1: of a body, 2: of a person); `picture` PNG; `signers` DER certificates that may use it."""

    id: str
    name: str
    kind: int
    picture: bytes
    width: int
    height: int
    signers: Sequence[bytes]
    created_at: datetime
    from_at: datetime
    until_at: datetime
    vendor: str = "TONGBAN"


def make_seal(wanted: SealWanted, *, maker: Signer) -> bytes:
    """A seal signed by its maker (制章人), DER."""
    info = SealInfo({
        "header": {"id": "ES", "version": VERSION, "vendor": wanted.vendor},
        "id": wanted.id,
        "property": {
            "type": wanted.kind, "name": wanted.name, "list_type": LIST_OF_CERTIFICATES, "signers": list(wanted.signers),
            "created_at": _whole(wanted.created_at), "from_at": _whole(wanted.from_at), "until_at": _whole(wanted.until_at),
        },
        "picture": {"type": "PNG", "data": wanted.picture, "width": wanted.width, "height": wanted.height},
    })  # fmt: skip
    return bytes(
        Seal({
            "info": info, "maker": maker.certificate, "algorithm": maker.algorithm.signature_oid,
            "signature": maker.sign(info.dump()),
        }).dump()
    )  # fmt: skip


def apply_seal(
    seal: bytes, data: bytes, *, place: str, at: datetime, signer: Signer, stamp: bytes | None = None
) -> bytes:
    """One use of a seal over the bytes that lie at `place` (of an OFD: its Signature.xml), DER. Raises CryptoError."""
    content = ToSign({
        "version": VERSION, "seal": read_seal(seal), "at": _whole(at), "digest": sm3.digest(data), "place": place,
    })  # fmt: skip
    made: dict[str, Any] = {
        "content": content, "signer": signer.certificate, "algorithm": signer.algorithm.signature_oid,
        "signature": signer.sign(content.dump()),
    }  # fmt: skip
    if stamp is not None:
        made["stamp"] = stamp
    return bytes(SealSignature(made).dump())


def read_seal(der: bytes) -> Seal:
    """Raises CryptoError for anything but a seal of version 4 that stands alone."""
    found = _whole_of(Seal, der, "seal")
    _check_version(found["info"]["header"]["version"].native, "seal")
    return found


def read_signature(der: bytes) -> SealSignature:
    """Raises CryptoError."""
    found = _whole_of(SealSignature, der, "signature of a seal")
    _check_version(found["content"]["version"].native, "signature of a seal")
    _check_version(found["content"]["seal"]["info"]["header"]["version"].native, "seal")
    return found


def is_made_by_its_maker(seal: Seal) -> bool:
    """Whether the maker's signature holds over the seal's data. Whether the maker is to be believed, `chains` says."""
    return _is_signed(
        seal["maker"].native, seal["algorithm"].dotted, whole_octets(seal["signature"]), seal["info"].dump()
    )


def is_signed_by_its_signer(signature: SealSignature) -> bool:
    """Whether the signature holds over seal, moment, digest and place."""
    return _is_signed(
        signature["signer"].native, signature["algorithm"].dotted, whole_octets(signature["signature"]),
        signature["content"].dump(),
    )  # fmt: skip


def is_of(signature: SealSignature, data: bytes) -> bool:
    """Whether it is these bytes that were sealed."""
    return hmac.compare_digest(signature["content"]["digest"].native, sm3.digest(data))


def may_use(signature: SealSignature) -> bool:
    """Whether the signer stands in the seal's list of those who may use it."""
    listed = signature["content"]["seal"]["info"]["property"]
    return bool(
        listed["list_type"].native == LIST_OF_CERTIFICATES and signature["signer"].native in listed["signers"].native
    )


def _is_signed(certificate: bytes, oid: str, signature: bytes, data: bytes) -> bool:
    try:
        public = certificates.public_of(certificate)
        algorithm: Algorithm = algorithm_of(public)
        return algorithm.signature_oid == oid and read_public(public).verify(signature, data)
    except CryptoError:
        return False


def _whole_of(kind: type[Any], der: bytes, what: str) -> Any:
    try:
        found = kind.load(der, strict=True)
        found.native  # noqa: B018 - parsed when asked: all of it, or it is refused
    except MALFORMED as error:
        raise CryptoError(f"not a {what} of GB/T 38540-2020: {error}") from error
    return found


def _check_version(found: int, what: str) -> None:
    if found != VERSION:
        raise CryptoError(f"a {what} of version {found}; version {VERSION} (GB/T 38540-2020) is read")


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
