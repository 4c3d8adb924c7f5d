"""Rate a case: five words, four aspects if one likes, a comment if one likes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.applications import queries
from tongban.evaluations import actions, rules
from tongban.evaluations.models import Rating
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, number: str) -> HttpResponse:
    by = doors.actor(request)
    case = queries.case(number, by=by)
    refusal = None
    if request.method == "POST":
        level = request.POST.get("level", "")
        aspects = {
            key: int(value) for key in rules.ASPECTS if (value := request.POST.get(key, "")) in "12345" and value
        }
        comment = request.POST.get("comment", "").replace("\0", "")
        try:
            if level not in {"1", "2", "3", "4", "5"}:
                raise Refusal("level_unknown", "请选择满意程度", "", "level")
            actions.rate(case.number, level=int(level), aspects=aspects, comment=comment, by=by, now=clock.now())
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, "感谢评价。不满意的地方我们会整改并回访")
            return redirect("applications:case", number=case.number)
    context = {
        "case": case,
        "levels": list(rules.LEVELS.items()),
        "aspects": list(rules.ASPECTS.items()),
        "rated": Rating.objects.filter(number=case.number).first(),
        "typed": request.POST,
        "errors": [refusal] if refusal else [],
    }
    return render(request, "evaluations/rate.html", context, status=refusal.status if refusal else 200)
