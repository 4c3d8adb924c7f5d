"""Rate a case: five words, four aspects if one likes, a comment if one likes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.applications import queries as cases
from tongban.applications.models import Application
from tongban.design.parts import Choice, Field
from tongban.evaluations import actions, queries, rules
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Refusal


@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, number: str) -> HttpResponse:
    by = doors.actor(request)
    case = cases.case(number, by=by)
    if not queries.is_own(case, by=by):
        raise Forbidden("not_the_applicant", "只有申请人可以评价", "工作人员不能代评，也看不到是谁评的")
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
    context = _context(case, request, refusal)
    return render(request, "evaluations/rate.html", context, status=refusal.status if refusal else 200)


def _context(case: Application, request: HttpRequest, refusal: Refusal | None) -> dict[str, object]:
    rated = queries.rating_of(case)
    fields = _fields(request, refusal)
    return {
        "case": case,
        "case_url": reverse("applications:case", kwargs={"number": case.number}),
        "rated": rated,
        "level": rules.LEVELS[rated.level] if rated else "",
        "bad": rules.is_bad(rated.level) if rated else False,
        "may_rate": case.status in rules.RATEABLE,
        "fields": fields,
        "aspects_open": any(each.value or each.error for each in fields["aspects"]),
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }


def _fields(request: HttpRequest, refusal: Refusal | None) -> dict[str, Any]:
    """The form as typed, the refusal beside what it is about."""
    levels = [Choice(str(level), words) for level, words in rules.LEVELS.items()]

    def given(name: str, **shape: Any) -> Field:
        error = refusal.reason if refusal and refusal.field == name else ""
        return Field(name=name, value=request.POST.get(name, ""), error=error, **shape)

    return {
        "level": given("level", label="总的来说", kind="choice", choices=levels, long=True),
        "aspects": [
            given(key, label=label, kind="select", choices=levels, required=False)
            for key, label in rules.ASPECTS.items()
        ],
        "comment": given(
            "comment", label="想说的话", kind="long_text", required=False, help="最多 500 个字，请不要写身份证号和电话",
            attrs={"maxlength": "500"},
        ),
    }  # fmt: skip
