"""窗口: which colleagues signed in at this browser today, so that the next one needs a name and a PIN only; and which reader
stands beside it, as an administrator said who sat here."""

from __future__ import annotations

import re
from datetime import datetime

from django.core import signing
from django.http import HttpRequest, HttpResponse

from tongban.identity.models import Account, StaffPost
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

COOKIE, SALT = "station", "authentication.station"
LASTS = 12 * 3600
"""Seconds: a working day, from when somebody signed in with all it takes. A PIN doesn't prolong it."""
MOST = 8
READER, READER_SALT = "reader", "authentication.reader"
READER_LASTS = 366 * 86400


def colleagues(request: HttpRequest) -> list[Account]:
    """Who may switch here by PIN: accounts that hold a post still, the latest first."""
    ids = list(_kept(request))
    found = (
        Account.objects.filter(pk__in=ids, is_active=True, posts__in=StaffPost.objects.held_at(clock.now()))
        .select_related("person")
        .distinct()
    )
    return sorted(found.order_by("pk"), key=lambda one: ids.index(one.pk))


def remember(request: HttpRequest, response: HttpResponse, account: Account, *, since: datetime) -> None:
    """The account signed in here, at that moment, with all it takes."""
    until = since.timestamp() + LASTS
    if until <= clock.now().timestamp():
        return
    kept = _kept(request)
    newest = {
        account.pk: max(until, kept.get(account.pk, 0)),
        **{one: at for one, at in kept.items() if one != account.pk},
    }
    value = signing.dumps(list(newest.items())[:MOST], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=LASTS, httponly=True, samesite="Strict", secure=request.is_secure(), path="/"
    )


def _kept(request: HttpRequest) -> dict[int, float]:
    """Account and until when, the latest first; what is over is left out."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return {}
    if not isinstance(kept, list):  # as it was written before
        return {}
    now = clock.now().timestamp()
    return {account: until for account, until in kept if until > now}


def reader(request: HttpRequest) -> str:
    """The reader beside this browser; nothing that a page or an address says counts."""
    try:
        return str(signing.loads(request.COOKIES.get(READER, ""), salt=READER_SALT))
    except signing.BadSignature:
        return ""


def bind_reader(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """By an administrator who sits here: this reader stands beside this browser; an empty name: none. Raises Refusal."""
    if not re.fullmatch(r"[0-9A-Za-z_-]{0,20}", name):
        raise Refusal("reader_form", "读卡器编号只有字母、数字和短横", "编号贴在读卡器上，例如 B04", "reader")
    if name:
        response.set_cookie(
            READER, signing.dumps(name, salt=READER_SALT), max_age=READER_LASTS, httponly=True, samesite="Strict",
            secure=request.is_secure(),
        )  # fmt: skip
    else:
        response.delete_cookie(READER, samesite="Strict")
