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
    """`?unread=1` shows only those. POST marks all as read."""
    by = doors.actor(request)
    if request.method == "POST":
        actions.mark_read(by=by, now=clock.now())
        return redirect("notices:messages")
    only_unread = request.GET.get("unread") == "1"
    mine = Message.objects.visible_to(by)
    found = (mine.filter(read_at=None) if only_unread else mine).order_by("-pk")
    after = request.GET.get("after", "")
    if after.isdigit() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    shown = list(found[: PER_PAGE + 1])
    narrowed = "unread=1&" if only_unread else ""
    context = {
        "rows": shown[:PER_PAGE],
        "unread": any(one.read_at is None for one in shown),
        "only_unread": only_unread,
        "next_url": f"?{narrowed}after={shown[PER_PAGE - 1].pk}" if len(shown) > PER_PAGE else "",
        "first_url": f"{request.path}?unread=1" if after and only_unread else request.path if after else "",
    }
    return render(request, "notices/messages.html", context)
