"""扫码登录, on both screens: the one that waits, and the phone that answers."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.authentication import scanning
from tongban.authentication.doors import confirmed
from tongban.authentication.pages import onward, second
from tongban.design import words
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

KEPT = "scan"
"""In the session of the screen that waits: {id, browser, token, next}."""


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A new code for this browser; the one before is of no use any more."""
    browser = secrets.token_urlsafe(24)
    scan, token = scanning.begin(
        browser=browser, device=request.headers.get("User-Agent", ""), address=request.META.get("REMOTE_ADDR", ""),
        now=clock.now(),
    )  # fmt: skip
    there = onward.safe(request, request.POST.get("next", ""))
    request.session[KEPT] = {"id": str(scan.public_id), "browser": browser, "token": token, "next": there}
    return redirect("authentication:scan_wait")


@never_cache
@require_GET
def wait(request: HttpRequest) -> HttpResponse:
    """The code, and by itself what became of it; without JavaScript the page asks again every few seconds."""
    kept = request.session.get(KEPT)
    scan = scanning.of_browser(kept["id"], browser=kept["browser"]) if kept else None
    if scan is None or kept is None:
        return redirect("authentication:login")
    there = settings.TONGBAN.base_url.rstrip("/") + reverse("authentication:scan", args=[kept["token"]])
    context = {
        "scan": scan,
        "standing": scanning.standing(scan, now=clock.now()),
        "address": there,
        "next": kept["next"],
    }
    page = "scan_standing" if request.headers.get("HX-Request") else "scan_wait"
    return render(request, f"authentication/{page}.html", context)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    kept = request.session.get(KEPT)
    if not kept:
        return redirect("authentication:login")
    account, proved = scanning.take(kept["id"], browser=kept["browser"], now=clock.now())
    request.session.pop(KEPT, None)
    answer = second.go_on(request, account, method="qr", proved=proved, to=kept["next"])
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
@confirmed
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """On the phone, for whoever proved lately that it is they: which screen it is, where, since when; yes or no."""
    by, now, refusal = doors.actor(request), clock.now(), None
    if request.method == "POST":
        approved, number = request.POST.get("answer") == "yes", request.POST.get("number", "")[:10]
        try:
            scan = scanning.answer(
                token, approved=approved, number=number, second=second.proved_here(request), by=by, now=now
            )
        except Refusal as no:
            if no.field != "number":
                raise
            refusal = no
        else:
            return render(request, "authentication/scan_answered.html", {"scan": scan})
    scan = scanning.open_on_phone(token, by=by, now=now)
    facts = [("设备", scan.device or "没有说明"), ("网络地址", scan.address), ("时间", words.datetime_cn(scan.at))]
    context = {"facts": facts, "errors": [refusal] if refusal else [], "wrong": refusal.reason if refusal else ""}
    return render(request, "authentication/scan.html", context, status=refusal.status if refusal else 200)
