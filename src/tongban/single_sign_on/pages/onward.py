"""The way back to a system."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def onward(request: HttpRequest, uri: str, name: str) -> HttpResponse:
    """To an address that was registered.

    A browser that comes from a form of ours (the login, the consent) holds `form-action 'self'` against every redirect
    that follows, so it gets a page that goes on by itself; anything else gets a plain redirect. Nothing of either is kept.
    """
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        answer = render(request, "single_sign_on/onward.html", {"uri": uri, "name": name})
    else:
        answer = HttpResponse(
            status=302, headers={"Location": uri}
        )  # an app's own scheme would be refused by redirect()
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
