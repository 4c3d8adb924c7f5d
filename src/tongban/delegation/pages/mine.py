"""我的委托: what waits for me, what I gave, what I received."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.delegation import queries
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.pages import common
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden

MOST = 50


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    if by.is_staff:
        raise Forbidden("staff_do_not_delegate", "岗位账号没有委托", "请用个人账号登录；书面委托在窗口核验")
    shown = PowerOfAttorney.objects.visible_to(by).parties().order_by("-pk")[:MOST]
    groups: dict[str, list[common.Line]] = {"waiting": [], "given": [], "received": [], "over": []}
    today = clock.today()
    for one in shown:
        given = not queries.is_agent(one, by=by)
        if one.state == "ended" or one.until_on <= today:
            group = "over"
        elif one.state == "asked" and given:
            group = "waiting"
        else:
            group = "given" if given else "received"
        groups[group].append(common.line(one))
    return render(request, "delegation/mine.html", groups)
