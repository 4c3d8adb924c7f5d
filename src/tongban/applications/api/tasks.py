"""认领, 退回, 转交, 指派."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Schema, Status

from tongban.applications.actions import tasks
from tongban.applications.api.shared import clean, router
from tongban.flow import colleagues
from tongban.flow.models import Task
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


class TaskIn(Schema):
    act: str = Field(description="哪一种待办，见 GET /tasks")
    step: str = ""


class ReleaseIn(TaskIn):
    reason: str = ""


class HandOverIn(TaskIn):
    to: str = Field(description="同事的账号名")
    reason: str


class AssignmentIn(TaskIn):
    to: str = Field(description="同事的账号名")
    reason: str = ""


class HeldTask(Schema):
    number: str
    act: str
    step: str
    held_by: str
    held_at: datetime | None


def _out(task: Task) -> HeldTask:
    names = colleagues.names_of([task.held_by_id] if task.held_by_id else [])
    return HeldTask(
        number=task.subject, act=task.act, step=task.step, held_by=names.get(task.held_by_id or 0, ""),
        held_at=task.held_at,
    )  # fmt: skip


def _plain(text: str) -> str:
    if "\0" in text:
        raise Refusal("characters", "参数含有不能处理的字符", "请去掉后重试")
    return text


@router.post("/tasks/{number}/claim", response={201: HeldTask}, operation_id="claim_task", summary="认领待办")
def claim_task(request: HttpRequest, number: str, body: TaskIn) -> Status[HeldTask]:
    """Of two at once one gets it; the other a 409 that names who has it."""
    by = doors.whoever(request)
    return Status(201, _out(tasks.claim(clean(number), _plain(body.act), step=body.step, by=by, now=clock.now())))


@router.post("/tasks/{number}/release", response={201: HeldTask}, operation_id="release_task", summary="退回待办池")
def release_task(request: HttpRequest, number: str, body: ReleaseIn) -> Status[HeldTask]:
    by = doors.whoever(request)
    task = tasks.release(
        clean(number), _plain(body.act), step=body.step, reason=_plain(body.reason), by=by, now=clock.now()
    )
    return Status(201, _out(task))


@router.post("/tasks/{number}/hand-over", response={201: HeldTask}, operation_id="hand_over_task", summary="转交待办")
def hand_over_task(request: HttpRequest, number: str, body: HandOverIn) -> Status[HeldTask]:
    task = tasks.hand_over(
        clean(number), _plain(body.act), step=body.step, to=colleagues.account_named(_plain(body.to)),
        reason=_plain(body.reason), by=doors.whoever(request), now=clock.now(),
    )  # fmt: skip
    return Status(201, _out(task))


@router.post("/tasks/{number}/assignment", response={201: HeldTask}, operation_id="assign_task", summary="指派待办")
def assign_task(request: HttpRequest, number: str, body: AssignmentIn) -> Status[HeldTask]:
    """By the head of the body."""
    task = tasks.assign(
        clean(number), _plain(body.act), step=body.step, to=colleagues.account_named(_plain(body.to)),
        reason=_plain(body.reason), by=doors.whoever(request), now=clock.now(),
    )  # fmt: skip
    return Status(201, _out(task))
