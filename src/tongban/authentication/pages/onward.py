"""Where a sign-in leads: back to the page that asked for it, or home."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from tongban.identity.models import Account
from tongban.identity.queries import actor_of
from tongban.kernel import clock


def safe(request: HttpRequest, url: str) -> str:
    """The address when it is one of ours, else nothing. From an encrypted page none leads to one that isn't."""
    ours = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if ours else ""


def home(account: Account) -> str:
    staff = actor_of(account, now=clock.now(), channel="web").is_staff
    return str(settings.STAFF_HOME_URL if staff else settings.LOGIN_REDIRECT_URL)
