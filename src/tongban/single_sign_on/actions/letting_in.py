"""A person is let in at a system: the code, the tokens that it brings, the next tokens; and what comes a second time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from tongban.authentication.models import SignIn
from tongban.identity.actors import Actor
from tongban.identity.levels import Level
from tongban.identity.queries import actor_of
from tongban.kernel import journal
from tongban.kernel.actors import system
from tongban.single_sign_on import queries, rules, signing
from tongban.single_sign_on.actions.keys import signing_key
from tongban.single_sign_on.actions.leaving import end_logins
from tongban.single_sign_on.events import LetIn, TokenReused
from tongban.single_sign_on.models import Client, Login, Token
from tongban.single_sign_on.protocol import Credentials, OAuthError, Wish
from tongban.single_sign_on.rules import ACCESS, CODE, ID_TOKEN, LOGIN, REFRESH, digest_of

BY = system("single_sign_on")


@dataclass(frozen=True)
class Issued:
    """What a system gets for a code or a refresh token."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    identity: str = field(repr=False)
    scopes: tuple[str, ...]
    lasts: int
    """Seconds, of the access token."""


@transaction.atomic
def let_in(
    client: Client, wish: Wish, *, redirect_uri: str, session: SignIn, by: Actor, now: datetime
) -> str:  # fmt: skip
    """The code with which the person goes back; consent was asked for by the door."""
    code = secrets.token_urlsafe(32)
    Login.objects.create(
        client=client, account=session.account, session=session.public_id, method=session.method, proved_at=session.at,
        scopes=list(wish.scopes), redirect_uri=redirect_uri, challenge=wish.challenge, nonce=wish.nonce,
        code=digest_of(code), code_until=now + CODE, at=now, until_at=now + LOGIN,
    )  # fmt: skip
    said = LetIn(
        client=client.key, account=session.account_id, session=str(session.public_id), scopes=list(wish.scopes)
    )  # fmt: skip
    journal.record(said, by=by, now=now)
    return code


def authenticate(given: Credentials, *, now: datetime) -> Client:
    """The system that speaks. Raises OAuthError; unknown, suspended and wrong secret sound the same."""
    client = queries.client_named(given.client_id)
    wrong = OAuthError("invalid_client", "unknown system, wrong secret, or suspended", status=401)
    if client is None or client.suspended_at is not None:
        raise wrong
    if not client.confidential:
        if given.secret:
            raise wrong
        return client
    before = client.secret_before if client.secret_before_until and client.secret_before_until > now else None
    if not (rules.same_secret(given.secret, client.secret) or rules.same_secret(given.secret, before)):
        raise wrong
    return client


def redeem(client: Client, *, code: str, redirect_uri: str, verifier: str, now: datetime) -> Issued:
    """Tokens for a code. Raises OAuthError. A code that comes twice ends what the first time brought."""
    with transaction.atomic():  # commits also where the answer is no: a login that ends stays ended
        login = _locked(client, code=digest_of(code))
        fault = _fault_of_code(login, redirect_uri, verifier, now)
        if login and not fault:
            login.code_used_at = now
            login.save(update_fields=["code_used_at"])
            return _issue(login, login.scopes, now)
    raise OAuthError("invalid_grant", fault)


def _fault_of_code(login: Login | None, redirect_uri: str, verifier: str, now: datetime) -> str:
    if login is None:
        return "unknown code"
    if login.code_used_at:
        _reused(login, "code", now)
        return "the code was used before"
    if login.ended_at or login.code_until <= now or not _may_go_on(login, now):
        return "the code has expired"
    if redirect_uri != login.redirect_uri or not rules.proves(verifier, login.challenge):
        end_logins(Login.objects.filter(pk=login.pk), why="not_proved", now=now)
        return "redirect_uri or code_verifier does not belong to the code"
    return ""


def refresh(client: Client, *, token: str, scope: str, now: datetime) -> Issued:
    """New tokens for a refresh token, which is used up. Raises OAuthError. One that comes twice was stolen, or is held by
    the thief: the whole family ends."""
    with transaction.atomic():
        digest = digest_of(token)
        login = _locked(client, tokens__digest=digest, tokens__refreshes=True)
        kept = Token.objects.filter(login=login, digest=digest).first() if login else None
        fault = _fault_of_token(login, kept, now)
        scopes = _narrowed(scope, [key for key in kept.scopes if key in client.scopes] if kept else [])
        if login and kept and not fault and scopes:
            kept.used_at = now
            kept.save(update_fields=["used_at"])
            return _issue(login, scopes, now)
    if fault:
        raise OAuthError("invalid_grant", fault)
    raise OAuthError("invalid_scope", "more than was granted")


def _fault_of_token(login: Login | None, kept: Token | None, now: datetime) -> str:
    if login is None or kept is None:
        return "unknown refresh token"
    if kept.used_at:
        _reused(login, "refresh_token", now)
        return "the refresh token was used before; the login has ended"
    if not login.lives(now) or kept.until_at <= now or not _may_go_on(login, now):
        return "the login has ended"
    return ""


def _narrowed(scope: str, granted: Sequence[str]) -> list[str]:
    """The scopes asked for, all when none is named; [] where they are more than was granted."""
    asked = scope.split()
    return [key for key in granted if not asked or key in asked] if set(asked) <= set(granted) else []


@transaction.atomic
def revoke(client: Client, *, token: str, now: datetime) -> None:
    """RFC 7009: a refresh token ends its login, an access token only itself. What isn't this system's is passed over."""
    digest = digest_of(token)
    found = Token.objects.filter(digest=digest, login__client=client).first()
    if found is None:
        return
    if found.refreshes:
        end_logins(Login.objects.filter(pk=found.login_id), why="revoked", now=now)
    else:
        found.until_at = min(found.until_at, now)
        found.save(update_fields=["until_at"])


def _locked(client: Client, **which: object) -> Login | None:
    """The login alone is locked, first of all rows, so that two that come together go one after the other."""
    logins = Login.objects.select_for_update(of=("self",)).select_related("client", "account__person")
    return logins.filter(client=client, **which).first()


def _may_go_on(login: Login, now: datetime) -> bool:
    """Whether the account is still open, and the person has neither left nor withdrawn their consent in the meantime."""
    if queries.consent_of(login.client, login.account, now=now) is None:
        return False
    left = SignIn.objects.filter(public_id=login.session, ended_at__isnull=False).exists()
    return login.account.is_active and not left


def _reused(login: Login, what: str, now: datetime) -> None:
    ended = end_logins(Login.objects.filter(pk=login.pk), why="reused", now=now)
    if ended:  # the thief and the robbed may both go on trying; it is said once
        said = TokenReused(
            client=login.client.key, account=login.account_id, login=str(login.public_id), what=what
        )  # fmt: skip
        journal.record(said, by=BY, now=now)


def _issue(login: Login, scopes: Sequence[str], now: datetime) -> Issued:
    access, again = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    Token.objects.bulk_create([
        Token(
            login=login, refreshes=refreshes, digest=digest_of(token), scopes=list(scopes), at=now,
            until_at=min(now + lasts, login.until_at),
        )
        for refreshes, token, lasts in ((False, access, ACCESS), (True, again, REFRESH))
    ])  # fmt: skip
    lasts = int((min(now + ACCESS, login.until_at) - now).total_seconds())
    return Issued(access, again, _identity(login, access, now), tuple(scopes), lasts)


def _identity(login: Login, access: str, now: datetime) -> str:
    """The ID token: who came, when they proved it and how, and how surely the platform knows them (`acr`). What they are called is for userinfo."""
    second = SignIn.objects.filter(public_id=login.session).values_list("second", flat=True).first() or ""
    level = actor_of(login.account, now=now, channel="web").assurance
    claims = {
        "iss": signing.issuer(), "aud": login.client.key, "sub": queries.subject_of(login.client, login.account),
        "iat": int(now.timestamp()), "exp": int((now + ID_TOKEN).timestamp()),
        "auth_time": int(login.proved_at.timestamp()), "sid": queries.session_id(login.client, login.session),
        "amr": rules.proofs(login.method, second), "at_hash": rules.half_hash(access),
    }  # fmt: skip
    if level:  # who has no person (an account of staff alone) is not known as one
        claims["acr"] = Level(level).key
    if login.nonce:
        claims["nonce"] = login.nonce
    return signing.sign(claims, key=signing_key(now=now))
