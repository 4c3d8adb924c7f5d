"""Who may be given a task: for several, who may do each of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce

from django.db.models import Q

from tongban.flow import holding
from tongban.flow.models import Task
from tongban.flow.rules import check_handover_reason
from tongban.identity import absences
from tongban.identity.models import Account
from tongban.identity.roles import ROLES
from tongban.kernel.refusals import Refusal

__all__ = ["Colleague", "able", "account_named", "check_handover_reason", "names_of"]
MOST = 200


@dataclass(frozen=True)
class Colleague:
    account: int
    words: str
    """Name, post, and who acts where they are away."""


def able(keys: Sequence[tuple[str, str, str]], *, now: datetime, today: date) -> list[Colleague]:
    """By (subject, act, step) of open tasks: the accounts whose posts may do all of them, by name."""
    places = _places(keys)
    able_of_each = [
        dict(holding.may_hold(place, now=now).order_by("account_id").values_list("account_id", "role"))
        for place in places
    ]
    if not able_of_each:
        return []
    common = reduce(lambda so_far, more: so_far & more.keys(), able_of_each[1:], set(able_of_each[0]))
    standing = absences.substitutes_on(today, common)
    people = Account.objects.select_related("person").filter(pk__in=common).order_by("username")[:MOST]
    return [
        Colleague(
            one.pk,
            f"{one.display_name}（{ROLES[able_of_each[0][one.pk]].name}）"
            + (f"，请假中，由{standing[one.pk].display_name}代办" if one.pk in standing else ""),
        )
        for one in people
    ]


def names_of(accounts: Collection[int]) -> dict[int, str]:
    if not accounts:
        return {}
    found = Account.objects.select_related("person").filter(pk__in=accounts).order_by("pk")
    return {one.pk: one.display_name for one in found}


def account_named(username: str) -> int:
    """Raises Refusal; who may hold the task is asked of the account that is found."""
    found = Account.objects.filter(username=username).values_list("pk", flat=True).first()
    if found is None:
        raise Refusal("colleague_unable", "选的同事没有办理这一步的岗位", "请核对账号名", "to")
    return found


def _places(keys: Sequence[tuple[str, str, str]]) -> list[Task]:
    """One task of each act at each place: few, whatever the number of tasks."""
    wanted = Q(pk__in=())
    for subject, act, step in keys:
        wanted |= Q(subject=subject, act=act, step=step)
    tasks = Task.objects.open().filter(wanted).order_by("pk")
    return list({(task.body_id, task.region_path, task.act): task for task in tasks}.values())
