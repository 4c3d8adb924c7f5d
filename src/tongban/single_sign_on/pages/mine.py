"""我的授权: which systems may read what of me, since when, and how that ends."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.identity import doors
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.single_sign_on import actions
from tongban.single_sign_on.models import Consent, Login
from tongban.single_sign_on.rules import SCOPES

MOST = 50


@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    by, now = doors.actor(request), clock.now()
    found = Consent.objects.select_related("client__body").filter(account=by.account_id, withdrawn_at=None)
    consents = list(found.filter(until_at__gt=now).order_by("-at")[:MOST])
    mine = Login.objects.filter(account=by.account_id, client__in=[one.client_id for one in consents])
    last = dict(mine.values_list("client").annotate(last=Max("at")).order_by("client"))
    rows = [
        {"consent": one, "data": [SCOPES[key] for key in one.scopes if key in SCOPES], "last": last.get(one.client_id)}
        for one in consents
    ]
    return render(request, "single_sign_on/mine.html", {"rows": rows})


@require_POST
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    by = doors.actor(request)
    account = Account.objects.get(pk=by.account_id or 0)
    consent = actions.withdraw(key, account=account, by=by, now=clock.now())
    messages.success(request, f"已撤回给“{consent.client.name}”的授权，它不能再读您的信息")
    return redirect("single_sign_on:systems")
