"""Beside each reading of one's data: the way to ask whether it was right."""

from __future__ import annotations

from django.http import HttpRequest

from tongban.accesses.queries import Look
from tongban.design.slots import Fragment, fill


@fill("privacy.accesses.row")
def doubt(request: HttpRequest, look: Look) -> Fragment | None:
    return Fragment("tickets/doubt_link.html", {"look": look})
