"""证书卡: the public key of a card that signs, as it is registered and as it is asked later."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tongban.kernel.refusals import Refusal


def read(pem: str, *, now: datetime) -> tuple[bytes, datetime | None]:
    """The key in DER, and until when its certificate is valid. Raises Refusal."""
    given, until = pem.strip().encode(), None
    try:
        if b"BEGIN CERTIFICATE" in given:
            certificate = x509.load_pem_x509_certificate(given)
            key, until = certificate.public_key(), certificate.not_valid_after_utc
        else:
            key = serialization.load_pem_public_key(given)  # type: ignore[assignment]
    except (ValueError, TypeError) as error:
        raise Refusal("card_key_form", "公钥或证书读不出来", "应为 PEM 文本，从 -----BEGIN 开始", "key") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Refusal("card_key_kind", "只支持 P-256 的公钥", "请在发卡时选 ECDSA P-256", "key")
    if until and until <= now:
        raise Refusal("card_key_over", "这张证书已经过期", "请先更新证书", "key")
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.DER, form), until


def signed(known: bytes, signature: bytes, challenge: bytes) -> bool:
    key = serialization.load_der_public_key(known)
    assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - checked when it was registered
    try:
        key.verify(signature, challenge, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
