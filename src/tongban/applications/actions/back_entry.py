"""补录: a paper case that was taken while the system was away, entered with its true time, and confirmed by a second person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.applications import rules
from tongban.applications.actions import common
from tongban.applications.actions.intake import Submission, await_acceptance, keep_details, receive
from tongban.applications.events import BackEntered, EntryConfirmed, EntryVoided
from tongban.applications.models import Application, BackEntry
from tongban.flow import actions as flow
from tongban.identity.actors import Actor
from tongban.kernel import journal


@transaction.atomic
def back_enter(
    handed_in: Submission, *, received_at: datetime, reason: str, key: str, by: Actor, now: datetime
) -> Application:
    """Enter it as it was received; the law counts from `received_at` once another person has confirmed it.

    The same key gives the same case. Raises Refusal as `submit` does.
    """
    by = by.must("application.back_enter", region_path=handed_in.edition.region_path)
    rules.check_true_time(received_at, now=now)
    reason = rules.check_reason(reason, field="reason", what="补录的原因")
    application, fresh = receive(
        handed_in,
        key=key,
        state=rules.step(rules.State.DRAFT, rules.Act.BACK_ENTER),
        received_at=received_at,
        by=by,
        now=now,
    )
    if not fresh:
        return application
    keep_details(application, handed_in, by=by, now=now)
    BackEntry.objects.create(application=application, reason=reason, by=by.who, by_post=by.post, at=now)
    common.await_act(application, "application.back_enter", due_on=None, near_on=None, now=now)
    journal.record(
        BackEntered(
            number=application.number, edition=application.edition_id, body=application.body_id,
            received_at=received_at.isoformat(),
        ),
        by=by,
        now=now,
    )  # fmt: skip
    return application


@transaction.atomic
def confirm_entry(number: str, *, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """The second person compared it with the paper: the case was received at its true time."""
    application, entry = _entry(number, rules.Act.CONFIRM_ENTRY, by=by, now=now, seen=seen)
    _settle(application, entry, by=by, now=now)
    common.save(application)
    await_acceptance(application, since=application.submitted_at, now=now)
    journal.record(
        EntryConfirmed(number=application.number, received_at=application.submitted_at.isoformat()), by=by, now=now
    )
    return application


@transaction.atomic
def void_entry(number: str, *, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """Entered by mistake: it never was a case."""
    application, entry = _entry(number, rules.Act.VOID_ENTRY, by=by, now=now, seen=seen)
    _settle(application, entry, by=by, now=now)
    application.closed_at = now
    common.save(application, "closed_at")
    journal.record(EntryVoided(number=application.number), by=by, now=now)
    return application


def _entry(number: str, act: rules.Act, *, by: Actor, now: datetime, seen: int | None) -> tuple[Application, BackEntry]:
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.back_enter", by=by, now=now)
    common.advance(application, act)
    entry = BackEntry.objects.select_for_update().get(application=application)
    rules.check_second_person(entry.by, by.who, act=act)
    return application, entry


def _settle(application: Application, entry: BackEntry, *, by: Actor, now: datetime) -> None:
    entry.settled_by, entry.settled_at = by.who, now
    entry.save(update_fields=["settled_by", "settled_at"])
    flow.close_tasks(application.number, by=by, now=now)
