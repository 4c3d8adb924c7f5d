"""At the door: begin and end the session of a request. Every method of signing in ends here."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from tongban.authentication import actions
from tongban.authentication.models import SignIn
from tongban.authentication.rules import How, Method
from tongban.identity.models import Account
from tongban.kernel import clock

BACKEND = "django.contrib.auth.backends.ModelBackend"


@transaction.atomic
def sign_in(request: HttpRequest, account: Account, *, method: Method) -> SignIn:
    """The account is signed in here from now on, under a new cookie; who was signed in here before is signed out."""
    if request.user.is_authenticated:
        sign_out(request, how="taken_over")
    login(request, account, backend=BACKEND)
    key = request.session.session_key
    assert key  # noqa: S101 - login() made one
    return actions.begin(
        account=account,
        key=key,
        method=method,
        device=request.headers.get("User-Agent", ""),
        address=request.META.get("REMOTE_ADDR", ""),
        now=clock.now(),
    )


@transaction.atomic
def sign_out(request: HttpRequest, *, how: How = "left") -> None:
    if key := request.session.session_key:
        actions.end(key=key, how=how, now=clock.now())
    logout(request)
