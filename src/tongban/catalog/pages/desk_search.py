"""检索补词: what people searched for in vain, and the aliases that let them find it next time."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.catalog import aliases as verbs
from tongban.catalog import missing, searching
from tongban.catalog.models import Alias
from tongban.design.parts import Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Refusal

PER_PAGE = 50
OFFERED = 10


@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    _editor(request)
    rows = missing.words_missed(today=clock.today(), limit=PER_PAGE, after=_given(request.GET.get("after")))
    named = set(Alias.objects.filter(words__in=[row.words for row in rows]).values_list("words", flat=True))
    place = reverse("catalog:aliases")
    context = {
        "rows": [
            {"row": row, "named": row.words in named, "url": f"{place}?{urlencode({'words': row.words})}"}
            for row in rows
        ],
        "days": missing.DAYS,
        "next_url": f"?{urlencode({'after': rows[-1].after})}" if len(rows) == PER_PAGE else "",
        "first_url": reverse("catalog:searches") if request.GET.get("after") else "",
    }
    return render(request, "catalog/searches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def aliases(request: HttpRequest) -> HttpResponse:
    """GET finds items and shows their aliases; POST adds `words` to the item `code`."""
    by = _editor(request)
    if request.method != "POST":
        return _page(request, by, _given(request.GET.get("words")), _given(request.GET.get("q")))
    said, asked = _given(request.POST.get("words")), _given(request.POST.get("q"))
    try:
        alias = verbs.add_alias(_given(request.POST.get("code")), words=said, by=by, now=clock.now())
    except Refusal as refusal:
        if refusal.status in (409, 422):
            return _page(request, by, said, asked, refusal)
        raise
    messages.success(request, f"已加别名：搜“{alias.words}”现在能找到“{alias.item.name}”")
    return redirect(f"{reverse('catalog:aliases')}?{urlencode({'q': asked or alias.item.name})}")


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    by = _editor(request)
    said, asked = _given(request.POST.get("words")), _given(request.POST.get("q"))
    verbs.remove_alias(_given(request.POST.get("code")), words=said, by=by, now=clock.now())
    messages.success(request, f"已删去别名“{said}”")
    return redirect(f"{reverse('catalog:aliases')}?{urlencode({'q': asked})}")


def _page(request: HttpRequest, by: Actor, said: str, asked: str, refusal: Refusal | None = None) -> HttpResponse:
    found = searching.search(asked or said, limit=OFFERED).found if asked or said else []
    context = {
        "said": said,
        "asked": asked,
        "items": missing.with_aliases([one.code for one in found], by=by),
        "words": Field(
            name="words", label="别名", value=said, help="市民的日常说法，例如：开饭店",
            error=refusal.reason if refusal and refusal.field == "words" else "",
        ),
        "query": Field(name="q", label="给哪个事项", kind="search", value=asked, required=False, help="输入事项名称查找"),
        "errors": [refusal] if refusal else [],
    }  # fmt: skip
    return render(request, "catalog/aliases.html", context, status=refusal.status if refusal else 200)


def _editor(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not by.posts_for("catalog.edit"):
        raise Forbidden("not_empowered", "这是事项管理员的页面", "请联系有权限的同事，或向管理员申请岗位")
    return by


def _given(value: str | None) -> str:
    return (value or "").replace("\0", "").strip()[:100]
