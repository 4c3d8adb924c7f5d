"""What the window adds to the desk's case page: its own next step for that case."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from tongban.applications.models import Application
from tongban.applications.rules import State
from tongban.counter import queries
from tongban.design.slots import Fragment, fill
from tongban.identity import doors


@fill("applications.desk.side", order=5)
def window_step(request: HttpRequest, case: Application) -> Fragment | None:
    by = doors.whoever(request)
    if not by.may("application.intake", region_path=case.region_path):
        return None
    match case.status:
        case State.CORRECTING:
            step, words = "counter:supplement", "窗口补交材料"
        case status if status in queries.TO_HAND_OVER:
            step, words = "counter:delivery", "窗口交付结果"
        case _:
            return None
    return Fragment("counter/window_step.html", {"url": reverse(step, args=[case.number]), "words": words})
