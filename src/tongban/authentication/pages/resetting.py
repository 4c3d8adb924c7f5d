"""窗口重置, on both sides of the counter: the clerk prints a code, the person sets a password."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tongban.authentication import resetting
from tongban.authentication.doors import place_of, sign_in
from tongban.authentication.pages import onward
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Refusal


@never_cache
@sensitive_post_parameters("id_number")
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """The answer to the POST is the slip itself: it is shown once."""
    by = replace(doors.actor(request), channel="counter")
    if not by.posts_for("account.reset"):
        raise Forbidden("no_reset", "您的岗位不能给群众重置登录", "重置由综窗人员在窗口当面办理")
    typed = {name: _typed(request, name) for name in ("id_number", "name", "reason")}
    refusal = None
    if request.method == "POST":
        try:
            slip = resetting.issue(**typed, card_seen="card_seen" in request.POST, by=by, now=clock.now())
        except Refusal as no:
            if isinstance(no, Forbidden):
                raise
            refusal = no
        else:
            return render(request, "authentication/reset_slip.html", {"slip": slip})
    context = {"typed": typed, "errors": [refusal] if refusal else [], "wrong": _wrong(refusal)}
    return render(request, "authentication/reset_issue.html", context, status=422 if refusal else 200)


@never_cache
@sensitive_post_parameters("code", "new", "again")
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    who, refusal = _typed(request, "who"), None
    if request.method == "POST":
        new, code = request.POST.get("new", "")[:200], _typed(request, "code")
        try:
            if new != request.POST.get("again", "")[:200]:
                raise Refusal("password_differs", "两次输入的新密码不一样", "请再输入一遍", "again")
            account = resetting.use(who=who, code=code, new=new, place=place_of(request), now=clock.now())
        except Refusal as no:
            refusal = no
        else:
            account.refresh_from_db()
            sign_in(request, account, method="reset")
            return redirect(onward.home(account))
    context = {"who": who, "errors": [refusal] if refusal else [], "wrong": _wrong(refusal)}
    return render(request, "authentication/reset.html", context, status=422 if refusal else 200)


def _wrong(refusal: Refusal | None) -> dict[str, str]:
    return {refusal.field: refusal.reason} if refusal else {}


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:200]
