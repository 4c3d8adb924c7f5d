"""Log in and out. The answer to a wrong name and to a wrong password is the same, and costs the same."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongban.authentication import upstream
from tongban.authentication.doors import sign_in, sign_out
from tongban.identity import actions
from tongban.identity.models import Account
from tongban.identity.queries import actor_of
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    onward = _safe(request, request.POST.get("next") or request.GET.get("next") or "")
    typed, refusal = "", None
    if request.method == "POST":
        typed = request.POST.get("username", "").replace("\0", "")[:60]
        try:
            account = _check(request, typed, request.POST.get("password", "")[:200])
        except Refusal as no:
            refusal = no
        else:
            sign_in(request, account, method="password")
            staff = actor_of(account, now=clock.now(), channel="web").is_staff
            return redirect(onward or (settings.STAFF_HOME_URL if staff else settings.LOGIN_REDIRECT_URL))
    context = {
        "typed": typed, "next": onward, "errors": [refusal] if refusal else [], "demo": settings.TONGBAN.demo,
        "municipal": upstream.PROVIDER,
    }  # fmt: skip
    return render(request, "authentication/login.html", context, status=422 if refusal else 200)


def _check(request: HttpRequest, username: str, password: str) -> Account:
    now = clock.now()
    actions.check_login_allowed(username=username, now=now)
    account = authenticate(request, username=username, password=password)
    if not isinstance(account, Account):
        actions.note_login_failure(username=username, now=now)
        raise Refusal("login_wrong", "账号或密码不对", "请检查大小写；忘记密码可带身份证到窗口重置", "username")
    return account


def _safe(request: HttpRequest, url: str) -> str:
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}) else ""


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    sign_out(request)
    return redirect("/")
