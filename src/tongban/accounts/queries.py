from __future__ import annotations

from tongban.accounts.models import Claim
from tongban.identity.actors import Actor
from tongban.identity.models import Person


def claim_waits(by: Actor) -> bool:
    """Whether this account waits to be recognised as somebody."""
    if by.person_id or by.is_staff or by.account_id is None:
        return False
    return Claim.objects.filter(account_id=by.account_id, state="waiting").exists()


def claims_of(person: Person) -> list[Claim]:
    """Those that wait, the newest first."""
    return list(Claim.objects.filter(person=person, state="waiting").order_by("-at")[:10])
