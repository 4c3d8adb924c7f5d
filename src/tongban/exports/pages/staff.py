"""Choose columns and format of a list and take it away; and the record of what was taken."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from tongban.design.parts import Choice, Field
from tongban.exports import actions, queries, rules
from tongban.exports.lists import LISTS, Asked, Listed, list_named
from tongban.exports.models import OVERSEEING
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Refusal
from tongban.kernel.sheets import CSV_TYPE, XLSX_TYPE

PER_PAGE = 30


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """What was taken away: by oneself, and by the whole region for who oversees it."""
    by = doors.staff(request)
    after = request.GET.get("after", "")
    place = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else None
    found = queries.taken(by, limit=PER_PAGE + 1, after=place)
    shown = found[:PER_PAGE]
    context = {
        "rows": shown,
        "overseeing": any(by.posts_for(power) for power in OVERSEEING),
        "lists": [one for one in LISTS.values() if one.may(by)],
        "next_url": f"?{urlencode({'after': shown[-1].export.pk})}" if len(found) > PER_PAGE else "",
        "first_url": request.path if after else "",
    }
    return render(request, "exports/exports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, key: str) -> HttpResponseBase:
    """`GET ?…` with the page's own filters shows what can be chosen; `POST` sends the file."""
    by, listed = doors.staff(request), list_named(key)
    if not listed.may(by):
        raise Forbidden("list_not_yours", "您的岗位不能看这份清单", "需要的，请向管理员申请岗位")
    if request.method != "POST":
        return _page(request, listed, by)
    sent = request.POST
    try:
        one = actions.begin(
            listed, filters=request.GET.dict(), columns=sent.getlist("columns"), format=sent.get("format", ""),
            unmasked="unmasked" in sent, reason=sent.get("reason", "").replace("\0", ""), by=by, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _page(request, listed, by, refusal)
    kind = XLSX_TYPE if one.format == "xlsx" else CSV_TYPE
    response = StreamingHttpResponse(actions.bytes_of(one, listed, by=by), content_type=kind)
    name = f"{listed.name}-{clock.date_of(one.began_at):%Y%m%d}.{one.format}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, listed: Listed[Any], by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    sent, filters = request.POST, listed.known(request.GET.dict())
    asked = Asked(by, filters, frozenset(), clock.now())
    wrong = {refusal.field: refusal.reason} if refusal else {}
    chosen = sent.getlist("columns") if refusal else [column.key for column in listed.columns if column.chosen]
    choices = [Choice(column.key, column.title + ("（脱敏）" if column.mask else "")) for column in listed.columns]
    query = f"?{urlencode(filters)}" if filters else ""
    context = {
        "list": listed,
        "said": listed.said(asked),
        "query": query,
        "back": listed.page + query,
        "most": rules.MOST_ROWS,
        "columns": Field(
            name="columns", label="要哪些列", kind="checks", choices=choices, value=chosen, error=wrong.get("columns", "")
        ),
        "format": Field(
            name="format", label="文件格式", kind="choice", value=sent.get("format", "xlsx"), error=wrong.get("format", ""),
            choices=[Choice(key, name) for key, name in rules.FORMATS.items()],
        ),
        "may_unmask": listed.private and listed.place is not None and bool(by.posts_for("export.unmask")),
        "unmasked": Field(
            name="unmasked", label="显示完整的姓名、证件号码和电话", kind="checkbox", required=False,
            value="on" if "unmasked" in sent else "",
        ),
        "reason": Field(
            name="reason", label="为什么要完整的个人信息", kind="long_text", rows=2, required=False,
            value=sent.get("reason", ""), error=wrong.get("reason", ""),
            help="只在勾选上一项时要写；理由和您的岗位一起记入导出记录",
        ),
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }  # fmt: skip
    return render(request, "exports/export.html", context, status=refusal.status if refusal else 200)
