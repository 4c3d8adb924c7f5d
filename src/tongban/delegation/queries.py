"""For whom may I act: one indexed query, never one for each case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tongban.catalog.models import Edition, Item
from tongban.delegation import rules
from tongban.delegation.models import PowerOfAttorney
from tongban.identity.actors import Actor
from tongban.identity.models import Membership, Organisation, Person
from tongban.kernel.refusals import NotFound

MOST = 200


def held_now(by: Actor, *, today: date, act: rules.Act | None = None, item: str = "") -> list[PowerOfAttorney]:
    """The powers under which the actor may act today, newest first; for one act and item, where asked."""
    found = PowerOfAttorney.objects.held_by(by).in_force(today).parties().order_by("-pk")[:MOST]
    return [one for one in found if (act is None or act in one.acts) and (not item or rules.covers(one, item))]


def powers_over(person_id: int, organisation_id: int | None, *, by: Actor) -> Sequence[PowerOfAttorney]:
    """All that this applicant ever gave the actor, the newest first: few."""
    whose = {"principal_organisation_id": organisation_id} if organisation_id else {
        "principal_id": person_id, "principal_organisation": None
    }  # fmt: skip
    return list(PowerOfAttorney.objects.held_by(by).filter(**whose).parties().order_by("-pk")[:MOST])


def held(public_id: UUID, *, by: Actor) -> PowerOfAttorney:
    """A power that the actor received, in whatever state; NotFound for another's as for none."""
    found = PowerOfAttorney.objects.held_by(by).parties().filter(public_id=public_id).first()
    if found is None:
        raise unknown()
    return found


def power(public_id: UUID, *, by: Actor) -> PowerOfAttorney:
    """One's own, as principal or as agent."""
    found = PowerOfAttorney.objects.visible_to(by).parties().select_related("paper").filter(public_id=public_id).first()
    if found is None:
        raise unknown()
    return found


def is_principal(one: PowerOfAttorney, *, by: Actor) -> bool:
    """Who may confirm and revoke: the person; of an organisation its legal representative."""
    if by.is_staff or by.person_id is None:
        return False
    if one.principal_organisation_id is None:
        return by.person_id == one.principal_id
    if one.principal_organisation_id not in by.organisation_ids:
        return False
    signing = Membership.objects.filter(organisation_id=one.principal_organisation_id, kind="legal", until_at=None)
    return signing.filter(person_id=by.person_id).exists()


def is_agent(one: PowerOfAttorney, *, by: Actor) -> bool:
    if by.is_staff or by.person_id is None:
        return False
    return one.agent_id == by.person_id or (one.agent_organisation_id or 0) in by.organisation_ids


def of_person(person: Person, *, most: int = 20) -> list[PowerOfAttorney]:
    """What somebody who stands at a window gave and received."""
    given = PowerOfAttorney.objects.filter(principal=person).parties().order_by("-pk")[:most]
    received = PowerOfAttorney.objects.filter(agent=person).parties().order_by("-pk")[:most]
    return sorted({*given, *received}, key=lambda one: -one.pk)[:most]


def between(
    principal: Person, organisation: Organisation | None, agent: Person, *, today: date
) -> list[PowerOfAttorney]:
    """What is in force from one to the other: for who stands at a window instead of the applicant."""
    found = PowerOfAttorney.objects.filter(agent=agent, principal_organisation=organisation).in_force(today).parties()
    return list((found if organisation else found.filter(principal=principal)).order_by("-pk")[:MOST])


def takers(principal: Person, organisation: Organisation | None, *, item: str, today: date) -> list[Person]:
    """Who may take the result for the applicant."""
    found = PowerOfAttorney.objects.filter(agent__isnull=False, principal_organisation=organisation).in_force(today)
    mine = found if organisation else found.filter(principal=principal)
    held = mine.select_related("agent").order_by("-pk")[:MOST]
    return [one.agent for one in held if one.agent and rules.may_act(one, item, "receive", today)]


def items_to_choose() -> dict[str, str]:
    """基本编码 → name of what can be filed here, and by an agent."""
    found = Edition.objects.shown().filter(connection="here").exclude(content__personal_basis__gt="")
    return dict(found.order_by("item__code").values_list("item__code", "item__name")[:500])


def names_of(codes: Sequence[str]) -> list[str]:
    known = dict(Item.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}
    return [known.get(code, code) for code in codes]


def unknown() -> NotFound:
    return NotFound("power_unknown", "没有这份委托，或者您无权查看", "请从“我的委托”打开")
