"""退出: a system sends the person here to sign out of everything, and gets them back (RP-initiated logout)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.authentication.doors import sign_out
from tongban.kernel import clock
from tongban.single_sign_on import protocol, queries, signing
from tongban.single_sign_on.models import Client
from tongban.single_sign_on.pages.onward import onward
from tongban.single_sign_on.protocol import OAuthError, single


@dataclass(frozen=True)
class Asked:
    """`sure`: the hint is about this person at this system, so that nobody else can have made the link."""

    client: Client | None = None
    back: str = ""
    sure: bool = False


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Asks before it signs anybody out, unless the system shows that it speaks of this very session."""
    asked = _asked(request, clock.now())
    if request.method == "GET" and request.user.is_authenticated and not asked.sure:
        return render(request, "single_sign_on/leave.html", {"asked": asked})
    if request.method == "POST" and request.POST.get("decision") == "stay":
        return redirect("/my")
    if request.user.is_authenticated:
        sign_out(request)
    return onward(request, asked.back, asked.client.name) if asked.back and asked.client else redirect("/")


def _asked(request: HttpRequest, now: datetime) -> Asked:
    """What can't be trusted is left out: without a hint of ours or a client's name there is no way back."""
    parameters = dict(request.GET.lists())
    try:
        hint, named = single(parameters, "id_token_hint", longest=8000), single(parameters, "client_id")
        uri, state = single(parameters, "post_logout_redirect_uri"), single(parameters, "state")
    except OAuthError:
        return Asked()
    claims = signing.read_hint(hint, now=now) if hint else None
    if hint and (claims is None or (named and claims["aud"] != named)):
        return Asked()
    client = queries.client_named(str(claims["aud"]) if claims else named)
    if client is None:
        return Asked()
    session = queries.session_of(request)
    sure = bool(claims and session and claims.get("sid") == queries.session_id(client, session.public_id))
    back = protocol.answer_at(uri, {"state": state}) if uri in client.logout_uris else ""
    return Asked(client, back, sure)
