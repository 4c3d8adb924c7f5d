"""工作证卡 at the administrator's desk: register, stop, hand back, a new PIN."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongban.authentication import cards
from tongban.authentication.doors import confirmed, confirmed_lately, to_confirm
from tongban.authentication.pages import station
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Refusal

LISTED = 100
STOPS = (("lost", "挂失"), ("suspended", "停用"), ("ended", "收回"))


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def all_cards(request: HttpRequest) -> HttpResponse:
    by = _administrator(request)
    refusal = None
    if request.method == "POST":
        if not confirmed_lately(request):
            return to_confirm(request)
        given = {name: _typed(request, name) for name in ("username", "number", "pin", "key")}
        try:
            card = cards.register(**given, by=by, now=clock.now())
        except Refusal as no:
            if isinstance(no, Forbidden):
                raise
            refusal = no
        else:
            messages.success(request, f"已登记尾号 {card.tail} 的卡")
            return redirect("authentication:cards")
    return _all(request, by, refusal)


def _all(request: HttpRequest, by: Actor, refusal: Refusal | None) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\0", "").strip()[:60]
    found = cards.cards_of(by, now=clock.now()).select_related("account__person").order_by("-at", "-pk")
    if asked:
        found = found.filter(account__username=asked)
    context = {
        "reader": station.reader(request), "devices": cards.DEVICES, "rows": list(found[:LISTED]), "q": asked, "most": LISTED, "errors": [refusal] if refusal else [],
        "wrong": {refusal.field: refusal.reason} if refusal else {},
        "typed": {name: _typed(request, name) for name in ("username", "number", "key")},
    }  # fmt: skip
    return render(request, "authentication/cards.html", context, status=refusal.status if refusal else 200)


@require_POST
@confirmed
def reader(request: HttpRequest) -> HttpResponse:
    """At the desk where the reader stands: from now on this browser asks it, and no other."""
    by, answer = _administrator(request), redirect("authentication:cards")
    try:
        station.bind_reader(request, answer, _typed(request, "reader").strip())
    except Refusal as no:
        return _all(request, by, no)
    messages.success(request, "这台电脑的读卡器已登记")
    return answer


@require_http_methods(["GET", "HEAD"])
def one_card(request: HttpRequest, card: UUID) -> HttpResponse:
    return _page(request, card, _administrator(request))


@require_POST
@confirmed
def stop(request: HttpRequest, card: UUID) -> HttpResponse:
    by, to = _administrator(request), _typed(request, "to")
    if to not in dict(STOPS):
        return _page(request, card, by, Refusal("stop_unknown", "请选择挂失、停用还是收回", field="to"))
    try:
        cards.stop(card, to=to, reason=_typed(request, "reason"), by=by, now=clock.now())  # type: ignore[arg-type]
    except Refusal as no:
        return _answer(request, card, by, no)
    return redirect("authentication:card", card)


@require_POST
@confirmed
def resume(request: HttpRequest, card: UUID) -> HttpResponse:
    by = _administrator(request)
    try:
        cards.resume(card, by=by, now=clock.now())
    except Refusal as no:
        return _answer(request, card, by, no)
    return redirect("authentication:card", card)


@sensitive_post_parameters("pin")
@require_POST
@confirmed
def set_pin(request: HttpRequest, card: UUID) -> HttpResponse:
    by = _administrator(request)
    try:
        cards.set_pin(card, pin=_typed(request, "pin"), by=by, now=clock.now())
    except Refusal as no:
        return _answer(request, card, by, no)
    messages.success(request, "已设好新的 PIN，本人第一次用它登录时换成自己的")
    return redirect("authentication:card", card)


def _answer(request: HttpRequest, card: UUID, by: Actor, refusal: Refusal) -> HttpResponse:
    if refusal.status not in (409, 422):
        raise refusal
    return _page(request, card, by, refusal)


def _page(request: HttpRequest, card: UUID, by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "card": cards.card(card, by=by, now=clock.now()), "stops": STOPS, "errors": [refusal] if refusal else [],
        "wrong": {refusal.field: refusal.reason} if refusal else {}, "reason": _typed(request, "reason"),
        "to": _typed(request, "to"),
    }  # fmt: skip
    return render(request, "authentication/card.html", context, status=refusal.status if refusal else 200)


def _administrator(request: HttpRequest) -> Actor:
    by = doors.actor(request)
    cards.cards_of(by, now=clock.now())
    return by


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "")[:4000]
