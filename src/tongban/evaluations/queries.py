"""Who may see a rating: the one who gave it. Those who are rated never see who rated. Complaints by their case."""

from __future__ import annotations

from tongban.applications import acting
from tongban.applications.models import Application
from tongban.evaluations import rules
from tongban.evaluations.models import Rating
from tongban.identity.actors import Actor
from tongban.tickets.models import Ticket


def is_own(case: Application, *, by: Actor) -> bool:
    """Whether the case is the actor's to rate."""
    return acting.is_theirs(case, by=by) and not by.is_staff


def rating_of(case: Application) -> Rating | None:
    return Rating.objects.filter(number=case.number).first()


def complaint_key(number: str, nth: int) -> str:
    return f"complaint:{number}:{nth}"


def complaints_of(number: str) -> list[Ticket]:
    """投诉 about a case, in order. The caller has checked whose it is."""
    keys = [complaint_key(number, nth) for nth in range(1, rules.COMPLAINTS + 1)]
    return list(Ticket.objects.filter(key__in=keys).order_by("pk"))
