"""接入: a body's head asks, the administrator approves, the secret is shown once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.identity.actors import Actor
from tongban.kernel import journal, outgoing
from tongban.kernel.refusals import Conflict, NotFound, Refusal
from tongban.orgs.models import Body
from tongban.single_sign_on import rules
from tongban.single_sign_on.actions.leaving import end_logins
from tongban.single_sign_on.events import (
    ClientResumed,
    ClientSuspended,
    ConnectionAsked,
    ConnectionDecided,
    SecretMade,
)
from tongban.single_sign_on.models import Asking, Client
from tongban.single_sign_on.rules import Wanted


@transaction.atomic
def ask(wanted: Wanted, *, body: Body, client: Client | None = None, by: Actor, now: datetime) -> Asking:
    """申请接入 of a new system, or of a change to one of the body; what is in force stays so until it is approved."""
    by = by.must("system.connect", body_id=body.pk)
    if client is not None:
        client = _locked(client.key, by)
        if client.body_id != body.pk:
            raise NotFound("client_unknown", "没有这个系统，或者您无权查看", "请从系统接入页面打开")
        if client.askings.filter(approved=None).exists():
            raise Conflict("asked_before", "这个系统已经有一份变更申请在等审批", "等它审批以后再申请")
    rules.check_wanted(wanted)
    for field, uris in (
        ("redirect_uris", wanted.redirect_uris), ("logout_uris", wanted.logout_uris),
        ("backchannel_uri", filter(None, [wanted.backchannel_uri])),
    ):  # fmt: skip
        for uri in uris:
            _check_address(uri, field)
    asking = Asking.objects.create(
        client=client, body=body, region_path=body.region.path, name=wanted.name, confidential=wanted.confidential,
        redirect_uris=list(wanted.redirect_uris), logout_uris=list(wanted.logout_uris),
        backchannel_uri=wanted.backchannel_uri, reasons=dict(wanted.reasons), by=by.who, at=now,
    )  # fmt: skip
    said = ConnectionAsked(asking=str(asking.public_id), client=client.key if client else "", body=body.pk)
    journal.record(said, by=by, now=now)
    return asking


def _check_address(uri: str, field: str) -> None:
    try:
        outgoing.check(uri)
    except Refusal as refusal:
        raise Refusal(refusal.code, f"{uri[:80]}：{refusal.reason}", refusal.hint, field) from refusal


@transaction.atomic
def approve(public_id: UUID, *, scopes: Sequence[str], words: str = "", by: Actor, now: datetime) -> Client:
    """批准, with as many of the scopes as the administrator leaves."""
    asking = _open(public_id, by)
    granted = rules.check_granted(scopes, tuple(asking.reasons))
    client = Client(key=f"yj{secrets.token_hex(12)}", body=asking.body, created_at=now)
    if asking.client_id:  # locked: it may be suspended, or get a new secret, at the same moment
        client = Client.objects.select_for_update().get(pk=asking.client_id)
    client.region_path, client.name, client.confidential = asking.region_path, asking.name, asking.confidential
    client.redirect_uris, client.logout_uris = asking.redirect_uris, asking.logout_uris
    client.backchannel_uri, client.scopes = asking.backchannel_uri, granted
    client.save()
    asking.client = client
    _decide(asking, approved=True, scopes=granted, words=words.strip()[:200], by=by, now=now)
    return client


@transaction.atomic
def decline(public_id: UUID, *, words: str, by: Actor, now: datetime) -> Asking:
    asking = _open(public_id, by)
    return _decide(asking, approved=False, scopes=[], words=rules.check_words(words), by=by, now=now)


def _open(public_id: UUID, by: Actor) -> Asking:
    found = Asking.objects.visible_to(by).select_for_update(of=("self",)).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("asking_unknown", "没有这份接入申请，或者您无权查看", "请从系统接入页面打开")
    by = by.must("platform.manage", region_path=found.region_path)
    if found.approved is not None:
        raise Conflict("asking_decided", "这份接入申请已经审批过", "请刷新页面")
    if found.by == by.who:
        raise Conflict("asking_own", "不能审批自己提出的申请", "请由另一位管理员审批")
    return found  # type: ignore[no-any-return]


def _decide(
    asking: Asking, *, approved: bool, scopes: list[str], words: str, by: Actor, now: datetime
) -> Asking:  # fmt: skip
    asking.approved, asking.decided_at, asking.decided_by, asking.words = approved, now, by.who, words
    asking.save(update_fields=["client", "approved", "decided_at", "decided_by", "words"])
    key = asking.client.key if asking.client else ""
    said = ConnectionDecided(asking=str(asking.public_id), client=key, approved=approved, scopes=scopes)
    journal.record(said, by=by, now=now)
    return asking


@transaction.atomic
def make_secret(key: str, *, by: Actor, now: datetime) -> str:
    """A new secret, told this once; the one before works for another day, so that the system can change over."""
    client = _locked(key, by)
    by = by.must("system.connect", body_id=client.body_id)
    if not client.confidential:
        raise Conflict("secret_useless", "这个系统没有自己的服务器，不用密钥", "它用 PKCE 就够了")
    secret = secrets.token_urlsafe(32)
    client.secret_before, client.secret_before_until = (
        client.secret,
        now + rules.SECRET_GRACE if client.secret else None,
    )
    client.secret, client.secret_at = rules.digest_of(secret), now
    client.save(update_fields=["secret", "secret_at", "secret_before", "secret_before_until"])
    journal.record(SecretMade(client=client.key), by=by, now=now)
    return secret


@transaction.atomic
def suspend(key: str, *, why: str, by: Actor, now: datetime) -> Client:
    """暂停, by the administrator or the body's head: nobody gets in, and every login there ends now."""
    client = _locked(key, by)
    _must_lead(client, by)
    if client.suspended_at:
        raise Conflict("suspended_already", "这个系统已经暂停", "请刷新页面")
    client.suspended_why = rules.check_words(why, field="why")
    client.suspended_at, client.suspended_by = now, by.who
    client.secret_before = client.secret_before_until = None
    client.save(update_fields=["suspended_at", "suspended_by", "suspended_why", "secret_before", "secret_before_until"])
    end_logins(client.logins.all(), why="suspended", now=now)
    journal.record(ClientSuspended(client=client.key), by=by, now=now)
    return client


@transaction.atomic
def resume(key: str, *, by: Actor, now: datetime) -> Client:
    """恢复, by the administrator only."""
    client = _locked(key, by)
    by = by.must("platform.manage", region_path=client.region_path)
    if client.suspended_at is None:
        raise Conflict("not_suspended", "这个系统没有暂停", "请刷新页面")
    client.suspended_at, client.suspended_by, client.suspended_why = None, "", ""
    client.save(update_fields=["suspended_at", "suspended_by", "suspended_why"])
    journal.record(ClientResumed(client=client.key), by=by, now=now)
    return client


def _must_lead(client: Client, by: Actor) -> None:
    if not by.may("system.connect", body_id=client.body_id):
        by = by.must("platform.manage", region_path=client.region_path)


def _locked(key: str, by: Actor) -> Client:
    found = Client.objects.visible_to(by).select_for_update(of=("self",)).filter(key=key).first()
    if found is None:
        raise NotFound("client_unknown", "没有这个系统，或者您无权查看", "请从系统接入页面打开")
    return found  # type: ignore[no-any-return]
