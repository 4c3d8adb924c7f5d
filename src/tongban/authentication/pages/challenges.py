"""通行密钥, between the two halves: the challenge waits in the session, for one purpose, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from django.http import HttpRequest, HttpResponse, JsonResponse

from tongban.authentication.passkeys import Challenge, State
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

KEPT = "passkey"
LASTS = timedelta(minutes=5)
What = Literal["sign_in", "second", "confirm", "add"]


def give(request: HttpRequest, what: What, challenge: Challenge) -> HttpResponse:
    request.session[KEPT] = {"what": what, "state": challenge.state, "at": clock.now().isoformat()}
    return JsonResponse(challenge.options)


def take(request: HttpRequest, what: What) -> State:
    """Raises Refusal: there is none, it was for something else, or it waited too long."""
    kept = request.session.pop(KEPT, None)
    if not kept or kept["what"] != what or clock.now() - datetime.fromisoformat(kept["at"]) > LASTS:
        raise Refusal("passkey_late", "通行密钥的验证已经过期", "请再按一次按钮")
    return dict(kept["state"])
