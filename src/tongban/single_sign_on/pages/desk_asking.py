"""接入申请 at the desk: the head asks for a system or a change, the administrator decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.design.parts import Choice, Field
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, NotFound, Refusal
from tongban.orgs.models import Body
from tongban.single_sign_on import actions
from tongban.single_sign_on.models import Asking, Client
from tongban.single_sign_on.pages.desk import connecting
from tongban.single_sign_on.rules import SCOPES, Wanted

ASKABLE = [scope for scope in SCOPES.values() if scope.key != "openid"]


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    by = connecting(request)
    bodies = Body.objects.select_related("region").filter(
        pk__in=[post.body_id for post in by.posts_for("system.connect") if post.body_id]
    )
    body = bodies.order_by("pk").first()
    if body is None:
        raise Forbidden("not_the_head", "只有部门负责人能申请接入", "请联系要接入的部门的负责人")
    return _form(request, by, body, None)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, key: str) -> HttpResponse:
    by = connecting(request)
    client = Client.objects.visible_to(by).select_related("body__region").filter(key=key).first()
    if client is None or not by.may("system.connect", body_id=client.body_id):
        raise NotFound("client_unknown", "没有这个系统，或者您无权查看", "请从系统接入页面打开")
    return _form(request, by, client.body, client)


def _form(request: HttpRequest, by: Actor, body: Body, client: Client | None) -> HttpResponse:
    refusal = None
    if request.method == "POST":
        try:
            actions.ask(_wanted(request.POST), body=body, client=client, by=by, now=clock.now())
        except Refusal as no:
            if no.status not in (409, 422):
                raise
            refusal = no
        else:
            messages.success(request, "已提交，等平台管理员审批")
            return redirect("single_sign_on:clients")
    typed = request.POST if request.method == "POST" else _present(client)
    context = {
        "body": body, "client": client, "errors": [refusal] if refusal else [],
        **_fields(typed, refusal.field if refusal else "", refusal.reason if refusal else ""),
    }  # fmt: skip
    return render(request, "single_sign_on/ask.html", context, status=refusal.status if refusal else 200)


def _wanted(form: QueryDict) -> Wanted:
    def lines(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (one.strip() for one in form.get(name, "").splitlines()))))

    reasons = [
        (scope.key, form.get(f"reason-{scope.key}", "").replace("\0", "").strip())
        for scope in ASKABLE
        if form.get(f"scope-{scope.key}")
    ]
    return Wanted(
        name=form.get("name", "").replace("\0", "").strip(), redirect_uris=lines("redirect_uris"),
        logout_uris=lines("logout_uris"), backchannel_uri=form.get("backchannel_uri", "").strip(),
        confidential=form.get("kind") != "public", reasons=tuple(reasons),
    )  # fmt: skip


def _present(client: Client | None) -> dict[str, str]:
    """What the form shows first: nothing, or what is in force."""
    if client is None:
        return {"kind": "server", "scope-profile": "on"}
    last = client.askings.filter(approved=True).order_by("-pk").first()
    reasons: dict[str, str] = last.reasons if last else {}
    shown = {
        "name": client.name, "redirect_uris": "\n".join(client.redirect_uris), "logout_uris": "\n".join(client.logout_uris),
        "backchannel_uri": client.backchannel_uri, "kind": "server" if client.confidential else "public",
    }  # fmt: skip
    for scope in ASKABLE:
        if scope.key in client.scopes:
            shown |= {f"scope-{scope.key}": "on", f"reason-{scope.key}": reasons.get(scope.key, "")}
    return shown


def _fields(typed: Mapping[str, Any], wrong: str, why: str) -> dict[str, Any]:
    def field(name: str, label: str, **more: Any) -> Field:
        return Field(name=name, label=label, value=typed.get(name, ""), error=why if wrong == name else "", **more)

    return {
        "fields": [
            field("name", "系统名称", help="老百姓登录时看到的名称，例如：云江区不动产登记系统", attrs={"maxlength": "60"}),
            field(
                "kind", "系统类型", kind="choice", long=True,
                choices=[
                    Choice("server", "有自己的服务器", "用密钥证明自己，一般都选这个"),
                    Choice("public", "没有服务器", "手机 App、纯前端页面；不发密钥"),
                ],
            ),
            field("redirect_uris", "回调地址", kind="long_text", rows=2, help="登录后返回的地址，一行一个，必须一字不差"),
            field("logout_uris", "退出后返回的地址", kind="long_text", rows=2, required=False, help="一行一个"),
            field(
                "backchannel_uri", "退出通知地址", required=False,
                help="用户在本站退出时，平台向这个地址发送通知（后端通道退出）",
            ),
        ],
        "scopes": [
            (
                scope,
                Field(
                    name=f"scope-{scope.key}", label=f"{scope.name}：{scope.says}", kind="checkbox", required=False,
                    value=typed.get(f"scope-{scope.key}", ""),
                ),
                field(
                    f"reason-{scope.key}", f"为什么要用{scope.name}", required=False, quiet=True, attrs={"maxlength": "200"}
                ),
            )
            for scope in ASKABLE
        ],
        "scopes_error": why if wrong == "scopes" else "",
    }  # fmt: skip


@require_safe
def asking(request: HttpRequest, asking: UUID) -> HttpResponse:
    return _asking_page(request, asking)


def _asking_page(request: HttpRequest, public_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    by = connecting(request)
    found = Asking.objects.visible_to(by).select_related("body", "client").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("asking_unknown", "没有这份接入申请，或者您无权查看", "请从系统接入页面打开")
    ticked = request.POST.getlist("scopes") if request.method == "POST" else [
        key for key in found.reasons if key in SCOPES and not SCOPES[key].sensitive
    ]  # fmt: skip
    context = {
        "asking": found,
        "asked_by": names_of([found.by])[found.by],
        "decided_by": names_of([found.decided_by])[found.decided_by] if found.decided_by else "",
        "data": [(SCOPES[key], reason) for key, reason in found.reasons.items() if key in SCOPES],
        "decides": found.approved is None and by.may("platform.manage", region_path=found.region_path),
        "errors": [refusal] if refusal else [],
        "scopes": Field(
            name="scopes", label="批准使用的数据", kind="checks", long=True, value=ticked,
            choices=[Choice(key, SCOPES[key].name, reason) for key, reason in found.reasons.items() if key in SCOPES],
            error=refusal.reason if refusal and refusal.field == "scopes" else "",
            help="证件号码要逐个系统核准，需要时请勾上",
        ),
        "words": Field(
            name="words", label="审批意见", kind="long_text", rows=2, required=False, value=request.POST.get("words", ""),
            error=refusal.reason if refusal and refusal.field == "words" else "", help="不批准时必须写明理由",
        ),
    }  # fmt: skip
    return render(request, "single_sign_on/asking.html", context, status=refusal.status if refusal else 200)


@require_POST
def decide(request: HttpRequest, asking: UUID) -> HttpResponse:
    by, now = connecting(request), clock.now()
    words = request.POST.get("words", "").replace("\0", "")
    try:
        if request.POST.get("decision") == "approve":
            client = actions.approve(asking, scopes=request.POST.getlist("scopes"), words=words, by=by, now=now)
            messages.success(request, f"已批准“{client.name}”接入")
        else:
            actions.decline(asking, words=words, by=by, now=now)
            messages.success(request, "已退回申请")
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _asking_page(request, asking, refusal)
    return redirect("single_sign_on:clients")
