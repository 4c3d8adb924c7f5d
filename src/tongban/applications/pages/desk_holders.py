"""谁在办什么 for the head of a body; and who is away, with their substitutes."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.applications.awaited import holders_named
from tongban.applications.pages import common
from tongban.applications.pages.desk_doors import text, whole
from tongban.design.parts import Choice, Field
from tongban.flow import listing
from tongban.flow import rules as clocks
from tongban.identity import absences
from tongban.identity.actors import Actor
from tongban.kernel import calendar, clock
from tongban.kernel.refusals import Conflict, Forbidden, Refusal
from tongban.kernel.workdays import WorkCalendar


@require_safe
def holders(request: HttpRequest) -> HttpResponse:
    """By holder: how many, how many overdue, due when next. One statement, whatever lies there."""
    by = common.staff(request)
    bodies = absences.assigning_bodies(by, now=clock.now())
    if not bodies:
        raise Forbidden("not_assigning", "只有部门负责人能看谁在办什么", "请联系部门负责人")
    today, days = clock.today(), calendar.current()
    found = listing.holders(bodies, today=today, now=clock.now())
    names = holders_named((one.account for one in found), today=today)
    context = {
        "rows": [
            {
                "name": names.get(one.account or 0, "") or "还没有人认领",
                "pool": one.account is None,
                "held": _bounded(one.held),
                "overdue": _bounded(one.overdue) if one.overdue else "",
                "next_due": one.next_due,
                "lamp": clocks.lamp(today, one.next_due, None) if one.next_due else "none",
                "left": _left(one.next_due, today, days) if one.next_due else "没有期限",
                "url": f"/desk?{urlencode({'whose': 'body', 'holder': one.account})}" if one.account else "",
            }
            for one in found
        ],
        "bound": listing.BOUND,
    }
    return render(request, "applications/holders.html", context)


def _bounded(number: int) -> str:
    return f"{listing.BOUND - 1}+" if number >= listing.BOUND else str(number)


def _left(due: date, today: date, days: WorkCalendar) -> str:
    left = clocks.days_left(today, due, days)
    if today > due:
        return f"超期 {-left} 个工作日" if left else "已超期"
    return f"还有 {left} 个工作日" if left else "今天到期"


@require_http_methods(["GET", "HEAD", "POST"])
def all_absences(request: HttpRequest) -> HttpResponse:
    """请假: what is on or ahead, and the form of a new one."""
    by = common.staff(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            one = absences.declare(
                account=whole(request, "account") or by.account_id or 0, substitute=_substitute(request),
                from_on=_day(request, "from_on", "从哪天起"), last_on=_day(request, "last_on", "到哪天止"),
                reason=text(request, "reason"), by=by, now=clock.now(),
            )  # fmt: skip
        except Refusal as found:
            if not (isinstance(found, Conflict) or found.status == 422):
                raise
            refusal = found
        else:
            messages.success(request, f"已登记请假，由{one.substitute.display_name}代办")
            return redirect("applications:absences")
    bodies = absences.assigning_bodies(by, now=clock.now())
    rows = absences.of_bodies(bodies, by=by, now=clock.now())
    today = clock.today()
    context = {
        "rows": [
            {"absence": one, "on": one.from_on <= today, "mine": one.account_id == by.account_id or _arranges(one.account_id, by, bodies)}
            for one in rows
        ],
        "fields": _fields(request, by, bodies, refusal),
        "errors": common.faults_of(refusal) if refusal else [],
        "hint": refusal.hint if refusal else "",
    }  # fmt: skip
    return render(request, "applications/absences.html", context, status=refusal.status if refusal else 200)


def _arranges(account: int, by: Actor, bodies: list[int]) -> bool:
    """Who arranges for a body sees, beside their own and those they stand in for, only its absences."""
    return bool(bodies) and account != by.account_id and account not in by.stands_in_for


def _substitute(request: HttpRequest) -> int:
    found = whole(request, "substitute")
    if found is None:
        raise Refusal("substitute_missing", "请选择代办人", "", "substitute")
    return found


def _day(request: HttpRequest, name: str, what: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise Refusal("absence_day", f"请填写{what}", "例如 2026-03-05", name) from None


def _fields(request: HttpRequest, by: Actor, bodies: list[int], refusal: Refusal | None) -> list[Field]:
    wrong = {fault.field: fault.reason for fault in common.faults_of(refusal)} if refusal else {}
    sent, today = request.POST, clock.today().isoformat()
    people = absences.colleagues([by.account_id or 0], by=by, now=clock.now())
    choices = [Choice(str(one.pk), one.display_name) for one in people]
    whose = [one for one in choices if bodies or one.value == str(by.account_id)]
    made = [
        Field(name="account", label="谁请假", kind="select", choices=whose, value=str(by.account_id)),
        Field(name="substitute", label="代办人", kind="select", choices=choices,
              help="岗位要能办请假人的全部待办；代办人用自己的名义办，记为代办"),
        Field(name="from_on", label="从哪天起", kind="date", value=today),
        Field(name="last_on", label="到哪天止（含）", kind="date", value=today),
        Field(name="reason", label="事由", required=False, help="例如：年假、外出学习"),
    ]  # fmt: skip
    return [
        Field.of(one, value=sent.get(one.name, one.value) if refusal else one.value, error=wrong.get(one.name, ""))
        for one in made
    ]


@require_POST
def end_absence(request: HttpRequest, absence: int) -> HttpResponse:
    """销假."""
    by = common.staff(request)
    try:
        one = absences.end(absence, by=by, now=clock.now())
        messages.success(request, f"已销假：{one.account.display_name}")
    except Conflict as conflict:
        messages.error(request, conflict.reason)
    return redirect("applications:absences")
