"""窗口: which colleagues signed in at this browser today, so that the next one needs a name and a PIN only."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse

from tongban.identity.models import Account, StaffPost
from tongban.kernel import clock

COOKIE, SALT = "station", "authentication.station"
LASTS = 12 * 3600
"""Seconds: a working day."""
MOST = 8
READER = "reader"


def colleagues(request: HttpRequest) -> list[Account]:
    """Who may switch here by PIN: accounts that hold a post still, the latest first."""
    ids = _ids(request)
    found = (
        Account.objects.filter(pk__in=ids, is_active=True, posts__in=StaffPost.objects.held_at(clock.now()))
        .select_related("person")
        .distinct()
    )
    return sorted(found.order_by("pk"), key=lambda one: ids.index(one.pk))


def remember(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """The account signed in here with all it takes."""
    ids = [account.pk, *(one for one in _ids(request) if one != account.pk)][:MOST]
    value = signing.dumps({"ids": ids, "until": clock.now().timestamp() + LASTS}, salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=LASTS, httponly=True, samesite="Strict", secure=request.is_secure(), path="/"
    )


def reader(request: HttpRequest) -> str:
    """The reader beside this browser, by its name."""
    asked = request.POST.get(READER) or request.GET.get(READER) or request.COOKIES.get(READER, "")
    return "".join(letter for letter in asked if letter.isalnum() or letter in "-_")[:20]


def remember_reader(request: HttpRequest, response: HttpResponse) -> None:
    if name := reader(request):
        response.set_cookie(
            READER, name, max_age=366 * 86400, httponly=True, samesite="Strict", secure=request.is_secure()
        )


def _ids(request: HttpRequest) -> list[int]:
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return []
    return list(kept["ids"]) if kept["until"] > clock.now().timestamp() else []
