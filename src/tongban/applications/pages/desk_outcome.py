"""At the desk at the end: 决定, 转报, 终止, 制证, 送达."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.applications import actions
from tongban.applications.pages.desk_doors import act, do, seen, text
from tongban.kernel import clock


@act
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """After a 转报: what was decided above, with the number of its document."""
    return do(
        request, number, "已作出决定",
        lambda by: actions.decide(
            number, granted=request.POST.get("granted") == "yes", reason=text(request, "decision_reason"),
            document=text(request, "decision_document"), by=by, now=clock.now(), seen=seen(request),
        ),
        {"reason": "decision_reason", "document": "decision_document"},
    )  # fmt: skip


@act
def forward(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已转报上级",
        lambda by: actions.forward(
            number, opinion=text(request, "forwarding_opinion"), by=by, now=clock.now(), seen=seen(request)
        ),
        {"opinion": "forwarding_opinion"},
    )  # fmt: skip


@act
def terminate(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已终止办理",
        lambda by: actions.terminate(
            number, ground=text(request, "termination_ground"), reason=text(request, "termination_reason"), by=by,
            now=clock.now(), seen=seen(request),
        ),
        {"ground": "termination_ground", "reason": "termination_reason"},
    )  # fmt: skip


@act
def make(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已登记制证",
        lambda by: actions.make(
            number, note=text(request, "making_note"), by=by, now=clock.now(), seen=seen(request)
        ),
    )  # fmt: skip


@act
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    return do(request, number, "已送达", lambda by: actions.deliver(number, by=by, now=clock.now(), seen=seen(request)))
