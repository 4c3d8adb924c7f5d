"""The API of vertical systems: cases they handled, and what an applicant agreed to pass on to them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Header, Router, Schema, Status

from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.reporting import actions

router = Router(tags=["上报与回流"])


class ProgressIn(Schema):
    at: str = Field(max_length=40)
    says: str = Field(max_length=200)


class ReturnedIn(Schema):
    number: str = Field(max_length=200, description="来源系统自己的办件编号")
    item: str = Field("", max_length=200, description="实施编码，或登记过的地方编码")
    name: str = Field("", max_length=400, description="申请人姓名或单位名称")
    id_kind: str = Field("id_card", max_length=20, description="id_card 或 uscc")
    id_number: str = Field("", max_length=40)
    state: str = Field(
        "", max_length=40, description="applied accepted handling granted refused rejected withdrawn terminated"
    )
    applied_at: str = Field("", max_length=40)
    accepted_at: str = Field("", max_length=40)
    decided_at: str = Field("", max_length=40)
    result: str = Field("", max_length=2000)
    licence_name: str = Field("", max_length=400)
    licence_number: str = Field("", max_length=200)
    handover: str = Field("", max_length=40, description="本平台的移交编号，从本平台转过去的才有")
    progress: list[ProgressIn] = Field(default=[], max_length=100)


class ReturnedBatchIn(Schema):
    cases: list[ReturnedIn] = Field(min_length=1, max_length=200)


class AnswerOut(Schema):
    line: int
    number: str
    outcome: str = Field(description="new changed same refused")
    version: int
    claimed: bool = Field(description="false：已收下，事项编码不认识，等待认领")
    reasons: list[str]


class HandedOut(Schema):
    handover: str = Field(description="移交编号，回流时带回来")
    item: str
    applicant: dict[str, str | dict[str, str]] = Field(description="申请人同意移交的内容")


class AnswersOut(Schema):
    answers: list[AnswerOut]


@router.post(
    "/returned-cases", response={201: AnswersOut}, operation_id="deliver_returned_cases", summary="推送在别处办理的办件"
)
def deliver_returned_cases(
    request: HttpRequest,
    body: ReturnedBatchIn,
    idempotency_key: str = Header(alias="Idempotency-Key"),  # type: ignore[type-arg]
) -> Status[dict[str, Any]]:
    """Each line is answered for itself. The same key gives the same answers; the same case again is no change."""
    if "\0" in idempotency_key:
        raise Refusal("characters", "请求含有不能处理的字符（NUL）", "请去掉后重试")
    lines = [
        (
            {name: value for name, value in one.dict().items() if name != "progress"},
            [each.dict() for each in one.progress],
        )
        for one in body.cases
    ]
    answers = actions.deliver(lines, key=idempotency_key, by=doors.whoever(request), now=clock.now())
    return Status(201, {"answers": answers})


@router.post(
    "/handovers/{token}", response=HandedOut, operation_id="fetch_handover", summary="取回申请人同意移交的信息"
)
def fetch_handover(request: HttpRequest, token: str) -> dict[str, Any]:
    """Once, within five minutes, by the system that the applicant was sent to."""
    return actions.fetch(token, by=doors.whoever(request), now=clock.now())
