"""At the door: begin and end the session of a request, and ask again who is there. Every method of signing in ends here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from tongban.authentication import actions, slowing
from tongban.authentication.models import SignIn
from tongban.authentication.rules import CONFIRMED_FOR, How, Method, Second
from tongban.identity import doors as identity
from tongban.identity.models import Account
from tongban.kernel import clock

BACKEND = "django.contrib.auth.backends.ModelBackend"
DEVICE = "device"
"""The cookie by which a browser shows that it was signed in with this name before (see `slowing`)."""
MARK, CONFIRMED = "sign_in", "confirmed_at"


@transaction.atomic
def sign_in(request: HttpRequest, account: Account, *, method: Method, second: Second = "") -> SignIn:
    """The account is signed in here from now on, under a new cookie; who was signed in here before is signed out."""
    if request.user.is_authenticated:
        sign_out(request, how="taken_over")
    login(request, account, backend=BACKEND)
    key, now = request.session.session_key, clock.now()
    assert key  # noqa: S101 - login() made one
    session = actions.begin(
        account=account, key=key, method=method, second=second, device=request.headers.get("User-Agent", ""),
        address=place_of(request).address, now=now, known_device=slowing.knows(place_of(request).device, account.username),
    )  # fmt: skip
    request.session[MARK] = {"id": str(session.public_id), "seen": now.isoformat()}
    note_confirmed(request)
    request.device_to_remember = slowing.device_for(account.username)  # type: ignore[attr-defined]
    return session


@transaction.atomic
def sign_out(request: HttpRequest, *, how: How = "left") -> None:
    if key := request.session.session_key:
        actions.end(key=key, how=how, now=clock.now())
    logout(request)


def session_here(request: HttpRequest) -> SignIn | None:
    """The session of this request, as a row; None where nobody is signed in."""
    mark = request.session.get(MARK)
    return SignIn.objects.filter(public_id=mark["id"], ended_at=None).first() if mark else None


def place_of(request: HttpRequest) -> slowing.Place:
    return slowing.Place(request.META.get("REMOTE_ADDR", ""), request.COOKIES.get(DEVICE, "")[:100])


def password_changed(request: HttpRequest, account: Account) -> None:
    """This session goes on under the new password, with another key."""
    old = request.session.session_key or ""
    update_session_auth_hash(request, account)
    actions.rekey(old=old, new=request.session.session_key or "")


def has_given_password(request: HttpRequest) -> bool:
    """Whether who is signed in here came with a password that somebody else set: they change it before anything else."""
    return isinstance(request.user, Account) and request.user.password_given


# 再次确认


def confirmed_lately(request: HttpRequest) -> bool:
    """Whether whoever is signed in here proved it within the last ten minutes (signing in counts)."""
    at = request.session.get(CONFIRMED) if request.user.is_authenticated else None
    return bool(at) and clock.now() - datetime.fromisoformat(str(at)) < CONFIRMED_FOR


def note_confirmed(request: HttpRequest) -> None:
    request.session[CONFIRMED] = clock.now().isoformat()


def to_confirm(request: HttpRequest) -> HttpResponse:
    """Away to the page that asks again, and back to this one; after a form, back to the page it stood on."""
    path = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        came = urlsplit(request.headers.get("Referer", ""))
        path = (came.path + (f"?{came.query}" if came.query else "")) if came.netloc == request.get_host() else "/my"
    return redirect(f"{reverse('authentication:confirm')}?{urlencode({'next': path})}")


P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def confirmed(view: View[P]) -> View[P]:
    """A page for whoever proved lately that it is they; others prove it first. Raises Unidentified when nobody is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        identity.actor(request)
        return view(request, *args, **kwargs) if confirmed_lately(request) else to_confirm(request)

    return guarded
