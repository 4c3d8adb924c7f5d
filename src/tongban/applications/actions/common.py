"""What every verb begins and ends with: the case locked for this actor, and its next state written."""

from __future__ import annotations

from datetime import datetime

from tongban.applications import queries, rules
from tongban.applications.models import Application
from tongban.flow import actions as flow
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.identity.roles import Act as Power
from tongban.kernel import calendar, rows
from tongban.kernel.refusals import Forbidden
from tongban.kernel.typed import normalise


def locked(number: str, *, by: Actor, seen: int | None = None) -> Application:
    """The case, locked first in the lock order application → clock → task → licence; NotFound outside the scope."""
    found = Application.objects.visible_to(by).select_for_update().one(normalise(number))
    if found is None:
        raise queries.unknown()
    rules.check_version(found.version, seen)
    return found


def must(application: Application, power: Power, *, by: Actor) -> None:
    """The post empowers, and it is not one's own case (回避)."""
    if by.is_staff and by.person_id is not None and by.person_id == application.person_id:
        raise Forbidden("own_case", "不能办理自己的申请，应当回避", "请交给另一位同事办理")
    by.must(power, body_id=application.body_id, region_path=application.region_path)


def advance(application: Application, act: rules.Act) -> None:
    """Take the step in the procedure; the caller saves. Raises Conflict."""
    application.state = rules.step(application.status, act)
    application.version += 1


def save(application: Application, *also: str) -> None:
    rows.update(application, "state", "version", *also)


def await_within(application: Application, power: Power, *, days: int, now: datetime) -> None:
    """Open the task for an act that the law wants done within so many working days of now."""
    calendar_now = calendar.current()
    started_on, limit = clocks.starts_on(now, calendar_now), clocks.Limit(days)
    flow.open_task(
        application.number,
        act=power,
        title=application.title,
        body_id=application.body_id,
        region_path=application.region_path,
        due_on=clocks.due_on(started_on, limit, calendar_now),
        near_on=clocks.near_on(started_on, limit, calendar_now),
        now=now,
    )
