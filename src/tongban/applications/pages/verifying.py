"""文书查验: anyone who holds a paper may see whether it is real and still stands; nothing personal is shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongban.applications.document_kinds import KINDS
from tongban.applications.documents.standing import by_code, standing_of
from tongban.identity import limits
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal
from tongban.kernel.typed import normalise

MISSES = 20
"""Codes that nobody has, from one address in a quarter of an hour."""


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Type number and code; the QR leads past this page."""
    code, number = (request.GET.get(name, "").replace("\0", "")[:80] for name in ("code", "number"))
    if not code.strip() and not number.strip():
        return _ask(request)
    try:
        found = _found(request, code, number or " ")
    except Refusal as refusal:
        return _ask(request, code, number, refusal)
    return redirect("applications:document_verified", code=found)


@require_safe
def verified(request: HttpRequest, code: str) -> HttpResponse:
    """Kind, body, date, number, whether it stands today, and the hash of the file. An unknown code is a clear no."""
    try:
        document = by_code(_found(request, code.replace("\0", "")))
    except Refusal as refusal:
        return _ask(request, code, "", refusal)
    context = {
        "document": document, "kind": KINDS[document.form].name if document.form in KINDS else document.title,
        "standing": standing_of(document), "checked_at": clock.now(),
    }  # fmt: skip
    return render(request, "applications/document_verified.html", context)


def _found(request: HttpRequest, code: str, number: str = "") -> str:
    """The code, if there is such a paper. Misses are counted, so that nobody tries codes by the thousand."""
    who = f"document:{limits.place(request.META.get('REMOTE_ADDR', ''))}"
    if limits.reached(who, most=MISSES, now=clock.now()):
        raise Refusal("too_many_tries", "查验太频繁，请 15 分钟后再试", "也可以拨打 12345 查询", "code")
    try:
        return by_code(normalise(code), number=number).code
    except NotFound:
        limits.note(who, now=clock.now())
        raise


def _ask(request: HttpRequest, code: str = "", number: str = "", refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "code": code, "number": number, "errors": [("code", refusal.reason)] if refusal else [],
        "error": refusal.reason if refusal else "", "hint": refusal.hint if refusal else "",
    }  # fmt: skip
    return render(request, "applications/document_verify.html", context, status=refusal.status if refusal else 200)
