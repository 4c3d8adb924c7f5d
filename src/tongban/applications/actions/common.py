"""What every verb begins and ends with: the case locked for this actor, and its next state written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Q

from tongban.applications import acting, queries, rules
from tongban.applications.events import Closed
from tongban.applications.models import Application, Suspension
from tongban.delegation.rules import Act as Delegated
from tongban.flow import actions as flow
from tongban.flow import holding
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.identity.models import Membership
from tongban.identity.roles import Act as Power
from tongban.kernel import actors, journal, rows
from tongban.kernel.refusals import Forbidden
from tongban.kernel.typed import normalise


def locked(number: str, *, by: Actor, seen: int | None = None) -> Application:
    """The case, locked first in the lock order application → clock → task → licence; NotFound outside the scope."""
    found = queries.by_number(normalise(number), lock="wait")
    if found is None or not acting.admits(found, by=by):
        raise queries.unknown()
    rules.check_version(found.version, seen)
    return found


def locked_by_system(number: str) -> Application:
    """The case, locked, for what the platform itself does when a deadline has passed."""
    found = queries.by_number(number, lock="wait")
    if found is None:
        raise queries.unknown()
    return found


def must(application: Application, power: Power, *, step: str | None = None, by: Actor, now: datetime) -> Actor:
    """The actor in the office that lets them do it. The post empowers (a 首席代表's together with the 授权书 for the item), it is not one's own case, nor that of an enterprise one stands for (回避), and no colleague holds
    what is to be done. `step`: the one of several that wait at once."""
    not_one_s_own(application, by=by)
    by = by.must(
        power, body_id=application.body_id, region_path=application.region_path, item=application.edition.item.code
    )
    must_be_free(application, power, step=step, by=by, now=now)
    return by


def must_be_free(application: Application, power: Power, *, step: str | None = None, by: Actor, now: datetime) -> None:
    """A task that somebody holds is done by nobody else: by them, who stands in for them, or after the head moved it."""
    holding.must_be_free_for(application.number, TASK_OF.get(power, power), step=step, by=by, now=now)


TASK_OF: Mapping[Power, Power] = {
    "application.precheck": "application.accept",
    "application.correct": "application.accept",
    "application.reject": "application.accept",
}
"""Powers whose acts end the task of another: whether to accept is one task, whatever comes of it."""


def not_one_s_own(application: Application, *, by: Actor) -> None:
    """回避."""
    if by.is_staff and (is_one_s_own(application, by=by) or _stands_for_it(application, by=by)):
        raise Forbidden("own_case", "不能办理自己的申请，应当回避", "请交给另一位同事办理")


def _stands_for_it(application: Application, *, by: Actor) -> bool:
    if application.organisation_id is None:
        return False
    return stands_for(application.organisation_id, since=application.submitted_at, by=by)


def stands_for(organisation_id: int, *, since: datetime, by: Actor) -> bool:
    """Whether the official acts for the enterprise, or acted for it at some time since then."""
    if by.person_id is None:
        return False
    then = Q(until_at=None) | Q(until_at__gt=since)
    return Membership.objects.filter(then, person_id=by.person_id, organisation_id=organisation_id).exists()


def is_the_applicant(application: Application, *, by: Actor) -> bool:
    return acting.is_theirs(application, by=by)


def is_one_s_own(application: Application, *, by: Actor) -> bool:
    """Theirs, or filed by them, for whom it may be: what an official must stay away from."""
    filed = by.person_id is not None and by.person_id in (application.person_id, application.agent_id)
    return filed or is_the_applicant(application, by=by)


def must_be_the_applicant(application: Application, *, by: Actor) -> None:
    """The applicant, or a clerk who files for them at the counter."""
    if not is_the_applicant(application, by=by) and not by.may(
        "application.intake", region_path=application.region_path
    ):
        raise Forbidden("not_the_applicant", "只有申请人本人可以办理这一步", "请由申请人登录，或到窗口办理")


def must_be_one_s_own(application: Application, *, by: Actor) -> None:
    """What only the applicant gives up or claims (撤回, 听证): no post does it for them, and no agent."""
    if not is_the_applicant(application, by=by):
        raise Forbidden("not_the_applicant", "只有申请人本人可以办理这一步", "请由申请人登录，或书面向承办部门提出")


def for_the_applicant(application: Application, act: Delegated, *, by: Actor, now: datetime) -> Actor:
    """Who may do this: the applicant, a clerk at the counter, or an agent, who then acts on behalf of the applicant."""
    if is_the_applicant(application, by=by):
        return by
    if by.may("application.intake", region_path=application.region_path):
        return by.under("application.intake", region_path=application.region_path)
    return acting.agent_for(application, act, by=by, now=now)


def advance(application: Application, act: rules.Act) -> None:
    """Take the step in the procedure; the caller saves. Raises Conflict."""
    application.state = rules.step(application.status, act)
    application.version += 1


def save(application: Application, *also: str) -> None:
    rows.update(application, "state", "version", *also)


def end(application: Application, *, by: actors.Actor, now: datetime) -> None:
    """The case is over for now: nothing runs, nothing is suspended and nobody is waited for."""
    application.closed_at = now
    Suspension.objects.filter(application=application, ended_at=None).update(ended_at=now, ended_by=by.who)
    flow.stop_clocks(application.number, now=now)
    flow.close_tasks(application.number, by=by, now=now)


def close(application: Application, *, now: datetime) -> None:
    """办结, by the platform, when nothing is left to do."""
    advance(application, rules.Act.CLOSE)
    save(application)
    journal.record(Closed(number=application.number), by=actors.system("closing"), now=now)


TIMED_BY_THE_DECISION: tuple[Power, ...] = (
    "application.review", "application.decide", "application.extend", "application.extend_joint",
)  # fmt: skip
"""Acts that are due with the clocks that run to the decision; their tasks move with them."""


def await_act(
    application: Application, power: Power, *, due_on: date | None, near_on: date | None, now: datetime
) -> None:
    """Open the task for the next act, due with the clock that runs for it."""
    flow.open_task(
        application.number, act=power, title=application.title, body_id=application.body_id,
        region_path=application.region_path, due_on=due_on, near_on=near_on, now=now,
    )  # fmt: skip


def await_within(
    application: Application,
    power: Power,
    clock: str,
    *,
    days: int,
    again: bool = False,
    since: datetime | None = None,
    now: datetime,
) -> date | None:
    """Start the clock of an act that the law wants done within so many working days, and open its task; the last day.

    `again`: the case may have had such a clock before.
    """
    round = flow.next_round(application.number, clock) if again else 1
    (started,) = flow.start(application.number, {clock: clocks.Limit(days)}, now=since or now, round=round)
    await_act(application, power, due_on=started.due_on, near_on=started.near_on, now=now)
    return started.due_on
