"""Sign in by card and PIN, or by a card that signs; without a reader the number is typed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tongban.authentication import cards
from tongban.authentication.pages import onward, second, station
from tongban.authentication.rules import Method
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    there = onward.safe(request, request.POST.get("next") or request.GET.get("next") or "")
    refusal = None
    if request.method == "POST":
        try:
            account, method = proved(request)
        except Refusal as no:
            refusal = no
        else:
            return second.go_on(request, account, method=method, to=there)
    context = {
        "next": there, "number": number_of(request), "reader": station.reader(request), "devices": cards.DEVICES, "demo": settings.TONGBAN.demo,
        "errors": [refusal] if refusal else [], "wrong": {refusal.field: refusal.reason} if refusal else {},
    }  # fmt: skip
    return render(request, "authentication/card_login.html", context, status=refusal.status if refusal else 200)


def proved(request: HttpRequest) -> tuple[Account, Method]:
    """By the number that was typed, or the card on the reader beside this browser. Raises Refusal."""
    pin, address, now = request.POST.get("pin", "")[:40], request.META.get("REMOTE_ADDR", ""), clock.now()
    number = number_of(request)
    if number or cards.DEVICES is None or not station.reader(request):
        return cards.check(number, pin, address=address, now=now), "card_number"
    account, signed = cards.check_on_reader(station.reader(request), pin, address=address, now=now)
    return account, "certificate" if signed else "card"


def number_of(request: HttpRequest) -> str:
    return request.POST.get("number", "").replace("\0", "")[:60]
