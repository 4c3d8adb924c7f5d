"""Which system, whose session, and what a person is to a system."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from tongban.authentication.actions import digest_of as digest_of_key
from tongban.authentication.models import SignIn
from tongban.identity.models import Account, Membership, StaffPost
from tongban.kernel.crypto import blind_index
from tongban.single_sign_on.models import Client, Consent, Token
from tongban.single_sign_on.rules import digest_of

_KEY = re.compile(r"[a-z0-9]{1,32}")


def client_named(key: str) -> Client | None:
    """Whatever is typed for a name; what can't be one is not looked for."""
    if not _KEY.fullmatch(key):
        return None
    return Client.objects.select_related("body").filter(key=key).first()


def session_of(request: HttpRequest) -> SignIn | None:
    """The session a person is in here, which a login at a system hangs on."""
    key = request.session.session_key if request.user.is_authenticated else None
    if not key:
        return None
    return SignIn.objects.select_related("account__person").filter(key=digest_of_key(key), ended_at=None).first()


def consent_of(client: Client, account: Account, *, now: datetime) -> Consent | None:
    return Consent.objects.filter(client=client, account=account, withdrawn_at=None, until_at__gt=now).first()


def subject_of(client: Client, account: Account) -> str:
    """`sub`: what the account is called at this system and at no other; the key of nothing here.

    A person keeps it when their login is renewed or merged with another.
    """
    who = f"person:{account.person.public_id}" if account.person else f"account:{account.pk}"
    return blind_index(f"{client.key}\0{who}", purpose="sso.subject").hex()


def session_id(client: Client, session: object) -> str:
    """`sid`: what the session is called at this system."""
    return blind_index(f"{client.key}\0{session}", purpose="sso.session").hex()


@dataclass(frozen=True)
class Bearer:
    """Who an access token speaks for."""

    client: Client
    account: Account
    scopes: Collection[str]


def bearer_of(token: str, *, now: datetime) -> Bearer | None:
    """None where the token is unknown, expired or ended, the system suspended, the account closed, or the person gone: also
    in the moment before the worker has ended the login. A scope that was taken from the system opens nothing any more."""
    left = SignIn.objects.filter(public_id=OuterRef("login__session"), ended_at__isnull=False)
    found = (
        Token.objects.select_related("login__client", "login__account__person")
        .filter(digest=digest_of(token), refreshes=False, until_at__gt=now, login__ended_at=None)
        .filter(~Exists(left), login__client__suspended_at=None, login__account__is_active=True)
        .first()
    )
    if found is None:
        return None
    client = found.login.client
    return Bearer(client, found.login.account, [key for key in found.scopes if key in client.scopes])


def claims_of(client: Client, account: Account, scopes: Collection[str], *, now: datetime) -> dict[str, Any]:
    """What the scopes open of the account, in the protocol's names; names stay as one string, family name first."""
    person = account.person
    claims: dict[str, Any] = {"sub": subject_of(client, account)}
    if "profile" in scopes:
        claims["name"] = account.display_name
        claims["locale"] = "zh-CN"
    if "phone" in scopes and person and person.phone:
        claims["phone_number"] = f"+86{person.phone}"
    if "id_number" in scopes and person:
        claims["id_type"], claims["id_number"] = person.id_type, person.id_number
    if "organisation" in scopes:
        claims["organisations"] = organisations_of(account, now=now)
    if "post" in scopes:
        claims["posts"] = posts_of(account, now=now)
    return claims


def organisations_of(account: Account, *, now: datetime) -> list[dict[str, str]]:
    standing = Q(until_at=None) | Q(until_at__gt=now)
    found = Membership.objects.filter(standing, person__account=account, from_at__lte=now).select_related(
        "organisation"
    )
    return [
        {"uscc": one.organisation.uscc, "name": one.organisation.name, "role": one.kind}
        for one in found.order_by("organisation__uscc", "kind")
    ]


def posts_of(account: Account, *, now: datetime) -> list[dict[str, str]]:
    held = StaffPost.objects.held_at(now).filter(account=account).select_related("body", "region").order_by("pk")
    return [
        {
            "role": one.role, "role_name": one.get_role_display(), "region": one.region.code,
            "body": one.body.name if one.body else "", "body_uscc": (one.body.uscc or "") if one.body else "",
        }
        for one in held
    ]  # fmt: skip
