"""What the window adds to the desk's case page: its own next step for that case."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from tongban.applications.models import Application
from tongban.counter import queries
from tongban.design.slots import Fragment, fill
from tongban.identity import doors


@fill("applications.desk.side", order=5)
def window_step(request: HttpRequest, case: Application) -> Fragment | None:
    by = doors.whoever(request)
    if not by.may("application.intake", region_path=case.region_path):
        return None
    steps = [(reverse(step, args=[case.number]), words) for step, words in queries.steps_of(case)]
    return Fragment("counter/window_step.html", {"steps": steps}) if steps else None
