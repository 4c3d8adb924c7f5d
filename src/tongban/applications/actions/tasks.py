"""认领, 退回, 转交, 指派: who handles the act that a case waits for. What holds for every task stands in `flow.holding`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tongban.applications import queries
from tongban.applications.actions import acceptance, common
from tongban.applications.models import Application, StepAnswer
from tongban.flow import holding
from tongban.flow.models import Task
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.identity.queries import actor_of
from tongban.kernel.refusals import Forbidden, Refusal
from tongban.kernel.typed import normalise

ASKED = ("application.respond", "application.urge")
"""Acts of a body that is asked about a case of another: of the case it knows its letter."""


@transaction.atomic
def claim(number: str, act: str, *, step: str = "", by: Actor, now: datetime) -> Task:
    """认领. The case is locked first: of two at once one is told who has it."""
    application = _case(number, act, by=by)
    common.not_one_s_own(application, by=by)
    if act == "application.accept":
        acceptance.check_delegated(application, "application.accept", by=by, now=now)
    return holding.claim(application.number, act, step=step, by=by, now=now)


@transaction.atomic
def release(number: str, act: str, *, step: str = "", reason: str = "", by: Actor, now: datetime) -> Task:
    """退回待办池."""
    application = _case(number, act, by=by)
    return holding.release(application.number, act, step=step, reason=reason, by=by, now=now)


@transaction.atomic
def hand_over(number: str, act: str, *, step: str = "", to: int | None, reason: str, by: Actor, now: datetime) -> Task:
    """转交."""
    application = _case(number, act, by=by)
    _must_not_be_theirs(application, to, now=now)
    return holding.hand_over(application.number, act, step=step, to=to, reason=reason, by=by, now=now)


@transaction.atomic
def assign(
    number: str, act: str, *, step: str = "", to: int | None, reason: str = "", by: Actor, now: datetime
) -> Task:
    """指派."""
    application = _case(number, act, by=by)
    _must_not_be_theirs(application, to, now=now)
    return holding.assign(application.number, act, step=step, to=to, reason=reason, by=by, now=now)


def _case(number: str, act: str, *, by: Actor) -> Application:
    if act not in ASKED:
        application = common.locked(number, by=by)
        if not by.is_staff:
            raise Forbidden("staff_only", "待办由工作人员办理", "办理进度请在“我的办件”里查看")
        return application
    asked = StepAnswer.objects.visible_to(by).filter(step__application__number=normalise(number))
    if not asked.exists():
        raise queries.unknown()
    return common.locked_by_system(normalise(number))


def known(keys: Sequence[tuple[str, str]], *, by: Actor) -> set[tuple[str, str]]:
    """Of numbers and acts those of which the actor may know."""
    numbers = {number for number, _ in keys}
    own = set(Application.objects.visible_to(by).filter(number__in=numbers).values_list("number", flat=True))
    letters = StepAnswer.objects.visible_to(by).filter(step__application__number__in=numbers)
    asked = set(letters.values_list("step__application__number", flat=True))
    return {(number, act) for number, act in keys if number in (asked if act in ASKED else own)}


def _must_not_be_theirs(application: Application, to: int | None, *, now: datetime) -> None:
    """回避: it is not given to the applicant, nor to who acts for it."""
    account = Account.objects.filter(pk=to).first() if to else None
    if account is None:
        return
    try:
        common.not_one_s_own(application, by=actor_of(account, now=now, channel="system"))
    except Forbidden as theirs:
        raise Refusal("own_case", "选的同事是这个办件的申请人，应当回避", "请另选一位同事", "to") from theirs
