"""岗位空缺: tasks that wait for a power which nobody holds now, in the body that should have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from django.db.models import Q

from tongban.flow import queries
from tongban.flow.models import Task
from tongban.flow.queries import TaskLine
from tongban.identity.actors import Actor
from tongban.identity.models import StaffPost
from tongban.identity.roles import ROLES, Act, Role
from tongban.orgs.models import Body


@dataclass(frozen=True)
class Vacant:
    """A task with the body that has nobody for it."""

    task: TaskLine
    body: str


def vacant_tasks(by: Actor, *, now: datetime, today: date, limit: int = 20, after: str = "") -> list[Vacant]:
    """In the regions that `by` supervises, most urgent first, behind `after`.

    A window may accept only where the edition says so, so for acts that posts of a body do only those posts count, except
    handing over, which the window always may.
    """
    places = Q()
    for post in by.posts_for("supervision.view"):
        places |= Q(region_path__startswith=post.region_path)
    nobody = _nobody(now)
    if not places or not nobody:
        return []
    found = Task.objects.open().filter(places, nobody).urgent_first()
    lines = queries.lines_of(found, today=today, limit=limit, after=after, also=("body__name",))
    return [Vacant(line, str(name)) for line, name in lines]


def _nobody(now: datetime) -> Q:
    """Act and body (or region) for which no post is held: from two reads, whatever the number of tasks."""
    held = list(StaffPost.objects.held_at(now).values_list("role", "body_id", "region_path"))
    bodies = set(Body.objects.values_list("pk", flat=True))
    found = Q()
    for act in get_args(Act):
        if not (roles := _roles_for(act)):
            continue
        served = {body for role, body, _ in held if role in roles and roles[role].scope == "body" and body}
        covered = {path for role, _, path in held if role in roles and roles[role].scope == "region"}
        here = Q(act=act, body_id__in=sorted(bodies - served))
        for path in sorted(covered):
            here &= ~Q(region_path__startswith=path)
        found |= here
    return found


def _roles_for(act: Act) -> dict[str, Role]:
    """Roles whose posts do that act; a window beside posts of the body only where handing over is concerned."""
    able = {key: role for key, role in ROLES.items() if act in role.acts}
    if act == "application.deliver" or all(role.scope == "region" for role in able.values()):
        return able
    return {key: role for key, role in able.items() if role.scope == "body"}
