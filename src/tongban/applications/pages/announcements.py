"""公示公告 for everybody: what is put up now, and what one may say against it until the last day."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import actions
from tongban.applications.models import PublicNotice
from tongban.applications.pages import common
from tongban.design.parts import Field
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal

PER_PAGE = 20


@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """Those that run, the first to end first."""
    found = PublicNotice.objects.running(clock.today()).select_related("step__application__body")
    if after := common.uuid_of(request.GET.get("after", "")):
        last = PublicNotice.objects.filter(public_id=after).values_list("until_on", "pk").first()
        if last:
            found = found.filter(Q(until_on__gt=last[0]) | Q(until_on=last[0], pk__gt=last[1]))
    rows = list(found.order_by("until_on", "pk")[: PER_PAGE + 1])
    context = {"rows": rows[:PER_PAGE], "after": rows[PER_PAGE - 1].public_id if len(rows) > PER_PAGE else ""}
    return render(request, "applications/announcements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def announcement(request: HttpRequest, notice: UUID) -> HttpResponse:
    """One of them, also when it is over; POST is an objection by who is signed in."""
    if request.method != "POST":
        return _page(request, notice)
    by = common.actor(request)
    try:
        actions.object_to(notice, text=request.POST.get("text", "").replace("\0", ""), by=by, now=clock.now())
    except Refusal as no:
        if no.status not in (409, 422):
            raise
        return _page(request, notice, no)
    messages.success(request, "已收到您的异议。办理部门核实处理以后才能继续办这个办件")
    return redirect("applications:announcement", notice=notice)


def _page(request: HttpRequest, notice: UUID, refusal: Refusal | None = None) -> HttpResponse:
    found = PublicNotice.objects.select_related("step__application__body").filter(public_id=notice).first()
    if found is None:
        raise NotFound("notice_unknown", "没有这件公示", "请从公示公告打开")
    by, today = doors.whoever(request), clock.today()
    runs = found.from_on <= today <= found.until_on and not found.step.returned and found.step.closed_at is None
    field = Field(
        name="text", label="异议的内容", kind="long_text", value=request.POST.get("text", ""), rows=4,
        error=refusal.reason if refusal and refusal.field == "text" else "",
        help="写明哪里与事实不符、对您有什么影响。您的姓名只有办理部门看得到", attrs={"maxlength": "2000"},
    )  # fmt: skip
    context = {
        "notice": found,
        "body": found.step.application.body,
        "title": found.step.application.title,
        "runs": runs,
        "over": today > found.until_on or found.step.returned or found.step.closed_at is not None,
        "signed_in": by.person_id is not None and not by.is_staff,
        "staff": by.is_staff,
        "login": f"{reverse('authentication:login')}?next={request.path}",
        "field": field,
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "applications/announcement.html", context, status=refusal.status if refusal else 200)
