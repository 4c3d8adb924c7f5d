"""预审, 受理, 补正告知, 不予受理."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Schema, Status

from tongban.applications import actions, rules
from tongban.applications.api.shared import CaseOut, VersionIn, clean, out, router
from tongban.identity import doors
from tongban.kernel import clock


class PrecheckIn(VersionIn):
    note: str = ""


@router.post(
    "/applications/{number}/precheck", response={201: CaseOut}, operation_id="precheck_application", summary="预审"
)
def precheck_application(request: HttpRequest, number: str, body: PrecheckIn | None = None) -> Status[CaseOut]:
    """Inside the five days; it moves no date."""
    body = body or PrecheckIn(version=None)
    case = actions.precheck(
        clean(number), note=body.note, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, out(case))


@router.post(
    "/applications/{number}/acceptance", response={201: CaseOut}, operation_id="accept_application", summary="受理"
)
def accept_application(request: HttpRequest, number: str, body: VersionIn | None = None) -> Status[CaseOut]:
    """容缺受理 by itself when papers that may follow are still missing."""
    seen = body.version if body else None
    return Status(201, out(actions.accept(clean(number), by=doors.whoever(request), now=clock.now(), seen=seen)))


class GapIn(Schema):
    points: list[str] = []
    note: str = ""


class CorrectionIn(VersionIn):
    gaps: dict[str, GapIn]
    days: int = Field(rules.CORRECTION_DAYS, description="补正期限，工作日，1 至 60")


@router.post(
    "/applications/{number}/correction",
    response={201: CaseOut},
    operation_id="correct_application",
    summary="一次性告知补正",
)
def correct_application(request: HttpRequest, number: str, body: CorrectionIn) -> Status[CaseOut]:
    gaps = {key: actions.Gap(points=gap.points, note=gap.note) for key, gap in body.gaps.items()}
    case = actions.correct(
        clean(number), gaps, days=body.days, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, out(case))


class RejectionIn(VersionIn):
    kind: str
    reason: str
    right_body: str = ""


@router.post(
    "/applications/{number}/rejection", response={201: CaseOut}, operation_id="reject_application", summary="不予受理"
)
def reject_application(request: HttpRequest, number: str, body: RejectionIn) -> Status[CaseOut]:
    case = actions.reject(
        clean(number), kind=body.kind, reason=body.reason, right_body=body.right_body,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))
