"""What keeps an account open: cases of one's own that are on their way."""

from __future__ import annotations

from typing import Final

from tongban.accounts.obstacles import Obstacle, obstacle
from tongban.applications.models import Application
from tongban.applications.rules import State
from tongban.kernel.typed import grouped

ON_THEIR_WAY: Final = (
    State.RECORDED, State.SUBMITTED, State.PRECHECKED, State.CORRECTING, State.ACCEPTED, State.SUSPENDED, State.REVIEWED,
    State.FORWARDED, State.GRANTED, State.REFUSED, State.MADE,
)  # fmt: skip
"""Somebody still has something to do for, or to hand to, the applicant."""


@obstacle
def open_cases(person_id: int) -> list[Obstacle]:
    mine = Application.objects.filter(person_id=person_id, organisation=None, state__in=ON_THEIR_WAY)
    return [
        Obstacle(f"办件“{title}”（{grouped(number)}）还没有办完", f"/my/applications/{number}")
        for title, number in mine.newest_first().values_list("title", "number")[:10]
    ]
