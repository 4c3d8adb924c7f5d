"""换人: at a counter the next one signs in by keyboard, with a name and a PIN; who was there is signed out first."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongban.authentication import cards
from tongban.authentication.doors import session_here, sign_out
from tongban.authentication.pages import cards as card_pages
from tongban.authentication.pages import onward, second, station
from tongban.authentication.rules import Method
from tongban.design.parts import Choice
from tongban.identity import doors
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

BY_CARD = "card"


@require_POST
def step_aside(request: HttpRequest) -> HttpResponse:
    """The session ends here and now, whoever comes next; what was a draft stays its owner's."""
    doors.staff(request)
    account = request.user
    assert isinstance(account, Account)  # noqa: S101 - the door let staff in
    there, session = onward.safe(request, request.POST.get("next", "")), session_here(request)
    sign_out(request, how="taken_over")
    answer = redirect(f"{reverse('authentication:switch')}?{urlencode({'next': _place(there)})}")
    if session and session.method != "pin":
        station.remember(request, answer, account, since=session.at)
    return answer


@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    there = onward.safe(request, request.POST.get("next") or request.GET.get("next") or "")
    known, refusal = station.colleagues(request), None
    if request.method == "POST":
        try:
            account, method = _proved(request, known)
        except Refusal as no:
            refusal = no
        else:
            return second.go_on(request, account, method=method, to=there)
    others = known[1:] + known[:1]  # who just left is the last to come back
    who = [Choice(str(one.pk), one.display_name) for one in others]
    context = {
        "next": there, "who": [*who, Choice(BY_CARD, "别的同事：刷卡，或输入卡号")] if who else [],
        "chosen": request.POST.get("who") or (who[0].value if who else BY_CARD),
        "number": card_pages.number_of(request), "reader": station.reader(request), "devices": cards.DEVICES,
        "errors": [refusal] if refusal else [], "wrong": {refusal.field: refusal.reason} if refusal else {},
    }  # fmt: skip
    return render(request, "authentication/switch.html", context, status=refusal.status if refusal else 200)


def _proved(request: HttpRequest, known: list[Account]) -> tuple[Account, Method]:
    who = request.POST.get("who", BY_CARD)
    if who == BY_CARD or card_pages.number_of(request):
        return card_pages.proved(request)
    account = next((one for one in known if str(one.pk) == who), None)
    if account is None:
        raise Refusal("switch_unknown", "请选是谁，或者输入卡号", "今天没有在这台电脑上登录过的，请用卡号", "who")
    pin = request.POST.get("pin", "")[:40]
    proved = cards.check_own_pin(account.pk, pin, address=request.META.get("REMOTE_ADDR", ""), now=clock.now())
    return proved, "pin"


def _place(there: str) -> str:
    """Not the page of the one before, which may be theirs alone, but the room it was in."""
    room = "/" + there.split("?")[0].strip("/").split("/")[0]
    return room if room in ("/counter", settings.STAFF_HOME_URL) else str(settings.STAFF_HOME_URL)
