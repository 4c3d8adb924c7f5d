"""委托通知: both sides learn when a power of attorney is asked for, begins and ends."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.applications import power_kinds as kinds
from tongban.delegation import rules
from tongban.delegation.events import PowerAsked, PowerBegan, PowerEnded
from tongban.delegation.models import PowerOfAttorney
from tongban.design.words import date_cn
from tongban.identity.models import Membership, Person
from tongban.kernel.reactions import Entry, on
from tongban.notices import actions as notices
from tongban.notices.kinds import Kind

MOST = 5
"""So many handlers of a filing agent are told."""


@on(PowerAsked)
def ask_the_principal(event: PowerAsked, entry: Entry) -> None:
    """What the principal wrote down themself they need not be told."""
    if event.side == "agent":
        one = _power(event.power)
        _tell(one, kinds.ASKED, [one.principal], entry)


@on(PowerBegan)
def tell_both_that_it_began(event: PowerBegan, entry: Entry) -> None:
    one = _power(event.power)
    _tell(one, kinds.BEGAN, _sides(one), entry)


@on(PowerEnded)
def tell_both_that_it_ended(event: PowerEnded, entry: Entry) -> None:
    one = _power(event.power)
    whom = _sides(one) if event.begun else _agents(one)
    _tell(one, kinds.ENDED, whom, entry, why=next(words for how, words in rules.HOWS.items() if how == event.how))


def _power(public_id: str) -> PowerOfAttorney:
    return PowerOfAttorney.objects.parties().get(public_id=public_id)


def _sides(one: PowerOfAttorney) -> list[Person]:
    """A child is not written to: its guardian is."""
    return _agents(one) if one.kind == "guardian" else [one.principal, *_agents(one)]


def _agents(one: PowerOfAttorney) -> list[Person]:
    if one.agent:
        return [one.agent]
    acting = Membership.objects.filter(organisation=one.agent_organisation, until_at=None).select_related("person")
    return list({each.person_id: each.person for each in acting.order_by("pk")[:MOST]}.values())


def _tell(one: PowerOfAttorney, kind: Kind, whom: Iterable[Person], entry: Entry, *, why: str = "") -> None:
    values = {
        "委托人": one.principal_name, "代理人": one.agent_name, "种类": one.get_kind_display(),
        "到期日": date_cn(one.last_on, year=True), "原因": why,
    }  # fmt: skip
    for person in whom:
        notices.tell(
            person, kind, key=f"power/{one.pk}/{kind.key}/{person.pk}/{entry.id}", subject=str(one.public_id),
            values=values, link=f"/my/delegations/{one.public_id}", now=entry.at,
        )  # fmt: skip
