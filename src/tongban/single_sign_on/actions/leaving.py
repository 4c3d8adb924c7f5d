"""Leaving: logins end as a whole, and each system that had one is told (back-channel logout)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction

from tongban.kernel import journal, outgoing
from tongban.kernel.actors import system
from tongban.kernel.refusals import Refusal
from tongban.single_sign_on import queries, rules, signing
from tongban.single_sign_on.actions.keys import signing_key
from tongban.single_sign_on.events import LogoutQueued, LogoutUndelivered
from tongban.single_sign_on.models import Login, LoginQuerySet, LogoutNotice

Why = Literal["left", "withdrawn", "revoked", "reused", "not_proved", "suspended"]
BY = system("single_sign_on")
EVENT = "http://schemas.openid.net/event/backchannel-logout"
CONNECTS, ANSWERS, MOST_READ = 3.0, 5.0, 64 * 1024
A_TURN = 100
TAKEN_FOR = timedelta(minutes=1)
TOLD_OF = ("left", "withdrawn", "reused")
"""A system that revoked a login knows; one that is suspended is told nothing."""


def session_ended(session: UUID, *, now: datetime) -> None:
    """The person signed out here: out of every system that this session opened."""
    with transaction.atomic():
        end_logins(Login.objects.filter(session=session), why="left", now=now)


def end_logins(logins: LoginQuerySet, *, why: Why, now: datetime) -> int:
    """How many ended; a second time it is none, and nobody is told again. In the verb's transaction."""
    open_ones = logins.open().select_for_update(of=("self",)).select_related("client").order_by("pk")
    found = list(open_ones)
    Login.objects.filter(pk__in=[one.pk for one in found]).update(ended_at=now, ended_why=why)
    if why in TOLD_OF:
        told = {
            (one.client_id, one.session): one for one in found if one.client.backchannel_uri and one.code_used_at
        }  # fmt: skip
        for one in told.values():
            _queue(one, now)
    return len(found)


def _queue(login: Login, now: datetime) -> None:
    """A system that never redeemed its code has nobody to put out."""
    notice = LogoutNotice.objects.create(
        client=login.client, account_id=login.account_id, session=login.session, at=now
    )  # fmt: skip
    journal.record(LogoutQueued(notice=str(notice.public_id)), by=BY, now=now)


def send_notice(public_id: UUID, *, now: datetime) -> bool:
    """Tell one system, unless it was told; whether it took it. Its name on the line is a signed logout token.

    Nothing is locked while the other side takes its time; whoever comes meanwhile finds the notice taken.
    """
    notice = _take(public_id, now)
    if notice is None:
        return True
    _settle(notice, _told(notice, now), now)
    return not notice.error


@transaction.atomic
def _take(public_id: UUID, now: datetime) -> LogoutNotice | None:
    """The notice for one try; one whose taker was killed is due again after a while."""
    waiting = LogoutNotice.objects.select_for_update(of=("self",)).select_related("client", "account__person")
    notice = waiting.filter(public_id=public_id, state="waiting").first()
    if notice is None or (notice.next_at and notice.next_at > now):
        return None
    notice.tries += 1
    notice.next_at = now + TAKEN_FOR
    notice.save(update_fields=["tries", "next_at"])
    return notice


@transaction.atomic
def _settle(notice: LogoutNotice, error: str, now: datetime) -> None:
    notice.error = error
    if not error:
        notice.state, notice.next_at, notice.settled_at = "told", None, now
    else:
        notice.next_at = rules.next_try(notice.tries, now=now)
        if notice.next_at is None:
            notice.state, notice.settled_at = "given_up", now
            said = LogoutUndelivered(notice=str(notice.public_id), client=notice.client.key)
            journal.record(said, by=BY, now=now)
    notice.save(update_fields=["error", "state", "next_at", "settled_at"])


def _told(notice: LogoutNotice, now: datetime) -> str:
    """ "" when it was taken, else why not, in words for a colleague."""
    body = urlencode({"logout_token": logout_token(notice, now=now)}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cache-Control": "no-store"}
    try:
        answer = outgoing.call(
            "POST", notice.client.backchannel_uri, body=body, headers=headers, connects=CONNECTS, answers=ANSWERS,
            most=MOST_READ,
        )  # fmt: skip
    except (outgoing.Away, outgoing.Unanswered, Refusal) as error:
        return str(error)[:200]
    return "" if answer.status in (200, 204) else f"对方回答 {answer.status}"


def logout_token(notice: LogoutNotice, *, now: datetime) -> str:
    """OpenID Connect Back-Channel Logout 1.0, 2.4: never mistaken for an ID token, since it has events and no nonce."""
    claims = {
        "iss": signing.issuer(), "aud": notice.client.key, "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=2)).timestamp()), "jti": str(notice.public_id),
        "sub": queries.subject_of(notice.client, notice.account),
        "sid": queries.session_id(notice.client, notice.session), "events": {EVENT: {}},
    }  # fmt: skip
    return signing.sign(claims, key=signing_key(now=now), kind="logout+jwt")


def try_again(*, now: datetime) -> int:
    """What was not taken and is due; how many were tried. A system that doesn't answer keeps nobody else waiting: the rest
    of its notices are for another turn."""
    due = LogoutNotice.objects.filter(state="waiting", next_at__lte=now).order_by("next_at", "pk")
    silent: set[int] = set()
    tried = 0
    for public_id, client in list(due.values_list("public_id", "client_id")[:A_TURN]):
        if client in silent:
            continue
        tried += 1
        if not send_notice(public_id, now=now):
            silent.add(client)
    return tried
