"""What the quality engine says, beside whatever the editor works on."""

from __future__ import annotations

from django.http import HttpRequest

from tongban.catalog import worklist
from tongban.catalog.models import Edition
from tongban.design.slots import Fragment, fill


@fill("catalog.edition.side", order=10)
def quality_panel(request: HttpRequest, edition: Edition) -> Fragment:
    return Fragment("catalog/quality_panel.html", {"quality": worklist.panel(edition), "edition": edition})
