"""Which cases exist for an actor: one rule, asked of a list by the database and of a single case that was found by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.db.models import Q

from tongban.identity.actors import Actor


class Case(Protocol):
    body_id: int
    region_path: str
    person_id: int
    organisation_id: int | None


@dataclass(frozen=True)
class Scope:
    bodies: frozenset[int] = frozenset()
    regions: tuple[str, ...] = ()
    """Paths that a case's begins with."""
    person: int | None = None
    """Whose own cases: those of an organisation are the organisation's."""
    organisations: frozenset[int] = frozenset()

    def admits(self, case: Case) -> bool:
        return (
            case.body_id in self.bodies
            or any(case.region_path.startswith(region) for region in self.regions)
            or (self.person is not None and case.person_id == self.person and case.organisation_id is None)
            or case.organisation_id in self.organisations
        )

    def condition(self) -> Q:
        """The same for the database; nothing, for who may see nothing."""
        any_of = Q(pk__in=())
        if self.bodies:
            any_of |= Q(body_id__in=self.bodies)
        for region in self.regions:
            any_of |= Q(region_path__startswith=region)
        if self.person is not None:
            any_of |= Q(person_id=self.person, organisation=None)
        if self.organisations:
            any_of |= Q(organisation_id__in=self.organisations)
        return any_of


def scope_of(actor: Actor) -> Scope:
    """The applicant's own, their organisations', and those of the posts held."""
    posts = actor.posts_for("application.view")
    return Scope(
        bodies=frozenset(post.body_id for post in posts if post.role.scope == "body" and post.body_id is not None),
        regions=tuple(post.region_path for post in posts if post.role.scope != "body"),
        person=actor.person_id,
        organisations=frozenset(actor.organisation_ids),
    )
