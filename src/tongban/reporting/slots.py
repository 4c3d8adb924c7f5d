"""On the guide and the applicant's pages: what is handled elsewhere."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from tongban.catalog.models import Edition
from tongban.design.slots import Fragment, fill
from tongban.identity.actors import Actor
from tongban.reporting import actions, queries


@fill("catalog.guide.start", order=20)
def handover_button(request: HttpRequest, edition: Edition) -> Fragment | None:
    """To the system in which the item is handled, with the applicant's own data, where that is agreed."""
    found = actions.destination(edition)
    if found is None or not edition.code:
        return None
    answers = {q.key: request.GET[q.key] for q in edition.document.questions if request.GET.get(q.key)}
    url = reverse("reporting:handover", kwargs={"code": edition.code})
    context = {"url": f"{url}?{urlencode(answers)}" if answers else url, "system": found.system}
    return Fragment("reporting/start.html", context)


@fill("applications.mine.elsewhere", order=10)
def elsewhere(request: HttpRequest, by: Actor) -> Fragment | None:
    found = queries.elsewhere(by)
    return Fragment("reporting/mine.html", {"cases": found}) if found else None


@fill("applications.progress.elsewhere", order=10)
def progress(request: HttpRequest, asked: tuple[str, str]) -> Fragment | None:
    """By the other system's number, where it is none of ours."""
    one = queries.look_up(*asked)
    return Fragment("reporting/progress.html", {"one": one}) if one else None
