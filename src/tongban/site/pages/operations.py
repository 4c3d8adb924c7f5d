"""运行: reactions that failed, for those who run the platform."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import jobs
from tongban.site import doctor


def _administrator(request: HttpRequest) -> Actor:
    by = doors.actor(request)
    by.must("platform.manage", region_path=by.posts[0].region_path if by.posts else "")
    return by


@require_safe
def reactions(request: HttpRequest) -> HttpResponse:
    _administrator(request)
    return render(request, "site/operations.html", {"troubled": jobs.troubled(), "findings": doctor.examine()})


@require_POST
def retry(request: HttpRequest, job: int) -> HttpResponse:
    _administrator(request)
    jobs.retry(job)
    messages.success(request, "已重新排队")
    return redirect("site:operations")
