"""网站地图: what search engines read. Asked each time, so a published edition is in it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.catalog import listed
from tongban.catalog.lists import LISTS

XML = "application/xml; charset=utf-8"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_AT_ONCE = 500


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index: one file of pages that are always there, and one for each block of editions."""
    files = ["pages", *(str(block) for block in listed.sitemap_blocks())]
    places = (reverse("catalog:sitemap_part", kwargs={"part": part}) for part in files)
    lines = "".join(f"<sitemap><loc>{_absolute(place)}</loc></sitemap>\n" for place in places)
    return HttpResponse(f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{lines}</sitemapindex>\n', content_type=XML)


@require_safe
def sitemap_part(request: HttpRequest, part: str) -> StreamingHttpResponse:
    """The addresses of one part. Raises NotFound."""
    if part == "pages":
        keys = (reverse("catalog:one_list", kwargs={"key": key}) for key in LISTS)
        pages: Iterable[tuple[str, str]] = [(place, "") for place in ("/", "/items", reverse("catalog:lists"), *keys)]
    else:
        block = int(part) if part.isdecimal() and len(part) < 10 else -1
        pages = [(f"/items/{code}", on) for code, on in listed.sitemap_block(block)]
    return StreamingHttpResponse(_urlset(pages), content_type=XML)


def _urlset(pages: Iterable[tuple[str, str]]) -> Iterator[str]:
    waiting = [f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n']
    for place, on in pages:
        changed = f"<lastmod>{on}</lastmod>" if on else ""
        waiting.append(f"<url><loc>{_absolute(place)}</loc>{changed}</url>\n")
        if len(waiting) == _AT_ONCE:
            yield "".join(waiting)
            waiting.clear()
    yield "".join(waiting) + "</urlset>\n"


def _absolute(place: str) -> str:
    return f"{settings.TONGBAN.base_url}{place}".replace("&", "&amp;")
