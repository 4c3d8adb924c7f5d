"""决定, 终止, 制证, 送达."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Status

from tongban.applications import actions
from tongban.applications.api.shared import CaseOut, VersionIn, clean, out, router
from tongban.identity import doors
from tongban.kernel import clock


class DecisionIn(VersionIn):
    granted: bool
    reason: str = ""
    document: str = Field("", description="转报以后：上级决定书的文号")


@router.post(
    "/applications/{number}/decision", response={201: CaseOut}, operation_id="decide_application", summary="决定"
)
def decide_application(request: HttpRequest, number: str, body: DecisionIn) -> Status[CaseOut]:
    case = actions.decide(
        clean(number), granted=body.granted, reason=body.reason, document=body.document,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class TerminationIn(VersionIn):
    ground: str = Field(description="applicant_gone、object_gone、law_changed 或 duplicate")
    reason: str


@router.post(
    "/applications/{number}/termination",
    response={201: CaseOut},
    operation_id="terminate_application",
    summary="终止办理",
)
def terminate_application(request: HttpRequest, number: str, body: TerminationIn) -> Status[CaseOut]:
    case = actions.terminate(
        clean(number), ground=body.ground, reason=body.reason,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class MakingIn(VersionIn):
    note: str = Field("", description="例如空白证照的印制编号")


@router.post("/applications/{number}/making", response={201: CaseOut}, operation_id="make_result", summary="制证")
def make_result(request: HttpRequest, number: str, body: MakingIn | None = None) -> Status[CaseOut]:
    body = body or MakingIn(version=None, note="")
    case = actions.make(clean(number), note=body.note, by=doors.whoever(request), now=clock.now(), seen=body.version)
    return Status(201, out(case))


@router.post(
    "/applications/{number}/delivery", response={201: CaseOut}, operation_id="deliver_application", summary="送达"
)
def deliver_application(request: HttpRequest, number: str, body: VersionIn | None = None) -> Status[CaseOut]:
    seen = body.version if body else None
    return Status(201, out(actions.deliver(clean(number), by=doors.whoever(request), now=clock.now(), seen=seen)))
