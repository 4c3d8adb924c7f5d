"""Files of a case through a checked door: its materials, and its notices as PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongban.applications import documents, queries
from tongban.applications.actions.common import is_the_applicant
from tongban.applications.models import ApplicationMaterial
from tongban.applications.pages import common
from tongban.files.doors import send_file
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound


@require_safe
def material(request: HttpRequest, number: str, key: str) -> HttpResponse:
    case = queries.case(number, by=common.actor(request))
    found = ApplicationMaterial.objects.select_related("file").filter(application=case, key=key).first()
    if found is None or found.file is None:
        raise NotFound("file_unknown", "没有这个文件", "这份材料不是上传的文件")
    return send_file(found.file, name=found.key, original="original" in request.GET)


@require_safe
def notice(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """A paper of the case (`documents.papers`), as it was made out."""
    by = common.actor(request)
    case = queries.case(number, by=by)
    return sent(
        documents.notice_pdf(case, kind, inside=by.is_staff and not is_the_applicant(case, by=by), now=clock.now()),
        name=f"{case.number}-{kind}",
    )


@require_safe
def clock_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """时限计算单, with every day of the page."""
    case = queries.case(number, by=common.actor(request))
    return sent(documents.sheet_pdf(case, now=clock.now()), name=f"{case.number}-clock")


def sent(pdf: bytes, *, name: str) -> HttpResponse:
    """A paper, opened in the browser and kept nowhere."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
