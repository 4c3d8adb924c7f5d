"""再次确认: before what is weighty whoever is signed in proves once more that it is they, one way of theirs is enough."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongban.authentication import codes, passkeys, slowing, totp
from tongban.authentication.doors import note_confirmed, place_of
from tongban.authentication.pages import challenges, onward
from tongban.authentication.queries import factors_of, phone_of
from tongban.identity import doors
from tongban.identity.models import Account
from tongban.identity.rules import mask_phone
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

HOME = "/my/security"


def account_of(request: HttpRequest) -> Account:
    """Raises Unidentified."""
    return Account.objects.select_related("person").get(pk=doors.actor(request).account_id or 0)


@sensitive_post_parameters("password", "code")
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    to = onward.safe(request, request.POST.get("next") or request.GET.get("next") or "") or HOME
    if request.method == "GET":
        return _page(request, account, to)
    try:
        if request.POST.get("way") == "send":
            _send(request, account)
            return _page(request, account, to, sent=True)
        _prove(request, account)
    except Refusal as no:
        return _page(request, account, to, no, sent=request.POST.get("way") == "phone")
    note_confirmed(request)
    return redirect(to)


@never_cache
@require_POST
def challenge(request: HttpRequest) -> HttpResponse:
    return challenges.give(request, "confirm", passkeys.ask_proof(account_of(request)))


def _send(request: HttpRequest, account: Account) -> None:
    phone, place = phone_of(account), place_of(request)
    if not phone:
        raise Refusal("phone_missing", "账号里没有手机号", "请用别的方式确认，或到窗口登记手机号", "code")
    codes.send(phone=phone, purpose="confirm", address=place.address, now=clock.now())


def _prove(request: HttpRequest, account: Account) -> None:
    """Raises Refusal."""
    now, way = clock.now(), request.POST.get("way", "")
    code = request.POST.get("code", "")[:20]
    if way == "passkey":
        state = challenges.take(request, "confirm")
        passkeys.prove(state, request.POST.get("credential", ""), account=account, now=now)
    elif way == "totp":
        totp.prove(account, request.POST.get("totp", "")[:20], now=now)
    elif way == "phone" and phone_of(account):
        codes.check(phone=phone_of(account), purpose="confirm", typed=code, now=now)
    else:
        place = place_of(request)
        slowing.check(account.username, place, now=now)
        if not account.check_password(request.POST.get("password", "")[:200]):
            slowing.note(account.username, place, now=now)
            raise Refusal("password_wrong", "密码不对", "请检查大小写，或换一种方式", "password")
        slowing.forgive(account.username, place)


def _page(
    request: HttpRequest, account: Account, to: str, refusal: Refusal | None = None, *, sent: bool = False
) -> HttpResponse:
    field = {"code": "totp"}.get(refusal.field, refusal.field) if refusal else ""
    if refusal and request.POST.get("way") == "phone":
        field = "code"
    if refusal and field == "username":
        field = "password"
    context = {
        "to": to, "has_password": account.has_usable_password(), "phone": mask_phone(phone_of(account)), "sent": sent,
        "factors": factors_of(account), "passkeys_here": passkeys.work_at(request.get_host()),
        "errors": [(field, f"{refusal.reason}。{refusal.hint}" if refusal.hint else refusal.reason)] if refusal else [],
        "wrong": {field: refusal.reason} if refusal else {},
    }  # fmt: skip
    return render(request, "authentication/confirm.html", context, status=refusal.status if refusal else 200)
