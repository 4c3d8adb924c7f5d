"""委托结束 (《民法典》第一百七十三条): refused, revoked, renounced, run out, or by law."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.delegation import queries, rules
from tongban.delegation.actions.confirming import already, locked, must_be_the_principal
from tongban.delegation.events import PowerEnded
from tongban.delegation.models import PowerOfAttorney
from tongban.identity.actors import Actor
from tongban.kernel import actors, journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Forbidden, Refusal

A_TURN = 500
AT_WINDOW: tuple[rules.How, ...] = ("revoked", "renounced", "by_law")


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
    return _end(one, "renounced", by=by, now=now)


@transaction.atomic
def end_at_window(public_id: UUID, *, how: str, by: Actor, now: datetime) -> PowerOfAttorney:
    """For who can't log in, or when death, lost capacity or the end of an organisation was proved to the clerk."""
    must_be_at_a_window(by)
    if how not in AT_WINDOW:
        raise Refusal("power_how", "请选择委托为什么结束", "", "how")
    one = PowerOfAttorney.objects.select_for_update().filter(public_id=public_id).first()
    if one is None:
        raise queries.unknown()
    must_be_nobody_s_own(one, by=by)
    if one.state == "ended":
        raise already(one)
    return _end(one, next(each for each in AT_WINDOW if each == how), by=by, now=now)


def must_be_at_a_window(by: Actor) -> None:
    if not by.posts_for("person.see"):
        raise Forbidden("no_intake", "您的岗位不能在窗口办理委托", "书面委托由综窗人员、镇村代办员核验")


def must_be_nobody_s_own(one: PowerOfAttorney, *, by: Actor) -> None:
    """回避."""
    if by.person_id is not None and by.person_id in (one.principal_id, one.agent_id):
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
    one.save(update_fields=["state", "ended_how", "ended_by", "ended_at"])
    journal.record(PowerEnded(power=str(one.public_id), kind=one.kind, how=how, begun=begun), by=by, now=now)
    return one
