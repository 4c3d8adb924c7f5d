"""The key ceremony (密钥仪式): found an authority, issue, renew, revoke, make lists; give time stamps."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict
from tongban.trust import certificates, queries, revocation, stamps
from tongban.trust.certificates import OURS, Subject, Usage, Wanted
from tongban.trust.events import CertificateIssued, CertificateRevoked, KeyDestroyed, RevocationListMade
from tongban.trust.gateways import store_named
from tongban.trust.keys import Algorithm
from tongban.trust.models import Certificate, Key, RevocationList
from tongban.trust.revocation import Reason, Revoked
from tongban.trust.rules import (
    DAYS,
    LIST_DAYS,
    LIST_EARLY_DAYS,
    Role,
    State,
    check_renewable,
    check_revocable,
    check_wanted,
)

EARLY = timedelta(minutes=5)
"""A certificate begins a little before now: clocks of those who check it may be late."""


@transaction.atomic
def found_authority(
    *,
    algorithm: Algorithm,
    organisation: str,
    by: Actor,
    now: datetime,
    days: int = DAYS[Role.AUTHORITY],
    store: str = "software",
) -> Certificate:
    """建立根证书: an own authority, marked as one for development in its subject. Raises Conflict where there is one."""
    name = f"通办根证书 {algorithm.value.upper()}（{OURS}）"
    check_wanted(name, organisation, "", days)
    _demand_none(Role.AUTHORITY, "", algorithm)
    made = _found(name, organisation, algorithm, days=days, store=store, by=by, now=now)
    make_list(made, by=by, now=now)
    return made


@transaction.atomic
def issue(
    role: Role, *, name: str, organisation: str, algorithm: Algorithm, by: Actor, now: datetime, holder: str = "",
    days: int | None = None, store: str = "software",
) -> list[Certificate]:  # fmt: skip
    """签发: one certificate for each usage of the role. Raises NotFound without an authority, Conflict where there are some."""
    days = days or DAYS[role]
    check_wanted(name, organisation, holder, days)
    if role is Role.AUTHORITY:
        raise Conflict("certificate_role", "根证书不能由根证书签发", "用 tongban trust init 建立根证书", "role")
    authority = queries.authority(algorithm, now=now)
    _demand_none(role, holder, algorithm)
    return [
        _issue(authority, role, usage, name, organisation, holder, days=days, store=store, by=by, now=now)
        for usage in role.usages
    ]


@transaction.atomic
def renew(serial: str, *, by: Actor, now: datetime, days: int | None = None) -> list[Certificate]:
    """更换: new keys and certificates for the same holder, for every usage of its role. What was signed before still
    verifies; the old keys to sign are destroyed, those to decrypt and an old root's (for its lists) are kept."""
    asked = queries.certificate(serial)
    check_renewable(State(asked.state), asked.serial)
    role = Role(asked.role)
    old = list(
        Certificate.objects.select_for_update(of=("self",))
        .select_related("key")
        .filter(state=State.CURRENT, role=role, holder=asked.holder, algorithm=asked.algorithm)
        .order_by("pk")
    )
    days = days or DAYS[role]
    check_wanted(asked.name, asked.organisation, asked.holder, days)
    made = []
    for before in old:
        Certificate.objects.filter(pk=before.pk).update(state=State.REPLACED)
        after = _follow(before, days=days, by=by, now=now)
        Certificate.objects.filter(pk=before.pk).update(replaced_by=after)
        _destroy_if_done(before, by=by, now=now)
        made.append(after)
    return made


@transaction.atomic
def revoke(serial: str, *, reason: Reason, by: Actor, now: datetime) -> list[Certificate]:
    """吊销: from now on nobody is to believe it; its authority's list says so at once. Of a holder's two in use the other
    one goes with it. A revoked root is trusted no more. Raises NotFound, Conflict."""
    asked = queries.certificate(serial)
    twins = Q(state=State.CURRENT, role=asked.role, holder=asked.holder, algorithm=asked.algorithm)
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("key").order_by("pk")
    found = list(rows.filter(Q(pk=asked.pk) | twins if asked.state == State.CURRENT else Q(pk=asked.pk)))
    check_revocable(next(State(one.state) for one in found if one.pk == asked.pk), asked.serial)
    for one in found:
        one.state, one.revoked_at, one.reason = State.REVOKED, now, reason
        one.save(update_fields=["state", "revoked_at", "reason"])
        journal.record(CertificateRevoked(serial=one.serial, reason=reason.value), by=by, now=now)
        _destroy_if_done(one, by=by, now=now)
    if asked.issuer and asked.issuer.state != State.REVOKED:
        make_list(asked.issuer, by=by, now=now)
    return found


@transaction.atomic
def make_list(authority: Certificate, *, by: Actor, now: datetime) -> RevocationList:
    """The authority's next list of what it revoked."""
    Certificate.objects.select_for_update().get(pk=authority.pk)
    last = RevocationList.objects.filter(authority=authority).order_by("-number").first()
    rows = Certificate.objects.filter(issuer=authority, state=State.REVOKED).order_by("revoked_at", "pk")
    revoked = [Revoked(int(one.serial, 16), one.revoked_at, Reason(one.reason)) for one in rows if one.revoked_at]
    until = now + timedelta(days=LIST_DAYS)
    number = last.number + 1 if last else 1
    der = revocation.make(revoked, number=number, by=queries.signer_of(authority), this_update=now, next_update=until)
    made = RevocationList.objects.create(
        authority=authority, number=number, der=der, this_update_at=now, next_update_at=until
    )
    journal.record(RevocationListMade(authority=authority.serial, number=number, revoked=len(revoked)), by=by, now=now)
    return made


def make_lists_that_end(*, by: Actor, now: datetime) -> list[RevocationList]:
    """The next list of every authority whose newest one ends soon."""
    roots = queries.authorities().filter(not_after_at__gt=now)
    newest = {
        one.authority_id: one for one in RevocationList.objects.order_by("authority", "-number").distinct("authority")
    }
    early = now + timedelta(days=LIST_EARLY_DAYS)
    due = [root for root in roots if root.pk not in newest or newest[root.pk].next_update_at <= early]
    return [make_list(root, by=by, now=now) for root in due]


def stamp(digest: bytes, *, digest_oid: str, algorithm: Algorithm, now: datetime) -> bytes:
    """The token of a time stamp by the platform's own authority, DER. Raises NotFound, Conflict."""
    by = queries.signer(Role.STAMP, algorithm=algorithm, now=now)
    return stamps.stamp(digest, digest_oid=digest_oid, by=by, serial=secrets.randbits(120), now=now)


def answer(asked: bytes, *, algorithm: Algorithm, now: datetime) -> bytes:
    """A TimeStampResp for a TimeStampReq, both DER. Raises NotFound, Conflict."""
    by = queries.signer(Role.STAMP, algorithm=algorithm, now=now)
    return stamps.answer(asked, by=by, serial=secrets.randbits(120), now=now)


def _follow(before: Certificate, *, days: int, by: Actor, now: datetime) -> Certificate:
    algorithm, store = Algorithm(before.algorithm), before.key.store
    if before.role == Role.AUTHORITY:
        made = _found(
            before.name, before.organisation, algorithm, days=days, store=store, by=by, now=now, replaces=before.serial
        )
        make_list(made, by=by, now=now)
        return made
    return _issue(
        queries.authority(algorithm, now=now), Role(before.role), Usage(before.usage), before.name, before.organisation,
        before.holder, days=days, store=store, by=by, now=now, replaces=before.serial,
    )  # fmt: skip


def _found(
    name: str,
    organisation: str,
    algorithm: Algorithm,
    *,
    days: int,
    store: str,
    by: Actor,
    now: datetime,
    replaces: str = "",
) -> Certificate:
    key = _new_key(algorithm, store=store, now=now)
    subject = Subject(name, organisation, OURS)
    wanted = Wanted(subject, bytes(key.public), Usage.AUTHORITY, now - EARLY, now + timedelta(days=days))
    der = certificates.self_signed(wanted, sign=lambda data: queries.sign_with(key, data))
    return _keep(der, wanted, key, None, Role.AUTHORITY, "", by=by, now=now, replaces=replaces)


def _issue(
    authority: Certificate, role: Role, usage: Usage, name: str, organisation: str, holder: str, *, days: int, store: str,
    by: Actor, now: datetime, replaces: str = "",
) -> Certificate:  # fmt: skip
    """Ends with its authority at the latest."""
    key = _new_key(Algorithm(authority.algorithm), store=store, now=now)
    until = min(now + timedelta(days=days), authority.not_after_at)
    wanted = Wanted(Subject(name, organisation), bytes(key.public), usage, now - EARLY, until)
    der = certificates.issued(wanted, by=queries.signer_of(authority))
    return _keep(der, wanted, key, authority, role, holder, by=by, now=now, replaces=replaces)


def _keep(
    der: bytes, wanted: Wanted, key: Key, issuer: Certificate | None, role: Role, holder: str, *, by: Actor, now: datetime,
    replaces: str,
) -> Certificate:  # fmt: skip
    serial = certificates.serial_of(der)
    made = Certificate.objects.create(
        key=key, issuer=issuer, role=role, usage=wanted.usage, holder=holder, name=wanted.subject.common_name,
        organisation=wanted.subject.organisation, algorithm=key.algorithm, serial=serial, der=der,
        not_before_at=wanted.not_before.replace(microsecond=0), not_after_at=wanted.not_after.replace(microsecond=0), issued_at=now,
    )  # fmt: skip
    said = CertificateIssued(
        serial=serial, issuer=issuer.serial if issuer else serial, role=role.value, usage=wanted.usage.value,
        algorithm=key.algorithm, holder=holder, replaces=replaces,
    )  # fmt: skip
    journal.record(said, by=by, now=now)
    return made


def _new_key(algorithm: Algorithm, *, store: str, now: datetime) -> Key:
    key = Key(algorithm=algorithm, store=store, made_at=now)
    made = store_named(store).make(algorithm, label=str(key.public_id))
    key.public, key.private = made.public, made.private
    key.save()
    return key


def _destroy_if_done(certificate: Certificate, *, by: Actor, now: datetime) -> None:
    """A key to decrypt is needed as long as something is encrypted for it; a replaced root still signs its lists."""
    kept = certificate.usage == Usage.ENCRYPT or (
        certificate.role == Role.AUTHORITY and certificate.state != State.REVOKED
    )
    if kept:
        return
    key = certificate.key
    key.private, key.destroyed_at = "", now
    key.save(update_fields=["private", "destroyed_at"])
    journal.record(KeyDestroyed(serial=certificate.serial), by=by, now=now)
    store, label = store_named(key.store), str(key.public_id)
    transaction.on_commit(lambda: store.destroy(label=label))


def _demand_none(role: Role, holder: str, algorithm: Algorithm) -> None:
    found = Certificate.objects.filter(state=State.CURRENT, role=role, holder=holder, algorithm=algorithm).first()
    if found is not None:
        raise Conflict(
            "certificate_exists",
            f"“{role.label}”已有在用的 {algorithm.value} 证书 {found.serial}，{found.not_after_at:%Y-%m-%d} 到期",
            f"要换新的，用 tongban trust renew {found.serial}",
        )
