"""Tickets of my body or region, the first due first; rectify, then visit. Who complained is not shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.design.parts import Choice, Field
from tongban.design.words import date_cn, datetime_cn, weekday_cn
from tongban.flow import rules as clocks
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal, demand
from tongban.kernel.typed import grouped, normalise
from tongban.tickets import actions
from tongban.tickets.models import Ticket


@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    found = Ticket.objects.visible_to(doors.staff(request)).exclude(state="visited").order_by("due_on", "pk")[:50]
    today = clock.today()
    rows = [{"ticket": one, "number": grouped(one.number), "lamp": _lamp(one, today)} for one in found]
    return render(request, "tickets/tickets.html", {"rows": rows})


def _lamp(one: Ticket, today: date) -> str:
    """The limit is that of the rectification; afterwards no clock runs."""
    return clocks.lamp(today, one.due_on, one.due_on) if one.state == "open" else "none"


@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, number)


def _page(request: HttpRequest, number: str, refusal: Refusal | None = None) -> HttpResponse:
    by = doors.staff(request)
    visible = Ticket.objects.visible_to(by).select_related("body")
    one = visible.filter(number=normalise(number).replace("\0", "")).first()
    if one is None:
        raise NotFound("ticket_unknown", "没有这个诉求单，或者您无权办理", "")
    context = {
        "ticket": one,
        "number": grouped(one.number),
        "facts": _facts(one),
        "lamp": _lamp(one, clock.today()),
        "fields": _fields(request, refusal),
        "because": "回访应由整改人以外的同事进行" if one.rectified_by == by.who else "",
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "tickets/ticket.html", context, status=refusal.status if refusal else 200)


def _facts(one: Ticket) -> list[tuple[str, str]]:
    about = [("办件编号", grouped(one.subject))] if one.kind == "complaint" and len(one.subject) > 6 else []
    facts = [
        ("来源", one.get_kind_display()),
        *about,
        ("被反映部门", one.body.name),
        ("收到时间", datetime_cn(one.opened_at, year=True)),
        ("整改期限", f"{date_cn(one.due_on, year=True)} {weekday_cn(one.due_on)}"),
    ]
    if one.rectified_at:
        in_time = "按时" if one.rectified_in_time else "超期"
        facts.append(("整改时间", f"{datetime_cn(one.rectified_at, year=True)}（{in_time}）"))
    if one.visited_at:
        satisfied = "满意" if one.satisfied else "仍不满意"
        facts.append(("回访结果", f"{satisfied}，{datetime_cn(one.visited_at, year=True)}"))
    return facts


def _fields(request: HttpRequest, refusal: Refusal | None) -> dict[str, Field]:
    """The form as typed, the refusal beside what it is about."""

    def given(name: str, **shape: Any) -> Field:
        error = refusal.reason if refusal and refusal.field == name else ""
        return Field(name=name, value=request.POST.get(name, ""), error=error, **shape)

    return {
        "measures": given(
            "measures", label="整改措施", kind="long_text", help="查明了什么、做了什么、以后怎样避免，5 至 1000 个字"
        ),
        "satisfied": given(
            "satisfied", label="申请人对整改满意吗？", kind="choice",
            choices=(Choice("yes", "满意"), Choice("no", "仍不满意")),
        ),
        "note": given("note", label="回访情况", kind="long_text", help="怎么联系的、申请人怎么说，5 至 1000 个字"),
    }  # fmt: skip


@require_POST
def rectify(request: HttpRequest, number: str) -> HttpResponse:
    measures = request.POST.get("measures", "").replace("\0", "")
    return _do(
        request, number, "已提交整改，等待回访",
        lambda by: actions.rectify(number, measures=measures, by=by, now=clock.now()),
    )  # fmt: skip


@require_POST
def visit(request: HttpRequest, number: str) -> HttpResponse:
    note, satisfied = request.POST.get("note", "").replace("\0", ""), request.POST.get("satisfied", "")

    def verb(by: Actor) -> Ticket:
        demand(satisfied in ("yes", "no"), "satisfied_missing", "请选择申请人对整改是否满意", "", "satisfied")
        return actions.visit(number, satisfied=satisfied == "yes", note=note, by=by, now=clock.now())

    return _do(request, number, "已登记回访", verb)


def _do(request: HttpRequest, number: str, done: str, verb: Callable[[Actor], Ticket]) -> HttpResponse:
    try:
        one = verb(doors.staff(request))
    except Refusal as refusal:
        if refusal.status in (409, 422):
            return _page(request, number, refusal)
        raise
    messages.success(request, done)
    return redirect("tickets:ticket", number=one.number)
