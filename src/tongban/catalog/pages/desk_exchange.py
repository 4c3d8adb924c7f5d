"""导入导出: download the catalogue or its template; upload a file, read what would happen, then do it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import IO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.catalog import exports
from tongban.catalog.actions.powers import governs
from tongban.catalog.imports import trials
from tongban.catalog.models import Trial
from tongban.design.parts import Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.books import Form, guarded
from tongban.kernel.refusals import NotFound, Refusal
from tongban.orgs.models import Body

PER_PAGE = 100
KINDS = {"rejected": ("不能用", "bad"), "warned": ("提醒", "warn")}
FORMS: tuple[Form, ...] = ("xlsx", "zip")
Write = Callable[[IO[bytes], Form, Body | None], None]
FILES: dict[str, tuple[str, Write]] = {
    "catalogue": ("事项目录", lambda out, form, body: exports.catalogue(out, form, body=body)),
    "template": ("导入模板", lambda out, form, body: exports.template(out, form)),
    "gbt39046": ("GB-T 39046 事项管理", lambda out, form, body: exports.gbt39046(out, form, body=body)),
    "national": ("国家平台事项上报表", lambda out, form, body: exports.national(out, form, body=body)),
}


def _editor(request: HttpRequest) -> tuple[Actor, bool, list[Body]]:
    """Who edits any part of the catalogue; whether all of it; and the bodies that are theirs."""
    by = doors.staff(request)
    posts = by.posts_for("catalog.edit")
    if not posts:
        by.must("catalog.edit")
    try:
        governs(by)
    except Refusal:
        bodies = list(Body.objects.filter(pk__in=[post.body_id for post in posts if post.body_id]).order_by("name"))
        return by, False, bodies
    return by, True, list(Body.objects.order_by("name"))


@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: HttpRequest) -> HttpResponse:
    by, keeps, bodies = _editor(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        governs(by)
        given = request.FILES.get("file")
        try:
            data, name = (given.read(), given.name or "file") if given else (b"", "file")
            trial = trials.try_import(data, name, by=by, now=clock.now())
            return redirect("catalog:trial", number=trial.pk)
        except Refusal as refused:
            refusal = refused
    context = {
        "keeps": keeps,
        "bodies": bodies,
        "field": Field(
            name="file", label="要导入的文件", kind="file", error=refusal.reason if refusal else "",
            help="从这里下载、改好的 .xlsx 或 .zip；或事项清单（CSV、.xlsx）", attrs={"accept": ".xlsx,.zip,.csv"},
        ),
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
        "trials": Trial.objects.filter(by=by.who).defer("data", "report").order_by("-at")[:10] if keeps else [],
    }  # fmt: skip
    return render(request, "catalog/desk/exchange.html", context, status=refusal.status if refusal else 200)


@require_safe
def exchange_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """`?form=xlsx|zip&body=`: an editor's export holds their body's part; without `body`, the keeper's all of it."""
    _, keeps, bodies = _editor(request)
    form = next((one for one in FORMS if one == request.GET.get("form", "xlsx")), None)
    wanted = request.GET.get("body", "").replace("\0", "")
    body = next((one for one in bodies if one.key == wanted), None) if wanted or keeps else next(iter(bodies), None)
    if key not in FILES or form is None or (wanted and body is None) or (not keeps and body is None):
        raise NotFound("export_unknown", "没有这个文件", "请从导入导出页下载")
    name, write = FILES[key]
    kept = TemporaryFile()  # noqa: SIM115 - the response closes it
    write(kept, form, body)
    kept.seek(0)
    said = f"{name}{f'-{body.short}' if body and key != 'template' else ''}.{form}"
    return FileResponse(kept, as_attachment=True, filename=said)


@require_safe
def trial(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, number)


def _page(request: HttpRequest, number: int, refusal: Refusal | None = None) -> HttpResponse:
    one = _trial(request, number)
    after = request.GET.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 7 else 0
    shown = one.report[start : start + PER_PAGE]
    rejected = sum(kind == "rejected" for kind, _, _ in one.report)
    context = {
        "trial": one,
        "rejected": rejected,
        "warned": len(one.report) - rejected,
        "rows": [(*KINDS[kind], line or "", message) for kind, line, message in shown],
        "next_url": f"?after={start + PER_PAGE}" if start + PER_PAGE < len(one.report) else "",
        "first_url": "?" if start else "",
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "catalog/desk/trial.html", context, status=refusal.status if refusal else 200)


def _trial(request: HttpRequest, number: int) -> Trial:
    """One's own. Raises NotFound, Forbidden."""
    by = doors.staff(request)
    governs(by)
    found = Trial.objects.filter(pk=number, by=by.who).defer("data").first()
    if found is None:
        raise NotFound("trial_unknown", "没有这次试导入", "试导入只保留一天，请重新上传")
    return found


@require_safe
def trial_file(request: HttpRequest, number: int) -> HttpResponse:
    """The report as CSV, line by line."""
    one = _trial(request, number)
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, lineterminator="\r\n")
    writer.writerow(["结果", "行", "说明"])
    writer.writerows([KINDS[kind][0], line or "", guarded(message)] for kind, line, message in one.report)
    response = HttpResponse("\ufeff" + kept.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{one.pk}.csv"'
    return response


@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    one = _trial(request, number)
    try:
        report = trials.take(
            one, good_rows=request.POST.get("rows") == "good", by=doors.staff(request), now=clock.now()
        )
    except Refusal as refusal:
        return _page(request, number, refusal)
    messages.success(request, f"已导入：新增或变更 {report.changed}，未变 {report.unchanged}")
    return redirect("catalog:trial", number=number)
