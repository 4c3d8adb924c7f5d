"""What the applicant does with a case after it was handed in: 补正, 补交, 申请听证, 撤回, 签收."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tongban.applications import actions, queries
from tongban.applications.models import ApplicationMaterial, Commitment, Correction
from tongban.applications.pages import bringing, common
from tongban.applications.rules import NEXT, Act
from tongban.design.parts import Choice, Field
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Supply what the one notice named."""
    by = common.actor(request)
    one = queries.own_case(number, act="supplement", by=by)
    correction = Correction.objects.filter(application=one, answered_at=None).order_by("-at").first()
    if correction is None:
        raise Refusal("nothing_to_supplement", "这个办件没有待补正的材料", "请在办件详情查看当前进度")
    names = {gap["key"]: gap["name"] for gap in correction.gaps}
    found = bringing.brought(request, one, names)
    if request.method == "POST" and not found.faults and not found.asks:
        try:
            beside = [key for key in found.files if request.POST.get(f"way-{key}") == "beside"]
            actions.supplement(number, materials=found.ids, beside=beside, by=by, now=clock.now())
        except Refusal as refusal:
            bringing.refused(found, refusal)
        else:
            bringing.handed_in(one, names)
            messages.success(request, "补正材料已提交")
            return redirect("applications:case", number=one.number)
    there = set(
        ApplicationMaterial.objects.filter(application=one, given=True, file__isnull=False).values_list(
            "key", flat=True
        )
    )
    rows = [_row(found, gap["key"]) | {"gap": gap, "way": _way(request, gap["key"], there)} for gap in correction.gaps]
    context = {"case": one, "correction": correction, "rows": rows, "errors": found.faults}
    return render(request, "applications/supplement.html", context, status=422 if found.faults else 200)


def _row(found: bringing.Brought, key: str) -> dict[str, Any]:
    return {
        "error": found.errors.get(key, ""), "file": found.files.get(key), "invitation": found.invitations.get(key),
    }  # fmt: skip


def _way(request: HttpRequest, key: str, there: Collection[str]) -> Field | None:
    """Whether the new file takes the place of the one that is there, or is put beside it."""
    if key not in there:
        return None
    return Field(
        name=f"way-{key}", label="这份文件", kind="choice", value=request.POST.get(f"way-{key}", "replace"),
        choices=(Choice("replace", "替换原来的"), Choice("beside", "补充，和原来的一起用")),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def supply(request: HttpRequest, number: str) -> HttpResponse:
    """补交容缺材料: all that may follow, at once or one after the other."""
    by = common.actor(request)
    one = queries.own_case(number, act="supplement", by=by)
    promised = list(
        Commitment.objects.filter(application=one, kind__in=("provision", "later"), state="open").order_by("number")
    )
    keys = [key for each in promised for key in each.materials]
    waiting = list(ApplicationMaterial.objects.filter(application=one, key__in=keys, given=False).order_by("id"))
    if not waiting:
        raise Refusal("nothing_to_supply", "这个办件没有待补交的容缺材料", "请在办件详情查看当前进度")
    names = {row.key: row.name for row in waiting}
    found = bringing.brought(request, one, names)
    if request.method == "POST" and not found.faults and not found.asks:
        try:
            actions.supply(number, materials=found.ids, by=by, now=clock.now())
        except Refusal as refusal:
            bringing.refused(found, refusal)
        else:
            bringing.handed_in(one, names)
            left = len(waiting) - len(found.files)
            messages.success(request, f"已收到，还有 {left} 份要补交" if left else "材料已补齐")
            return redirect("applications:case", number=one.number)
    requirements = {material.key: material.requirement for material in one.edition.document.materials}
    rows = [_row(found, row.key) | {"row": row, "requirement": requirements.get(row.key, "")} for row in waiting]
    context = {"case": one, "promised": promised, "rows": rows, "errors": found.faults}
    return render(request, "applications/supply.html", context, status=422 if found.faults else 200)


@require_http_methods(["GET", "POST"])
def hearing(request: HttpRequest, number: str) -> HttpResponse:
    """申请听证, before the decision. 《行政许可法》第四十七条."""
    by = common.actor(request)
    one = queries.own_case(number, by=by)
    if Act.ASK_HEARING not in NEXT[one.status]:
        raise Refusal(
            "hearing_out_of_turn", f"办件现在是“{one.status.label}”，不能申请听证", "受理以后、作出决定以前可以申请"
        )
    refusal = None
    if request.method == "POST":
        reason = request.POST.get("reason", "").replace("\0", "")
        try:
            actions.ask_hearing(number, reason=reason, by=by, now=clock.now())
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, "听证申请已提交，时间地点会提前通知您")
            return redirect("applications:case", number=one.number)
    field = Field(
        name="reason", label="申请听证的理由", kind="long_text", value=request.POST.get("reason", ""),
        error=refusal.reason if refusal else "", help="您想在听证会上说明什么，5 至 2000 个字", attrs={"maxlength": "2000"},
    )  # fmt: skip
    context = {"case": one, "field": field, "errors": [refusal] if refusal else []}
    return render(request, "applications/hearing.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    by = common.actor(request)
    one = queries.own_case(number, by=by)
    if request.method == "GET":
        return render(request, "applications/withdraw.html", {"case": one})
    actions.withdraw(number, reason=request.POST.get("reason", "").replace("\0", ""), by=by, now=clock.now())
    messages.success(request, "已撤回。需要时可以重新申请")
    return redirect("applications:case", number=one.number)


@require_POST
def withdraw_pledge(request: HttpRequest, number: str) -> HttpResponse:
    """The ordinary way from here on."""
    by = common.actor(request)
    one = actions.withdraw_pledge(queries.own_case(number, by=by).number, by=by, now=clock.now())
    messages.success(request, "已撤回承诺，改按普通程序办理")
    return redirect("applications:case", number=one.number)


@require_POST
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """The applicant takes the result on line: that is its delivery."""
    by = common.actor(request)
    one = actions.deliver(queries.own_case(number, act="receive", by=by).number, by=by, now=clock.now())
    messages.success(request, "已签收。结果文件可随时下载")
    return redirect("applications:case", number=one.number)
