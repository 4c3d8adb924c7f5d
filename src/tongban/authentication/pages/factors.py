"""More ways to prove oneself: 动态口令, 通行密钥, 备用码. Each change is for whoever proved lately that it is they."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.authentication import passkeys, recovery, totp, totp_rules
from tongban.authentication.doors import confirmed
from tongban.authentication.models import Passkey
from tongban.authentication.pages import challenges
from tongban.authentication.pages.confirm import account_of
from tongban.authentication.queries import factors_of
from tongban.identity import doors
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@never_cache
@require_http_methods(["GET", "POST"])
@confirmed
def authenticator(request: HttpRequest) -> HttpResponse:
    """Scan, type the first code, and it is on; with the first of all come the recovery codes."""
    account, by, now = account_of(request), doors.actor(request), clock.now()
    if factors_of(account).totp:
        return redirect("authentication:security")
    if request.method == "POST":
        try:
            totp.confirm(account, request.POST.get("code", "")[:20], by=by, now=now)
        except Refusal as no:
            return _scan(request, account, no)
        messages.success(request, "动态口令已开启，下次登录时会问您")
        return _onward(request, account)
    return _scan(request, account, None)


def _scan(request: HttpRequest, account: Account, refusal: Refusal | None) -> HttpResponse:
    secret, issuer = totp.begin(account, now=clock.now()), settings.TONGBAN.site_name
    text = totp_rules.text_of(secret)
    context = {
        "address": totp_rules.address_of(secret, name=account.username, issuer=issuer),
        "secret": " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
        "errors": [refusal] if refusal else [],
    }  # fmt: skip
    return render(request, "authentication/totp.html", context, status=refusal.status if refusal else 200)


@require_POST
@confirmed
def authenticator_off(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    totp.remove(account, by=doors.actor(request), now=clock.now())
    messages.success(request, "动态口令已关闭")
    return _after_removal(account)


@never_cache
@require_safe
@confirmed
def keys(request: HttpRequest) -> HttpResponse:
    return _keys(request, account_of(request))


def _keys(request: HttpRequest, account: Account, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "keys": list(Passkey.objects.filter(account=account).order_by("at")[: passkeys.MOST]),
        "passkeys_here": passkeys.work_at(request.get_host()), "errors": [refusal] if refusal else [],
    }  # fmt: skip
    return render(request, "authentication/passkeys.html", context, status=refusal.status if refusal else 200)


@require_POST
@confirmed
def key_challenge(request: HttpRequest) -> HttpResponse:
    return challenges.give(request, "add", passkeys.ask_new(account_of(request)))


@require_POST
@confirmed
def key_new(request: HttpRequest) -> HttpResponse:
    account, label = account_of(request), request.POST.get("label", "").replace("\0", "")
    try:
        state = challenges.take(request, "add")
        answer = request.POST.get("credential", "")
        passkeys.add(account, state, answer, label=label, by=doors.actor(request), now=clock.now())
    except Refusal as no:
        return _keys(request, account, no)
    messages.success(request, "通行密钥已登记，下次可以直接用它登录")
    return _onward(request, account)


@require_POST
@confirmed
def key_removal(request: HttpRequest, key: UUID) -> HttpResponse:
    account = account_of(request)
    passkeys.remove(account, key, by=doors.actor(request), now=clock.now())
    messages.success(request, "通行密钥已删去；设备里的那一份请在设备上删")
    return _after_removal(account)


@never_cache
@require_POST
@confirmed
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new ones, on the page this once."""
    account = account_of(request)
    if not factors_of(account).any:
        raise Refusal("recovery_alone", "先开启动态口令或登记通行密钥，才用得着备用码", "请回到“登录与安全”")
    return _codes(request, account)


def _onward(request: HttpRequest, account: Account) -> HttpResponse:
    return redirect("authentication:security") if factors_of(account).recovery else _codes(request, account)


def _codes(request: HttpRequest, account: Account) -> HttpResponse:
    made = recovery.make(account, by=doors.actor(request), now=clock.now())
    return render(request, "authentication/recovery.html", {"codes": made})


def _after_removal(account: Account) -> HttpResponse:
    if not factors_of(account).any:
        recovery.forget(account)
    return redirect("authentication:security")
