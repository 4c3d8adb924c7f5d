"""异常登录 at the administrator's desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.authentication import anomalies
from tongban.identity import doors
from tongban.kernel import clock


@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    by, now = doors.actor(request), clock.now()
    context = {
        "limited": anomalies.limited(by=by, now=now), "crowds": anomalies.crowds(by=by, now=now), "wanderers": anomalies.wanderers(by=by, now=now),
        "people": anomalies.PEOPLE, "addresses": anomalies.ADDRESSES,
    }  # fmt: skip
    return render(request, "authentication/anomalies.html", context)
