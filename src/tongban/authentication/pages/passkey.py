"""Log in by a passkey: the device knows whose it is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tongban.authentication import passkeys, upstream
from tongban.authentication.doors import place_of
from tongban.authentication.pages import challenges, onward, second
from tongban.identity import limits
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

MOST = 60
"""From one address within a quarter of an hour, before anybody is known."""


@never_cache
@require_POST
def challenge(request: HttpRequest) -> HttpResponse:
    """What the browser asks the device; with `for=second` of the account whose first proof was right."""
    account, asks = second.pending_account(request), f"passkey:{limits.place(place_of(request).address)}"
    if account is None and not limits.take(asks, most=MOST, now=clock.now()):
        return JsonResponse({"title": "试得太频繁，请 15 分钟后再试"}, status=422)
    if account and request.POST.get("for") == "second":
        return challenges.give(request, "second", passkeys.ask_proof(account))
    return challenges.give(request, "sign_in", passkeys.ask_proof())


@never_cache
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    to = onward.safe(request, request.POST.get("next", ""))
    try:
        state = challenges.take(request, "sign_in")
        proof = passkeys.prove(state, request.POST.get("credential", ""), now=clock.now())
        return second.go_on(request, proof.account, method="passkey", to=to, verified=proof.verified)
    except Refusal as no:
        context = {
            "typed": "", "next": to, "errors": [no], "demo": settings.TONGBAN.demo, "passkeys_here": True,
            "municipal": upstream.PROVIDER,
        }  # fmt: skip
        return render(request, "authentication/login.html", context, status=no.status)
