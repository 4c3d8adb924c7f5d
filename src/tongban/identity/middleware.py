"""`request.actor`: who acts through this page, worked out once, on first use.

Whose password somebody else set is nobody until they have changed it: `authentication` leads them there.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from tongban.identity.actors import ANYONE, Actor
from tongban.identity.models import Account
from tongban.identity.queries import actor_of
from tongban.kernel import clock

Handler = Callable[[HttpRequest], HttpResponse]


class CurrentActor:
    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.handler(request)


def _actor(request: HttpRequest) -> Actor:
    account = request.user
    if not isinstance(account, Account) or account.password_given:
        return ANYONE
    return actor_of(account, now=clock.now(), channel="web")
