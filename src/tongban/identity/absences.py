"""请假和代办人: who is away, and which colleague acts, in their own name, where they would.

A substitute is never away meanwhile: nothing that waits for an absent person waits for another absent one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tongban.identity import rules
from tongban.identity.actors import Actor, Post
from tongban.identity.events import AbsenceDeclared, AbsenceEnded
from tongban.identity.models import Absence, Account, StaffPost
from tongban.identity.roles import ROLES
from tongban.kernel import journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal


@transaction.atomic
def declare(
    *, account: int, substitute: int, from_on: date, last_on: date, reason: str = "", by: Actor, now: datetime
) -> Absence:
    """For oneself, or by who may assign the tasks of the body (部门负责人). From `from_on` up to and including `last_on`."""
    if not may_arrange(account, by=by, now=now):
        raise Forbidden(
            "absence_of_another", "只能登记自己的请假，部门负责人可以替本部门的人登记", "请由本人或部门负责人登记"
        )
    rules.check_absence(from_on, last_on, today=date_of(now))
    if account == substitute:
        raise Refusal("substitute_oneself", "代办人不能是请假的人自己", "请另选一位同事", "substitute")
    locked = list(Account.objects.select_for_update(of=("self",)).filter(pk__in=[account, substitute]).order_by("pk"))
    posts = posts_of([account, substitute], now=now)
    if len(locked) < 2 or not posts[account]:
        raise NotFound("colleague_unknown", "没有这位同事", "请从列出的同事中选")
    if lacking := rules.lacking(posts[account], posts[substitute]):
        names = "、".join(dict.fromkeys(ROLES[key].name for key in lacking))
        raise Refusal(
            "substitute_lacks_post", f"选的代办人没有“{names}”的岗位，不能代办", "请选岗位相同的同事", "substitute"
        )
    until_on = last_on + timedelta(days=1)
    _must_not_meet(account, substitute, from_on, until_on)
    made = Absence.objects.create(
        account_id=account, substitute_id=substitute, from_on=from_on, until_on=until_on, reason=reason.strip()[:200],
        by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    journal.record(
        AbsenceDeclared(
            account=account, substitute=substitute, from_on=from_on.isoformat(), until_on=until_on.isoformat()
        ),
        by=by,
        now=now,
    )
    return made


def _must_not_meet(account: int, substitute: int, from_on: date, until_on: date) -> None:
    """One is away once at a time; who stands in is there, and who is away stands in for nobody."""
    near = Absence.objects.meeting(from_on, until_on)
    if near.filter(account_id=account).exists():
        raise Conflict("absent_already", "这段时间已经登记过请假", "请先销假，再重新登记")
    if near.filter(account_id=substitute).exists():
        raise Refusal("substitute_absent", "选的代办人这段时间也请假", "请另选一位同事", "substitute")
    standing = near.select_related("account__person").filter(substitute_id=account).order_by("pk").first()
    if standing:
        raise Conflict(
            "standing_in", f"这段时间正替{standing.account.display_name}代办，不能同时请假",
            f"请部门负责人先给{standing.account.display_name}另定代办人",
        )  # fmt: skip


@transaction.atomic
def end(absence: int, *, by: Actor, now: datetime) -> Absence:
    """销假: back early, or arranged otherwise. By who may declare it."""
    found = Absence.objects.select_for_update().filter(pk=absence).first()
    if found is None or not may_arrange(found.account_id, by=by, now=now):
        raise NotFound("absence_unknown", "没有这条请假", "请从请假页面打开")
    if found.ended_at or found.until_on <= date_of(now):
        raise Conflict("absence_over", "这条请假已经结束", "不用再销假")
    found.ended_at, found.ended_by = now, by.who
    found.save(update_fields=["ended_at", "ended_by"])
    journal.record(AbsenceEnded(account=found.account_id, substitute=found.substitute_id), by=by, now=now)
    return found


def may_arrange(account: int, *, by: Actor, now: datetime) -> bool:
    """Oneself, or somebody of a body whose tasks one may assign."""
    if not by.is_staff:
        return False
    if account == by.account_id:
        return True
    bodies = assigning_bodies(by, now=now)
    return bool(bodies) and StaffPost.objects.held_at(now).filter(account_id=account, body_id__in=bodies).exists()


def assigning_bodies(by: Actor, *, now: datetime) -> list[int]:
    """Whose tasks the actor may assign: as head of the body; as its 首席代表 where it has no head."""
    mine = {post.body_id for post in by.posts_for("task.assign") if post.body_id}
    deciding = {post.body_id for post in by.posts_for("application.decide") if post.body_id} - mine
    if deciding:
        assigning = [key for key, role in ROLES.items() if "task.assign" in role.acts]
        headed = StaffPost.objects.held_at(now).filter(role__in=assigning, body_id__in=deciding)
        mine |= deciding - set(headed.values_list("body_id", flat=True))
    return sorted(mine)


def colleagues(accounts: Iterable[int], *, by: Actor, now: datetime) -> list[Account]:
    """Who works in the bodies of these accounts, or beside them at the windows of the region; `by` always among them."""
    own = (
        StaffPost.objects.held_at(now)
        .filter(account_id__in=list(accounts))
        .values_list("body_id", "role", "region_path")
    )
    bodies = {body for body, _, _ in own if body}
    beside = Q(body_id__in=bodies)
    for body, role, path in own:
        if not body:
            beside |= Q(body_id=None, role=role, region_path=path)
    held = StaffPost.objects.held_at(now).filter(beside).values_list("account_id", flat=True)
    found = Account.objects.select_related("person").filter(pk__in={*held, by.account_id}, is_active=True)
    return list(found.order_by("username")[:200])


def of_bodies(bodies: Sequence[int], *, by: Actor, now: datetime) -> list[Absence]:
    """Absences that are on or ahead: one's own, those one stands in for, and those of the bodies one arranges."""
    concerned = Q(account_id=by.account_id) | Q(substitute_id=by.account_id)
    if bodies:
        there = StaffPost.objects.held_at(now).filter(body_id__in=bodies).values("account_id")
        concerned |= Q(account_id__in=there)
    found = Absence.objects.filter(concerned, ended_at=None, until_on__gt=date_of(now))
    return list(found.select_related("account__person", "substitute__person").order_by("from_on", "pk")[:100])


def substitutes_on(day: date, accounts: Iterable[int]) -> dict[int, Account]:
    """By account that is away that day: who stands in."""
    rows = Absence.objects.on(day).filter(account_id__in=list(accounts)).select_related("substitute__person")
    return {row.account_id: row.substitute for row in rows.order_by("pk")}


def posts_of(accounts: Sequence[int], *, now: datetime) -> dict[int, list[Post]]:
    found: dict[int, list[Post]] = {account: [] for account in accounts}
    held = StaffPost.objects.held_at(now).filter(account_id__in=accounts).order_by("pk")
    for pk, account, role, body, path, hall in held.values_list(
        "pk", "account_id", "role", "body_id", "region_path", "hall_id"
    ):
        found[account].append(Post(pk, role, body, path, hall))
    return found
