"""代办: who acts for an applicant, under which power of attorney, and how both names are written.

An applicant's own way through every verb costs nothing here: powers are asked for only when somebody else comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Q

from tongban.applications.models import Application, ApplicationQuerySet
from tongban.applications.scope import scope_of
from tongban.catalog.models import Edition
from tongban.delegation import queries as delegation
from tongban.delegation import rules
from tongban.delegation.models import PowerOfAttorney
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.identity.rules import born_on
from tongban.kernel import clock
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Forbidden
from tongban.licences.models import Licence


def admits(case: Application, *, by: Actor) -> bool:
    """Whether the case exists for this actor: by the scope, or under a power that is in force today.

    Raises Forbidden `power_ended` to who had one: the case is no secret to them, and they learn why it is closed.
    """
    return scope_of(by).admits(case) or under_a_power(case, by=by, today=clock.today())


def under_a_power(case: Application, *, by: Actor, today: date) -> bool:
    if by.is_staff or by.person_id is None:
        return False
    powers = delegation.powers_over(case.person_id, case.organisation_id, by=by)
    item = case.edition.item.code if powers else ""
    if any(rules.may_see(one, item, today, own=_handed_in(case, one, by)) for one in powers):
        return True
    for one in powers:
        over = one.confirmed and (one.state == "ended" or one.until_on <= today)
        if over and rules.covers(one, item) and (_handed_in(case, one, by) or "follow" in one.acts):
            raise rules.over(one)
    return False


def _handed_in(case: Application, power: PowerOfAttorney, by: Actor) -> bool:
    """Under this power, or by the same person under an earlier one."""
    return case.power_id == power.pk or (case.agent_id is not None and case.agent_id == by.person_id)


def is_agent_of(case: Application, *, by: Actor) -> bool:
    """For who was admitted: they are neither the applicant nor staff."""
    return not by.is_staff and not is_theirs(case, by=by)


def is_theirs(case: Application, *, by: Actor) -> bool:
    """An organisation's case is the organisation's: of who handles its things now, not of who once filed it."""
    if case.organisation_id is None:
        return by.person_id is not None and by.person_id == case.person_id
    return case.organisation_id in by.organisation_ids


def may(case: Application, act: rules.Act, *, by: Actor, today: date) -> bool:
    powers = delegation.powers_over(case.person_id, case.organisation_id, by=by)
    return any(rules.may_act(one, case.edition.item.code, act, today) for one in powers)


def agent_for(case: Application, act: rules.Act, *, by: Actor, now: datetime) -> Actor:
    """The agent, on behalf of the applicant, for one act. Raises Forbidden that says what the power lacks."""
    powers = delegation.powers_over(case.person_id, case.organisation_id, by=by)
    if not powers:
        raise Forbidden("not_the_applicant", "只有申请人本人可以办理这一步", "请由申请人登录，或到窗口办理")
    item, today = case.edition.item.code, date_of(now)
    power = next((one for one in powers if rules.may_act(one, item, act, today)), None)
    if power is None:
        rules.must_act(next((one for one in powers if rules.in_force(one, today)), powers[0]), item, act, today)
    return replace(by, on_behalf_of=_name_of(case.person, case.organisation))


def handing_in(
    power: PowerOfAttorney,
    edition: Edition,
    *,
    person: Person,
    organisation: Organisation | None,
    by: Actor,
    now: datetime,
) -> Actor:
    """Who hands in an application for another, themself or through a clerk. Raises NotFound for a power that isn't theirs, Forbidden for what it lacks."""
    at_a_window = by.is_staff  # where the agent stands
    current = PowerOfAttorney.objects.get(pk=power.pk) if at_a_window else delegation.held(power.public_id, by=by)
    whose = (current.principal_id, current.principal_organisation_id)
    if whose != (person.pk, organisation.pk if organisation else None):
        raise Forbidden("applicant_not_yours", "这份委托不是这位申请人给的", "请重新选择为谁办")
    rules.must_be_delegable(current.kind, edition.document.personal_basis)
    rules.must_act(current, edition.item.code, "submit", date_of(now))
    return replace(by, on_behalf_of=_name_of(person, organisation))


def _name_of(person: Person, organisation: Organisation | None) -> str:
    return f"organisation:{organisation.public_id}" if organisation else f"person:{person.public_id}"


def for_whom(edition: Edition, *, by: Actor, today: date) -> list[PowerOfAttorney]:
    """Whom one may file this item for, besides oneself."""
    held = delegation.held_now(by, today=today, act="submit", item=edition.item.code)
    if edition.document.personal_basis:
        held = [one for one in held if one.kind == "guardian"]
    return [one for one in held if (edition.for_enterprises if one.principal_organisation_id else edition.for_people)]


def cases_under(power: PowerOfAttorney, *, by: Actor, today: date) -> ApplicationQuerySet:
    """The principal's cases, as far as the power goes; those that the agent handed in come with every power."""
    rules.must_be_in_force(power, today)
    if power.principal_organisation_id:
        found = Application.objects.filter(organisation_id=power.principal_organisation_id)
    else:
        found = Application.objects.filter(person_id=power.principal_id, organisation=None)
    if power.item_codes:
        found = found.filter(edition__item__code__in=power.item_codes)
    if "follow" not in power.acts:
        found = found.filter(Q(agent_id=by.person_id) | Q(power=power))
    return found


def licence_of(case: Application) -> Licence | None:
    return Licence.objects.filter(case_number=case.number).select_related("body").order_by("-pk").first()


def parties(case: Application) -> str:
    """Both names, as papers and pages show them: 刘晓燕（代理人：王强）. Of a child under eight the guardian comes first."""
    name = case.organisation.name if case.organisation else case.person.name
    if case.power is None or case.agent is None:
        return name
    word = case.power.agent_word
    if case.power.kind == "guardian" and not _is_named(case.person, date_of(case.submitted_at)):
        return f"{case.agent.name}（{word}，代 {name}）"
    return f"{name}（{agency(case)}）"


def agency(case: Application) -> str:
    """代理机构 云江代办服务有限公司，经办人 陈静."""
    if case.power is None or case.agent is None:
        return ""
    firm = case.power.agent_organisation
    return (
        f"{case.power.agent_word}：{firm.name}，经办人 {case.agent.name}"
        if firm
        else f"{case.power.agent_word}：{case.agent.name}"
    )


def _is_named(person: Person, day: date) -> bool:
    return person.id_type != "id_card" or rules.is_named_party(born_on(person.id_number), day)


def knows(power: PowerOfAttorney | None) -> Sequence[str]:
    """Which of the principal's facts are filled in for the agent: as far as the power goes."""
    if power is None:
        return ("register", "earlier", "library")
    reach = ["register"] if "submit" in power.acts else []
    return reach + ["earlier"] * ("follow" in power.acts) + ["library"] * ("receive" in power.acts)
