"""岗位空缺: tasks that wait for a power which nobody holds now, in the body that should have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from tongban.flow import queries
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
    paths = tuple(post.region_path for post in by.posts_for("supervision.view"))
    if not paths:
        return []
    bodies = {
        pk: (name, path)
        for pk, name, path in Body.objects.values_list("pk", "name", "region__path")
        if path.startswith(paths)
    }
    nobody = list(_nobody({pk: path for pk, (_, path) in bodies.items()}, now))
    lines = queries.first_of(nobody, today=today, limit=limit, after=after)
    return [Vacant(line, bodies[line.body_id][0]) for line in lines]


def _nobody(bodies: Mapping[int, str], now: datetime) -> Iterator[tuple[int, str]]:
    """Body and act for which no post is held, there or over its region. `bodies`: the region's path of each."""
    held = list(StaffPost.objects.held_at(now).values_list("role", "body_id", "region_path"))
    for act in get_args(Act):
        if not (roles := roles_for(act)):
            continue
        served = {body for role, body, _ in held if role in roles and roles[role].scope == "body" and body}
        covered = tuple(path for role, _, path in held if role in roles and roles[role].scope == "region")
        yield from ((body, act) for body, path in bodies.items() if body not in served and not path.startswith(covered))


def roles_for(act: Act) -> dict[str, Role]:
    """Roles whose posts do that act; a window beside posts of the body only where handing over is concerned."""
    able = {key: role for key, role in ROLES.items() if act in role.acts}
    if act == "application.deliver" or all(role.scope == "region" for role in able.values()):
        return able
    return {key: role for key, role in able.items() if role.scope == "body"}
