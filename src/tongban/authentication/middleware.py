"""How long ago a session was used, to within ten minutes, and the cookie by which a browser is known again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.authentication import actions
from tongban.authentication.doors import DEVICE, MARK
from tongban.authentication.rules import SEEN_EVERY
from tongban.kernel import clock

Handler = Callable[[HttpRequest], HttpResponse]
YEAR = 365 * 24 * 3600


class Presence:
    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.handler(request)
        if request.session.accessed and response.status_code < 500:
            _note_seen(request)
        if device := getattr(request, "device_to_remember", ""):
            response.set_cookie(
                DEVICE, device, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
        return response


def _note_seen(request: HttpRequest) -> None:
    """One write in ten minutes; a request that asked for no session costs nothing."""
    mark, now = request.session.get(MARK), clock.now()
    if mark and now - datetime.fromisoformat(mark["seen"]) >= SEEN_EVERY:
        actions.seen(mark["id"], now=now)
        request.session[MARK] = {**mark, "seen": now.isoformat()}
