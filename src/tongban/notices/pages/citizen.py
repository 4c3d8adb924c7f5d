"""My messages, the newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.identity import doors
from tongban.kernel import clock
from tongban.notices import actions
from tongban.notices.models import Message

PER_PAGE = 20


@require_http_methods(["GET", "POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """POST marks all as read."""
    by = doors.actor(request)
    if request.method == "POST":
        actions.mark_read(by=by, now=clock.now())
        return redirect("notices:messages")
    found = Message.objects.visible_to(by).order_by("-pk")
    after = request.GET.get("after", "")
    if after.isdigit() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    shown = list(found[: PER_PAGE + 1])
    context = {
        "rows": shown[:PER_PAGE],
        "unread": any(one.read_at is None for one in shown),
        "next_url": f"?after={shown[PER_PAGE - 1].pk}" if len(shown) > PER_PAGE else "",
        "first_url": request.path if after else "",
    }
    return render(request, "notices/messages.html", context)
