"""案卷归档 at the desk: what the file holds, who took one before, and the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.applications import actions, queries, rules
from tongban.applications.archive import contents
from tongban.applications.models import Application
from tongban.applications.pages import common
from tongban.identity.queries import names_of
from tongban.kernel import clock, signing
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped


@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest, number: str) -> HttpResponseBase:
    """POST gives the file out; GET says what is in it and how it is checked."""
    by = common.staff(request)
    one = queries.case(number, by=by, reading="archive" if request.method == "POST" else "case")
    by.must("application.archive", body_id=one.body_id, region_path=one.region_path)
    if request.method != "POST":
        return _page(request, one)
    try:
        file, _ = actions.archive_opened(one.number, by=by, now=clock.now())
    except Refusal as no:
        if no.status != 409:
            raise
        return _page(request, one, no)
    response = FileResponse(file, as_attachment=True, filename=f"{one.number}.zip", content_type="application/zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@dataclass(frozen=True)
class Taken:
    """归档 that was made before."""

    at: datetime
    who: str
    sha256: str
    files: int
    lost: int


def _page(request: HttpRequest, one: Application, refusal: Refusal | None = None) -> HttpResponse:
    entries = list(JournalEntry.objects.filter(subject=one.number, name="applications.Archived").order_by("-id")[:20])
    names = names_of(entry.actor for entry in entries)
    context = {
        "case": one,
        "number": grouped(one.number),
        "ended": one.status in rules.FINAL,
        "state": one.status.label,
        "taken": [Taken(e.at, names[e.actor], e.facts["sha256"], e.facts["files"], e.facts["lost"]) for e in entries],
        "fingerprint": signing.fingerprint(contents.key().public_key()),
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "applications/archive.html", context, status=refusal.status if refusal else 200)
