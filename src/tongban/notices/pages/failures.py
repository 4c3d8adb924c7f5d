"""送达失败: what did not arrive, why, and which other way it took. No number and no address is shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.identity import doors
from tongban.kernel.refusals import Forbidden
from tongban.kernel.typed import grouped
from tongban.notices.models import CHANNELS, Delivery
from tongban.notices.queries import told

PER_PAGE = 50


@require_safe
def failures(request: HttpRequest) -> HttpResponse:
    by = doors.staff(request)
    if not by.posts_for("supervision.view"):
        raise Forbidden("not_a_supervisor", "送达失败清单由督查员查看", "本部门要补寄的在待打印信函里")
    found = Delivery.objects.failed().within(by, "supervision.view").order_by("-pk")
    after = request.GET.get("after", "")
    if after.isdigit() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    rows = found.select_related("message", "sms", "mail", "body").prefetch_related("message__deliveries__sms")
    shown = list(rows.prefetch_related("message__deliveries__mail")[: PER_PAGE + 1])
    context = {
        "rows": [
            {
                "told": told(one),
                "number": grouped(one.message.subject),
                "body": one.body.short if one.body else "",
                "then": [
                    f"{CHANNELS[other.channel]}：{told(other).state}"
                    for other in sorted(one.message.deliveries.all(), key=lambda other: other.pk)
                    if other.pk > one.pk
                ],
            }
            for one in shown[:PER_PAGE]
        ],
        "next_url": f"?after={shown[PER_PAGE - 1].pk}" if len(shown) > PER_PAGE else "",
        "first_url": request.path if after else "",
    }
    return render(request, "notices/failures.html", context)
