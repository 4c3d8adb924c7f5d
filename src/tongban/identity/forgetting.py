"""Who is no longer needed: the person without a name that takes others' places, and emptying a person nobody refers to."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from tongban.identity.models import Account, Person
from tongban.kernel.forgetting import ERASED
from tongban.kernel.personal import GOES_ALONG
from tongban.kernel.pointing import pointing

NOBODY = "none"
GONE = "gone"
NO_INDEX = bytes(16)
WHO_GONE = "person:gone"
"""Takes the place of `person:<id>` where it stands as who did something in a case whose time is over."""


def nobody(*, now: datetime) -> Person:
    """One for the whole instance: cases whose time is over point to it."""
    found, _ = Person.objects.get_or_create(
        id_type=NOBODY, id_index=NO_INDEX,
        defaults={"name": ERASED, "id_number": "", "id_tail_index": NO_INDEX, "created_at": now},
    )  # fmt: skip
    return found


def left_over() -> models.QuerySet[Person]:
    """People whom no row of any room is about, but for those that go along (`kernel.personal.goes_along`)."""
    found = Person.objects.exclude(id_type__in=(NOBODY, GONE))
    for model, column in pointing(Person):
        rows = model._base_manager.filter(**{column: OuterRef("pk")})
        if along := GOES_ALONG.get(model._meta.label):
            if along.unless is None:
                continue
            rows = rows.filter(along.unless)
        found = found.filter(~Exists(rows))
    return found


@transaction.atomic
def forget_person(person_id: int) -> bool:
    """Empty the person and the registrations merged into them, unless any row of any room still is about one of these."""
    everyone = _with_merged(person_id)
    locked = Person.objects.select_for_update(of=("self",)).filter(pk__in=everyone).order_by("pk")
    if len(locked) != left_over().filter(pk__in=everyone).count():
        return False
    for each in everyone:
        for along in dict.fromkeys(one.empty for one in GOES_ALONG.values()):
            along(each)
        Account.objects.filter(person=each).update(person=None)
        Person.objects.filter(pk=each).update(
            name=ERASED, id_type=GONE, id_issuer="", id_number="", id_index=secrets.token_bytes(16), id_tail_index=NO_INDEX,
            phone="", phone_index=None, phone_proved_at=None, address="", mail=None,
        )  # fmt: skip
    return True


def _with_merged(person_id: int) -> list[int]:
    found, wanted = [person_id], [person_id]
    while wanted:
        rows: models.QuerySet[Person] = Person.objects.filter(merged_into__in=wanted).exclude(id_type=GONE)
        wanted = list(rows.order_by("pk").values_list("pk", flat=True))
        found += wanted
    return found
