"""二次录入台账: what was typed a second time, by item and system, and the form that enters it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tongban.design.parts import Choice, Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Refusal
from tongban.reporting import actions, queries
from tongban.reporting.handed_models import WHY
from tongban.reporting.models import VerticalSystem

PER_PAGE = 50
MONTHS = 12


def reader(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not (by.posts_for("application.accept") or by.posts_for("supervision.view")):
        raise Forbidden("not_a_typist", "二次录入由窗口和经办人员登记，督查员查看", "请联系督查员")
    return by


@require_http_methods(["GET", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    refusal = None
    if request.method == "POST":
        if not by.posts_for("application.accept"):
            raise Forbidden("not_empowered", "您的岗位没有办理这一步的权限", "二次录入由窗口和经办人员登记")
        try:
            actions.note(_typed(request), by=by, now=clock.now())
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, "已记入台账")
            return redirect("reporting:double_entry")
    return _page(request, by, refusal, "note")


@require_POST
def typed_twice(request: HttpRequest) -> HttpResponse:
    """An item of which every case is typed again."""
    by = reader(request)
    if not by.posts_for("supervision.view"):
        raise Forbidden("not_empowered", "您的岗位没有办理这一步的权限", "须二次录入的事项由督查员登记")
    try:
        rule = actions.typed_twice(_typed(request), by=by, now=clock.now())
    except Refusal as no:
        return _page(request, by, no, "rule")
    messages.success(request, f"以后每受理一件“{rule.item.name}”，自动记一笔")
    return redirect("reporting:double_entry")


def _typed(request: HttpRequest) -> actions.Typed:
    def text(name: str) -> str:
        return request.POST.get(name, "")[:80].replace("\0", "")

    return actions.Typed(text("code"), text("system"), text("minutes"), text("fields"), text("why"), text("on"))


def _page(request: HttpRequest, by: Actor, refusal: Refusal | None, form: str) -> HttpResponse:
    months = _months()
    month = request.GET.get("month", "")
    month = month if month in months else months[0]
    systems = queries.systems()
    system = request.GET.get("in", "")
    system = system if system in {one.key for one in systems} else ""
    after = request.GET.get("after", "")
    rows = queries.ledger(
        by,
        month=month,
        system=system,
        after=int(after) if re.fullmatch(r"[0-9]{1,17}", after) else 0,
        most=PER_PAGE + 1,
    )
    totals = queries.ledger_sums(by, month=month, system=system)
    query = request.GET.copy()
    if len(rows) > PER_PAGE:
        query["after"] = str(rows[PER_PAGE - 1].pk)
    supervises = bool(by.posts_for("supervision.view"))
    context = {
        "rows": [{"entry": one, "why": WHY[one.why]} for one in rows[:PER_PAGE]], "totals": totals,
        "minutes": sum(one.minutes for one in totals), "entries": sum(one.entries for one in totals),
        "next_url": f"?{query.urlencode()}" if len(rows) > PER_PAGE else "", "first_url": request.path if after else "",
        "month_field": Field(name="month", label="月份", kind="select", value=month, choices=[Choice(one, one) for one in months]),
        "system_field": Field(
            name="in", label="系统", kind="select", value=system, choices=[Choice("", "全部"), *_choices(systems)]
        ),
        "fields": _fields(request, systems, refusal) if systems else [], "supervises": supervises,
        "notes": bool(by.posts_for("application.accept")), "errors": [refusal] if refusal else [],
        "month": month, "open": form if refusal else "",
    }  # fmt: skip
    return render(request, "reporting/double_entry.html", context, status=refusal.status if refusal else 200)


def _fields(request: HttpRequest, systems: Sequence[VerticalSystem], refusal: Refusal | None) -> list[Field]:
    def made(name: str, label: str, kind: str, **more: object) -> Field:
        error = refusal.reason if refusal and refusal.field == name else ""
        value = request.POST.get(name, "")
        return Field(name=name, label=label, kind=kind, value=value, error=error, **more)  # type: ignore[arg-type]

    return [
        made("code", "事项编码", "text", help="办事指南上的实施编码", attrs={"maxlength": "80"}),
        made("system", "录入的系统", "select", choices=[Choice("", "请选择"), *_choices(systems)]),
        made("minutes", "用时", "number", unit="分钟"),
        made("fields", "重复录入的字段", "number", unit="个"),
        made(
            "why", "为什么要再录一遍", "select", choices=[Choice("", "请选择"), *(Choice(*one) for one in WHY.items())]
        ),
    ]


def _choices(systems: Sequence[VerticalSystem]) -> list[Choice]:
    return [Choice(one.key, one.name) for one in systems]


def _months() -> list[str]:
    """This month and those before it."""
    day, found = clock.today().replace(day=1), []
    for _ in range(MONTHS):
        found.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return found
