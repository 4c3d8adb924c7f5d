"""What awaits me, most urgent first."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tongban.flow import queries
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

PageSize = Annotated[int, Field(ge=1, le=100)]
router = Router(tags=["待办"])


class TaskLine(Schema):
    number: str
    act: str
    title: str
    due_on: date | None
    lamp: str


class TaskList(Schema):
    tasks: list[TaskLine]
    next: str | None = None


@router.get("/tasks", response=TaskList, operation_id="list_tasks", summary="我的待办")
def list_tasks(request: HttpRequest, limit: PageSize = 20, after: str = "") -> TaskList:
    if "\0" in after:
        raise Refusal("characters", "参数含有不能处理的字符", "请去掉后重试")
    tasks = queries.tasks(doors.whoever(request), today=clock.today(), limit=limit, after=after)
    lines = [TaskLine(number=t.subject, act=t.act, title=t.title, due_on=t.due_on, lamp=t.lamp) for t in tasks]
    return TaskList(tasks=lines, next=tasks[-1].after if len(tasks) == limit else None)
