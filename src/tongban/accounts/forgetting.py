"""What registering, coming over and leaving left, once it is needed no more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from tongban.accounts.models import Claim, Deregistration, MigratedUser
from tongban.identity.forgetting import forget_person, left_over
from tongban.kernel import forgetting

REMEMBERED: Final = timedelta(days=30)
"""After closing an account, as the page says."""
SETTLED: Final = timedelta(days=365)
"""How long it can still be asked why a claim or a user of another system was settled so."""
A_TURN = 500


def forget_left(*, now: datetime) -> int:
    """Who closed their account a month ago and of whom nothing has to be kept any more. Returns how many."""
    left = Deregistration.objects.filter(at__lt=now - REMEMBERED).values("person")
    found = list(left_over().filter(pk__in=left).order_by("pk").values_list("pk", flat=True)[:A_TURN])
    return sum(forget_person(pk) for pk in found)


def empty_settled(*, now: datetime) -> int:
    """The phone of a claim, and what another system said of its user, a year after it was settled. Returns how many."""
    old = now - SETTLED
    claims = Claim.objects.filter(emptied_at=None, closed_at__lt=old).order_by("closed_at")[:A_TURN]
    when = Q(decided_at__lt=old) | Q(decided_at=None, migration__at__lt=old)
    users = MigratedUser.objects.filter(when, emptied_at=None).exclude(state="waiting").order_by("pk")[:A_TURN]
    done = {"emptied_at": now}
    return forgetting.empty(claims, also=done) + forgetting.empty(users, also=done)
