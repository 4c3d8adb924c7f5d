"""Find an item: by words, by filters, by suggestions while one types."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.catalog import searching, tally
from tongban.catalog.facets import WAYS, Filters
from tongban.design.parts import Choice, Field
from tongban.orgs.models import Body, Region

PER_PAGE = 20
TYPES = {
    "01": "行政许可", "05": "行政给付", "07": "行政确认", "08": "行政奖励",
    "09": "行政裁决", "10": "其他行政权力", "20": "公共服务",
}  # fmt: skip
AUDIENCES = {"1": "个人办事", "2": "企业办事"}
NAMES = ("audience", "region", "theme", "event", "body", "way")
COMMON_EVENTS = 12


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    typed = _given(request, "q")
    filters = _filters(request)
    after = _given(request, "after")
    results = searching.search(typed, filters, limit=PER_PAGE, after=after)
    found = results.found
    if typed and not found and not filters and not after:
        tally.missed(typed)
    here = {"q": typed} | {name: getattr(filters, name) for name in NAMES}
    context = {
        "typed": typed,
        "filters": filters,
        "corrected": results.corrected,
        "title": f"搜索“{truncated(typed)}”" if typed else AUDIENCES.get(filters.audience, "全部事项"),
        "items": [{"found": one, "type_name": TYPES.get(one.type_code, "")} for one in found],
        "next_url": _url(here | {"after": found[-1].after}) if len(found) == PER_PAGE else "",
        "first_url": _url(here) if after else "",
        "continued": bool(after),
        "audiences": [(name, _url(here | {"audience": key}), filters.audience == key) for key, name in _AUDIENCES],
        "fields": _fields(filters),
        "narrowed": any(getattr(filters, name) for name in NAMES[1:]),
        "wider_url": _url({"q": typed}),
        "themes": [(theme, _url({"theme": theme})) for theme in _near(typed, found=bool(found))],
        "events": [
            (event, _url({"event": event})) for event in searching.facets_in_use().get("event", ())[:COMMON_EVENTS]
        ],
    }
    return render(request, "catalog/items.html", context)


IN_A_TITLE = 20


def truncated(typed: str) -> str:
    """As much as a heading can hold; the search field shows the whole."""
    return typed if len(typed) <= IN_A_TITLE else typed[:IN_A_TITLE] + "……"


_AUDIENCES = (("", "全部"), *AUDIENCES.items())


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The options of the list under the search field."""
    found = searching.suggested(_given(request, "q"))
    answer = render(request, "catalog/suggestions.html", {"names": found})
    answer["Cache-Control"] = "public, max-age=15"
    return answer


def _given(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:60]


def _filters(request: HttpRequest) -> Filters:
    given = {name: _given(request, name) for name in NAMES}
    if given["audience"] not in AUDIENCES:
        given["audience"] = ""
    if given["way"] not in WAYS:
        given["way"] = ""
    return Filters(**given)


def _near(typed: str, *, found: bool) -> list[str]:
    """Where to look when nothing was found: the nearest themes, else the largest."""
    if found or not typed:
        return []
    return searching.nearest_themes(typed) or searching.facets_in_use().get("theme", [])[:6]


def _url(given: dict[str, str]) -> str:
    asked = urlencode({name: value for name, value in given.items() if value})
    return f"/items?{asked}" if asked else "/items"


def _fields(filters: Filters) -> list[Field]:
    """The filters as selects; only what some item in force has is offered."""
    used = searching.facets_in_use()
    names = dict(Region.objects.filter(code__in=used.get("in", [])).order_by("path").values_list("code", "name"))
    bodies = dict(
        Body.objects.filter(key__in=used.get("body", [])).order_by("department_code").values_list("key", "short")
    )
    offered = {
        "region": ("我在", list(names.items())),
        "way": ("怎么办", list(WAYS.items())),
        "theme": ("主题", [(theme, theme) for theme in used.get("theme", [])]),
        "event": ("人生和经营大事", [(event, event) for event in used.get("event", [])]),
        "body": ("部门", list(bodies.items())),
    }
    return [
        Field(
            name=name, label=label, kind="select", value=getattr(filters, name), required=False,
            choices=tuple(Choice(value, shown) for value, shown in options),
        )
        for name, (label, options) in offered.items()
    ]  # fmt: skip
