"""At the desk between acceptance and decision: 审查, 依法暂停, 延长期限."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.applications import actions
from tongban.applications.models import Application
from tongban.applications.pages import desk_fields
from tongban.applications.pages.desk_doors import act, days, do, seen, text
from tongban.identity.actors import Actor
from tongban.kernel import clock


@act
def review(request: HttpRequest, number: str) -> HttpResponse:
    """The opinion is the template chosen, the words typed, or both."""
    return do(
        request, number, "已提交审查意见",
        lambda by: actions.review(
            number, passes=request.POST.get("passes") == "yes",
            opinion=desk_fields.opinion_of(
                text(request, "template"), text(request, "opinion"), passes=request.POST.get("passes", "")
            ),
            by=by, now=clock.now(), seen=seen(request),
        ),
    )  # fmt: skip


@act
def suspend(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已暂停计时",
        lambda by: actions.suspend(
            number, cause=text(request, "cause"), reason=text(request, "suspension_reason"), by=by,
            now=clock.now(), seen=seen(request),
        ),
        {"reason": "suspension_reason"},
    )  # fmt: skip


@act
def resume(request: HttpRequest, number: str) -> HttpResponse:
    """`ended` names the one cause that ended; without it all of them did."""
    cause = text(request, "ended")

    def verb(by: Actor) -> Application:
        return actions.resume(number, cause=cause, by=by, now=clock.now(), seen=seen(request))

    return do(request, number, "已登记暂停结束" if cause else "已恢复计时", verb)


@act
def ask_extension(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已提出延期申请，等待负责人批准",
        lambda by: actions.ask_extension(
            number, days=days(request, "extension_days"), reason=text(request, "extension_reason"), by=by,
            now=clock.now(), seen=seen(request),
        ),
        {"days": "extension_days", "reason": "extension_reason"},
    )  # fmt: skip


@act
def extend(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已批准延长期限", lambda by: actions.extend(number, by=by, now=clock.now(), seen=seen(request))
    )


@act
def decline_extension(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "没有批准延长期限",
        lambda by: actions.decline_extension(
            number, answer=text(request, "extension_answer"), by=by, now=clock.now(), seen=seen(request)
        ),
        {"answer": "extension_answer"},
    )  # fmt: skip
