"""谁在办: a task goes from the pool to a person and on; nobody else closes it meanwhile.

The rooms above lock their own row first and say what it forbids (回避); here stands what holds for every task. Locks come
in the order of `flow`: the task last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction

from tongban.flow import rules
from tongban.flow.events import TaskAssigned, TaskClaimed, TaskDoneForAbsent, TaskHandedOver, TaskReleased
from tongban.flow.models import Task, TaskMove
from tongban.flow.queries import TaskLine
from tongban.flow.vacancies import roles_for
from tongban.identity import absences
from tongban.identity.actors import Actor
from tongban.identity.models import Account, StaffPost, StaffPostQuerySet
from tongban.kernel import actors, journal
from tongban.kernel.events import Event
from tongban.kernel.refusals import Conflict, Forbidden, Refusal

# The guard


def must_be_free_for(
    subject: str, act: str, *, step: str | None = None, by: Actor, now: datetime | None = None
) -> None:
    """An act on a subject is done by who holds its task, by their substitute, or by anybody where nobody holds it.

    Raises Conflict that says who holds it and what to do. `step`: of several tasks of the act that one; None: any of them.
    What a substitute does is noted. `now`: None where the caller goes on to close nothing.
    """
    where, values = ("", []) if step is None else (" AND step = %s", [step.replace("\0", "")])
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS + where + " FOR UPDATE", [subject, act, *values])
        rows = cursor.fetchall()
    if not rules.free_for([held_by for _, _, held_by in rows], by.account_id, by.stands_in_for):
        raise _held_by_another(next(held_by for _, _, held_by in rows))
    for pk, of_step, held_by in rows:
        if now and held_by in by.stands_in_for and held_by != by.account_id:
            _note(pk, "stood_in", held_by, by.account_id, "", by=by, now=now)
            journal.record(
                TaskDoneForAbsent(
                    number=subject, act=act, step=of_step, account=held_by, substitute=by.account_id or 0
                ),
                by=by,
                now=now,
            )  # fmt: skip


_HOLDERS = "SELECT id, step, held_by_id FROM flow_task WHERE subject = %s AND act = %s AND closed_at IS NULL"


def _held_by_another(account: int) -> Conflict:
    name = _name(account)
    return Conflict(
        "task_held",
        f"这一步由{name}办理，您没有认领，不能办理",
        f"请{name}转交给您或退回待办池；人不在的，请部门负责人指派",
    )


def _name(account: int | None) -> str:
    found = Account.objects.select_related("person").filter(pk=account).first() if account else None
    return found.display_name if found else "同事"


# The verbs


@transaction.atomic
def claim(subject: str, act: str, *, step: str = "", by: Actor, now: datetime) -> Task:
    """认领: out of the pool. Raises Conflict that names who was quicker."""
    task = _locked(subject, act, step)
    _must_be_able(task, by=by)
    if task.held_by_id == by.account_id:
        return task
    if task.held_by_id:
        name = _name(task.held_by_id)
        raise Conflict("task_taken", f"{name}已经认领了这个待办", f"需要由您办理的，请{name}转交")
    _move(task, "claimed", by.account_id, by=by, now=now)
    _record(TaskClaimed, task, by=by, now=now, account=by.account_id or 0)
    return task


@transaction.atomic
def release(subject: str, act: str, *, step: str = "", reason: str = "", by: Actor, now: datetime) -> Task:
    """退回待办池: by who holds it, or stands in for them."""
    task = _locked(subject, act, step)
    holder = _must_hold(task, by=by)
    _move(task, "released", None, reason, by=by, now=now)
    _record(TaskReleased, task, by=by, now=now, account=holder)
    return task


@transaction.atomic
def hand_over(subject: str, act: str, *, step: str = "", to: int | None, reason: str, by: Actor, now: datetime) -> Task:
    """转交: to a colleague whose post may do it, with the reason."""
    task = _locked(subject, act, step)
    holder = _must_hold(task, by=by)
    reason = rules.check_handover_reason(reason)
    to = _colleague(task, to, now=now)
    if to == holder:
        raise Refusal("handed_to_oneself", "待办已经在这位同事手里", "请另选一位同事", "to")
    _move(task, "handed_over", to, reason, by=by, now=now)
    _record(TaskHandedOver, task, by=by, now=now, from_account=holder, to_account=to)
    return task


@transaction.atomic
def assign(
    subject: str, act: str, *, step: str = "", to: int | None, reason: str = "", by: Actor, now: datetime
) -> Task:
    """指派: by the head of the body (where it has none, its 首席代表), whoever holds it now."""
    task = _locked(subject, act, step)
    if task.body_id not in absences.assigning_bodies(by, now=now):
        raise Forbidden("not_assigning", "只有部门负责人可以指派待办", "请部门负责人指派；自己要办的，请认领")
    to, holder = _colleague(task, to, now=now), task.held_by_id
    if to == holder:
        return task
    _move(task, "assigned", to, reason.strip(), by=by, now=now)
    _record(TaskAssigned, task, by=by, now=now, from_account=holder, to_account=to)
    return task


def _locked(subject: str, act: str, step: str) -> Task:
    values = [value.replace("\0", "") for value in (subject, act, step)]
    found = Task.objects.open().select_for_update(of=("self",)).filter(
        subject=values[0], act=values[1], step=values[2]
    ).first()  # fmt: skip
    if found is None:
        raise Conflict("task_closed", "这个待办已经办完，或者不再需要办", "请刷新列表")
    return found


def _must_be_able(task: Task, *, by: Actor) -> None:
    if not able(task.act, task.body_id, task.region_path, by=by):
        raise Forbidden("not_empowered", "您的岗位没有办理这一步的权限", "请联系有权限的同事，或向管理员申请岗位")


def able(act: str, body_id: int, region_path: str, *, by: Actor) -> bool:
    """Whether a post of the actor lets it do the act there."""
    return by.may(act, body_id=body_id, region_path=region_path)  # type: ignore[arg-type]


def able_line(line: TaskLine, *, by: Actor) -> bool:
    return able(line.act, line.body_id, line.region_path, by=by)


def _must_hold(task: Task, *, by: Actor) -> int:
    """The holder, who is the actor or somebody it stands in for."""
    if task.held_by_id is None:
        raise Conflict("task_in_pool", "这个待办还没有人认领", "要办的，请先认领")
    if task.held_by_id not in (by.account_id, *by.stands_in_for):
        name = _name(task.held_by_id)
        raise Conflict("task_held", f"这个待办由{name}办理，只有本人能退回、转交", "人不在的，请部门负责人指派")
    return task.held_by_id


def _colleague(task: Task, to: int | None, *, now: datetime) -> int:
    if to is None:
        raise Refusal("colleague_missing", "请选择交给哪位同事", "", "to")
    if not may_hold(task, now=now).filter(account_id=to).exists():
        raise Refusal("colleague_unable", "选的同事没有办理这一步的岗位", "请从列出的同事中选", "to")
    return to


def _move(task: Task, kind: str, to: int | None, reason: str = "", *, by: actors.Actor, now: datetime) -> None:
    """Its new holder has not seen it yet; the old one's look doesn't count."""
    _note(task.pk, kind, task.held_by_id, to, reason, by=by, now=now)
    task.held_by_id, task.held_at = to, now if to else None
    fields = ["held_by", "held_at"]
    if kind != "claimed":
        task.seen_by_id = task.seen_at = None
        fields += ["seen_by", "seen_at"]
    task.save(update_fields=fields)


def _note(
    task: int, kind: str, from_account: int | None, to: int | None, reason: str, *, by: actors.Actor, now: datetime
) -> None:
    TaskMove.objects.create(
        task_id=task, kind=kind, from_account_id=from_account, to_account_id=to, reason=reason[:500], by=by.who,
        by_post=by.post, at=now,
    )  # fmt: skip


def _record(event: type[Event], task: Task, *, by: actors.Actor, now: datetime, **more: int | bool | None) -> None:
    journal.record(event(number=task.subject, act=task.act, step=task.step, **more), by=by, now=now)  # type: ignore[call-arg]


# Who may hold it


def may_hold(task: Task, *, now: datetime) -> StaffPostQuerySet:
    """Posts that let their holder do the task's act: those of the body, and where only windows may, those of the region."""
    roles = roles_for(task.act)  # type: ignore[arg-type]
    of_body = [key for key, role in roles.items() if role.scope == "body"]
    of_region = [key for key, role in roles.items() if role.scope == "region"]
    held = StaffPost.objects.held_at(now).filter(account__is_active=True)
    return held.filter(role__in=of_body, body_id=task.body_id) | held.filter(
        role__in=of_region, region_path__in=_above(task.region_path)
    )


def _above(path: str) -> list[str]:
    """A region and those it lies in, by path."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: end + 1]) + "/" for end in range(len(parts))]


# Seen


def see(lines: Sequence[TaskLine], *, by: Actor, now: datetime) -> list[TaskLine]:
    """未查看 → 已查看: the case was opened by who may do an act it waits for, and holds it where somebody does. Only the
    first look is written. `lines`: its open tasks; they come back as they are then."""
    mine = {None, by.account_id, *by.stands_in_for}
    fresh = {line.pk for line in lines if line.seen_at is None and line.held_by in mine and able_line(line, by=by)}
    if not fresh:
        return list(lines)
    Task.objects.filter(pk__in=fresh, seen_at=None).update(seen_at=now, seen_by=by.account_id)
    return [replace(line, seen_at=now, seen_by=by.account_id) if line.pk in fresh else line for line in lines]


def moves_of(subject: str) -> list[TaskMove]:
    """经手 of the tasks that are open now, in order."""
    return list(TaskMove.objects.filter(task__subject=subject, task__closed_at=None).order_by("pk")[:50])


# Through a change of the task


@dataclass(frozen=True)
class Held:
    account: int
    at: datetime | None


def holders_of(subject: str) -> dict[tuple[str, str], Held]:
    """By act and step of the open tasks that somebody holds."""
    rows = Task.objects.open().filter(subject=subject, held_by__isnull=False).order_by("pk")
    return {(row.act, row.step): Held(row.held_by_id or 0, row.held_at) for row in rows}


def keep(subject: str, holders: Mapping[tuple[str, str], Held]) -> None:
    """Tasks that were closed and opened anew in one step of the case stay with who held them."""
    for (act, step), held in holders.items():
        Task.objects.open().filter(subject=subject, act=act, step=step, held_by=None).update(
            held_by=held.account, held_at=held.at
        )


# Posts that were lost


def return_lost(*, now: datetime) -> Iterator[Task]:
    """Tasks whose holder has no post for them any longer go back to the pool, each in its own transaction."""
    by = actors.system("vacancies")
    for account in _who_lost_a_post(_holding_accounts(), now=now):
        posts = absences.posts_of([account], now=now)[account]
        holder = Actor(who="", account_id=account, posts=tuple(posts))
        held = Task.objects.open().filter(held_by=account).order_by("due_on", "pk")
        for pk, act, body_id, region_path in held.values_list("pk", "act", "body_id", "region_path"):
            if not able(act, body_id, region_path, by=holder) and (task := _return(pk, account, by=by, now=now)):
                yield task


LOOKED_BACK = timedelta(days=30)
"""For so long the chore may not have run."""


def _who_lost_a_post(accounts: list[int], *, now: datetime) -> list[int]:
    """Of those who hold tasks: whoever has no post now, or whose post ended lately."""
    posts = StaffPost.objects.filter(account_id__in=accounts)
    held = set(posts.held_at(now).values_list("account_id", flat=True))
    ended = posts.filter(until_at__lte=now, until_at__gt=now - LOOKED_BACK)
    lost = set(ended.values_list("account_id", flat=True))
    return [account for account in accounts if account in lost or account not in held]


def _holding_accounts() -> list[int]:
    """Each once, from holder to holder along the index."""
    with connection.cursor() as cursor:
        cursor.execute(_EACH_HOLDER)
        return [account for (account,) in cursor.fetchall()]


_EACH_HOLDER = """
WITH RECURSIVE holder (id) AS (
  SELECT min(held_by_id) FROM flow_task WHERE closed_at IS NULL AND held_by_id IS NOT NULL
  UNION ALL
  SELECT (SELECT min(held_by_id) FROM flow_task WHERE closed_at IS NULL AND held_by_id > holder.id)
  FROM holder WHERE holder.id IS NOT NULL
) SELECT id FROM holder WHERE id IS NOT NULL
"""


@transaction.atomic
def _return(pk: int, account: int, *, by: actors.Actor, now: datetime) -> Task | None:
    task = Task.objects.open().select_for_update(of=("self",)).filter(pk=pk, held_by=account).first()
    if task is None:
        return None
    _move(task, "returned", None, by=by, now=now)
    _record(TaskReleased, task, by=by, now=now, account=account, post_lost=True)
    return task
