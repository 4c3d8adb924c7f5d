"""谁看过我的数据: every reading of one's data by staff, in plain words."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.accesses import queries
from tongban.design.slots import render_slots
from tongban.identity import doors
from tongban.kernel.refusals import Forbidden
from tongban.kernel.typed import grouped

PER_PAGE = 30


@require_safe
def accesses(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    if by.person_id is None:
        raise Forbidden("no_person", "这个账号没有登记个人", "请用个人账号登录")
    after = _uuid(request.GET.get("after", ""))
    found = queries.looks(by.person_id, limit=PER_PAGE, after=after)
    context = {
        "rows": [
            {"look": one, "number": grouped(one.subject) if one.subject.isalnum() else "",
             "doubt": render_slots(request, "privacy.accesses.row", one)}
            for one in found
        ],
        "next_url": f"?after={found[-1].id}" if len(found) == PER_PAGE else "",
        "first_url": request.path if after else "",
    }  # fmt: skip
    return render(request, "privacy/accesses.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
