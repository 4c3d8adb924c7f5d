"""What is recorded about me and my organisations, what follows from it, and how it is repaired."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.credit.models import Record
from tongban.identity import doors
from tongban.kernel.typed import grouped

MOST = 50


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    found = Record.objects.visible_to(by) if not by.is_staff else Record.objects.none()
    shown = found.select_related("body", "organisation").order_by("-pk")[:MOST]
    rows = [{"record": one, "number": grouped(one.case_number)} for one in shown]
    return render(request, "credit/mine.html", {"rows": rows})
