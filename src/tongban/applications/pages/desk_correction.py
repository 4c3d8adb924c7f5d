"""再次要求补正: the same gap a second time is asked for by who checks, and goes out with the reason of the head."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.applications import actions
from tongban.applications.pages import desk_case
from tongban.applications.pages.desk_acceptance import gaps_of, within
from tongban.applications.pages.desk_doors import act, do, seen, text
from tongban.kernel import clock


@act
def ask_again(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已报部门负责人批准，批准后自动发出补正告知",
        lambda by: actions.ask_again(
            number, gaps_of(request, number), reason=text(request, "again_reason"),
            found=desk_case.found_points(request, number), days=within(request), by=by, now=clock.now(), seen=seen(request),
        ),
        {"days": "correction_days", "reason": "again_reason"},
    )  # fmt: skip


@act
def correct_again(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已批准，补正告知已发出",
        lambda by: actions.correct_again(
            number, reason=text(request, "again_answer"), by=by, now=clock.now(), seen=seen(request)
        ),
        {"reason": "again_answer"},
    )  # fmt: skip


@act
def decline_again(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "没有批准再次要求补正",
        lambda by: actions.decline_again(
            number, answer=text(request, "again_answer"), by=by, now=clock.now(), seen=seen(request)
        ),
        {"answer": "again_answer"},
    )  # fmt: skip
