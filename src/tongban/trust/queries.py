"""Who signs, what is trusted, and what ends soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from tongban.kernel.refusals import Conflict, NotFound
from tongban.trust.certificates import Usage
from tongban.trust.chains import Trusted
from tongban.trust.gateways import store_named
from tongban.trust.keys import Algorithm
from tongban.trust.models import Certificate, Key, RevocationList
from tongban.trust.rules import WARN_DAYS, Role, State
from tongban.trust.signing import Signer


@dataclass(frozen=True)
class StoredSigner:
    """A Signer whose key lies in the store that its row names."""

    algorithm: Algorithm
    certificate: bytes
    key: Key

    def sign(self, data: bytes) -> bytes:
        return sign_with(self.key, data)


def sign_with(key: Key, data: bytes) -> bytes:
    """Raises CryptoError, Unavailable."""
    return store_named(key.store).sign(
        data, algorithm=Algorithm(key.algorithm), label=str(key.public_id), private=str(key.private)
    )


def signer_of(certificate: Certificate) -> Signer:
    """With `key` selected: no query of its own."""
    return StoredSigner(Algorithm(certificate.algorithm), bytes(certificate.der), certificate.key)


def signer(role: Role, *, holder: str = "", algorithm: Algorithm, now: datetime) -> Signer:
    """Who signs now in this role. Raises NotFound where nobody does, Conflict where the certificate has ended."""
    usage = Usage.STAMP if role is Role.STAMP else Usage.SIGN
    found = _current(role, holder=holder, algorithm=algorithm).filter(usage=usage).first()
    if found is None:
        raise NotFound(
            "certificate_missing",
            f"还没有“{role.label}”的 {algorithm.value} 证书（持有人 {holder or '本平台'}）",
            f"用 tongban trust issue {role.value} 签发",
        )
    return signer_of(_running(found, now=now))


def authority(algorithm: Algorithm, *, now: datetime) -> Certificate:
    """The root that issues now. Raises NotFound, Conflict."""
    found = _current(Role.AUTHORITY, holder="", algorithm=algorithm).first()
    if found is None:
        raise NotFound(
            "authority_missing",
            f"还没有 {algorithm.value} 的根证书",
            f"先用 tongban trust init --algorithm {algorithm.value} 建立",
        )
    return _running(found, now=now)


def authorities() -> QuerySet[Certificate]:
    """Every root that is trusted: in use, or replaced and still there for what it issued."""
    roots = Certificate.objects.select_related("key").filter(role=Role.AUTHORITY).exclude(state=State.REVOKED)
    return roots.order_by("pk")


def certificate(serial: str) -> Certificate:
    """By its serial number in hexadecimal. Raises NotFound."""
    found = Certificate.objects.select_related("key", "issuer__key").filter(serial=serial.lower().lstrip("0")).first()
    if found is None:
        raise NotFound("certificate_unknown", f"没有序列号是 {serial} 的证书", "用 tongban trust list 查看有哪些")
    return found


def trusted() -> Trusted:
    """What judging stands on here: every root that was not revoked, and the newest list of each."""
    newest = RevocationList.objects.order_by("authority", "-number").distinct("authority")
    return Trusted(
        anchors=tuple(bytes(each) for each in authorities().values_list("der", flat=True)),
        lists=tuple(bytes(each) for each in newest.values_list("der", flat=True)),
    )


def ending(*, now: datetime, days: int = WARN_DAYS) -> QuerySet[Certificate]:
    """Certificates in use that end within so many days, or have; the first to end comes first."""
    soon = Certificate.objects.filter(state=State.CURRENT, not_after_at__lte=now + timedelta(days=days + 1))
    return soon.order_by("not_after_at")


def lists_over(*, now: datetime) -> list[RevocationList]:
    """The newest list of each trusted root, where it has ended: nobody can be judged by it any more."""
    newest = (
        RevocationList.objects.exclude(authority__state=State.REVOKED)
        .filter(authority__not_after_at__gt=now)
        .select_related("authority")
        .order_by("authority", "-number")
        .distinct("authority")
    )
    return [one for one in newest if one.next_update_at < now]


def _current(role: Role, *, holder: str, algorithm: Algorithm) -> QuerySet[Certificate]:
    found = Certificate.objects.select_related("key", "issuer__key").filter(state=State.CURRENT, role=role)
    return found.filter(holder=holder, algorithm=algorithm).order_by("pk")


def _running(found: Certificate, *, now: datetime) -> Certificate:
    if not found.not_before_at <= now <= found.not_after_at:
        raise Conflict(
            "certificate_ended",
            f"“{found.name}”的证书 {found.serial} 已于 {found.not_after_at:%Y-%m-%d} 到期",
            f"用 tongban trust renew {found.serial} 更换",
        )
    return found
