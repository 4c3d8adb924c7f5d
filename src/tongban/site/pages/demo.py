"""演示手机: what the demo would have sent by SMS, for whoever tries the demo. Elsewhere there is no such page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tongban.channels.models import Sms
from tongban.identity.rules import mask_phone
from tongban.kernel.refusals import NotFound

SHOWN = 12


@never_cache
@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    if not settings.TONGBAN.demo:
        raise NotFound("page_not_found", "没有这个页面", "请检查网址，或者从首页搜索您要办的事")
    sent = [(mask_phone(one.phone), one.text, one.queued_at) for one in Sms.objects.order_by("-pk")[:SHOWN]]
    return render(request, "site/demo_phone.html", {"sent": sent})
