"""One power: its letter in full, and what its two sides can do with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.authentication.doors import confirmed_lately, to_confirm
from tongban.delegation import actions, documents, queries
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.pages import common
from tongban.design.parts import Answer
from tongban.identity import doors
from tongban.identity.gateways.chosen import PROOF
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Refusal


@require_safe
def one(request: HttpRequest, power: UUID) -> HttpResponse:
    return _page(request, power)


def _page(request: HttpRequest, power: UUID, refusal: Refusal | None = None) -> HttpResponse:
    by = doors.actor(request)
    found = queries.power(power, by=by)
    running = found.state != "ended" and found.until_on > clock.today()
    principal, agent = queries.is_principal(found, by=by), queries.is_agent(found, by=by)
    context = {
        "line": common.line(found),
        "power": found,
        "contents": [Answer(label=label, value=words) for label, words in common.contents(found)],
        "may_confirm": running and principal and found.state == "asked",
        "may_revoke": running and principal and found.state == "in_force" and found.kind != "guardian",
        "may_renounce": running and agent,
        "waits": running and agent and found.state == "asked",
        "seen": _seen(request, refusal),
        "errors": [(fault.field, common.said(fault)) for fault in common.faults_of(refusal)],
    }
    return render(request, "delegation/one.html", context, status=refusal.status if refusal else 200)


def _seen(request: HttpRequest, refusal: Refusal | None) -> str:
    return common.said(refusal) if refusal and refusal.field == "seen" else ""


@require_POST
def confirm(request: HttpRequest, power: UUID) -> HttpResponse:
    """The principal has read the letter and says so; that they are themselves they proved lately."""
    by = doors.actor(request)
    if not request.POST.get("seen"):
        return _page(request, power, Refusal("letter_unread", "请先看完委托书，再勾选", "", "seen"))
    if queries.is_principal(queries.power(power, by=by), by=by) and not confirmed_lately(request):
        return to_confirm(request)
    return _done(request, power, partial(actions.confirm, proof=PROOF), "委托已生效，随时可以撤销")


@require_POST
def refuse(request: HttpRequest, power: UUID) -> HttpResponse:
    return _done(request, power, actions.refuse, "已拒绝，对方不能替您办事")


@require_POST
def revoke(request: HttpRequest, power: UUID) -> HttpResponse:
    return _done(request, power, actions.revoke, "委托已撤销，从现在起对方不能再替您办；已经办好的不受影响")


@require_POST
def renounce(request: HttpRequest, power: UUID) -> HttpResponse:
    return _done(request, power, actions.renounce, "已辞去委托，已告知委托人")


def _done(request: HttpRequest, power: UUID, verb: Callable[..., PowerOfAttorney], words: str) -> HttpResponse:
    try:
        verb(power, by=doors.actor(request), now=clock.now())
    except Refusal as refusal:
        if not isinstance(refusal, Conflict) and refusal.status != 422:
            raise
        return _page(request, power, refusal)
    messages.success(request, words)
    return redirect("delegation:one", power=power)


@require_safe
def letter(request: HttpRequest, power: UUID) -> HttpResponse:
    found = queries.power(power, by=doors.actor(request))
    response = HttpResponse(documents.letter_pdf(found, common.contents(found)), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="power-of-attorney.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
