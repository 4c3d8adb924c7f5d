"""确认: the principal's own, in their own login. The door makes sure that they proved lately who they are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.delegation import queries, rules
from tongban.delegation.events import PowerBegan
from tongban.delegation.models import PowerOfAttorney
from tongban.identity import handlers
from tongban.identity.actors import Actor
from tongban.identity.gateways import Proof
from tongban.kernel import journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, Forbidden


def confirm(public_id: UUID, *, proof: Proof | None = None, by: Actor, now: datetime) -> PowerOfAttorney:
    """《民法典》第一百六十五条: the principal's signature. From now on the agent may act.

    `proof`: for an enterprise the register is asked whether who confirms is still its legal representative.
    """
    one = queries.power(public_id, by=by)
    if proof and one.principal_organisation and one.state == "asked" and queries.is_principal(one, by=by):
        handlers.must_still_lead(one.principal_organisation, proof=proof, by=by, now=now)
    return _confirmed(public_id, by=by, now=now)


@transaction.atomic
def _confirmed(public_id: UUID, *, by: Actor, now: datetime) -> PowerOfAttorney:
    one = locked(public_id, by=by)
    must_be_the_principal(one, by=by)
    if one.state != "asked":
        raise already(one)
    if date_of(now) >= one.until_on:
        raise Conflict("power_late", "这份委托写明的期限已经过去", "需要的，请重新出具一份")
    one.state, one.confirmed, one.confirmed_by, one.confirmed_at = "in_force", "own", by.who, now
    one.save(update_fields=["state", "confirmed", "confirmed_by", "confirmed_at"])
    journal.record(PowerBegan(power=str(one.public_id), kind=one.kind, confirmed="own"), by=by, now=now)
    return one


def locked(public_id: UUID, *, by: Actor) -> PowerOfAttorney:
    """One's own, as it is now; NotFound for another's."""
    queries.power(public_id, by=by)
    PowerOfAttorney.objects.select_for_update().get(public_id=public_id)
    return queries.power(public_id, by=by)


def must_be_the_principal(one: PowerOfAttorney, *, by: Actor) -> None:
    if not queries.is_principal(one, by=by):
        raise Forbidden("not_the_principal", "只有委托人本人（单位的由法定代表人）可以办理这一步", "请由委托人登录办理")


def already(one: PowerOfAttorney) -> Conflict:
    said = rules.HOWS[rules.how_ended(one)] if one.state == "ended" else "已经确认，现在有效"
    return Conflict("power_settled", f"这份委托{said}", "请刷新页面")
