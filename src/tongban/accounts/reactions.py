from __future__ import annotations

from uuid import UUID

from tongban.accounts.models import Claim
from tongban.identity.events import ColleagueToProve
from tongban.identity.models import Account, Person
from tongban.kernel.reactions import Entry, on


@on(ColleagueToProve)
def await_their_claim(event: ColleagueToProve, entry: Entry) -> None:
    """认领 by face or at a window; the phone is the owner's own to prove."""
    account = Account.objects.get(pk=event.account)
    if account.person_id is None and not Claim.objects.filter(account=account).exists():
        person = Person.objects.get(public_id=UUID(event.person))
        Claim.objects.create(account=account, person=person, phone="", at=entry.at)
