"""事后核查, 更正, 撤销, 重新办理."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Status

from tongban.applications import actions
from tongban.applications.api.shared import CaseOut, VersionIn, clean, out, router
from tongban.identity import doors
from tongban.kernel import clock


class VerificationIn(VersionIn):
    holds: bool
    note: str
    rectify_days: int = Field(0, ge=0, description="不符合的：责令几个工作日内整改；0 为直接认定承诺不实")


@router.post(
    "/applications/{number}/commitments/{commitment}/verification",
    response={201: CaseOut},
    operation_id="verify_commitment",
    summary="核查承诺",
)
def verify_commitment(request: HttpRequest, number: str, commitment: int, body: VerificationIn) -> Status[CaseOut]:
    case = actions.verify(
        clean(number), commitment, holds=body.holds, note=body.note, rectify_days=body.rectify_days,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class AmendmentIn(VersionIn):
    was: str
    becomes: str
    reason: str


@router.post(
    "/applications/{number}/amendment", response={201: CaseOut}, operation_id="amend_decision", summary="更正决定"
)
def amend_decision(request: HttpRequest, number: str, body: AmendmentIn) -> Status[CaseOut]:
    """A slip of the pen; what was decided stays."""
    case = actions.amend(
        clean(number), was=body.was, becomes=body.becomes, reason=body.reason,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class RevocationIn(VersionIn):
    ground: str
    reason: str
    document: str = ""


@router.post(
    "/applications/{number}/revocation", response={201: CaseOut}, operation_id="revoke_decision", summary="撤销决定"
)
def revoke_decision(request: HttpRequest, number: str, body: RevocationIn) -> Status[CaseOut]:
    case = actions.revoke(
        clean(number), ground=body.ground, reason=body.reason, document=body.document,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class ReopeningIn(VersionIn):
    ground: str = Field(description="reconsideration、judgment、superior 或 own_error")
    document: str = Field("", description="复议决定、判决等的名称和文号；自行纠正的不填")
    reason: str


@router.post(
    "/applications/{number}/reopening", response={201: CaseOut}, operation_id="reopen_application", summary="重新办理"
)
def reopen_application(request: HttpRequest, number: str, body: ReopeningIn) -> Status[CaseOut]:
    """A new round; the clocks run anew."""
    case = actions.reopen(
        clean(number), ground=body.ground, document=body.document, reason=body.reason,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))
