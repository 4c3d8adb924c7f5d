"""办件清单 of the desk: every case in one's scope, by filters that stand in the address."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.applications import case_list
from tongban.applications.case_list import CHANNELS, FILTERS
from tongban.applications.exported import CASES
from tongban.applications.pages import common
from tongban.applications.queries import TONES
from tongban.applications.rules import State
from tongban.design.parts import Choice, Field
from tongban.identity.actors import Actor
from tongban.identity.models import StaffPost
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden
from tongban.kernel.typed import grouped

PER_PAGE = 30


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    by = common.staff(request)
    if not CASES.may(by):
        raise Forbidden("no_cases", "您的岗位不看办件", "需要的，请向管理员申请岗位")
    given = CASES.known(request.GET.dict())
    after = request.GET.get("after", "").replace("\0", "")
    found = case_list.page(by, case_list.wanted(given), today=clock.today(), after=after, limit=PER_PAGE)
    query = urlencode(given)
    onward = urlencode({**given, "after": found.after}) if found.after else ""
    context = {
        "rows": [{"line": one, "number": grouped(one.number), "tone": TONES.get(one.state, ""),
                  "channel": CHANNELS.get(one.channel, one.channel)} for one in found.lines],
        "fields": _fields(by, given),
        "filtered": bool(given),
        "looked_through": case_list.LOOKED_THROUGH if found.looked_through else 0,
        "by_closing": case_list.wanted(given).by_closing,
        "next_url": f"?{onward}" if onward else "",
        "first_url": f"?{query}" if after else "",
        "export_url": reverse("exports:export", args=[CASES.key]) + (f"?{query}" if query else ""),
    }  # fmt: skip
    return render(request, "applications/desk_cases.html", context)


def _fields(by: Actor, given: dict[str, str]) -> list[Field]:
    bodies = case_list.bodies_of(by)
    made = [
        Field(name="number", label="办件编号", attrs={"maxlength": "40"}),
        Field(name="item", label="事项", attrs={"maxlength": "60", "placeholder": "名称里的字，或编码"}),
        Field(name="state", label="状态", kind="select", choices=_any([(one.value, one.label) for one in State])),
        Field(name="channel", label="收件渠道", kind="select", choices=_any(CHANNELS.items())),
        Field(name="from", label="收件从", kind="date"),
        Field(name="until", label="收件到", kind="date"),
        Field(name="closed_from", label="办结从", kind="date"),
        Field(name="closed_until", label="办结到", kind="date"),
    ]
    if len(bodies) > 1:
        made.append(
            Field(name="body", label="部门", kind="select", choices=_any((one.key, one.name) for one in bodies))
        )
    if handlers := _handlers([one.pk for one in bodies if len(bodies) == 1 or one.key == given.get("body")]):
        made.append(Field(name="handler", label="经办人", kind="select", choices=_any(handlers)))
    made.append(Field(name="overdue", label="超过承诺时限、还没有决定", kind="checkbox"))
    assert {one.name for one in made} <= set(FILTERS)  # noqa: S101
    return [Field.of(one, value=given.get(one.name, ""), required=False, quiet=True) for one in made]


def _any(pairs: object) -> list[Choice]:
    return [Choice("", "全部"), *(Choice(value, label) for value, label in pairs)]  # type: ignore[attr-defined]


def _handlers(bodies: list[int]) -> list[tuple[str, str]]:
    """Who holds a post at the body, by name."""
    if not bodies:
        return []
    posts = StaffPost.objects.held_at(clock.now()).filter(body__in=bodies).select_related("account__person")
    accounts = {post.account_id: post.account.display_name for post in posts.order_by("pk")}
    return [(str(pk), name) for pk, name in accounts.items()]
