"""Files of a case through a checked door: its materials, and its notices as PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongban.applications import acting, documents, queries
from tongban.applications.actions.common import is_one_s_own
from tongban.applications.models import ApplicationMaterial, MaterialVersion
from tongban.applications.pages import common
from tongban.files.doors import send_file
from tongban.files.models import StoredFile
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound
from tongban.licences.documents import licence_pdf


@require_safe
def material(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """The file that stands; `?version=`: that version."""
    case = queries.case(number, by=common.actor(request), reading="material")
    found = ApplicationMaterial.objects.select_related("file").filter(application=case, key=key).first()
    asked = request.GET.get("version", "")
    if found and asked and asked != str(found.version):
        return send_file(_of_version(found, asked), name=f"{found.key}-{asked}", original="original" in request.GET)
    if found is None or found.file is None:
        raise NotFound("file_unknown", "没有这个文件", "这份材料不是上传的文件")
    return send_file(found.file, name=found.key, original="original" in request.GET)


def _of_version(material: ApplicationMaterial, asked: str) -> StoredFile:
    """An earlier one stays readable."""
    numbered = asked.isascii() and asked.isdigit() and len(asked) < 5
    versions = MaterialVersion.objects.select_related("file").filter(material=material)
    version = versions.filter(number=int(asked)).first() if numbered else None
    if version is None or version.file is None:
        raise NotFound("version_unknown", "这份材料没有这一版的文件", "请刷新页面查看有哪些版本")
    return version.file


@require_safe
def notice(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """A paper of the case (`documents.papers`), as it was made out."""
    by = common.actor(request)
    case = queries.case(number, by=by, reading="paper")
    return sent(
        documents.notice_pdf(case, kind, inside=by.is_staff and not is_one_s_own(case, by=by), now=clock.now()),
        name=f"{case.number}-{kind}",
    )


@require_safe
def fetched_licence(request: HttpRequest, number: str) -> HttpResponse:
    """The result, for the applicant and for the agent who may receive it."""
    case = queries.own_case(number, act="receive", by=common.actor(request))
    licence = acting.licence_of(case)
    if licence is None:
        raise NotFound("licence_unknown", "这个办件还没有证照", "作出准予决定以后才有")
    return sent(licence_pdf(licence, now=clock.now()), name=f"{case.number}-licence")


@require_safe
def clock_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """时限计算单, with every day of the page."""
    case = queries.case(number, by=common.actor(request), reading="paper")
    return sent(documents.sheet_pdf(case, now=clock.now()), name=f"{case.number}-clock")


def sent(pdf: bytes, *, name: str) -> HttpResponse:
    """A paper, opened in the browser and kept nowhere."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
