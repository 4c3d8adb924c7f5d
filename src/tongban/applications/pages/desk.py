"""The desk: what awaits me, most urgent first; and the acts of a case, each one verb behind its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import actions
from tongban.applications.models import Application
from tongban.applications.pages import common, desk_acts, desk_case
from tongban.flow import queries as flow
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.kernel import calendar, clock
from tongban.kernel.refusals import Conflict, Invalid, Refusal
from tongban.kernel.typed import grouped
from tongban.kernel.workdays import WorkCalendar

PER_PAGE = 30
TASKS = {
    "application.accept": "待受理",
    "application.review": "待审查",
    "application.decide": "待决定",
    "application.deliver": "待送达",
}
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
        "rows": [{"task": task, "act": TASKS.get(task.act, ""), "number": grouped(task.subject),
                  "left": _days_left(task, days)} for task in found],
        "kinds": [{"key": key, "name": name, "here": key == kind} for key, name in kinds],
        "act_name": TASKS.get(kind, ""),
        "next_url": f"?{onward}" if onward else "",
        "first_url": f"?{urlencode({'act': kind})}" if after else "",
    }  # fmt: skip
    return render(request, "applications/desk.html", context)


def _has_post_for(by: Actor, power: str) -> bool:
    return any(power in post.role.acts for post in by.posts)


def _days_left(task: flow.TaskLine, working: WorkCalendar) -> str:
    """The lamp's word with how much time is left, in working days."""
    if task.due_on is None:
        return "暂停计时"
    days = clocks.days_left(clock.today(), task.due_on, working)
    if task.lamp == "over":
        return f"超期 {-days} 个工作日" if days else "已超期"
    return f"还有 {days} 个工作日" if days else "今天到期"


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case with everything to decide on. `?ticked=all` ticks every check point.

    POST shows it again with what was typed and does nothing: Enter in a field presses the form's first button.
    """
    return desk_case.page(request, number)


def act(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """An act is POSTed; who comes to its address otherwise (a reload, a fresh login) is shown the case."""

    @wraps(view)
    def door(request: HttpRequest, number: str) -> HttpResponse:
        return view(request, number) if request.method == "POST" else redirect("applications:desk_case", number=number)

    return door


def _do(
    request: HttpRequest, number: str, done: str, verb: Callable[[Actor], Application],
    fields: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """One act: back to the case with a word, or the page again with the reason and what was typed.

    `fields` says how the page calls a field that the verb refuses.
    """
    by = common.staff(request)
    try:
        one = verb(by)
    except Refusal as refusal:
        if not (isinstance(refusal, Conflict) or refusal.status == 422):
            raise
        for fault in common.faults_of(refusal):
            fault.field = (fields or {}).get(fault.field, fault.field)
        return desk_case.page(request, number, refusal)
    messages.success(request, f"{done}：{grouped(one.number)}")
    return redirect("applications:desk_case", number=one.number)


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 9 else None


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "")


@act
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """From the page with the check points, a point left unticked stands in the way."""

    def verb(by: Actor) -> Application:
        if unmet := desk_case.unmet_points(request, number):
            raise Invalid(
                [
                    Refusal("points_open", f"“{name}”还有 {len(points)} 个审查要点没有勾选", "", f"point-{key}")
                    for key, (name, points) in unmet.items()
                ]
            )
        return actions.accept(number, by=by, now=clock.now(), seen=_seen(request))

    return _do(request, number, "已受理", verb)


@act
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Everything wrong becomes the one notice: unticked points, `unmet.<key>`, `missing.<key>` and `note.<key>`."""

    def verb(by: Actor) -> Application:
        return actions.correct(number, _gaps(request, number), by=by, now=clock.now(), seen=_seen(request))

    return _do(request, number, "已告知补正", verb)


def _gaps(request: HttpRequest, number: str) -> dict[str, actions.Gap]:
    unticked = {key: points for key, (_, points) in desk_case.unmet_points(request, number).items()}
    named = [name.partition(".")[2] for name in request.POST if name.startswith(("unmet.", "missing.", "note."))]
    gaps = {}
    for key in dict.fromkeys([*unticked, *filter(None, named)]):
        said = [point.replace("\0", "") for point in request.POST.getlist(f"unmet.{key}")]
        points = unticked.get(key) or said
        note = _text(request, f"note.{key}").strip()
        if points or note or request.POST.get(f"missing.{key}"):
            gaps[key] = actions.Gap(points=points, note=note or ("" if points else "请补交这份材料"))
    return gaps


@act
def reject(request: HttpRequest, number: str) -> HttpResponse:
    return _do(
        request, number, "已作出不予受理",
        lambda by: actions.reject(
            number, kind=_text(request, "kind"), reason=_text(request, "rejection_reason"),
            right_body=_text(request, "right_body"), by=by, now=clock.now(), seen=_seen(request),
        ),
        {"reason": "rejection_reason"},
    )  # fmt: skip


@act
def review(request: HttpRequest, number: str) -> HttpResponse:
    """The opinion is the template chosen, the words typed, or both."""
    return _do(
        request, number, "已提交审查意见",
        lambda by: actions.review(
            number, passes=request.POST.get("passes") == "yes",
            opinion=desk_acts.opinion_of(
                _text(request, "template"), _text(request, "opinion"), passes=request.POST.get("passes", "")
            ),
            by=by, now=clock.now(), seen=_seen(request),
        ),
    )  # fmt: skip


@act
def decide(request: HttpRequest, number: str) -> HttpResponse:
    return _do(
        request, number, "已作出决定",
        lambda by: actions.decide(
            number, granted=request.POST.get("granted") == "yes", reason=_text(request, "decision_reason"), by=by,
            now=clock.now(), seen=_seen(request),
        ),
        {"reason": "decision_reason"},
    )  # fmt: skip


@act
def suspend(request: HttpRequest, number: str) -> HttpResponse:
    return _do(
        request, number, "已暂停计时",
        lambda by: actions.suspend(
            number, cause=_text(request, "cause"), reason=_text(request, "suspension_reason"), by=by,
            now=clock.now(), seen=_seen(request),
        ),
        {"reason": "suspension_reason"},
    )  # fmt: skip


@act
def resume(request: HttpRequest, number: str) -> HttpResponse:
    return _do(
        request, number, "已恢复计时", lambda by: actions.resume(number, by=by, now=clock.now(), seen=_seen(request))
    )


@act
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    return _do(
        request, number, "已送达", lambda by: actions.deliver(number, by=by, now=clock.now(), seen=_seen(request))
    )
