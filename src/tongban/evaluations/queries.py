"""Who may see a rating: the one who gave it. Those who are rated never see who rated."""

from __future__ import annotations

from tongban.applications.models import Application
from tongban.evaluations.models import Rating
from tongban.identity.actors import Actor


def is_own(case: Application, *, by: Actor) -> bool:
    """Whether the case is the actor's to rate."""
    mine = by.person_id == case.person_id or case.organisation_id in by.organisation_ids
    return mine and not by.is_staff


def rating_of(case: Application) -> Rating | None:
    return Rating.objects.filter(number=case.number).first()
