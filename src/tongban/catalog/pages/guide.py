"""Read a guide: as it stands, as it was, on paper, and the files it offers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tongban.catalog import documents, queries, tally, versions
from tongban.catalog.differences import differences
from tongban.catalog.models import Edition
from tongban.catalog.pages import shown
from tongban.design.words import date_cn
from tongban.files import actions as files
from tongban.files.models import StoredFile
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound

INLINE = {"application/pdf", "image/jpeg", "image/png"}


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """`?kind=catering&…` are the answers; without all of them the list shows what is certain, and what depends."""
    edition = queries.edition(code, reader=_reader(request))
    tally.opened(edition.item_id)
    return shown.page(request, edition, shown.answers_in(request.GET, edition.document))


@require_safe
def history(request: HttpRequest, code: str) -> HttpResponse:
    found = versions.history(code, reader=_reader(request))
    context = {
        "versions": found,
        "newest": found[0],
        "current": next((v for v in found if v.state == "published"), None),
    }
    return render(request, "catalog/history.html", context)


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A version as it was published; the one in force is the guide itself."""
    edition, current = versions.version(code, number, reader=_reader(request))
    past = None if current == edition else _past(edition, current)
    page = shown.rendered(edition, (), past) if past else shown.of(edition.pk, ())
    made = {"crumb": page.crumb, "main": page.main({}), "aside": page.aside({})}
    return render(request, "catalog/guide.html", {"edition": edition, "past": past, "shown": made})


@require_safe
def changes(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What a version says that the published one before it didn't, and what it no longer says."""
    after, before = versions.with_the_one_before(code, number, reader=_reader(request))
    context = {
        "after": after,
        "before": before,
        "differences": differences(before.document, after.document) if before else [],
    }
    return render(request, "catalog/changes.html", context)


def _past(edition: Edition, current: Edition | None) -> shown.Past:
    until = f"至{date_cn(edition.withdrawn_at, year=True)}" if edition.withdrawn_at else ""
    return shown.Past(
        words=f"自{date_cn(edition.published_at, year=True)}{until}公布",
        current=current.version if current else None,
        current_url=reverse("catalog:guide", kwargs={"code": current.code}) if current else "",
    )


@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """一次性告知单 for the answers in the address."""
    edition = queries.edition(code, reader=_reader(request))
    pdf = documents.notice_pdf(edition, shown.answers_in(request.GET, edition.document), now=clock.now())
    return _sent(pdf, "application/pdf", f"{edition.name}-一次性告知单.pdf", inline=True)


@require_safe
def card(request: HttpRequest, code: str) -> HttpResponse:
    edition = queries.edition(code, reader=_reader(request))
    return _sent(documents.card_pdf(edition), "application/pdf", f"{edition.name}-二维码卡片.pdf", inline=True)


@require_safe
def card_svg(request: HttpRequest, code: str) -> HttpResponse:
    edition = queries.edition(code, reader=_reader(request))
    return _sent(documents.card_svg(edition), "image/svg+xml", f"{edition.name}-二维码卡片.svg", inline=False)


@require_safe
def guide_file(request: HttpRequest, code: str, number: int, file: UUID) -> HttpResponse:
    """A form, an example or a sample that this version offers: no other file comes out here. Raises NotFound."""
    edition, _ = versions.version(code, number, reader=_reader(request))
    content = edition.document
    offered = [a for m in content.materials for a in m.attachments] + list(content.result.samples)
    known = next((one for one in offered if one.file == str(file)), None)
    found = StoredFile.objects.filter(public_id=file).first() if known else None
    if known is None or found is None:
        raise NotFound("file_unknown", "这份指南没有提供这个文件", "请从办事指南的材料清单中打开")
    response = _sent(
        files.read(found), found.media_type, f"{known.name}.{found.extension}", inline=found.media_type in INLINE
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _reader(request: HttpRequest) -> queries.Reader:
    return lambda: doors.whoever(request)


def _sent(content: bytes, media_type: str, name: str, *, inline: bool) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    return response
