"""What awaits me, most urgent first: all that my posts let me do, what I hold, or the pool."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tongban.flow import colleagues, listing, queries
from tongban.flow.wanted import Whose, read
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

PageSize = Annotated[int, Field(ge=1, le=100)]
router = Router(tags=["待办"])

HeldBy = Literal["", "me", "pool", "done"]
_WHOSE: dict[HeldBy, Whose] = {"": "all", "me": "mine", "pool": "pool", "done": "done"}


class TaskLine(Schema):
    number: str
    act: str
    step: str = Field(description="同一步同时有几个待办时，是哪一个；一般为空")
    title: str
    due_on: date | None
    lamp: str
    held_by: str = Field(description="办理人；空为待认领")
    seen_at: datetime | None
    closed_at: datetime | None


class TaskList(Schema):
    tasks: list[TaskLine]
    next: str | None = None


@router.get("/tasks", response=TaskList, operation_id="list_tasks", summary="我的待办")
def list_tasks(
    request: HttpRequest,
    limit: PageSize = 20,
    after: str = "",
    held_by: Annotated[HeldBy, Field(description="me 我的（含代办）；pool 待认领；done 我办完的；不写为全部")] = "",
    act: Annotated[str, Field(description="只列一种待办，例如 application.review")] = "",
) -> TaskList:
    if "\0" in after or "\0" in act:
        raise Refusal("characters", "参数含有不能处理的字符", "请去掉后重试")
    by, today = doors.whoever(request), clock.today()
    if held_by:
        wanted = read({"whose": _WHOSE[held_by], "act": act})
        page = listing.find(wanted, by=by, today=today, limit=limit, after=after)
        found, onward = page.lines, page.after
    else:
        found = queries.tasks(by, today=today, limit=limit, after=after, act=act)
        onward = found[-1].after if len(found) == limit else ""
    names = colleagues.names_of([line.held_by for line in found if line.held_by])
    lines = [
        TaskLine(
            number=line.subject, act=line.act, step=line.step, title=line.title, due_on=line.due_on, lamp=line.lamp,
            held_by=names.get(line.held_by or 0, ""), seen_at=line.seen_at, closed_at=line.closed_at,
        )
        for line in found
    ]  # fmt: skip
    return TaskList(tasks=lines, next=onward or None)
