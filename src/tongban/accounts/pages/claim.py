"""认领: who registered shows a face, or a card at a window; then the cases and licences of that person are theirs to see."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.accesses import actions as accesses
from tongban.accounts import actions
from tongban.accounts.pages import common
from tongban.accounts.pages.seeing import clerk
from tongban.identity import assurance, doors
from tongban.identity.actors import Actor
from tongban.identity.gateways.chosen import PROOF
from tongban.identity.rules import mask_phone
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal


@require_safe
def claim(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    actions.own_claim(by)
    return _page(request, by)


@require_POST
def face(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    try:
        back = request.build_absolute_uri("/my/claim")
        ticket = actions.begin_claim_face(back=back, proof=PROOF, by=by, now=clock.now())
    except Refusal as refusal:
        return _page(request, by, refusal)
    return redirect(ticket.url or "accounts:claim")


@require_POST
def face_result(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    try:
        actions.claim_by_face(proof=PROOF, by=by, now=clock.now())
    except Refusal as refusal:
        return _page(request, by, refusal)
    messages.success(request, "认领成功，您以前的办件和证照都在这里")
    return redirect(settings.LOGIN_REDIRECT_URL)


def _page(request: HttpRequest, by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    if isinstance(refusal, NotFound):
        raise refusal
    context = {
        "waiting": assurance.face_begun(by, now=clock.now()) is not None,
        "demo": common.fake(PROOF),
        "errors": common.summary(refusal, {}),
    }
    return render(request, "accounts/claim.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "POST"])
def at_window(request: HttpRequest, claim: UUID) -> HttpResponse:
    """The clerk hands the account over to whose card they saw."""
    by = clerk(request)
    if request.method == "POST":
        handed = actions.hand_over(claim, by=by, now=clock.now())
        messages.success(request, f"{handed.person.name}：账号已认领")
        return redirect("accounts:seen")
    found = actions.claim_at_window(claim, by=by, now=clock.now())
    accesses.note(by, person_id=found.person_id, kind="person", subject="")
    return render(request, "accounts/claim_at_window.html", {"claim": found, "phone": mask_phone(found.phone)})
