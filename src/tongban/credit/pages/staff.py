"""The records that my body made: those that stand first, each with its repair."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.credit import actions
from tongban.credit.models import Record
from tongban.design.parts import Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.rules import mask_name
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Forbidden, Refusal
from tongban.kernel.typed import grouped

MOST = 100


def keeper(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not by.posts_for("credit.repair"):
        raise Forbidden("not_the_head", "只有部门负责人能看和修复信用记录", "请联系部门负责人")
    return by


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, at: UUID | None = None, refusal: Refusal | None = None) -> HttpResponse:
    by = keeper(request)
    found = Record.objects.visible_to(by).select_related("person", "organisation")
    ordered = found.order_by(F("repaired_at").asc(nulls_first=True), "-pk")[:MOST]
    context = {
        "rows": [_row(request, one, refusal if one.public_id == at else None) for one in ordered],
        "errors": [(f"reason-{at}", refusal.reason)] if refusal else [],
        "most": MOST,
    }
    return render(request, "credit/records.html", context, status=refusal.status if refusal else 200)


def _row(request: HttpRequest, one: Record, refusal: Refusal | None) -> dict[str, Any]:
    return {
        "record": one,
        "number": grouped(one.case_number),
        "whose": one.organisation.name if one.organisation else mask_name(one.person.name if one.person else ""),
        "field": Field(
            name=f"reason-{one.public_id}", label="修复的理由", kind="long_text", rows=2,
            value=request.POST.get(f"reason-{one.public_id}", "") if refusal else "",
            error=refusal.reason if refusal else "", help="例如：已按要求整改，经核查符合承诺",
        ),
    }  # fmt: skip


@require_POST
def repair(request: HttpRequest, record: UUID) -> HttpResponse:
    by = keeper(request)
    reason = request.POST.get(f"reason-{record}", "").replace("\0", "")
    try:
        one = actions.repair(record, reason=reason, by=by, now=clock.now())
    except Refusal as refusal:
        if isinstance(refusal, Conflict) or refusal.status == 422:
            return _page(request, record, refusal)
        raise
    messages.success(request, f"已修复：{grouped(one.case_number)}")
    return redirect("credit:records")
