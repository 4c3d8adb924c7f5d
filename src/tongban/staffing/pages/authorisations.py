"""授权书: the head of a body lets its 首席代表 decide items, and takes it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.design.parts import Choice, Field
from tongban.design.slots import slots_for
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.models import Authorisation
from tongban.identity.rules import AUTHORISED_ACTS
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal
from tongban.orgs.models import Body
from tongban.staffing import actions
from tongban.staffing.authorised import given_by, items_of, own_body, representatives
from tongban.staffing.documents import authorisation_pdf
from tongban.staffing.pages import common

MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
def authorisations(request: HttpRequest) -> HttpResponse:
    by = doors.staff(request)
    body = own_body(by)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            one = _given(request, body, by)
            messages.success(request, f"已授权：{one.document}，授权给{one.account.display_name}")
            return redirect("staffing:authorisations")
        except Refusal as found:
            if found.status != 422:
                raise
            refusal = found
    return _page(request, by, body, refusal)


def _page(request: HttpRequest, by: Actor, body: Body, refusal: Refusal | None = None) -> HttpResponse:
    items, now = items_of(body), clock.now()
    rows = list(given_by(by).filter(body=body).select_related("account__person").order_by("-pk")[:MOST])
    there = representatives(body, now=now)
    empowered = set(
        Authorisation.objects.in_force(now).filter(body=body).values_list("account_id", flat=True).distinct()
    )
    faults = common.faults_of(refusal)
    today = clock.today()
    fields = [
        Field(name="account", label="授权给哪位首席代表", kind="select",
              choices=[Choice("", "请选择"), *(Choice(str(one.pk), one.display_name) for one in there)]),
        Field(name="document", label="授权书文号", help="例如：云市监授〔2026〕3 号"),
        Field(name="which", label="授权哪些事项", kind="choice", value="all", choices=[
            Choice("all", "本部门的全部事项，以后新增的也算"), Choice("some", "只授权下面勾选的")]),
        Field(name="items", label="事项", kind="checks", required=False, value=[],
              choices=[Choice(*one) for one in items.items()]),
        Field(name="acts", label="授权办什么", kind="checks", value=["decide"],
              choices=[Choice(*one) for one in AUTHORISED_ACTS.items()],
              help="没有授权即审即办的，受理人不能对同一办件作出决定"),
        Field(name="from_on", label="从哪天起", kind="date", value=today.isoformat()),
        Field(name="last_on", label="到哪天止（含）", kind="date", value=(today + timedelta(days=364)).isoformat()),
    ]  # fmt: skip
    context = {
        "body": body,
        "rows": [_row(one, items) for one in rows],
        "without": [one.display_name for one in there if one.pk not in empowered],
        "fields": common.again(request, fields, faults),
        "errors": common.shown(faults),
        "slots": slots_for(request, body, "staffing.authorisations"),
    }
    return render(request, "staffing/authorisations.html", context, status=refusal.status if refusal else 200)


def _given(request: HttpRequest, body: Body, by: Actor) -> Authorisation:
    number = common.text(request, "account")
    there = representatives(body, now=clock.now())
    from_on, last_on = common.day(request, "from_on"), common.day(request, "last_on")
    assert from_on and last_on  # noqa: S101 - `day` refuses empty ones
    return actions.authorise(
        body=body, account=next((one for one in there if str(one.pk) == number), None),
        item_codes=request.POST.getlist("items") if request.POST.get("which") == "some" else None,
        acts=request.POST.getlist("acts"), document=common.text(request, "document", 100), from_on=from_on,
        last_on=last_on, by=by, now=clock.now(),
    )  # fmt: skip


def _row(one: Authorisation, items: dict[str, str]) -> dict[str, Any]:
    now = clock.now()
    if one.revoked_at:
        state, tone = "■ 已撤销", "bad"
    elif now < one.from_at:
        state, tone = "▲ 未到生效日", "warn"
    elif one.until_at and one.until_at <= now:
        state, tone = "■ 已到期", "line"
    else:
        state, tone = "● 有效", "ok"
    return {
        "one": one,
        "items": None if one.item_codes is None else [items.get(code, code) for code in one.item_codes],
        "acts": "；".join(AUTHORISED_ACTS[act] for act in one.acts),
        "last_day": one.until_at - timedelta(days=1) if one.until_at else None,
        "state": state,
        "tone": tone,
        "revocable": one.revoked_at is None and (one.until_at is None or now < one.until_at),
    }


@require_POST
def revoke(request: HttpRequest, authorisation: UUID) -> HttpResponse:
    by = doors.staff(request)
    body = own_body(by)
    try:
        one = actions.revoke(authorisation, reason=common.text(request, "reason", 200), by=by, now=clock.now())
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _page(request, by, body, refusal)
    messages.success(request, f"已撤销：{one.document}。已经作出的决定不受影响")
    return redirect("staffing:authorisations")


@require_safe
def pdf(request: HttpRequest, authorisation: UUID) -> HttpResponse:
    """For the head, and for who holds it."""
    by = doors.staff(request)
    bodies = [post.body_id for post in by.posts_for("mandate.grant") if post.body_id is not None]
    mine = Authorisation.objects.filter(Q(body_id__in=bodies) | Q(account_id=by.account_id))
    found = mine.select_related("account__person", "body").filter(public_id=authorisation).first()
    if found is None:
        raise NotFound("authorisation_unknown", "没有这份授权书，或者您无权查看", "请刷新页面")
    response = HttpResponse(authorisation_pdf(found), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="authorisation-{found.public_id}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
