"""系统接入 at the desk: the systems of my body (its head) or of my region (the administrator)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.authentication.doors import confirmed
from tongban.design.parts import Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, NotFound, Refusal
from tongban.single_sign_on import actions, signing
from tongban.single_sign_on.models import Asking, Client, LogoutNotice
from tongban.single_sign_on.rules import SCOPES

MOST, NOTICES = 200, 20


def connecting(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not (by.posts_for("system.connect") or by.posts_for("platform.manage")):
        raise Forbidden("not_connecting", "只有部门负责人和平台管理员能办理系统接入", "请联系本部门负责人")
    return by


@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    by = connecting(request)
    found = Client.objects.visible_to(by).select_related("body").order_by("name", "pk")[:MOST]
    askings = Asking.objects.visible_to(by).select_related("body", "client").order_by("-pk")
    context = {
        "clients": list(found), "may_ask": bool(by.posts_for("system.connect")),
        "waiting": list(askings.filter(approved=None)[:MOST]), "decided": list(askings.exclude(approved=None)[:20]),
        "most": MOST,
    }  # fmt: skip
    return render(request, "single_sign_on/clients.html", context)


@require_safe
def client(request: HttpRequest, key: str) -> HttpResponse:
    return _page(request, key)


def _page(
    request: HttpRequest, key: str, *, secret: str = "", refusal: Refusal | None = None
) -> HttpResponse:  # fmt: skip
    by = connecting(request)
    one = Client.objects.visible_to(by).select_related("body").filter(key=key).first()
    if one is None:
        raise NotFound("client_unknown", "没有这个系统，或者您无权查看", "请从系统接入页面打开")
    notices = LogoutNotice.objects.filter(client=one).order_by("-pk")
    context = {
        "client": one, "issuer": signing.issuer(), "secret": secret,
        "data": [SCOPES[scope] for scope in one.scopes if scope in SCOPES],
        "leads": by.may("system.connect", body_id=one.body_id),
        "manages": by.may("platform.manage", region_path=one.region_path),
        "waiting": one.askings.filter(approved=None).first(),
        "untold": list(notices.exclude(state="told")[:NOTICES]),
        "why": Field(
            name="why", label="暂停的理由", kind="long_text", rows=2, help="例如：发现密钥泄露，正在更换",
            value=request.POST.get("why", ""), error=refusal.reason if refusal else "",
        ),
        "errors": [("why", refusal.reason)] if refusal else [],
    }  # fmt: skip
    answer = render(request, "single_sign_on/client.html", context, status=refusal.status if refusal else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
@confirmed
def make_secret(request: HttpRequest, key: str) -> HttpResponse:
    """The only answer that ever shows it."""
    return _page(request, key, secret=actions.make_secret(key, by=connecting(request), now=clock.now()))


@require_POST
def suspend(request: HttpRequest, key: str) -> HttpResponse:
    try:
        one = actions.suspend(
            key, why=request.POST.get("why", "").replace("\0", ""), by=connecting(request), now=clock.now()
        )
    except Refusal as refusal:
        if refusal.field:
            return _page(request, key, refusal=refusal)
        raise
    messages.success(request, f"已暂停“{one.name}”，从它登录的人都已退出")
    return redirect("single_sign_on:client", key=key)


@require_POST
def resume(request: HttpRequest, key: str) -> HttpResponse:
    one = actions.resume(key, by=connecting(request), now=clock.now())
    messages.success(request, f"已恢复“{one.name}”")
    return redirect("single_sign_on:client", key=key)
