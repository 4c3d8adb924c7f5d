"""自己的 PIN: the administrator chose one for the card; before its holder is signed in with it they choose another."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tongban.authentication import cards, rules
from tongban.authentication.pages import second
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal, demand


@never_cache
@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    kept, now, refusal = request.session.get(second.OWN_PIN), clock.now(), None
    if kept is None or now - datetime.fromisoformat(kept["at"]) > rules.SIGNING_IN_FOR:
        return redirect("authentication:card_login")
    account = Account.objects.select_related("person").filter(pk=kept["account"], is_active=True).first()
    if account is None:
        return redirect("authentication:card_login")
    if request.method == "POST":
        new = request.POST.get("new", "")[:40]
        try:
            demand(
                new == request.POST.get("again", "")[:40], "pin_differs", "两次填的 PIN 不一样", "请重新填写", "again"
            )
            cards.choose_pin(account, pin=new, now=now)
        except Refusal as no:
            refusal = no
        else:
            del request.session[second.OWN_PIN]
            return second.complete(request, account, kept["method"], kept["second"], kept["to"])
    context = {"errors": [refusal] if refusal else [], "wrong": {refusal.field: refusal.reason} if refusal else {}}
    return render(request, "authentication/own_pin.html", context, status=refusal.status if refusal else 200)
