"""常用筛选: kept, renamed, made the default, taken away."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tongban.applications.pages import common
from tongban.applications.pages.desk_doors import text
from tongban.flow import views
from tongban.flow.models import SavedView
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Refusal


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    name, query = text(request, "name"), text(request, "query")
    return _do(request, "已保存常用筛选", lambda by: views.save(name, query, by=by, now=clock.now()))


@require_POST
def change(request: HttpRequest, view: int) -> HttpResponse:
    return _do(request, "已改名", lambda by: views.rename(view, text(request, "name"), by=by))


@require_POST
def default(request: HttpRequest, view: int) -> HttpResponse:
    """`default=no`: the desk opens with everything again."""
    wanted = request.POST.get("default") != "no"
    told = "打开工作台时先看" if wanted else "不再默认"
    return _do(request, told, lambda by: views.make_default(view, by=by, default=wanted))


@require_POST
def remove(request: HttpRequest, view: int) -> HttpResponse:
    return _do(request, "已删去常用筛选", lambda by: views.remove(view, by=by))


def _do(request: HttpRequest, told: str, verb: Callable[[Actor], SavedView]) -> HttpResponse:
    by = common.staff(request)
    try:
        found = verb(by)
    except Refusal as refusal:
        if not (isinstance(refusal, Conflict) or refusal.status == 422):
            raise
        messages.error(request, f"{refusal.reason}。{refusal.hint}")
        return redirect("/desk?whose=all")
    messages.success(request, f"{told}：{found.name}")
    return redirect(f"/desk?{found.query or 'whose=all'}")
