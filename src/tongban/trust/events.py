"""Certificates are named by their serial number in hexadecimal."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event, name="trust.CertificateIssued", subject="serial"):
    """签发: `issuer` is the authority's serial number, its own for a root; `replaces` that of the one before it."""

    serial: str
    issuer: str
    role: str
    usage: str
    algorithm: str
    holder: str
    replaces: str = ""


@dataclass(frozen=True, kw_only=True)
class CertificateRevoked(Event, name="trust.CertificateRevoked", subject="serial"):
    """吊销"""

    serial: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class KeyDestroyed(Event, name="trust.KeyDestroyed", subject="serial"):
    """销毁: the private key of this certificate is gone and signs nothing more."""

    serial: str


@dataclass(frozen=True, kw_only=True)
class RevocationListMade(Event, name="trust.RevocationListMade", subject="authority"):
    authority: str
    number: int
    revoked: int
