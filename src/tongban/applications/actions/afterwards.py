"""Afterwards: a decision is mended, revoked, or handled again on an order from outside."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.applications import pledges, rules
from tongban.applications.actions import acceptance, commitments, common
from tongban.applications.actions.intake import await_acceptance
from tongban.applications.events import Amended, Reopened, Revoked
from tongban.applications.models import Amendment, Application, Reopening, Revocation
from tongban.flow import actions as flow
from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.licences import actions as licences


@transaction.atomic
def amend(
    number: str, *, was: str, becomes: str, reason: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """更正: a slip of the pen in a decision or notice. What was decided stays; a notice of the correction is delivered."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.decide", by=by, now=now)
    was, becomes = (rules.check_words(text, field=field, what=what) for text, field, what in (
        (was, "was", "原来的文字"), (becomes, "becomes", "更正后的文字"),
    ))  # fmt: skip
    reason = rules.check_reason(reason, field="reason", what="更正的理由")
    common.advance(application, rules.Act.AMEND)
    Amendment.objects.create(
        application=application, was=was, becomes=becomes, reason=reason, by=by.who, by_post=by.post, at=now
    )
    common.save(application)
    journal.record(Amended(number=application.number), by=by, now=now)
    return application


@transaction.atomic
def revoke(
    number: str, *, ground: str, reason: str, document: str = "", by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """撤销 (《行政许可法》第六十九条): the decision no longer stands, and the licence ends with it."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.reopen", by=by, now=now)
    rules.check_ground(ground, rules.REVOCATION_GROUNDS, what="撤销的情形")
    reason = rules.check_reason(reason, field="reason", what="撤销的理由")
    rules.step(application.status, rules.Act.REVOKE)
    rules.check_granted(application.decision.granted if application.decision else False)
    common.advance(application, rules.Act.REVOKE)
    closed_at = application.closed_at
    common.end(application, by=by, now=now)
    application.closed_at = closed_at or now  # what was delivered was closed then
    commitments.release(application, by=by, now=now)
    Revocation.objects.create(
        application=application, round=application.round, ground=ground, reason=reason,
        document=document.strip()[:200], by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    common.save(application, "closed_at")
    licences.end(case_number=application.number, by=by, now=now)
    journal.record(Revoked(number=application.number, ground=ground), by=by, now=now)
    return application


@transaction.atomic
def reopen(
    number: str, *, ground: str, document: str = "", reason: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """重新办理: a new round begins; the earlier steps stay on record, what was decided no longer stands.

    Clocks run anew from today: the limit of the edition, unless an order says otherwise.
    """
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.reopen", by=by, now=now)
    rules.check_ground(ground, rules.REOPENING_GROUNDS, what="重新办理的依据")
    rules.check_order(ground, document)
    reason = rules.check_reason(reason, field="reason", what="重新办理的理由")
    common.advance(application, rules.Act.REOPEN)
    flow.move_on(application.number, by=by, now=now)
    commitments.release(application, *pledges.VERIFIED, by=by, now=now)
    application.round += 1
    application.closed_at = None
    Reopening.objects.create(
        application=application, round=application.round, ground=ground, document=document.strip()[:200],
        reason=reason, by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    licences.end(case_number=application.number, by=by, now=now)
    content = application.edition.document
    near_on, reviewing = None, application.status == rules.State.ACCEPTED
    if reviewing:
        dates = flow.start_clocks(
            application.number, acceptance.limits_of(content), now=now,
            round=flow.next_round(application.number, "promised", "statutory"), near_percent=content.near_percent,
        )  # fmt: skip
        application.promised_on, application.statutory_on = dates.promised_on, dates.statutory_on
        near_on = dates.near_on
    else:
        await_acceptance(application, again=True, now=now)
    common.save(application, "round", "closed_at", "promised_on", "statutory_on")
    promised, statutory = (str(day) if day else None for day in (application.promised_on, application.statutory_on))
    journal.record(
        Reopened(
            number=application.number, ground=ground, round=application.round, promised_on=promised,
            statutory_on=statutory,
        ),
        by=by,
        now=now,
    )  # fmt: skip
    if reviewing:
        acceptance.await_act(application, acceptance.next_act(application), near_on=near_on, now=now)
    return application
