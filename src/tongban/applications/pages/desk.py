"""The desk: what awaits me, most urgent first; a case; and, for supervisors, what awaits nobody."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications.pages import common, desk_case, opinions
from tongban.flow import queries as flow
from tongban.flow import rules as clocks
from tongban.flow import vacancies
from tongban.identity.actors import Actor
from tongban.kernel import calendar, clock
from tongban.kernel.refusals import Forbidden
from tongban.kernel.typed import grouped
from tongban.kernel.workdays import WorkCalendar

PER_PAGE = 30
TASKS = {
    "application.accept": "待受理",
    "application.review": "待审查",
    "application.decide": "待决定",
    "application.deliver": "待送达",
    "application.extend": "待批准延期",
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
ELSEWHERE = (("catalog.edit", "/desk/catalog"), ("platform.manage", "/desk/operations"))
"""Where the day begins for those who handle no cases."""


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Most urgent first; `?act=` shows one kind."""
    by = common.staff(request)
    if not any(_has_post_for(by, key) for key in TASKS):
        for power, place in ELSEWHERE:
            if _has_post_for(by, power):
                return redirect(place)
    kind = request.GET.get("act", "") if request.GET.get("act") in TASKS else ""
    after = request.GET.get("after", "").replace("\0", "")
    found = flow.tasks(by, today=clock.today(), limit=PER_PAGE, after=after, act=kind)
    days = calendar.current()
    kinds = [("", "全部"), *((key, name) for key, name in TASKS.items() if _has_post_for(by, key))]
    onward = urlencode({"act": kind, "after": found[-1].after}) if len(found) == PER_PAGE else ""
    context = {
        "rows": [{"task": task, "act": TASKS.get(task.act, ""), "url": _place_of(task), "number": grouped(task.subject),
                  "lamp": _lamp(task), "left": _days_left(task, days)} for task in found],
        "kinds": [{"key": key, "name": name, "here": key == kind} for key, name in kinds],
        "act_name": TASKS.get(kind, ""),
        "next_url": f"?{onward}" if onward else "",
        "first_url": f"?{urlencode({'act': kind})}" if after else "",
    }  # fmt: skip
    return render(request, "applications/desk.html", context)


def _has_post_for(by: Actor, power: str) -> bool:
    return any(power in post.role.acts for post in by.posts)


def _place_of(task: flow.TaskLine) -> str:
    """Where the task is done: in the case; of a case of another body only its letter is known here."""
    return reverse("applications:asked" if task.act in ASKED else "applications:desk_case", args=[task.subject])


def _lamp(task: flow.TaskLine) -> str:
    return "none" if task.due_on is None and task.act in WITHOUT_DAY else task.lamp


def _days_left(task: flow.TaskLine, working: WorkCalendar) -> str:
    """The lamp's word with how much time is left, in working days."""
    if task.due_on is None:
        return "不设期限" if task.act in WITHOUT_DAY else "暂停计时"
    days = clocks.days_left(clock.today(), task.due_on, working)
    if task.lamp == "over":
        return f"超期 {-days} 个工作日" if days else "已超期"
    return f"还有 {days} 个工作日" if days else "今天到期"


@require_safe
def vacant(request: HttpRequest) -> HttpResponse:
    """岗位空缺: tasks of the supervisor's region that nobody's post lets them do, most urgent first."""
    by = common.staff(request)
    if not by.posts_for("supervision.view"):
        raise Forbidden("not_supervisor", "您的岗位不能查看岗位空缺", "由督查员查看；需要的，请向管理员申请岗位")
    after = request.GET.get("after", "").replace("\0", "")
    found = vacancies.vacant_tasks(by, now=clock.now(), today=clock.today(), limit=PER_PAGE, after=after)
    days = calendar.current()
    onward = urlencode({"after": found[-1].task.after}) if len(found) == PER_PAGE else ""
    context = {
        "rows": [{"task": each.task, "body": each.body, "act": TASKS.get(each.task.act, each.task.act),
                  "number": grouped(each.task.subject), "lamp": _lamp(each.task),
                  "left": _days_left(each.task, days)} for each in found],
        "next_url": f"?{onward}" if onward else "",
        "first_url": request.path if after else "",
    }  # fmt: skip
    return render(request, "applications/vacant.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case with everything to decide on. `?ticked=all` ticks every check point.

    POST shows it again with what was typed and does nothing: Enter in a field presses the form's first button.
    """
    if request.method == "POST" and "fill" in request.POST:
        request.POST = opinions.filled_in(request, number)  # type: ignore[assignment]
    return desk_case.page(request, number)
