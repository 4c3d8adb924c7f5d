"""robots.txt: what search engines may read: guides, lists and public numbers, nothing that belongs to somebody."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

CLOSED = ("/api/", "/apply/", "/counter", "/desk", "/design", "/kiosk", "/login", "/my", "/progress", "/verify")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in CLOSED), "Allow: /"]
    return HttpResponse(
        "\n".join([*lines, "", f"Sitemap: {settings.TONGBAN.base_url}/sitemap.xml", ""]),
        content_type="text/plain; charset=utf-8",
    )
