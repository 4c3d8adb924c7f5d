"""Issue a licence, in the transaction of the decision it rests on."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from tongban.identity.models import Organisation, Person
from tongban.kernel import journal, numbering, rows
from tongban.kernel.actors import Actor
from tongban.kernel.clock import date_of
from tongban.licences import rules
from tongban.licences.events import Ended, Issued, TakenIn
from tongban.licences.models import Licence
from tongban.orgs.models import Body


@transaction.atomic(savepoint=False)
def issue(
    *,
    case_number: str,
    title: str,
    body: Body,
    person: Person,
    organisation: Organisation | None,
    particulars: Mapping[str, str],
    valid_months: int | None,
    by: Actor,
    now: datetime,
) -> Licence:
    """One licence in force a case; the database keeps it to one."""
    issued_on = date_of(now)
    licence = Licence(
        number=numbering.public_number(case_number[:6], issued_on, numbering.next_in("licence")),
        code="".join(secrets.choice(rules.ALPHABET) for _ in range(rules.CODE_LENGTH)),
        title=title,
        case_number=case_number,
        body=body,
        person=person,
        organisation=organisation,
        holder_name=organisation.name if organisation else person.name,
        particulars=dict(particulars),
        issued_on=issued_on,
        valid_until=rules.valid_until(issued_on, valid_months),
    )
    rows.insert(licence)
    journal.record(Issued(licence=str(licence.public_id), case_number=case_number), by=by, now=now)
    return licence


@transaction.atomic(savepoint=False)
def take_in(
    *, title: str, source: str, body: Body, person: Person, organisation: Organisation | None,
    particulars: Mapping[str, str], issued_on: date, valid_until: date | None, by: Actor, now: datetime,
) -> Licence:  # fmt: skip
    """入库: a licence that was issued elsewhere, by the number it has there (`source`). Taking it in twice changes nothing."""
    case_number = f"入库 {source}"[:50]
    if found := Licence.objects.filter(case_number=case_number, state="valid").first():
        return found
    licence = Licence(
        number=numbering.public_number(body.region.code[:6], date_of(now), numbering.next_in("licence")),
        code="".join(secrets.choice(rules.ALPHABET) for _ in range(rules.CODE_LENGTH)),
        title=title, case_number=case_number, body=body, person=person, organisation=organisation,
        holder_name=organisation.name if organisation else person.name, particulars=dict(particulars),
        issued_on=issued_on, valid_until=valid_until,
    )  # fmt: skip
    rows.insert(licence)
    journal.record(TakenIn(licence=str(licence.public_id), source=source), by=by, now=now)
    return licence


@transaction.atomic(savepoint=False)
def end(*, case_number: str, by: Actor, now: datetime) -> None:
    """The decision that a licence rests on no longer stands; nothing happens where there is none in force."""
    for licence in Licence.objects.select_for_update().filter(case_number=case_number, state="valid"):
        licence.state = "ended"
        licence.save(update_fields=["state"])
        journal.record(Ended(licence=str(licence.public_id), case_number=case_number), by=by, now=now)
