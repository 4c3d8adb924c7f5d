"""What the pages of this room share: who may open them, places to choose from, days as typed, faults by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import HttpRequest

from tongban.design.parts import Choice, Fault, Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.models import StaffPost
from tongban.identity.roles import ROLES
from tongban.kernel.refusals import Forbidden, Invalid, Refusal
from tongban.orgs.models import Body, Hall, Region
from tongban.staffing.actions.proposing import Wanted

MOST = 500


def assigner(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not any(not post.elevated for post in by.posts_for("post.assign")):
        raise Forbidden(
            "not_assigning_posts",
            "您的岗位不能安排任职",
            "部门的岗位找部门负责人，大厅窗口的找值班长，其他的找平台管理员",
        )
    return by


def faults_of(refusal: Refusal | None) -> list[Refusal]:
    if refusal is None:
        return []
    return refusal.faults if isinstance(refusal, Invalid) else [refusal]


def shown(faults: list[Refusal]) -> list[Fault]:
    return [Fault(each.field, f"{each.reason}。{each.hint}" if each.hint else each.reason) for each in faults]


def again(request: HttpRequest, fields: list[Field], faults: list[Refusal]) -> dict[str, Field]:
    """The fields as they were sent, each with what is wrong."""
    wrong = {each.field: each.reason for each in faults}
    sent = request.POST
    return {
        one.name: Field.of(
            one,
            value=(sent.getlist(one.name) if one.kind == "checks" else sent.get(one.name, "")) if sent else one.value,
            error=wrong.get(one.name, ""),
        )
        for one in fields
    }  # fmt: skip


def text(request: HttpRequest, name: str, most: int = 400) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


def day(request: HttpRequest, name: str, *, needed: bool = True) -> date | None:
    typed = text(request, name)
    if not typed and not needed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refusal("staffing_day", "日期写得不对", "例如 2026-03-05", name) from None


@dataclass(frozen=True)
class Places:
    """Where posts may be held, as one select says it: `body-3`, `hall-1`, `region-500199`."""

    choices: list[Choice]

    @staticmethod
    def wanted(role: str, typed: str) -> Wanted:
        """Raises Refusal where the role is not held in such a place."""
        kind, _, number = typed.partition("-")
        if role not in ROLES:
            raise Refusal("role_unknown", "请选择岗位", "", "role")
        scope, in_hall = ROLES[role].scope, ROLES[role].in_hall
        pk = int(number) if number.isascii() and number.isdigit() and len(number) < 13 else 0
        found: Body | Hall | Region | None = None
        if kind == "body" and scope == "body":
            found = Body.objects.select_related("region").filter(pk=pk).first()
        elif kind == "hall" and scope == "region" and in_hall:
            found = Hall.objects.select_related("region").filter(pk=pk).first()
        elif kind == "region" and scope == "region" and role not in ("window", "shift_leader"):
            found = Region.objects.filter(code=number[:12]).first()
        match found:
            case Body():
                return Wanted(role, found.region, body=found)
            case Hall():
                return Wanted(role, found.region, hall=found)
            case Region():
                return Wanted(role, found)
        hint = "部门的岗位选部门，窗口的岗位选大厅，其他的选区域"
        raise Refusal("place_unfit", "这个岗位不设在选的地方", hint, "place")


def places_of(by: Actor) -> Places:
    """Those that the actor's posts reach."""
    bodies, halls, regions = Q(pk__in=()), Q(pk__in=()), Q(pk__in=())
    for post in by.posts_for("post.assign"):
        if post.elevated:
            continue
        if post.role.scope == "body":
            bodies |= Q(pk=post.body_id)
        elif post.role.in_hall:
            halls |= Q(pk=post.hall_id)
        else:
            bodies |= Q(region__path__startswith=post.region_path)
            halls |= Q(region__path__startswith=post.region_path)
            regions |= Q(path__startswith=post.region_path)
    choices = [Choice(f"body-{one.pk}", one.name) for one in Body.objects.filter(bodies).order_by("name")[:MOST]]
    choices += [Choice(f"hall-{one.pk}", one.name) for one in Hall.objects.filter(halls).order_by("pk")[:MOST]]
    choices += [
        Choice(f"region-{one.code}", one.name) for one in Region.objects.filter(regions).order_by("path")[:MOST]
    ]
    return Places(choices)


def own_places(by: Actor) -> Places:
    """Where the actor works already: for an elevation."""
    posts = [post for post in by.posts if not post.elevated]
    bodies = Body.objects.filter(pk__in=[post.body_id for post in posts if post.body_id]).order_by("pk")
    halls = Hall.objects.filter(pk__in=[post.hall_id for post in posts if post.hall_id]).order_by("pk")
    paths = [post.region_path for post in posts if post.role.scope == "region"]
    regions = Region.objects.filter(path__in=paths).order_by("path")
    choices = [Choice(f"body-{one.pk}", one.name) for one in bodies]
    choices += [Choice(f"hall-{one.pk}", one.name) for one in halls]
    return Places(choices + [Choice(f"region-{one.code}", one.name) for one in regions])


def roles_for(by: Actor) -> list[Choice]:
    """Every role that may be held somewhere; the verb looks whether it is the actor's to give there."""
    posts = [post for post in by.posts_for("post.assign") if not post.elevated]
    everywhere = any(post.role.scope == "region" and not post.role.in_hall for post in posts)
    bodily = everywhere or any(post.role.scope == "body" for post in posts)
    at_windows = everywhere or any(post.role.in_hall for post in posts)
    return [
        Choice(role.key, role.name, role.description)
        for role in ROLES.values()
        if (role.scope == "body" and bodily)
        or (role.scope == "region" and everywhere)
        or (role.scope == "region" and role.in_hall and at_windows and "post.assign" not in role.acts)
    ]


def where(post: StaffPost) -> str:
    return post.body.name if post.body else post.hall.name if post.hall else post.region.name
