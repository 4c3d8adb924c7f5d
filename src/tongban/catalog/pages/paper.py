"""申请表 on paper, empty: to be filled in by hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongban.catalog import papers, queries
from tongban.identity import doors
from tongban.kernel.refusals import NotFound


@require_safe
def form(request: HttpRequest, code: str) -> HttpResponse:
    """NotFound for a guide without a form: nothing is filled in for it here."""
    edition = queries.edition(code, reader=lambda: doors.whoever(request))
    if not edition.document.form:
        raise NotFound("form_unknown", "这个事项没有申请表", "请按办事指南上的方式办理")
    return HttpResponse(
        papers.empty_form_pdf(edition),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="form.pdf"', "X-Content-Type-Options": "nosniff"},
    )
