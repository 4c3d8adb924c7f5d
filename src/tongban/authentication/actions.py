"""The verbs: a session begins, a session ends."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from tongban.authentication.events import SignedIn, SignedOut
from tongban.authentication.models import SignIn
from tongban.authentication.rules import How, Method
from tongban.identity.models import Account
from tongban.identity.queries import actor_of
from tongban.kernel import journal


@transaction.atomic
def begin(*, account: Account, key: str, method: Method, device: str, address: str, now: datetime) -> SignIn:
    """A session of the account began; `key` is its cookie's key."""
    session = SignIn.objects.create(
        account=account, key=digest_of(key), method=method, device=device[:60], address=address, at=now
    )
    by = actor_of(account, now=now, channel="web")
    journal.record(SignedIn(account=account.pk, session=str(session.public_id), method=method), by=by, now=now)
    return session


@transaction.atomic
def end(*, key: str, how: How, now: datetime) -> None:
    """The session with that cookie's key is over; nothing happens when it is over already."""
    session = (
        SignIn.objects.select_for_update().select_related("account").filter(key=digest_of(key), ended_at=None).first()
    )
    if session is None:
        return
    session.ended_at, session.ended_how = now, how
    session.save(update_fields=["ended_at", "ended_how"])
    by = actor_of(session.account, now=now, channel="web")
    journal.record(SignedOut(account=session.account_id, session=str(session.public_id), how=how), by=by, now=now)


def digest_of(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
