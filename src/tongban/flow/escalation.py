"""逐级督办: what is overdue, or near its day and untouched, comes before the head of the body that has to do it. Once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from tongban.flow import rules
from tongban.flow.events import TaskEscalated
from tongban.flow.models import BESIDE, Task, TaskMove
from tongban.kernel import actors, calendar, journal
from tongban.kernel.clock import date_of
from tongban.kernel.workdays import WorkCalendar

BATCH = 200
MOST = 2000
"""In one go: a backlog comes before the heads piece by piece, and nothing else waits for it."""
BY = actors.system("escalation")
FOR_THE_HEAD = ("application.extend", "application.extend_joint", "application.reopen", "application.urge")
"""Acts of the head: there is nobody above in the body."""


def escalate(*, now: datetime) -> Iterator[Task]:
    """Page by page along the due dates, `MOST` at most; each page in its own transaction. What lies before the head already
    isn't looked at."""
    done = 0
    days = calendar.current()
    last = rules.last_due_to_escalate(date_of(now), days)
    after: tuple[date, int] = (date.min, 0)
    while done < MOST and (page := _page(after, last)):
        after = page[-1]
        found = _escalate([pk for _, pk in page], days, now=now)
        done += len(found)
        yield from found


def _page(after: tuple[date, int], last: date) -> list[tuple[date, int]]:
    due, pk = after
    found = Task.objects.open().filter(escalated_at=None, due_on__lte=last)
    found = found.filter(due_on__gte=due).filter(Q(due_on__gt=due) | Q(pk__gt=pk))
    return list(found.order_by("due_on", "pk").values_list("due_on", "pk")[:BATCH])


@transaction.atomic
def _escalate(keys: list[int], days: WorkCalendar, *, now: datetime) -> list[Task]:
    """Whose row is in somebody's hands just now waits for the next time."""
    rows = Task.objects.open().select_for_update(skip_locked=True, of=("self",)).filter(pk__in=keys, escalated_at=None)
    today = date_of(now)
    found = [
        task
        for task in rows.order_by("due_on", "pk")
        if task.act not in (*FOR_THE_HEAD, BESIDE)
        and rules.to_escalate(
            today, task.due_on, date_of(task.opened_at), days, touched=bool(task.held_by_id or task.seen_at)
        )
    ]
    Task.objects.filter(pk__in=[task.pk for task in found]).update(escalated_at=now)
    moves = [
        TaskMove(
            task=task, kind="escalated", from_account_id=task.held_by_id, to_account_id=task.held_by_id,
            reason="已超期" if today > task.due_on else "临近期限，无人认领或查看", by=BY.who, at=now,
        )
        for task in found
    ]  # fmt: skip
    TaskMove.objects.bulk_create(moves)
    for task in found:
        journal.record(
            TaskEscalated(
                number=task.subject, act=task.act, step=task.step, body=task.body_id, due_on=task.due_on.isoformat(),
                overdue=today > task.due_on,
            ),
            by=BY,
            now=now,
        )  # fmt: skip
    return found
