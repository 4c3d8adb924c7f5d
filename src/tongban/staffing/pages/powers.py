"""谁可以办这件事，为什么; 我能办什么, with 临时授权."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.design.parts import Choice, Field
from tongban.design.slots import slots_for
from tongban.identity import doors
from tongban.identity.act_names import ACT_NAMES
from tongban.identity.actors import Actor
from tongban.identity.models import Authorisation, StaffPost
from tongban.identity.queries import names_of
from tongban.identity.roles import ROLES, Act
from tongban.identity.rules import AUTHORISED_ACTS
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.orgs.models import Body
from tongban.staffing import actions, queries, rules
from tongban.staffing.authorised import items_of
from tongban.staffing.pages import common

GIVEN: list[Act] = [act for act in get_args(Act) if any(act in role.acts for role in ROLES.values())]


@require_safe
def powers(request: HttpRequest) -> HttpResponse:
    """For all staff: whom to ask."""
    by = doors.staff(request)
    act = next((one for one in GIVEN if one == request.GET.get("act")), None)
    bodies = _bodies(by)
    key = request.GET.get("body", "")
    body = next((one for one in bodies if one.key == key), None)
    items = items_of(body) if body else {}
    item = request.GET.get("item", "") if request.GET.get("item", "") in items else ""
    found = queries.who_may(act, body=body, item=item, now=clock.now()) if body and act else None
    names = names_of(who for one in found or () for who in (one.post.asked_by, one.post.approved_by) if who)
    context = {
        "fields": [
            Field(name="act", label="什么事", kind="select", value=act or "", quiet=True,
                  choices=[Choice("", "请选择"), *(Choice(one, ACT_NAMES[one]) for one in GIVEN)]),
            Field(name="body", label="哪个部门的", kind="select", value=key, quiet=True,
                  choices=[Choice("", "请选择"), *(Choice(one.key, one.name) for one in bodies)]),
            Field(name="item", label="哪个事项", kind="select", value=item, quiet=True, required=False,
                  help="选了部门以后可以选", choices=[Choice("", "不限"), *(Choice(*one) for one in items.items())]),
        ],
        "asked": found is not None,
        "act": ACT_NAMES[act] if act else "",
        "body": body,
        "item": items.get(item, ""),
        "rows": [_reason(one, names) for one in found or ()],
        "slots": slots_for(request, queries.Asked(act, body, item), "staffing.powers") if body and act else {},
    }  # fmt: skip
    return render(request, "staffing/powers.html", context)


def _bodies(by: Actor) -> list[Body]:
    """In the regions where the actor works."""
    inside = Q(pk__in=())
    for path in {post.region_path for post in by.posts}:
        inside |= Q(region__path__startswith=path)
    inside |= Q(pk__in=[post.body_id for post in by.posts if post.body_id])
    return list(Body.objects.filter(inside).select_related("region").order_by("name")[: common.MOST])


def _reason(one: queries.May, names: dict[str, str]) -> dict[str, object]:
    return {
        "may": one,
        "where": common.where(one.post),
        "last_day": _last_day(one.post),
        "asked_by": names.get(one.post.asked_by, ""),
        "approved_by": names.get(one.post.approved_by, ""),
        "authorisations": [_authorisation(each, {}) for each in one.authorisations],
    }


def _last_day(post: StaffPost) -> object:
    return post.until_at - timedelta(days=1) if post.until_at and not post.elevated else None


def _authorisation(one: Authorisation, names: dict[str, str]) -> dict[str, object]:
    return {
        "one": one,
        "items": None if one.item_codes is None else [names.get(code, code) for code in one.item_codes],
        "acts": "；".join(AUTHORISED_ACTS[act] for act in one.acts),
        "last_day": one.until_at - timedelta(days=1) if one.until_at else None,
    }


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    return _mine(request, doors.staff(request))


def _mine(request: HttpRequest, by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    now = clock.now()
    posts = queries.my_posts(by, now=now)
    given = queries.my_authorisations(by, now=now)
    names = {code: name for body in {one.body for one in given} for code, name in items_of(body).items()}
    faults = common.faults_of(refusal)
    fields = [
        Field(name="role", label="临时要哪个岗位", kind="select",
              choices=[Choice("", "请选择"), *(Choice(role.key, role.name) for role in ROLES.values())]),
        Field(name="place", label="在哪里", kind="select", choices=[Choice("", "请选择"), *common.own_places(by).choices]),
        Field(name="hours", label="几个小时", kind="number", value="4", unit="小时", help=f"最多 {rules.LONGEST_HOURS} 小时"),
        Field(name="reason", label="为什么需要", kind="long_text", rows=2, help="例如：两位同事同时请假，窗口没有人出件"),
    ]  # fmt: skip
    context = {
        "rows": [_mine_of(post) for post in posts],
        "authorisations": [_authorisation(one, names) for one in given],
        "needs": any(ROLES[post.role].authorised for post in posts) and not given,
        "absent": queries.stood_in_for(by),
        "waiting": [
            {"proposal": one, "role": ROLES[one.role].name}
            for one in queries.open_proposals(by)
            if one.account_id == by.account_id
        ],
        "fields": common.again(request, fields, faults),
        "errors": common.shown(faults),
    }
    return render(request, "staffing/mine.html", context, status=refusal.status if refusal else 200)


def _mine_of(post: StaffPost) -> dict[str, object]:
    role = ROLES[post.role]
    return {
        "post": post,
        "role": role,
        "where": common.where(post),
        "whole": "本区域" if role.scope == "region" else "本部门",
        "acts": [
            ACT_NAMES[act] + ("（凭授权书）" if act in role.authorised else "") for act in ACT_NAMES if act in role.acts
        ],
        "last_day": _last_day(post),
    }


@require_POST
def elevate(request: HttpRequest) -> HttpResponse:
    by = doors.staff(request)
    try:
        wanted = common.Places.wanted(common.text(request, "role"), common.text(request, "place"))
        made = actions.elevate(
            wanted, hours=common.text(request, "hours"), reason=common.text(request, "reason"), by=by, now=clock.now()
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _mine(request, by, refusal)
    said = "已经启用，到时自动结束；负责人会复核" if made.state == "declared" else "已提出，等负责人批准后启用"
    messages.success(request, f"临时授权{said}")
    return redirect("staffing:mine")
