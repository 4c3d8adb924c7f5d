"""逢办必查: asked whenever someone wants to be handled on a promise."""

from __future__ import annotations

from datetime import datetime

from tongban.credit.models import Record
from tongban.identity.models import Organisation, Person


def standing(*, person: Person, organisation: Organisation | None, now: datetime) -> Record | None:
    """The record that bars this applicant from pledges, the newest; None: there is none."""
    whose = Record.objects.filter(organisation=organisation) if organisation else Record.objects.filter(person=person)
    return whose.in_force(now).order_by("-pk").first()
