"""我的数据: what the platform keeps about one, why, and the file with all of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.authentication.doors import confirmed
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.personal import kept
from tongban.kernel.refusals import Refusal
from tongban.privacy import actions, rules
from tongban.privacy.models import OwnData

TONES = {"asked": "warn", "made": "ok", "gone": ""}


@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: HttpRequest) -> HttpResponse:
    """POST asks for the file."""
    by = doors.actor(request)
    person = actions.own(by)
    refusal = None
    if request.method == "POST":
        try:
            actions.ask(by=by, now=clock.now())
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, "已收到，整理好以后在这里下载，一般几分钟")
            return redirect("privacy:own_data")
    found = OwnData.objects.filter(person=person).order_by("-pk")[:10]
    context = {
        "kept": kept(),
        "rows": [
            {"one": one, "state": rules.STATES[one.state], "tone": TONES[one.state], "kb": max(1, one.size // 1024)}
            for one in found
        ],
        "errors": [("", refusal.reason)] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "privacy/own_data.html", context, status=refusal.status if refusal else 200)


@require_safe
@confirmed
def own_data_file(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    now = clock.now()
    found = actions.take(request_id, by=doors.actor(request), now=now)
    response = StreamingHttpResponse(found, content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
