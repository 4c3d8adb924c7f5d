"""Log in by a code to one's phone. Whether somebody has that phone is told to nobody before the code was right."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongban.authentication import code_rules, codes
from tongban.authentication.doors import place_of
from tongban.authentication.pages import onward, second
from tongban.authentication.queries import accounts_on
from tongban.authentication.rules import SIGNING_IN_FOR
from tongban.identity import rules as identity
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

ASKED, WHICH = "phone_login", "phone_accounts"


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The number; a code goes there if an account has it, and the page is the same if none has."""
    to = onward.safe(request, request.POST.get("next") or request.GET.get("next") or "")
    typed = request.POST.get("phone", "").replace("\0", "")[:24]
    if request.method == "GET":
        return _asking(request, typed, to)
    try:
        number = identity.phone(typed)
        code_rules.phone(number)
        send = codes.send if accounts_on(number) else codes.pretend
        send(phone=number, purpose="sign_in", address=place_of(request).address, now=clock.now())
    except Refusal as no:
        return _asking(request, typed, to, no)
    request.session[ASKED] = {"phone": number, "to": to, "at": clock.now().isoformat()}
    return redirect("authentication:phone_code")


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    asked = _lately(request, ASKED)
    if asked is None:
        return redirect("authentication:phone")
    if request.method == "GET":
        return _typing(request, asked["phone"])
    try:
        codes.check(phone=asked["phone"], purpose="sign_in", typed=request.POST.get("code", "")[:20], now=clock.now())
        found = accounts_on(asked["phone"])
        if not found:
            raise Refusal("code_over", "这个验证码已经不能用了", "请重新获取", "code")
    except Refusal as no:
        return _typing(request, asked["phone"], no)
    del request.session[ASKED]
    if len(found) == 1:
        return second.go_on(request, found[0], method="phone_code", to=asked["to"])
    request.session[WHICH] = {**asked, "accounts": [one.pk for one in found], "at": clock.now().isoformat()}
    return redirect("authentication:which")


@never_cache
@require_http_methods(["GET", "POST"])
def which(request: HttpRequest) -> HttpResponse:
    """Several have this phone: whose account is it to be?"""
    kept = _lately(request, WHICH)
    if kept is None:
        return redirect("authentication:phone")
    found = Account.objects.select_related("person").filter(pk__in=kept["accounts"], is_active=True).order_by("pk")
    chosen = {str(number): account for number, account in enumerate(found, 1)}
    account = chosen.get(request.POST.get("account", ""))
    if request.method == "POST" and account:
        del request.session[WHICH]
        return second.go_on(request, account, method="phone_code", to=kept["to"])
    refusal = Refusal("account_unchosen", "请选择要登录的账号", "", "account") if request.method == "POST" else None
    choices = [(number, _masked(one)) for number, one in chosen.items()]
    context = {"choices": choices, "errors": [refusal] if refusal else []}
    return render(request, "authentication/which.html", context, status=422 if refusal else 200)


def _masked(account: Account) -> str:
    tail = account.person.id_number[-2:] if account.person else ""
    return f"{identity.mask_name(account.display_name)}（账号 {account.username[:2]}***，证件尾号 {tail}）"


def _lately(request: HttpRequest, key: str) -> dict[str, str] | None:
    kept = request.session.get(key)
    if kept is None or clock.now() - datetime.fromisoformat(kept["at"]) > SIGNING_IN_FOR:
        return None
    return dict(kept)


def _asking(request: HttpRequest, typed: str, to: str, refusal: Refusal | None = None) -> HttpResponse:
    context = {"typed": typed, "next": to, "errors": [refusal] if refusal else [], "demo": settings.TONGBAN.demo}
    return render(request, "authentication/phone.html", context, status=422 if refusal else 200)


def _typing(request: HttpRequest, phone: str, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "phone": phone, "shown": identity.mask_phone(phone), "errors": [refusal] if refusal else [],
        "demo": settings.TONGBAN.demo,
    }  # fmt: skip
    return render(request, "authentication/phone_code.html", context, status=422 if refusal else 200)
