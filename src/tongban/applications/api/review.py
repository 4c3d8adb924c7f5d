"""审查, 依法暂停, 延长期限, 转报."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Query, Status

from tongban.applications import actions
from tongban.applications.api.shared import CaseOut, VersionIn, clean, out, router
from tongban.identity import doors
from tongban.kernel import clock


class ReviewIn(VersionIn):
    passes: bool
    opinion: str


@router.post(
    "/applications/{number}/review", response={201: CaseOut}, operation_id="review_application", summary="审查意见"
)
def review_application(request: HttpRequest, number: str, body: ReviewIn) -> Status[CaseOut]:
    case = actions.review(
        clean(number), passes=body.passes, opinion=body.opinion,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class SuspensionIn(VersionIn):
    cause: str = Field(description="《行政许可法》第四十五条的情形，或实施清单写明依据的特别程序")
    reason: str


@router.post(
    "/applications/{number}/suspension",
    response={201: CaseOut},
    operation_id="suspend_application",
    summary="依法暂停计时",
)
def suspend_application(request: HttpRequest, number: str, body: SuspensionIn) -> Status[CaseOut]:
    """One call for each cause; several may run at once, and the clocks stand still until the last has ended."""
    case = actions.suspend(
        clean(number), cause=body.cause, reason=body.reason,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


@router.delete(
    "/applications/{number}/suspension", response=CaseOut, operation_id="resume_application", summary="恢复计时"
)
def resume_application(
    request: HttpRequest,
    number: str,
    cause: str = Query("", description="结束哪一项情形；不写则全部结束"),  # type: ignore[type-arg]
) -> CaseOut:
    return out(actions.resume(clean(number), cause=cause, by=doors.whoever(request), now=clock.now()))


class ExtensionIn(VersionIn):
    days: int = Field(description="工作日；一般事项至多 10，统一、联合、集中办理至多 15")
    reason: str = Field(description="申请人会看到")


@router.post(
    "/applications/{number}/extension", response={201: CaseOut}, operation_id="ask_extension", summary="申请延长期限"
)
def ask_extension(request: HttpRequest, number: str, body: ExtensionIn) -> Status[CaseOut]:
    case = actions.ask_extension(
        clean(number), days=body.days, reason=body.reason,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


@router.post(
    "/applications/{number}/extension/approval",
    response={201: CaseOut},
    operation_id="approve_extension",
    summary="批准延长期限",
)
def approve_extension(request: HttpRequest, number: str, body: VersionIn | None = None) -> Status[CaseOut]:
    """By the head of the body; for joint handling by the head of the government. Never by the one who asked."""
    seen = body.version if body else None
    return Status(201, out(actions.extend(clean(number), by=doors.whoever(request), now=clock.now(), seen=seen)))


class AnswerIn(VersionIn):
    answer: str


@router.post(
    "/applications/{number}/extension/refusal",
    response={201: CaseOut},
    operation_id="decline_extension",
    summary="不批准延长期限",
)
def decline_extension(request: HttpRequest, number: str, body: AnswerIn) -> Status[CaseOut]:
    case = actions.decline_extension(
        clean(number), answer=body.answer, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, out(case))


class ForwardingIn(VersionIn):
    opinion: str


@router.post(
    "/applications/{number}/forwarding", response={201: CaseOut}, operation_id="forward_application", summary="转报上级"
)
def forward_application(request: HttpRequest, number: str, body: ForwardingIn) -> Status[CaseOut]:
    """Reviewed here, decided by the body above that the edition names."""
    case = actions.forward(
        clean(number), opinion=body.opinion, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, out(case))
