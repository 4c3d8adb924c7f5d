"""On the case page: the invitation to rate, or the rating given; and the way to complain."""

from __future__ import annotations

from django.http import HttpRequest

from tongban.applications.models import Application
from tongban.design.slots import Fragment, fill
from tongban.evaluations import queries, rules
from tongban.identity import doors


@fill("applications.case.side", order=30)
def rating_panel(request: HttpRequest, case: Application) -> Fragment | None:
    """For the applicant only."""
    if not queries.is_own(case, by=doors.whoever(request)):
        return None
    rating = queries.rating_of(case)
    if rating is None and case.status not in rules.RATEABLE:
        return None
    level, bad = (rules.LEVELS[rating.level], rules.is_bad(rating.level)) if rating else ("", False)
    return Fragment("evaluations/panel.html", {"case": case, "rating": rating, "level": level, "bad": bad})


@fill("applications.case.side", order=40)
def complaint_panel(request: HttpRequest, case: Application) -> Fragment | None:
    """For the applicant only."""
    by = doors.whoever(request)
    if by.is_staff or not queries.is_own(case, by=by):
        return None
    earlier = queries.complaints_of(case.number)
    return Fragment(
        "evaluations/panel_complaint.html", {"case": case, "open": bool(earlier) and earlier[-1].state != "visited"}
    )
