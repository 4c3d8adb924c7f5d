"""待办 as people read them: what each act is called, who holds it, whether it was looked at, how much time is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from tongban.applications.models import Application, Commitment
from tongban.applications.rules import State
from tongban.flow import listing
from tongban.flow import rules as clocks
from tongban.flow.queries import TaskLine
from tongban.identity import absences
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.kernel.typed import grouped
from tongban.kernel.workdays import WorkCalendar

TASKS = {
    "application.accept": "待受理",
    "application.review": "待审查",
    "application.decide": "待决定",
    "application.deliver": "待送达",
    "application.extend": "待批准延期",
    "application.correct_again": "待批准再次补正",
    "application.extend_joint": "待批准延期（联合办理）",
    "application.suspend": "待举行听证",
    "application.verify": "待核查承诺",
    "application.reopen": "待定是否撤销",
    "application.back_enter": "待复核补录",
    "application.answer": "待答复",
    "application.respond": "待答复别的部门",
    "application.urge": "待督办答复",
}
"""Every act that a task can wait for, as the list and its filters call it."""

ASKED = ("application.respond", "application.urge")
WITHOUT_DAY = ("application.back_enter", "application.reopen")
"""Where no clock runs; all others without a day stand still."""


@dataclass(frozen=True)
class Row:
    """A line of the list."""

    task: TaskLine
    key: str
    act: str
    number: str
    lamp: str
    left: str
    holder: str
    mine: bool
    seen: str
    seen_tone: str


def rows_of(lines: Sequence[TaskLine], *, by: Actor, today: date, working: WorkCalendar) -> list[Row]:
    """In three queries, however many lines."""
    names = holders_named((line.held_by for line in lines), today=today)
    waiting = waiting_for_applicant({line.subject for line in lines})
    return [_row(line, names, waiting, by=by, today=today, working=working) for line in lines]


def _row(
    line: TaskLine, names: dict[int, str], waiting: Collection[str], *, by: Actor, today: date, working: WorkCalendar
) -> Row:
    seen, tone = seen_words(line, waiting)
    return Row(
        task=line,
        key=key_of(line),
        act=TASKS.get(line.act, line.act),
        number=grouped(line.subject),
        lamp="done" if line.closed_at else lamp_of(line),
        left="已完成" if line.closed_at else days_left(line, today=today, working=working),
        holder=names.get(line.held_by or 0, ""),
        mine=line.held_by is not None and line.held_by in (by.account_id, *by.stands_in_for),
        seen=seen,
        seen_tone=tone,
    )


def key_of(line: TaskLine) -> str:
    """How a form names the task."""
    return f"{line.subject}/{line.act}/{line.step}"


def seen_words(line: TaskLine, waiting: Collection[str]) -> tuple[str, str]:
    """未查看, 已查看, 已查看待补 (the applicant owes papers), 完成."""
    if line.subject in waiting and (line.seen_at or line.closed_at):
        return "已查看待补", "warn"
    if line.closed_at:
        return "完成", "ok"
    return ("已查看", "") if line.seen_at else ("未查看", "line")


def waiting_for_applicant(numbers: Collection[str]) -> set[str]:
    """Of these cases those that wait for papers: told to correct, or accepted with some to follow."""
    if not numbers:
        return set()
    owed = Commitment.objects.filter(application=OuterRef("pk"), kind="provision", state="open")
    found = Application.objects.filter(Q(state=State.CORRECTING) | Exists(owed), number__in=numbers)
    return set(found.values_list("number", flat=True))


def holders_named(accounts: Iterable[int | None], *, today: date) -> dict[int, str]:
    """By account; who is away with their substitute."""
    wanted = {account for account in accounts if account}
    if not wanted:
        return {}
    standing = absences.substitutes_on(today, wanted)
    found = Account.objects.select_related("person").filter(pk__in=wanted).order_by("pk")
    return {
        one.pk: one.display_name + (f"（请假，{standing[one.pk].display_name}代办）" if one.pk in standing else "")
        for one in found
    }


def tasks_of(case: Application, *, today: date) -> list[TaskLine]:
    """The open tasks of a case; asked for once while its page is made."""
    if "open_tasks" not in case.__dict__:
        case.__dict__["open_tasks"] = listing.of_subject(case.number, today=today)
    found: list[TaskLine] = case.__dict__["open_tasks"]
    return found


BUTTONS = {
    "application.accept": "accept",
    "application.review": "review",
    "application.decide": "decide",
    "application.extend": "extend",
}
"""The main button of the page that does a task."""


def held_against(case: Application, *, by: Actor, today: date) -> dict[str, str]:
    """By button: whose task it is, where it is a colleague's."""
    holders: dict[str, list[int | None]] = {}
    for line in tasks_of(case, today=today):
        if line.act in BUTTONS:
            holders.setdefault(BUTTONS[line.act], []).append(line.held_by)
    held = {
        button: accounts[0]
        for button, accounts in holders.items()
        if not clocks.free_for(accounts, by.account_id, by.stands_in_for)
    }
    names = holders_named(held.values(), today=today)
    return {button: f"由{names.get(account or 0, '同事')}办理，您没有认领" for button, account in held.items()}


def lamp_of(task: TaskLine) -> str:
    return "none" if task.due_on is None and task.act in WITHOUT_DAY else task.lamp


def days_left(task: TaskLine, *, today: date, working: WorkCalendar) -> str:
    """The lamp's word with how much time is left, in working days."""
    if task.due_on is None:
        return "不设期限" if task.act in WITHOUT_DAY else "暂停计时"
    days = clocks.days_left(today, task.due_on, working)
    if task.lamp == "over":
        return f"超期 {-days} 个工作日" if days else "已超期"
    return f"还有 {days} 个工作日" if days else "今天到期"
