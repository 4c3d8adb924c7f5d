"""委托结束 (《民法典》第一百七十三条): refused, revoked, renounced, run out, or by law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.delegation import queries, rules
from tongban.delegation.actions.confirming import already, locked, must_be_the_principal
from tongban.delegation.events import PowerEnded
from tongban.delegation.models import PowerOfAttorney
from tongban.files.models import StoredFile
from tongban.identity import rules as identifiers
from tongban.identity.actors import Actor
from tongban.identity.models import Membership
from tongban.identity.queries import person_with_card
from tongban.kernel import actors, journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Forbidden, Invalid, Refusal

A_TURN = 500


@transaction.atomic
def refuse(public_id: UUID, *, by: Actor, now: datetime) -> PowerOfAttorney:
    """The principal doesn't want it."""
    one = locked(public_id, by=by)
    must_be_the_principal(one, by=by)
    if one.state != "asked":
        raise already(one)
    return _end(one, "refused", by=by, now=now)


@transaction.atomic
def revoke(public_id: UUID, *, by: Actor, now: datetime) -> PowerOfAttorney:
    """取消委托, by the principal, from this moment on; what was done under it stands. A guardian's power is not the child's
    to take back."""
    one = locked(public_id, by=by)
    must_be_the_principal(one, by=by)
    if one.state != "in_force":
        raise already(one)
    if one.kind == "guardian":
        raise Refusal("guardian_by_law", "监护是法律规定的，不能由被监护人撤销", "监护人变更的，请带证明到窗口办理")
    return _end(one, "revoked", by=by, now=now)


@transaction.atomic
def renounce(public_id: UUID, *, by: Actor, now: datetime) -> PowerOfAttorney:
    """辞去委托, by the agent; also a request that nobody has confirmed yet."""
    one = locked(public_id, by=by)
    if not queries.is_agent(one, by=by):
        raise Forbidden("not_the_agent", "只有代理人可以辞去委托", "委托人要结束委托，请选“撤销”")
    if one.state == "ended":
        raise already(one)
    if one.kind == "guardian":
        raise Refusal("guardian_by_law", "监护是法律规定的，监护人不能自己辞去", "监护人变更的，请带证明到窗口办理")
    return _end(one, "renounced", by=by, now=now)


@dataclass(frozen=True)
class AtWindow:
    """What the clerk says of an ending: how, whose ID card they saw, why, and the paper that proves it."""

    how: str
    id_number: str
    reason: str
    paper: StoredFile | None = None


@transaction.atomic
def end_at_window(public_id: UUID, said: AtWindow, *, by: Actor, now: datetime) -> PowerOfAttorney:
    """For who can't log in, or when death, lost capacity, the end of an organisation or another guardian was proved to the
    clerk. The card that was shown is that of a side: who revokes is the principal, who renounces the agent. Raises Invalid."""
    must_be_at_a_window(by)
    one = PowerOfAttorney.objects.select_for_update(of=("self",)).parties().filter(public_id=public_id).first()
    if one is None:
        raise queries.unknown()
    must_be_nobody_s_own(one, by=by, now=now)
    if one.state == "ended":
        raise already(one)
    how, faults = _how_said(one, said), _faults_of(one, said, now=now)
    if faults or how is None:
        raise Invalid(faults)
    one.ended_why, one.ended_paper = said.reason.strip()[:200], said.paper
    return _end(one, how, by=by.under("person.see"), now=now)


def _how_said(one: PowerOfAttorney, said: AtWindow) -> rules.How | None:
    return next((how for how in rules.ends_at_window(one.kind) if how == said.how), None)


def _faults_of(one: PowerOfAttorney, said: AtWindow, *, now: datetime) -> list[Refusal]:
    faults, how = [], _how_said(one, said)
    if how is None:
        hint = "监护是法律规定的，只能凭死亡证明、判决或者民政部门的文书结束" if one.kind == "guardian" else ""
        faults.append(Refusal("power_how", "请选择委托为什么结束", hint, "how"))
    try:
        shown = person_with_card(identifiers.id_number(said.id_number))
        if shown is None or (how and shown.pk not in _whose_card(one, how, now=now)):
            whose = {"revoked": "委托人", "renounced": "代理人"}.get(said.how, "这份委托的一方")
            faults.append(
                Refusal("power_not_a_side", f"这个身份证号码不是{whose}的", "请核对来人出示的身份证", "id_number")
            )
    except Refusal as refusal:
        faults.append(refusal)
    if len(said.reason.strip()) < 4:
        faults.append(Refusal("reason_missing", "请写明原因", "至少四个字，例如：本人来窗口撤销", "reason"))
    if how in rules.PROVED and said.paper is None:
        faults.append(Refusal("power_proof", "请扫描上传死亡证明、判决等文书", "没有文书的不能这样结束", "paper"))
    return faults


def _whose_card(one: PowerOfAttorney, how: rules.How, *, now: datetime) -> set[int]:
    """Of an organisation those who stand for it today; its principal is its legal representative of then."""
    members = Membership.objects.held_at(now)
    principals, agents = {one.principal_id}, {one.agent_id} - {None}
    if one.principal_organisation_id:
        legal = members.filter(organisation=one.principal_organisation_id, kind="legal")
        principals = set(legal.values_list("person_id", flat=True))
    if one.agent_organisation_id:
        agents = set(members.filter(organisation=one.agent_organisation_id).values_list("person_id", flat=True))
    if how == "revoked":
        return principals
    return (
        {each for each in agents if each} if how == "renounced" else {*principals, *(each for each in agents if each)}
    )


def must_be_at_a_window(by: Actor) -> None:
    if not by.posts_for("person.see"):
        raise Forbidden("no_intake", "您的岗位不能在窗口办理委托", "书面委托由综窗人员、镇村代办员核验")


def must_be_nobody_s_own(one: PowerOfAttorney, *, by: Actor, now: datetime) -> None:
    """回避: one's own, and that of an enterprise one stands for."""
    if by.person_id is None:
        return
    firms = [firm for firm in (one.principal_organisation_id, one.agent_organisation_id) if firm]
    standing = Membership.objects.held_at(now).filter(person_id=by.person_id, organisation__in=firms)
    if by.person_id in (one.principal_id, one.agent_id) or (firms and standing.exists()):
        raise Forbidden("own_power", "不能办理自己的委托，应当回避", "请交给另一位同事办理")


def sweep(*, now: datetime) -> int:
    """What has run out, and what nobody confirmed in time. Returns how many ended."""
    today, by = date_of(now), actors.system("delegation")
    over = PowerOfAttorney.objects.exclude(state="ended").filter(until_on__lte=today).order_by("until_on", "pk")
    old = PowerOfAttorney.objects.filter(state="asked", asked_at__lt=now - timedelta(days=rules.ANSWER_DAYS))
    wanted = {
        *over.values_list("pk", flat=True)[:A_TURN],
        *old.order_by("asked_at").values_list("pk", flat=True)[:A_TURN],
    }
    return sum(_ran_out(pk, by=by, now=now) for pk in sorted(wanted))


@transaction.atomic
def _ran_out(pk: int, *, by: actors.Actor, now: datetime) -> bool:
    one = PowerOfAttorney.objects.select_for_update().get(pk=pk)
    if one.state == "ended":
        return False
    _end(
        one, "unanswered" if one.state == "asked" else "of_age" if one.kind == "guardian" else "expired", by=by, now=now
    )
    return True


def _end(one: PowerOfAttorney, how: rules.How, *, by: actors.Actor, now: datetime) -> PowerOfAttorney:
    begun = one.state == "in_force"
    one.state, one.ended_how, one.ended_by, one.ended_at = "ended", how, by.who, now
    one.save(update_fields=["state", "ended_how", "ended_by", "ended_at", "ended_why", "ended_paper"])
    journal.record(PowerEnded(power=str(one.public_id), kind=one.kind, how=how, begun=begun), by=by, now=now)
    return one
