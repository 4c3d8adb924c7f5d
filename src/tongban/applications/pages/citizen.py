"""The applicant's cases, what was received, how the days are counted; and the public look-up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import acting, documents, queries
from tongban.applications.models import Application
from tongban.applications.pages import common
from tongban.applications.queries import TONES
from tongban.delegation import queries as delegation
from tongban.design.slots import slots_for
from tongban.flow import queries as flow
from tongban.identity import limits
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped

PER_PAGE = 20


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    by, today = common.actor(request), clock.today()
    chosen = common.uuid_of(request.GET.get("for", ""))
    power = delegation.held(chosen, by=by) if chosen else None
    cases_of = acting.cases_under(power, by=by, today=today) if power else Application.objects.visible_to(by)
    found = cases_of.select_related("body").newest_first()
    after = request.GET.get("after", "")
    if after.isdigit() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    cases = list(found[: PER_PAGE + 1])
    context = {
        "cases": [_line(case) for case in cases[:PER_PAGE]],
        "after": cases[PER_PAGE - 1].pk if len(cases) > PER_PAGE else "",
        "power": power,
        "powers": delegation.held_now(by, today=today),
        "slots": {} if after or power else slots_for(request, by, "applications.mine.elsewhere"),
    }
    return render(request, "applications/mine.html", context)


def _line(case: Application) -> dict[str, Any]:
    return {"case": case, "state": case.status.label, "tone": TONES.get(case.status, "")}


@require_safe
def submitted(request: HttpRequest, number: str) -> HttpResponse:
    """The confirmation: number, query code, what happens next, by when."""
    one = queries.case(number, by=common.actor(request))
    context = {
        "case": one,
        "number": grouped(one.number),
        "parties": acting.parties(one) if one.power_id else "",
        "answer_by": queries.answer_due_on(one),
        "to_bring": [m for m in one.materials.order_by("id") if not m.given],
    }
    return render(request, "applications/submitted.html", context)


@require_safe
def clock_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """时限计算单: each day counted or not, by which article."""
    one = queries.case(number, by=common.actor(request))
    found = flow.sheets(one.number, today=clock.today())
    sheets = [{"sheet": each, "name": documents.name_of(each), "facts": documents.facts_of(each)} for each in found]
    return render(request, "applications/clock.html", {"case": one, "sheets": sheets})


@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """Public look-up: number or query code, with the last four characters of the ID."""
    typed, tail = (request.POST.get(name, "").replace("\0", "")[:60] for name in ("number", "tail"))
    found, refusal = None, None
    elsewhere: dict[str, list[SafeString]] = {}
    if request.method == "POST":
        try:
            limits.count(f"progress:{limits.place(request.META.get('REMOTE_ADDR', ''))}", most=20, now=clock.now())
            found = queries.look_up(typed, tail)
        except Refusal as no:
            if no.code == "look_up_failed":  # it may be a number of another system
                elsewhere = slots_for(request, (typed, tail), "applications.progress.elsewhere")
            refusal = None if any(elsewhere.values()) else no
    context: dict[str, Any] = {
        "typed": typed, "tail": tail, "errors": [refusal] if refusal else [], "slots": elsewhere
    }  # fmt: skip
    if found:
        context |= {
            "case": found, "state": found.status.label, "tone": TONES.get(found.status, ""),
            "number": grouped(found.number), "track": queries.track(found),
        }  # fmt: skip
    return render(request, "applications/progress.html", context, status=422 if refusal else 200)
