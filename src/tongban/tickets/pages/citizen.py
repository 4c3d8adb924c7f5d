"""不对劲？ The person whose data was looked at asks why."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.accesses import queries as accesses
from tongban.design.parts import Field
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped
from tongban.tickets import doubts

STATES = {"open": ("正在处理", "warn"), "rectified": ("已处理，等待回访", ""), "visited": ("已办结", "ok")}


@require_http_methods(["GET", "POST"])
def doubt(request: HttpRequest, look: UUID) -> HttpResponse:
    by = doors.actor(request)
    one = doubts.own_access(look, by=by)
    refusal = None
    if request.method == "POST":
        try:
            ticket = doubts.doubt(look, words=request.POST.get("words", ""), by=by, now=clock.now())
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, f"已收到，诉求单编号 {grouped(ticket.number)}")
            return redirect("tickets:doubt", look=look)
    ticket_now = doubts.ticket_of(one)
    state, tone = STATES[ticket_now.state] if ticket_now else ("", "")
    field = Field(
        name="words",
        label="哪里不对劲",
        kind="long_text",
        help="例如：这件事早就办完了，为什么还有人看",
        attrs={"maxlength": "1000"},
    )
    context = {
        "look": accesses.told(one),
        "ticket": ticket_now,
        "ticket_number": grouped(ticket_now.number) if ticket_now else "",
        "state": state,
        "tone": tone,
        "words": Field.of(field, value=request.POST.get("words", ""), error=refusal.reason if refusal else ""),
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "tickets/doubt.html", context, status=refusal.status if refusal else 200)
