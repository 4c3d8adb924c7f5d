"""Find an item."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.catalog import queries

PER_PAGE = 20
TYPES = {
    "01": "行政许可", "05": "行政给付", "07": "行政确认", "08": "行政奖励",
    "09": "行政裁决", "10": "其他行政权力", "20": "公共服务",
}  # fmt: skip
AUDIENCES = {"1": "个人办事", "2": "企业办事"}


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").replace("\0", "").strip()[:60]
    audience = request.GET.get("audience", "") if request.GET.get("audience") in AUDIENCES else ""
    after = request.GET.get("after", "").replace("\0", "")
    found = queries.find(typed=typed, audience=audience, limit=PER_PAGE, after=after)
    context = {
        "typed": typed,
        "audience": audience,
        "title": f"搜索“{typed}”" if typed else AUDIENCES.get(audience, "全部事项"),
        "items": [{"found": one, "type_name": TYPES.get(one.type_code, "")} for one in found],
        "after": found[-1].after if len(found) == PER_PAGE else "",
        "continued": bool(after),
    }
    return render(request, "catalog/items.html", context)
