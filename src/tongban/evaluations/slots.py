"""On the case page: the invitation to rate, or the rating given."""

from __future__ import annotations

from django.http import HttpRequest

from tongban.applications.models import Application
from tongban.design.slots import Fragment, fill
from tongban.evaluations import rules
from tongban.evaluations.models import Rating


@fill("applications.case.side", order=30)
def rating_panel(request: HttpRequest, case: Application) -> Fragment | None:
    rating = Rating.objects.filter(number=case.number).first()
    if rating is None and case.status not in rules.RATEABLE:
        return None
    level = rules.LEVELS[rating.level] if rating else ""
    return Fragment("evaluations/panel.html", {"case": case, "rating": rating, "level": level})
