"""回流办件: one case as the other system tells it; and those whose item is not known here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.design.parts import Step
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Refusal
from tongban.reporting import actions, queries
from tongban.reporting.returning import ENDED, STATES, TONES, Delivery

PER_PAGE = 50


@require_safe
def returned(request: HttpRequest, case: UUID) -> HttpResponse:
    """For the applicant, and for colleagues of the body whose item it is. Nothing can be done here."""
    one, said = queries.returned(case, by=doors.actor(request))
    context = {
        "case": one, "said": said, "state": STATES[one.state], "tone": TONES.get(one.state, ""), "track": _track(said),
        "accepted_at": _moment(said.accepted_at), "decided_at": one.decided_at,
    }  # fmt: skip
    return render(request, "reporting/returned.html", context)


def _track(said: Delivery) -> list[Step]:
    """What the system told, in order; the last is where it stands, unless it ended."""
    told = [(datetime.fromisoformat(one.at), one.says) for one in said.progress]
    if not told:
        found = (("提交申请", said.applied_at), ("受理", said.accepted_at), (STATES[said.state], said.decided_at))
        told = [(datetime.fromisoformat(at), says) for says, at in found if at]
    steps = [Step(title=says, state="done", at=at) for at, says in sorted(told)]
    return steps if said.state in ENDED else [*steps, Step(title=STATES[said.state], state="now")]


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def keeper(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not by.posts_for("catalog.govern"):
        raise Forbidden("not_a_keeper", "未认领的回流办件由事项管理员认领", "请联系事项管理员")
    return by


@require_safe
def unclaimed(request: HttpRequest) -> HttpResponse:
    keeper(request)
    return _page(request)


@require_POST
def claim(request: HttpRequest, case: UUID) -> HttpResponse:
    by = keeper(request)
    typed = request.POST.get("code", "")[:80]
    try:
        one = actions.claim(case, typed, by=by, now=clock.now())
    except Refusal as refusal:
        return _page(request, refusal, case, typed)
    messages.success(request, f"已认领到“{one.title}”")
    return redirect("reporting:unclaimed")


def _page(
    request: HttpRequest, refusal: Refusal | None = None, case: UUID | None = None, typed: str = ""
) -> HttpResponse:
    after = request.GET.get("after", "")
    start = int(after) if after.isdigit() and len(after) < 18 else 0
    rows = queries.unclaimed(after=start, most=PER_PAGE + 1)
    shown = rows[:PER_PAGE]
    context = {
        "rows": [
            {
                "case": one, "state": STATES[one.state], "name": f"code-{one.pk}",
                "typed": typed if one.public_id == case else "",
                "error": refusal.reason if refusal and one.public_id == case else "",
            }
            for one in shown
        ],
        "errors": [refusal] if refusal and case not in {one.public_id for one in shown} else [],
        "next_url": f"?after={shown[-1].pk}" if len(rows) > PER_PAGE else "",
        "first_url": request.path if start else "",
    }  # fmt: skip
    return render(request, "reporting/unclaimed.html", context, status=refusal.status if refusal else 200)
