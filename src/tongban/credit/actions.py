"""Record what was broken, and repair it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.credit import rules
from tongban.credit.events import Recorded, Repaired
from tongban.credit.models import Record
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.kernel import actors, journal
from tongban.kernel.refusals import Conflict, NotFound
from tongban.orgs.models import Body


@transaction.atomic(savepoint=False)
def record(
    *, kind: str, case_number: str, title: str, ground: str, person: Person, organisation: Organisation | None,
    body: Body, by: actors.Actor, now: datetime,
) -> Record:  # fmt: skip
    """记入信用记录, of the organisation where one was acted for; one of a kind a case."""
    if found := Record.objects.filter(case_number=case_number, kind=kind).first():
        return found
    made = Record.objects.create(
        kind=kind, case_number=case_number, title=title, ground=ground, body=body, from_at=now, recorded_by=by.who,
        person=None if organisation else person, organisation=organisation,
    )  # fmt: skip
    journal.record(Recorded(record=str(made.public_id), kind=kind, case_number=case_number), by=by, now=now)
    return made


@transaction.atomic
def repair(public_id: UUID, *, reason: str, by: Actor, now: datetime) -> Record:
    """信用修复, by the head of the body that recorded it."""
    one = Record.objects.visible_to(by).select_for_update(of=("self",)).filter(public_id=public_id).first()
    if one is None:
        raise NotFound("record_unknown", "没有这条信用记录，或者您无权查看", "请刷新页面")
    by = by.must("credit.repair", body_id=one.body_id)
    if one.repaired_at:
        raise Conflict("repaired_already", "这条信用记录已经修复", "请刷新页面")
    one.repair_reason = rules.check_repair_reason(reason)
    one.repaired_at, one.repaired_by = now, by.who
    one.save(update_fields=["repair_reason", "repaired_at", "repaired_by"])
    journal.record(Repaired(record=str(one.public_id)), by=by, now=now)
    return one
