"""Who is no longer needed: the person without a name that takes others' places, and emptying a person nobody refers to."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from tongban.identity.models import Membership, Person
from tongban.kernel.forgetting import ERASED

NOBODY = "none"
NO_INDEX = bytes(16)
BESIDE = ("identity.Membership", "privacy.OwnData")
"""Rows that need no person of their own: gone with them, or about them only."""


def nobody(*, now: datetime) -> Person:
    """One for the whole instance: cases whose time is over point to it."""
    found, _ = Person.objects.get_or_create(
        id_type=NOBODY, id_index=NO_INDEX,
        defaults={"name": ERASED, "id_number": "", "id_tail_index": NO_INDEX, "created_at": now},
    )  # fmt: skip
    return found


@transaction.atomic
def forget_person(person_id: int) -> bool:
    """Empty the person, unless they have an account or any row of any room still is about them."""
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.id_type in (NOBODY, "gone"):
        return False
    for relation in Person._meta.related_objects:
        model = relation.related_model
        if (
            model._meta.label not in BESIDE
            and model._default_manager.filter(**{relation.field.name: person_id}).exists()
        ):
            return False
    Membership.objects.filter(person=person_id).delete()
    Person.objects.filter(pk=person_id).update(
        name=ERASED, id_type="gone", id_number="", id_index=secrets.token_bytes(16), id_tail_index=NO_INDEX, phone="",
        phone_index=None, phone_proved_at=None, address="", mail=None,
    )  # fmt: skip
    return True
