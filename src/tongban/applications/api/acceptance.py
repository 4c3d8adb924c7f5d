"""预审, 受理, 补正告知, 不予受理."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Field, Schema, Status

from tongban.applications import actions, rules
from tongban.applications.api.shared import CaseOut, VersionIn, clean, out, router
from tongban.applications.material_rules import Result
from tongban.identity import doors
from tongban.kernel import clock

Checked = dict[str, dict[str, Literal["met", "none"]]]
"""By material, then by check point: 符合, 不适用."""


class PrecheckIn(VersionIn):
    note: str = ""
    checks: Checked = Field({}, description="逐项核对：材料 → 审查要点 → met 符合、none 不适用")


@router.post(
    "/applications/{number}/precheck", response={201: CaseOut}, operation_id="precheck_application", summary="预审"
)
def precheck_application(request: HttpRequest, number: str, body: PrecheckIn | None = None) -> Status[CaseOut]:
    """Inside the five days; it moves no date."""
    body = body or PrecheckIn(version=None, checks={})
    case = actions.precheck(
        clean(number),
        note=body.note,
        found=_found(body.checks),
        by=doors.whoever(request),
        now=clock.now(),
        seen=body.version,
    )
    return Status(201, out(case))


def _found(checks: Checked) -> dict[str, dict[str, Result]]:
    return {key: {point: Result(result) for point, result in points.items()} for key, points in checks.items()}


class AcceptanceIn(VersionIn):
    checks: Checked = Field({}, description="逐项核对：材料 → 审查要点 → met 符合、none 不适用")


@router.post(
    "/applications/{number}/acceptance", response={201: CaseOut}, operation_id="accept_application", summary="受理"
)
def accept_application(request: HttpRequest, number: str, body: AcceptanceIn | None = None) -> Status[CaseOut]:
    """容缺受理 by itself when papers that may follow are still missing."""
    body = body or AcceptanceIn(version=None, checks={})
    case = actions.accept(
        clean(number), found=_found(body.checks), by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, out(case))


class GapIn(Schema):
    points: list[str] = []
    note: str = ""


class CorrectionIn(VersionIn):
    gaps: dict[str, GapIn]
    days: int = Field(rules.CORRECTION_DAYS, description="补正期限，工作日，1 至 60")
    checks: Checked = Field({}, description="其他逐项核对的结果")


@router.post(
    "/applications/{number}/correction",
    response={201: CaseOut},
    operation_id="correct_application",
    summary="一次性告知补正",
)
def correct_application(request: HttpRequest, number: str, body: CorrectionIn) -> Status[CaseOut]:
    """同一处再次要求补正时返回 409 `asked_again`：要报部门负责人（`correction/request`）。"""
    case = actions.correct(
        clean(number), _gaps(body), found=_found(body.checks), days=body.days, by=doors.whoever(request),
        now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


def _gaps(body: CorrectionIn) -> dict[str, actions.Gap]:
    return {key: actions.Gap(points=gap.points, note=gap.note) for key, gap in body.gaps.items()}


class CorrectionRequestIn(CorrectionIn):
    reason: str = Field(description="上次告知以后申请人补了什么，为什么还不行")


@router.post(
    "/applications/{number}/correction/request",
    response={201: CaseOut},
    operation_id="request_correction",
    summary="报请再次要求补正",
)
def request_correction(request: HttpRequest, number: str, body: CorrectionRequestIn) -> Status[CaseOut]:
    """The whole notice waits for the head of the body; the five days run on."""
    case = actions.ask_again(
        clean(number), _gaps(body), reason=body.reason, found=_found(body.checks), days=body.days,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class ReasonIn(VersionIn):
    reason: str = Field(description="批准的，申请人会看到")


@router.post(
    "/applications/{number}/correction/approval",
    response={201: CaseOut},
    operation_id="approve_correction",
    summary="批准再次要求补正",
)
def approve_correction(request: HttpRequest, number: str, body: ReasonIn) -> Status[CaseOut]:
    """By the head of the body; the notice goes out at once."""
    case = actions.correct_again(
        clean(number), reason=body.reason, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, out(case))


@router.post(
    "/applications/{number}/correction/refusal",
    response={201: CaseOut},
    operation_id="decline_correction",
    summary="不批准再次要求补正",
)
def decline_correction(request: HttpRequest, number: str, body: ReasonIn) -> Status[CaseOut]:
    case = actions.decline_again(
        clean(number), answer=body.reason, by=doors.whoever(request), now=clock.now(), seen=body.version
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
