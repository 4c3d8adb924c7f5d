"""公开清单: their directory, each list by body, and each as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tongban.catalog import listed
from tongban.catalog.content.labels import TYPES
from tongban.catalog.lists import GROUPS, LISTS, PublicList
from tongban.catalog.plain import CONNECTIONS
from tongban.kernel import clock
from tongban.kernel.sheets import CSV_TYPE, XLSX_TYPE, Cell, csv_parts, xlsx_parts
from tongban.orgs.models import Body

HEAD = (
    "序号", "事项名称", "实施编码", "事项类型", "实施机构", "办理方式", "全程网办", "即办件", "到现场次数",
    "法定时限（工作日）", "承诺时限（工作日）", "材料数", "版本", "发布日期", "办事指南",
)  # fmt: skip


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    counts = listed.counts()
    groups = [
        {
            "name": name,
            "lists": [_shown(one, counts) for one in LISTS.values() if one.group == group and not one.parent],
        }
        for group, name in GROUPS.items()
    ]
    return render(request, "catalog/lists.html", {"groups": groups, "everything": counts.total.get("", 0)})


def _shown(one: PublicList, counts: listed.Counts) -> dict[str, object]:
    parts = [part for part in LISTS.values() if part.parent == one.key]
    return {
        "list": one,
        "count": counts.total.get(one.key, 0),
        "parts": [{"list": part, "count": counts.total.get(part.key, 0)} for part in parts],
    }


@require_safe
def one_list(request: HttpRequest, key: str) -> HttpResponse:
    """`?body=` narrows to one body's, `?after=` goes on behind a line."""
    the_list, counts = listed.list_named(key), listed.counts()
    bodies = counts.by_body.get(key, {})
    body = request.GET.get("body", "") if request.GET.get("body", "") in bodies else ""
    after = request.GET.get("after", "")
    lines = listed.lines(key, body=body, after=after, limit=listed.PER_PAGE + 1)
    more, lines = len(lines) > listed.PER_PAGE, lines[: listed.PER_PAGE]
    narrowed = {"body": body} if body else {}
    here = reverse("catalog:one_list", kwargs={"key": key})
    names = dict(Body.objects.filter(key__in=bodies).order_by("name").values_list("key", "name"))
    context = {
        "list": the_list,
        "parent": LISTS.get(the_list.parent),
        "parts": [{"list": one, "count": counts.total.get(one.key, 0)} for one in LISTS.values() if one.parent == key],
        "lines": [{"line": line, "type_name": TYPES.get(line.type_code, "")} for line in lines],
        "count": bodies.get(body, 0) if body else counts.total.get(key, 0),
        "body": body,
        "body_name": names.get(body, ""),
        "bodies": [(each, f"{name}（{bodies[each]}）") for each, name in names.items()],
        "next_url": f"{here}?{urlencode({**narrowed, 'after': lines[-1].after})}" if more else "",
        "first_url": f"{here}?{urlencode(narrowed)}" if after else "",
        "query": f"?{urlencode(narrowed)}" if narrowed else "",
    }
    return render(request, "catalog/list.html", context)


@require_safe
def csv(request: HttpRequest, key: str) -> StreamingHttpResponse:
    the_list = listed.list_named(key)
    return _sent(the_list, "csv", CSV_TYPE, csv_parts(HEAD, _rows(request, key)))


@require_safe
def xlsx(request: HttpRequest, key: str) -> StreamingHttpResponse:
    the_list = listed.list_named(key)
    return _sent(the_list, "xlsx", XLSX_TYPE, xlsx_parts(the_list.name, HEAD, _rows(request, key)))


def _rows(request: HttpRequest, key: str) -> Iterator[list[Cell]]:
    body = request.GET.get("body", "").replace("\0", "")
    for number, line in enumerate(listed.all_lines(key, body=body), start=1):
        guide = request.build_absolute_uri(reverse("catalog:guide", kwargs={"code": line.code}))
        yield [
            number, line.name, line.code, TYPES.get(line.type_code, line.type_code), line.body,
            CONNECTIONS[line.connection], "是" if line.online else "否", "是" if line.instant else "否", line.visits,
            line.statutory_days, line.promised_days, line.materials, line.version, line.published_on, guide,
        ]  # fmt: skip


def _sent(
    the_list: PublicList, ending: str, kind: str, parts: Iterator[str] | Iterator[bytes]
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(parts, content_type=kind)
    name = f"{the_list.name}-{clock.today():%Y%m%d}.{ending}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
