"""The living page of components, and the switch between type sizes."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tongban.design.context import CARE_COOKIE, care_choices, care_type
from tongban.design.pages.samples import samples

YEAR = 365 * 24 * 3600


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "design/pages/components.html", samples())


@require_safe
def confirmation(request: HttpRequest) -> HttpResponse:
    return render(request, "design/pages/confirmation.html", samples())


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "design/pages/desk.html", samples())


@require_POST
def care(request: HttpRequest) -> HttpResponse:
    """The chosen type as a cookie; back to where the reader was, or (htmx) the switch alone."""
    chosen = care_type(request.POST.get("type", ""))
    back = _local(request.POST.get("next", ""))
    response: HttpResponse
    if request.headers.get("HX-Request"):
        shown = {"choices": care_choices(chosen), "back": back}
        response = render(request, "design/components/care_switch.html", shown)
        response.headers["HX-Trigger"] = json.dumps({"care": {"value": chosen}})
    else:
        response = HttpResponseRedirect(back, status=303)
    if chosen:
        response.set_cookie(
            CARE_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(CARE_COOKIE, samesite="Lax")
    return response


def _local(url: str) -> str:
    """Only a path of this site: never another host, never another scheme."""
    return url if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else "/"
