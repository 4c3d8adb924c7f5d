"""投诉 about how a case is handled: a ticket of its own kind, answered and visited like a bad rating's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.applications.models import Application
from tongban.applications.queries import unknown
from tongban.evaluations import queries, rules
from tongban.identity.actors import Actor
from tongban.kernel.refusals import Conflict, Forbidden
from tongban.kernel.typed import normalise
from tongban.tickets import actions as tickets
from tongban.tickets.models import Ticket


@transaction.atomic
def complain(number: str, *, about: str, words: str, by: Actor, now: datetime) -> Ticket:
    """By the applicant, at any time; one after the other, at most five of one case."""
    visible = Application.objects.select_related("body").visible_to(by)
    case = visible.select_for_update(of=("self",)).filter(number=normalise(number)).first()
    if case is None:
        raise unknown()
    if by.is_staff or not queries.is_own(case, by=by):
        raise Forbidden("not_the_applicant", "只有申请人本人可以投诉", "也可以拨打 12345")
    words = rules.check_complaint(about, words)
    earlier = queries.complaints_of(case.number)
    if earlier and earlier[-1].state != "visited":
        raise Conflict("complaint_open", "您的上一件投诉还在办理", "办结以前请等候回访，急事请拨打 12345")
    if len(earlier) >= rules.COMPLAINTS:
        raise Conflict("complaints_many", f"一个办件最多投诉 {rules.COMPLAINTS} 次", "请拨打 12345，由其他部门处理")
    return tickets.open_ticket(
        key=queries.complaint_key(case.number, len(earlier) + 1), kind="complaint", subject=case.number,
        title=f"投诉{rules.ABOUT[about]}：{case.title}"[:200], words=words, body=case.body,
        region_path=case.region_path, by=by, now=now,
    )  # fmt: skip
