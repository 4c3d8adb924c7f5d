"""Complain about how the case is handled, and see what came of earlier complaints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.applications import queries as cases
from tongban.design.parts import Choice, Field, Tone
from tongban.evaluations import complaints, queries, rules
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped
from tongban.tickets.models import Ticket


@dataclass(frozen=True)
class Earlier:
    """A complaint as its author sees it."""

    number: str
    title: str
    state: str
    tone: Tone
    opened_at: datetime
    due_on: date
    measures: str


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, number: str) -> HttpResponse:
    by = doors.actor(request)
    case = cases.own_case(number, by=by)
    refusal = None
    if request.method == "POST":
        about, words = (request.POST.get(name, "").replace("\0", "") for name in ("about", "words"))
        try:
            ticket = complaints.complain(case.number, about=about, words=words, by=by, now=clock.now())
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, f"投诉已收到，诉求单编号 {grouped(ticket.number)}")
            return redirect("evaluations:complain", number=case.number)
    earlier = queries.complaints_of(case.number)
    context = {
        "case": case,
        "case_url": reverse("applications:case", kwargs={"number": case.number}),
        "earlier": [_earlier(one) for one in earlier],
        "open": bool(earlier) and earlier[-1].state != "visited",
        "fields": _fields(request, refusal),
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "evaluations/complaint.html", context, status=refusal.status if refusal else 200)


def _earlier(one: Ticket) -> Earlier:
    words: dict[str, tuple[str, Tone]] = {
        "open": ("正在处理", "warn"),
        "rectified": ("已处理，等待回访", ""),
        "visited": ("已办结", "ok"),
    }
    state, tone = words[one.state]
    return Earlier(grouped(one.number), one.title, state, tone, one.opened_at, one.due_on, one.measures)


def _fields(request: HttpRequest, refusal: Refusal | None) -> dict[str, Field]:
    def error(name: str) -> str:
        return refusal.reason if refusal and refusal.field == name else ""

    return {
        "about": Field(
            name="about", label="投诉什么", kind="choice", value=request.POST.get("about", ""), error=error("about"),
            choices=[Choice(key, words) for key, words in rules.ABOUT.items()], long=True,
        ),
        "words": Field(
            name="words", label="具体情况", kind="long_text", value=request.POST.get("words", ""), error=error("words"),
            help="什么时间、什么事、希望怎么解决，5 至 1000 个字", attrs={"maxlength": "1000"},
        ),
    }  # fmt: skip
