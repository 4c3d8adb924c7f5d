"""授权同意: given once for a while, and taken back at any time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.kernel import journal
from tongban.kernel.refusals import NotFound
from tongban.single_sign_on.actions.leaving import end_logins
from tongban.single_sign_on.events import Consented, ConsentWithdrawn
from tongban.single_sign_on.models import Client, Consent, Login
from tongban.single_sign_on.rules import CONSENT


@transaction.atomic
def agree(client: Client, *, account: Account, scopes: Sequence[str], by: Actor, now: datetime) -> Consent:
    """同意, in place of what was agreed to before."""
    Account.objects.select_for_update().get(pk=account.pk)  # two windows of one person agree one after the other
    Consent.objects.filter(client=client, account=account, withdrawn_at=None).update(withdrawn_at=now)
    made = Consent.objects.create(
        client=client, account=account, scopes=list(scopes), at=now, until_at=now + CONSENT
    )  # fmt: skip
    journal.record(Consented(client=client.key, account=account.pk, scopes=list(scopes)), by=by, now=now)
    return made


@transaction.atomic
def withdraw(client_key: str, *, account: Account, by: Actor, now: datetime) -> Consent:
    """撤回同意: the system can read nothing from now on, and is told that the person left."""
    mine = Consent.objects.select_for_update(of=("self",)).select_related("client")
    found = mine.filter(client__key=client_key, account=account, withdrawn_at=None).first()
    if found is None:
        raise NotFound("consent_unknown", "没有给这个系统的授权", "可能已经撤回，请刷新页面")
    found.withdrawn_at = now
    found.save(update_fields=["withdrawn_at"])
    end_logins(Login.objects.filter(client=found.client, account=account), why="withdrawn", now=now)
    journal.record(ConsentWithdrawn(client=client_key, account=account.pk), by=by, now=now)
    return found
