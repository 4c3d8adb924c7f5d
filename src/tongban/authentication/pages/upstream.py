"""Sign in by 统一身份认证: away to the provider, and back with an answer that only this browser can bring."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tongban.authentication import upstream
from tongban.authentication.gateways import Away, IdentityProvider, Journey, Untrusted
from tongban.authentication.pages import onward, second
from tongban.identity import limits
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, NotFound, Refusal, Unavailable

KEPT = "municipal"
LASTS = timedelta(minutes=10)
MOST = 30
AGAIN = "请回到登录页，重新点“统一身份认证”登录"


@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """A link, not a form: the policy of our pages lets no form lead elsewhere."""
    provider, now = _provider(), clock.now()
    place = limits.place(request.META.get("REMOTE_ADDR", ""))
    if not limits.take(f"municipal:{place}", most=MOST, now=now):
        raise Refusal("too_many_tries", "登录太频繁，请 15 分钟后再试", "也可以用账号和密码登录")
    journey = Journey()
    try:
        address = provider.address(journey, back=_back())
    except (Away, Untrusted) as no:
        raise _away(no) from no
    request.session[KEPT] = {
        "state": journey.state, "nonce": journey.nonce, "verifier": journey.verifier,
        "next": onward.safe(request, request.GET.get("next", "")), "at": now.isoformat(),
    }  # fmt: skip
    return redirect(address)


@never_cache
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    provider, now = _provider(), clock.now()
    kept = request.session.pop(KEPT, None)
    state = request.GET.get("state", "")
    if not kept or not hmac.compare_digest(kept["state"].encode(), state.encode("utf-8", "replace")):
        raise Refusal("upstream_state", "这次登录不是从这个浏览器开始的，或者已经用过", AGAIN)
    if now - datetime.fromisoformat(kept["at"]) > LASTS:
        raise Refusal("upstream_late", "登录用时太久，已经失效", AGAIN)
    if "error" in request.GET:
        raise Refusal("upstream_declined", "统一认证没有同意这次登录", AGAIN)
    journey = Journey(state=kept["state"], nonce=kept["nonce"], verifier=kept["verifier"])
    try:
        vouched = provider.vouch(request.GET.get("code", "")[:2000], journey, back=_back(), now=now)
    except Untrusted as no:
        raise Refusal("upstream_untrusted", f"登录没有完成：{no.words}", AGAIN) from no
    except Away as no:
        raise _away(no) from no
    try:
        account = upstream.account_of(vouched, level=provider.level, now=now)
    except IntegrityError as twice:
        raise Conflict("upstream_twice", "同一身份正在别处第一次登录", AGAIN) from twice
    return second.go_on(request, account, method="municipal", to=kept["next"])


def _provider() -> IdentityProvider:
    if upstream.PROVIDER is None:
        raise NotFound("upstream_off", "本平台没有开通统一身份认证登录", "请用账号和密码登录")
    return upstream.PROVIDER


def _back() -> str:
    return settings.TONGBAN.base_url.rstrip("/") + reverse("authentication:municipal_back")


def _away(no: Away | Untrusted) -> Refusal:
    return Unavailable("upstream_away", no.words, "请稍后再试，或用账号和密码登录")
