"""The desk: what awaits me, most urgent first; a case; and, for supervisors, what awaits nobody."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import queries
from tongban.applications.awaited import ASKED, TASKS, Row, days_left, lamp_of, rows_of
from tongban.applications.pages import common, desk_case, opinions
from tongban.applications.scope import scope_of
from tongban.flow import holding, listing, vacancies, wanted
from tongban.flow import views as saved
from tongban.flow.queries import TaskLine
from tongban.flow.wanted import Wanted
from tongban.identity import absences
from tongban.identity.actors import Actor
from tongban.kernel import calendar, clock
from tongban.kernel.refusals import Forbidden
from tongban.kernel.typed import grouped, normalise

PER_PAGE = 30
ELSEWHERE = (("catalog.edit", "/desk/catalog"), ("platform.manage", "/desk/operations"))
"""Where the day begins for those who handle no cases."""


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Most urgent first, under the filters that the address says; without any, the account's own default."""
    by = common.staff(request)
    if not any(_has_post_for(by, key) for key in TASKS):
        for power, place in ELSEWHERE:
            if _has_post_for(by, power):
                return redirect(place)
    views = saved.of(by)
    default = next((view.query for view in views if view.is_default and view.query), "")
    if not request.GET and default:
        return redirect(f"{request.path}?{default}")
    number = request.GET.get("number", "").replace("\0", "").strip()[:40]
    bodies = absences.assigning_bodies(by, now=clock.now())
    asked = wanted.read(request.GET.dict())
    after = request.GET.get("after", "").replace("\0", "")
    if number:
        page = listing.Page(_of_number(number, by=by, bodies=bodies), "")
        if not page.lines and _is_known(number, by=by):
            return redirect("applications:desk_case", number=normalise(number))
    else:
        page = listing.find(asked, by=by, assigning=bodies, today=clock.today(), limit=PER_PAGE, after=after)
    found = rows_of(page.lines, by=by, today=clock.today(), working=calendar.current())
    here = asked.query()
    context = {
        "rows": [{"row": row, "url": place_of(row.task)} for row in found],
        "asked": asked,
        "number": number,
        "here": here,
        "tabs": _tabs(asked, bodies),
        "kinds": _kinds(asked, by, bodies),
        "act_name": TASKS.get(asked.act, ""),
        "title": _title(asked),
        "holder": _holder_name(asked, found),
        "lamps": wanted.LAMPS.items(),
        "seens": wanted.SEEN.items(),
        "filtered": asked.is_filtered or bool(number),
        "bodies": bodies,
        "bulk": _bulk(asked, by, bodies) if found and asked.whose != "done" else [],
        "views": [{"view": view, "here": view.query == here} for view in views],
        "looked_through": page.looked_through,
        "next_url": f"?{here}&{urlencode({'after': page.after})}".replace("?&", "?") if page.after else "",
        "first_url": f"?{here or 'whose=all'}" if after else "",
    }
    return render(request, "applications/desk.html", context)


def _has_post_for(by: Actor, power: str) -> bool:
    return any(power in post.role.acts for post in by.posts)


def place_of(task: TaskLine) -> str:
    """Where the task is done: in the case; of a case of another body only its letter is known here."""
    return reverse("applications:asked" if task.act in ASKED else "applications:desk_case", args=[task.subject])


def _tabs(asked: Wanted, bodies: list[int]) -> list[dict[str, object]]:
    keys: list[wanted.Whose] = [*wanted.WHOSE] if bodies else ["mine", "pool", "all", "done"]
    return [
        {"url": f"?{urlencode({'whose': key, **({'act': asked.act} if asked.act else {})})}",
         "name": wanted.WHOSE[key], "here": key == asked.whose}
        for key in keys
    ]  # fmt: skip


def _kinds(asked: Wanted, by: Actor, bodies: list[int]) -> list[dict[str, object]]:
    wide = bool(bodies) and asked.whose in ("body", "escalated")
    shown = [("", "全部种类"), *((key, name) for key, name in TASKS.items() if wide or _has_post_for(by, key))]
    return [
        {"url": f"?{urlencode({'whose': asked.whose, 'act': key} if key else {'whose': asked.whose})}",
         "name": name, "here": key == asked.act}
        for key, name in shown
    ]  # fmt: skip


def _title(asked: Wanted) -> str:
    whose = {"all": "全部待办", "mine": "我的待办", "pool": "待认领"}.get(asked.whose, wanted.WHOSE[asked.whose])
    return f"{whose}：{TASKS[asked.act]}" if asked.act in TASKS else whose


def _holder_name(asked: Wanted, found: list[Row]) -> str:
    if asked.holder is None:
        return ""
    return next((row.holder for row in found if row.holder), "一位同事")


def _bulk(asked: Wanted, by: Actor, bodies: list[int]) -> list[str]:
    """What may be done to several at once: the buttons under the list."""
    acts = ["claim", "release", "hand_over"]
    if bodies:
        acts.append("assign")
    if _has_post_for(by, "application.decide"):
        acts.append("decide")
    return acts


def _of_number(number: str, *, by: Actor, bodies: list[int]) -> list[TaskLine]:
    """The open tasks of one case, of those that the actor may do, holds or assigns."""
    mine = {by.account_id, *by.stands_in_for}
    return [
        line
        for line in listing.of_subject(normalise(number), today=clock.today())
        if line.held_by in mine or line.body_id in bodies or holding.able_line(line, by=by)
    ]


def _is_known(number: str, *, by: Actor) -> bool:
    found = queries.by_number(normalise(number))
    return found is not None and scope_of(by).admits(found)


@require_safe
def vacant(request: HttpRequest) -> HttpResponse:
    """岗位空缺: tasks of the supervisor's region that nobody's post lets them do, most urgent first."""
    by = common.staff(request)
    if not by.posts_for("supervision.view"):
        raise Forbidden("not_supervisor", "您的岗位不能查看岗位空缺", "由督查员查看；需要的，请向管理员申请岗位")
    after = request.GET.get("after", "").replace("\0", "")
    found = vacancies.vacant_tasks(by, now=clock.now(), today=clock.today(), limit=PER_PAGE, after=after)
    days, today = calendar.current(), clock.today()
    onward = urlencode({"after": found[-1].task.after}) if len(found) == PER_PAGE else ""
    context = {
        "rows": [{"task": each.task, "body": each.body, "act": TASKS.get(each.task.act, each.task.act),
                  "number": grouped(each.task.subject), "lamp": lamp_of(each.task),
                  "left": days_left(each.task, today=today, working=days)} for each in found],
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
