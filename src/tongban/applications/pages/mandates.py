"""授权书: the head of a body gives a window the power to accept or decide items on the spot, and takes it back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tongban.applications import mandated
from tongban.applications.actions import mandates as verbs
from tongban.applications.models import Mandate
from tongban.applications.pages import common
from tongban.design.parts import Choice, Field
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Conflict, Forbidden, Refusal
from tongban.orgs.models import Body

MOST = 100


def head(request: HttpRequest) -> tuple[Actor, Body]:
    """The head, and the body whose power it is."""
    by = common.staff(request)
    body_id = next((post.body_id for post in by.posts_for("mandate.grant") if post.body_id is not None), None)
    if body_id is None:
        raise Forbidden("not_the_head", "只有部门负责人能出具、撤销授权书", "请联系部门负责人")
    return by, Body.objects.select_related("region").get(pk=body_id)


@require_http_methods(["GET", "HEAD", "POST"])
def mandates(request: HttpRequest) -> HttpResponse:
    """The list, and the form of a new one."""
    by, body = head(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            one = _granted(request, body, by)
            messages.success(request, f"已授权：{one.document}")
            return redirect("applications:mandates")
        except Refusal as found:
            if found.status != 422:
                raise
            refusal = found
    items = verbs.instant_items(body)
    given = Mandate.objects.visible_to(by).filter(body=body).select_related("hall", "account__person").order_by("-pk")
    context = {
        "body": body,
        "rows": [_row(one, items) for one in given[:MOST]],
        "fields": _fields(request, body, items, refusal),
        "errors": common.faults_of(refusal) if refusal else [],
    }
    return render(request, "applications/mandates.html", context, status=refusal.status if refusal else 200)


def _granted(request: HttpRequest, body: Body, by: Actor) -> Mandate:
    kind, _, number = request.POST.get("window", "").partition("-")
    halls, clerks = verbs.windows_of(body, now=clock.now())
    hall = next((one for one in halls if kind == "hall" and str(one.pk) == number), None)
    account = next((one for one in clerks if kind == "clerk" and str(one.pk) == number), None)
    until = _day(request, "until")
    return verbs.grant_mandate(
        body=body, hall=hall, account=account, item_codes=request.POST.getlist("items"),
        acts=request.POST.getlist("acts"), document=request.POST.get("document", "").replace("\0", ""),
        from_at=_start(_day(request, "from")), until_at=_start(until + timedelta(days=1)), by=by, now=clock.now(),
    )  # fmt: skip


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise Refusal("mandate_period", "请填写授权的起止日期", "例如 2026-03-05", name) from None


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def _fields(request: HttpRequest, body: Body, items: dict[str, str], refusal: Refusal | None) -> dict[str, Field]:
    wrong = {fault.field: fault.reason for fault in common.faults_of(refusal)} if refusal else {}
    halls, clerks = verbs.windows_of(body, now=clock.now())
    windows = [Choice("", "请选择"), *(Choice(f"hall-{one.pk}", f"{one.name}的全部综合窗口") for one in halls)]
    windows += [Choice(f"clerk-{one.pk}", f"窗口人员 {one.display_name}") for one in clerks]
    sent, today = request.POST, clock.today()
    made = [
        Field(name="window", label="授权给谁", kind="select", choices=windows),
        Field(name="document", label="授权书文号", help="例如：云江人社授〔2026〕3 号"),
        Field(name="items", label="授权哪些事项", kind="checks", choices=[Choice(*one) for one in items.items()],
              value=sent.getlist("items"), help="只列本部门即审即办的事项；受理和审查分开的不能授权窗口"),
        Field(name="acts", label="授权办什么", kind="checks", choices=[Choice(*one) for one in mandated.ACTS.items()],
              value=sent.getlist("acts")),
        Field(name="from", label="从哪天起", kind="date", value=today.isoformat()),
        Field(name="until", label="到哪天止（含）", kind="date", value=(today + timedelta(days=365)).isoformat()),
    ]  # fmt: skip
    return {
        one.name: Field.of(
            one, value=one.value if one.kind == "checks" else sent.get(one.name, one.value),
            error=wrong.get(one.name, ""),
        )
        for one in made
    }  # fmt: skip


def _row(one: Mandate, items: dict[str, str]) -> dict[str, Any]:
    now = clock.now()
    if one.revoked_at:
        state, tone = "■ 已撤销", "bad"
    elif mandated.in_force(one, now):
        state, tone = "● 有效", "ok"
    else:
        state, tone = ("▲ 未到生效日", "warn") if now < one.from_at else ("■ 已到期", "line")
    return {
        "mandate": one,
        "whose": one.hall.name if one.hall else one.account.display_name if one.account else "",
        "items": [items.get(code, code) for code in one.item_codes],
        "acts": "、".join(mandated.ACTS[act] for act in one.acts),
        "last_day": one.until_at - timedelta(days=1),
        "state": state,
        "tone": tone,
        "revocable": one.revoked_at is None and now < one.until_at,
    }


@require_POST
def revoke(request: HttpRequest, mandate: int) -> HttpResponse:
    by, _ = head(request)
    try:
        one = verbs.revoke_mandate(mandate, by=by, now=clock.now())
        messages.success(request, f"已撤销：{one.document}。已经作出的决定不受影响")
    except Conflict as conflict:
        messages.error(request, conflict.reason)
    return redirect("applications:mandates")
