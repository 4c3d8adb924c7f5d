from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tongban.applications import acting
from tongban.applications.models import Application
from tongban.applications.queries import unknown
from tongban.evaluations import rules
from tongban.evaluations.events import Rated
from tongban.evaluations.models import Rating
from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.refusals import Conflict, Forbidden
from tongban.kernel.typed import normalise
from tongban.tickets import actions as tickets


@transaction.atomic
def rate(
    number: str, *, level: int, aspects: Mapping[str, int] | None = None, comment: str = "", by: Actor, now: datetime
) -> Rating:
    """The applicant rates the case once; a bad rating opens a ticket in the same transaction."""
    visible = Application.objects.select_related("body").visible_to(by)
    application = visible.select_for_update(of=("self",)).filter(number=normalise(number)).first()
    if application is None:
        raise unknown()
    if not acting.is_theirs(application, by=by) or by.is_staff:
        raise Forbidden("not_the_applicant", "只有申请人可以评价", "工作人员不能代评")
    comment = rules.check(level, dict(aspects or {}), comment, application.status)
    if Rating.objects.filter(number=application.number).exists():
        raise Conflict("rated_already", "这个办件您已经评价过了", "感谢您的评价")
    rating = Rating.objects.create(
        number=application.number, body=application.body, region_path=application.region_path, level=level,
        aspects=dict(aspects or {}), comment=comment, channel=by.channel, by=by.who, at=now,
    )  # fmt: skip
    if rules.is_bad(level):
        tickets.open_ticket(
            key=f"rating:{application.number}", kind="bad_rating", subject=application.number,
            title=f"{rules.LEVELS[level]}：{application.title}"[:200], words=comment, body=application.body,
            region_path=application.region_path, by=by, now=now,
        )  # fmt: skip
    journal.record(Rated(number=application.number, level=level), by=by, now=now)
    return rating
