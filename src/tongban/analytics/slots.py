"""What the walk without a phone found, beside the edition that an editor works on."""

from __future__ import annotations

from django.http import HttpRequest

from tongban.analytics import phoneless
from tongban.catalog.models import Edition
from tongban.catalog.no_phone import RULES, read
from tongban.design.slots import Fragment, fill
from tongban.kernel import clock


@fill("catalog.edition.side", order=20)
def phoneless_panel(request: HttpRequest, edition: Edition) -> Fragment:
    """What the guide says is read now; what only the walk can find is that of the last one."""
    walked = phoneless.of_edition(edition.pk) if edition.state == "published" else None
    blocked = read(edition.document, today=clock.today())
    if walked:
        blocked += [one for one in walked.blocked if one.rule in ("walk", "staff")]
    rows = [(one, RULES[one.rule]) for one in blocked if one.rule in RULES]
    return Fragment("analytics/no_phone_panel.html", {"rows": rows, "ran_at": walked.ran_at if walked else None})
