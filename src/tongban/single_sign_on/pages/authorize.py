"""认证请求: a person comes from a system, signs in here if need be, agrees once, and goes back with a code."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from tongban.authentication.models import SignIn
from tongban.identity import doors
from tongban.identity.models import Account
from tongban.identity.rules import mask_id, mask_phone
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, NotFound, Refusal
from tongban.single_sign_on import actions, protocol, queries, signing
from tongban.single_sign_on.models import Client
from tongban.single_sign_on.pages.onward import onward
from tongban.single_sign_on.protocol import OAuthError, Wish
from tongban.single_sign_on.rules import CONSENT, SCOPES

SIGNED_FOR = timedelta(minutes=30)
JUST_NOW = timedelta(minutes=5)
"""A note that somebody kept must not be satisfied by a session that another began since, and left alone."""
_signer = TimestampSigner(salt="single_sign_on.proved_after")
PROVED_AFTER = "proved_after"


@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """The form of the consent comes back to the same address, so that everything is checked again."""
    now = clock.now()
    client, redirect_uri = _who_asks(request)
    said = {"state": (request.GET.getlist("state") or [""])[0], "iss": signing.issuer()}
    try:
        wish = protocol.read_wish(dict(request.GET.lists()), granted=client.scopes)
        return _answer(request, client, redirect_uri, wish, now)
    except OAuthError as error:
        said |= {"error": error.code, "error_description": error.words}
        return onward(request, protocol.answer_at(redirect_uri, said), client.name)


def _who_asks(request: HttpRequest) -> tuple[Client, str]:
    """The system and the address to go back to. Whatever is wrong with either is shown here: to an address that nobody
    registered nobody is sent."""
    try:
        parameters = dict(request.GET.lists())
        key, uri = protocol.single(parameters, "client_id"), protocol.single(parameters, "redirect_uri")
    except OAuthError:
        key = uri = ""
    client = queries.client_named(key) if key else None
    if client is None:
        raise NotFound("system_unknown", "这个系统没有在本站登记，不能从它登录", "请联系您要去的那个系统")
    if client.suspended_at:
        raise Forbidden("system_suspended", f"“{client.name}”已暂停使用本站登录", f"请联系{client.body.name}")
    if uri not in client.redirect_uris:
        raise Refusal("redirect_unknown", f"“{client.name}”要返回的地址没有登记过，不能继续", "请联系您要去的那个系统")
    return client, uri


def _answer(request: HttpRequest, client: Client, uri: str, wish: Wish, now: datetime) -> HttpResponse:
    session = queries.session_of(request)
    if session is None or not _fresh(request, session, wish, now):
        if wish.silent:
            raise OAuthError("login_required", "the person has to sign in")
        return _to_login(request, again=session is not None)
    consent = queries.consent_of(client, session.account, now=now)
    agreed_before = consent is not None and set(wish.scopes) <= set(consent.scopes)
    agreed = agreed_before and "consent" not in wish.prompts
    if request.method == "POST":
        if request.POST.get("decision") != "agree":
            raise OAuthError("access_denied", "the person did not agree")
        kept = set(consent.scopes) if consent else set()
        scopes = [key for key in SCOPES if key in kept | set(wish.scopes) and key in client.scopes]
        actions.agree(client, account=session.account, scopes=scopes, by=doors.actor(request), now=now)
    elif not agreed:
        if wish.silent:
            raise OAuthError("consent_required", "the person has to agree")
        return _page(request, client, session.account, wish, more=consent is not None and not agreed_before, now=now)
    code = actions.let_in(
        client, wish, redirect_uri=uri, session=session, by=doors.actor(request), now=now
    )  # fmt: skip
    answer = {"code": code, "state": wish.state, "iss": signing.issuer()}
    return onward(request, protocol.answer_at(uri, answer), client.name)


def _page(
    request: HttpRequest, client: Client, account: Account, wish: Wish, *, more: bool, now: datetime
) -> HttpResponse:  # fmt: skip
    context = {
        "client": client, "account": account, "days": CONSENT.days, "more": more,
        "data": [(SCOPES[key], _shown(key, account, now)) for key in wish.scopes],
        "nothing_but_number": wish.scopes == ("openid",),
    }  # fmt: skip
    answer = render(request, "single_sign_on/consent.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shown(key: str, account: Account, now: datetime) -> str:
    """What the system would read, as far as it should stand on a page."""
    person: Any = account.person
    match key:
        case "profile":
            return account.display_name
        case "phone":
            return mask_phone(person.phone) if person and person.phone else "没有留手机号码"
        case "id_number":
            return mask_id(person.id_number) if person else "没有证件号码"
        case "organisation":
            return "、".join(one["name"] for one in queries.organisations_of(account, now=now)) or "没有"
        case "post":
            held = queries.posts_of(account, now=now)
            return "、".join(f"{one['body']}{one['role_name']}" for one in held) or "没有"
    return ""


def _fresh(request: HttpRequest, session: SignIn, wish: Wish, now: datetime) -> bool:
    """Whether the person proved who they are lately enough for the system (`max_age`, `prompt=login`)."""
    if wish.max_age is not None and session.at < now - timedelta(seconds=max(wish.max_age, 1)):
        return PROVED_AFTER in request.GET and _proved_since(request, session)
    return "login" not in wish.prompts or _proved_since(request, session)


def _proved_since(request: HttpRequest, session: SignIn) -> bool:
    try:
        asked = _signer.unsign(request.GET.get(PROVED_AFTER, ""), max_age=SIGNED_FOR)
        return session.at >= max(datetime.fromisoformat(asked), clock.now() - JUST_NOW)
    except (BadSignature, ValueError):
        return False


def _to_login(request: HttpRequest, *, again: bool) -> HttpResponse:
    """To the login page and back here; the note says since when a login counts as new."""
    back = request.GET.copy()
    if again:
        back[PROVED_AFTER] = _signer.sign(clock.now().isoformat())
    here = f"{reverse('single_sign_on:authorize')}?{back.urlencode()}"
    return redirect(f"{reverse('authentication:login')}?{urlencode({'next': here})}")
