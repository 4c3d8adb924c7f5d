"""My licences, and the public page that verifies one by its code."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongban.identity import doors
from tongban.identity.rules import mask_name
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped, normalise
from tongban.licences import documents, queries
from tongban.licences.models import Licence


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    found = Licence.objects.visible_to(by).select_related("body").order_by("-pk")[:50] if not by.is_staff else []
    rows = [{"licence": one, "number": grouped(one.number), **_status(one)} for one in found]
    return render(request, "licences/mine.html", {"rows": rows})


def _status(one: Licence) -> dict[str, str]:
    status = one.status_on(clock.today())
    return {"status": status, "tone": "ok" if status == "有效" else "bad"}


@require_safe
def download(request: HttpRequest, licence: UUID) -> HttpResponse:
    one = queries.licence(licence, by=doors.actor(request))
    response = HttpResponse(documents.licence_pdf(one, now=clock.now()), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{one.number}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Type the code; the QR leads past this page."""
    code = normalise(request.GET.get("code", "").replace("\0", ""))[:40]
    if code:
        return redirect("licences:verified", code=code)
    return _ask(request)


def _ask(request: HttpRequest, typed: str = "", refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "typed": typed,
        "errors": [("code", refusal.reason)] if refusal else [],
        "error": refusal.reason if refusal else "",
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "licences/verify.html", context, status=refusal.status if refusal else 200)


@require_safe
def verified(request: HttpRequest, code: str) -> HttpResponse:
    """What anyone may know: kind, issuer, masked holder, status today. An unknown code is a clear no."""
    try:
        one = queries.by_code(code.replace("\0", ""))
    except Refusal as refusal:
        return _ask(request, code, refusal)
    context = {
        "licence": one,
        "holder": one.holder_name if one.organisation_id else mask_name(one.holder_name),
        "number": grouped(one.number),
        **_status(one),
        "checked_at": clock.now(),
    }
    return render(request, "licences/verified.html", context)
