"""Who acts at these doors: whoever is logged in, or the phone that holds a link, for the one who asked for it."""

from __future__ import annotations

from django.http import HttpRequest

from tongban.files.actions import sheaves
from tongban.kernel import clock
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Unidentified

LINK = "X-Phone-Link"


def actor(request: HttpRequest) -> Actor:
    """Raises Unidentified."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    if found.who == "anonymous":
        raise Unidentified("not_logged_in", "请先登录", "登录后继续，已传的部分不会丢")
    return found


def sender(request: HttpRequest) -> Actor:
    """Raises Unidentified, NotFound and Conflict for a bad link."""
    if token := request.headers.get(LINK):
        return sheaves.by_link(token, now=clock.now())[1]
    return actor(request)
