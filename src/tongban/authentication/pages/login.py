"""Log in and out. The answer to a wrong name and to a wrong password is the same, and costs the same."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongban.authentication import passkeys, slowing, upstream
from tongban.authentication.doors import has_given_password, place_of, sign_out
from tongban.authentication.pages import onward, second
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    to = onward.safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method == "GET" and has_given_password(request):
        return redirect("authentication:password")
    typed, refusal = "", None
    if request.method == "POST":
        typed = request.POST.get("username", "").replace("\0", "")[:60]
        try:
            account = _check(request, typed, request.POST.get("password", "")[:200])
        except Refusal as no:
            refusal = no
        else:
            return second.go_on(request, account, method="password", to=to)
    context = {
        "typed": typed, "next": to, "errors": [refusal] if refusal else [], "demo": settings.TONGBAN.demo,
        "passkeys_here": passkeys.work_at(request.get_host()), "municipal": upstream.PROVIDER,
    }  # fmt: skip
    return render(request, "authentication/login.html", context, status=422 if refusal else 200)


def _check(request: HttpRequest, username: str, password: str) -> Account:
    now, place = clock.now(), place_of(request)
    slowing.check(username, place, now=now)
    account = authenticate(request, username=username, password=password)
    if not isinstance(account, Account):
        slowing.note(username, place, now=now)
        raise Refusal("login_wrong", "账号或密码不对", "请检查大小写；忘记密码可带身份证到窗口重置", "username")
    slowing.forgive(username, place)
    return account


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    sign_out(request)
    return redirect("/")
