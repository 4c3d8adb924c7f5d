"""决定 and 送达. 《行政许可法》第三十八条、第四十四条."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.applications import rules
from tongban.applications.actions import common
from tongban.applications.events import Decided, Delivered
from tongban.applications.models import Acceptance, Application, Decision, Delivery, Review
from tongban.catalog import forming
from tongban.flow import actions as flow
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.kernel import journal, rows
from tongban.kernel.refusals import Forbidden
from tongban.licences import actions as licences


@transaction.atomic
def decide(
    number: str, *, granted: bool, reason: str = "", by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """Grant or refuse. A licence is issued in the same transaction; a refusal states reasons and remedies."""
    application = common.locked(number, by=by, seen=seen)
    common.must(application, "application.decide", by=by)
    content = application.edition.document
    act = rules.Act.GRANT if granted else rules.Act.REFUSE
    rules.step(application.status, act)
    rules.check_separation(
        instant=content.review == "instant",
        reviewed_by=_reviewers(application),
        accepted_by=Acceptance.objects.values_list("by", flat=True).get(application=application),
        decider=by.who,
    )
    if not granted:
        reason = rules.check_reason(reason, field="reason", what="不予许可的理由")
    common.advance(application, act)
    rows.insert(Decision(
        application=application, granted=granted, reason=reason.strip()[:2000],
        remedies="" if granted else content.remedies, by=by.who, by_post=by.post, at=now,
    ))  # fmt: skip
    common.save(application)
    flow.stop_clocks(application.number, now=now)
    flow.close_tasks(application.number, now=now)
    licence = None
    if granted and content.result.kind == "licence":
        licence = licences.issue(
            case_number=application.number,
            title=content.result.name,
            body=application.body,
            person=rows.get(Person, application.person_id),
            organisation=application.organisation,
            particulars=_printed(application),
            valid_months=content.result.valid_months,
            by=by,
            now=now,
        )
    common.await_within(application, "application.deliver", days=rules.DELIVERY_DAYS, now=now)
    licence_id = str(licence.public_id) if licence else None
    journal.record(Decided(number=application.number, granted=granted, licence=licence_id), by=by, now=now)
    return application


def _reviewers(application: Application) -> set[str]:
    """Who reviewed; nobody while a review step is still open."""
    if application.status != rules.State.REVIEWED:
        return set()
    return set(Review.objects.filter(application=application).values_list("by", flat=True))


def _printed(application: Application) -> dict[str, str]:
    """What the licence shows of the form: facts about the business or place, never identifiers or
    phones, nor what a page that repeats lists (family, staff)."""
    lines = forming.lines(application.edition.document, application.answers, application.form)
    return {one.label: one.text for one in lines if one.row is None and one.field.kind not in forming.PRIVATE_KINDS}


@transaction.atomic
def deliver(number: str, *, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """送达: the applicant takes the result on line, or the window hands it over; the case is closed."""
    application = common.locked(number, by=by, seen=seen)
    own = by.person_id == application.person_id or application.organisation_id in by.organisation_ids
    power = by.may("application.deliver", body_id=application.body_id, region_path=application.region_path)
    if not own and not power:
        raise Forbidden("not_empowered", "您的岗位没有送达的权限", "请由申请人本人下载，或由窗口送达")
    common.advance(application, rules.Act.DELIVER)
    channel = "download" if own and not by.is_staff else "window"
    if channel == "window":
        application.visits += 1
    application.closed_at = now
    rows.insert(Delivery(application=application, channel=channel, by=by.who, by_post=by.post, at=now))
    common.save(application, "closed_at", "visits")
    flow.close_tasks(application.number, now=now)
    journal.record(Delivered(number=application.number, channel=channel), by=by, now=now)
    return application
