"""Powers that ended long ago are no proof any more: they go, with their paper, unless a case was handed in under them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from tongban.delegation.models import PowerOfAttorney
from tongban.files.actions.removing import remove
from tongban.identity.forgetting import forget_person
from tongban.kernel.pointing import pointing

LASTS: Final = timedelta(days=3 * 366)
"""《民法典》第一百八十八条: as long as claims from what was done under it run."""
A_TURN = 200


def let_go(*, now: datetime) -> int:
    """Returns how many powers went. Who is in none and has nothing else is forgotten with them."""
    old = _unused(PowerOfAttorney.objects.filter(state="ended", ended_at__lt=now - LASTS)).order_by("ended_at")
    return sum(_go(pk) for pk in list(old.values_list("pk", flat=True)[:A_TURN]))


def _unused(found: QuerySet[PowerOfAttorney]) -> QuerySet[PowerOfAttorney]:
    for model, column in pointing(PowerOfAttorney):
        found = found.filter(~Exists(model._base_manager.filter(**{column: OuterRef("pk")})))
    return found


@transaction.atomic
def _go(pk: int) -> bool:
    one = _unused(PowerOfAttorney.objects.select_for_update(of=("self",)).filter(pk=pk)).first()
    if one is None:
        return False
    paper, people = one.paper_id, [each for each in (one.principal_id, one.agent_id) if each]
    one.delete()
    if paper:
        remove([paper])
    for person in people:
        forget_person(person)
    return True
