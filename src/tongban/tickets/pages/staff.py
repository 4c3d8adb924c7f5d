"""Tickets of my body or region, the first due first; rectify, then visit. Who complained is not shown."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.flow import rules as clocks
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal
from tongban.kernel.typed import normalise
from tongban.tickets import actions
from tongban.tickets.models import Ticket


@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    found = Ticket.objects.visible_to(doors.staff(request)).exclude(state="visited").order_by("due_on", "pk")[:50]
    today = clock.today()
    rows = [{"ticket": one, "lamp": clocks.lamp(today, one.due_on, one.due_on)} for one in found]
    return render(request, "tickets/tickets.html", {"rows": rows})


@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, number)


def _page(request: HttpRequest, number: str, refusal: Refusal | None = None) -> HttpResponse:
    visible = Ticket.objects.visible_to(doors.staff(request)).select_related("body")
    one = visible.filter(number=normalise(number).replace("\0", "")).first()
    if one is None:
        raise NotFound("ticket_unknown", "没有这个诉求单，或者您无权办理", "")
    context = {"ticket": one, "errors": [refusal] if refusal else [], "typed": request.POST}
    return render(request, "tickets/ticket.html", context, status=refusal.status if refusal else 200)


@require_POST
def rectify(request: HttpRequest, number: str) -> HttpResponse:
    measures = request.POST.get("measures", "").replace("\0", "")
    return _do(
        request, number, "已提交整改，等待回访",
        lambda by: actions.rectify(number, measures=measures, by=by, now=clock.now()),
    )  # fmt: skip


@require_POST
def visit(request: HttpRequest, number: str) -> HttpResponse:
    note, satisfied = request.POST.get("note", "").replace("\0", ""), request.POST.get("satisfied") == "yes"
    return _do(
        request, number, "已登记回访",
        lambda by: actions.visit(number, satisfied=satisfied, note=note, by=by, now=clock.now()),
    )  # fmt: skip


def _do(request: HttpRequest, number: str, done: str, verb: Callable[[Actor], Ticket]) -> HttpResponse:
    try:
        one = verb(doors.staff(request))
    except Refusal as refusal:
        if refusal.status in (409, 422):
            return _page(request, number, refusal)
        raise
    messages.success(request, done)
    return redirect("tickets:ticket", number=one.number)
