"""The verbs: a session begins, is used, ends, here or from elsewhere."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tongban.authentication.events import SignedIn, SignedOut
from tongban.authentication.models import SignIn, SignInQuerySet
from tongban.authentication.rules import How, Method, Second, device_words
from tongban.identity.models import Account
from tongban.identity.queries import actor_of
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import NotFound


@transaction.atomic
def begin(
    *, account: Account, key: str, method: Method, device: str, address: str, now: datetime, second: Second = "",
    known_device: bool = True,
) -> SignIn:  # fmt: skip
    """A session of the account began; `key` is its cookie's key, `device` what the browser calls itself."""
    session = SignIn.objects.create(
        account=account, key=digest_of(key), session_key=key, method=method, second=second,
        device=device_words(device), address=address,
        address_index=blind_index(address, purpose="address") if address else b"", at=now, last_seen_at=now,
    )  # fmt: skip
    by = actor_of(account, now=now, channel="web")
    told = SignedIn(
        account=account.pk, session=str(session.public_id), method=method, second=second, known_device=known_device
    )
    journal.record(told, by=by, now=now)
    return session


@transaction.atomic
def end(*, key: str, how: How, now: datetime) -> None:
    """The session with that cookie's key is over; nothing happens when it is over already."""
    for session in _locked().filter(key=digest_of(key), ended_at=None).order_by("pk"):
        _end(session, how, by=actor_of(session.account, now=now, channel="web"), now=now)


@transaction.atomic
def end_one(account: Account, public_id: UUID, *, by: Actor, now: datetime) -> SignIn:
    """Its owner ends it from elsewhere: its next request comes from nobody. Raises NotFound."""
    session = _locked().filter(account=account, public_id=public_id).first()
    if session is None:
        raise NotFound("session_unknown", "没有这个登录", "它可能已经退出了，请刷新页面")
    if session.ended_at is None:
        _end(session, "ended", by=by, now=now)
    return session


@transaction.atomic
def end_all(account: Account, *, but_key: str = "", by: Actor, now: datetime) -> int:
    """Everywhere the account is signed in, except where the cookie's key is `but_key`; how many ended."""
    others = list(_locked().filter(account=account, ended_at=None).exclude(key=digest_of(but_key)).order_by("pk"))
    for session in others:
        _end(session, "ended", by=by, now=now)
    return len(others)


@transaction.atomic
def rekey(*, old: str, new: str) -> None:
    """The cookie of a session got another key."""
    for session in _locked().filter(key=digest_of(old), ended_at=None).order_by("pk"):
        session.key, session.session_key = digest_of(new), new
        session.save(update_fields=["key", "session_key"])


def seen(public_id: str, *, now: datetime) -> None:
    SignIn.objects.filter(public_id=public_id, ended_at=None).update(last_seen_at=now)


def expire(*, now: datetime) -> int:
    """Sessions whose cookies ran out by themselves: nobody did anything, so the journal has no word of it."""
    lasts = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    old = SignIn.objects.filter(ended_at=None, at__lte=now - lasts).exclude(last_seen_at__gt=now - lasts)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return old.update(ended_at=now, ended_how="expired", session_key=None)


def _locked() -> SignInQuerySet:
    return SignIn.objects.select_for_update(of=("self",)).select_related("account")


def _end(session: SignIn, how: How, *, by: Actor, now: datetime) -> None:
    if key := session.session_key:
        import_module(settings.SESSION_ENGINE).SessionStore().delete(str(key))
    session.ended_at, session.ended_how, session.session_key = now, how, None
    session.save(update_fields=["ended_at", "ended_how", "session_key"])
    told = SignedOut(account=session.account_id, session=str(session.public_id), how=how)
    journal.record(told, by=by, now=now)


def digest_of(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
