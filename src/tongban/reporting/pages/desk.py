"""上报: per target where the cursor stands, what waits, what was refused and why, which counts differ."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden
from tongban.reporting import actions, queries
from tongban.reporting.models import ReportRow
from tongban.reporting.reading import RETURNED

PER_PAGE = 50
MOST_EXPORTED = 10_000


def viewer(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not (by.posts_for("supervision.view") or by.posts_for("platform.manage")):
        raise Forbidden("not_a_report_viewer", "上报情况由督查员和平台管理员查看", "请联系平台管理员")
    return by


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    by = viewer(request)
    context = {
        "targets": queries.overviews(now=clock.now()),
        "returned": queries.returned_counts(),
        "may_retry": bool(by.posts_for("platform.manage")),
        "may_claim": bool(by.posts_for("catalog.govern")),
        "may_read_ledger": bool(by.posts_for("supervision.view") or by.posts_for("application.accept")),
    }
    return render(request, "reporting/desk.html", context)


@require_safe
def refused(request: HttpRequest, target: str) -> HttpResponse:
    """The cases that were refused for one reason."""
    by = viewer(request)
    of, reason = queries.target(target), _reason(request)
    after = request.GET.get("after", "")
    start = int(after) if after.isdigit() and len(after) < 18 else 0
    rows = queries.refused(of, **reason, after=start, most=PER_PAGE + 1)
    shown = rows[:PER_PAGE]
    query = request.GET.copy()
    if len(rows) > PER_PAGE:
        query["after"] = str(shown[-1].pk)
    context = {
        "target": of, "rows": [_line(one) for one in shown], "reason": queries.Reason(**reason, ours=_ours(shown), rows=0),
        "asked": reason, "may_retry": bool(by.posts_for("platform.manage")),
        "next_url": f"?{query.urlencode()}" if len(rows) > PER_PAGE else "",
    }  # fmt: skip
    return render(request, "reporting/refused.html", context)


@require_safe
def refused_csv(request: HttpRequest, target: str) -> HttpResponse:
    """The same as a file; numbers and reasons only."""
    viewer(request)
    of, reason = queries.target(target), _reason(request)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="refused-{of.key}.csv"'
    writer = csv.writer(response)
    writer.writerow(("办件", "版本", "申请日期", "原因"))
    for one in queries.refused(of, **reason, after=0, most=MOST_EXPORTED):
        writer.writerow((_number(one.subject), one.version, one.on.isoformat(), _safe(str(one.reason))))
    return response


@require_POST
def retry(request: HttpRequest, target: str) -> HttpResponse:
    """After the cause was mended."""
    by = doors.staff(request)
    if not (posts := by.posts_for("platform.manage")):
        raise Forbidden("not_empowered", "您的岗位没有办理这一步的权限", "重新上报由平台管理员操作")
    by.must("platform.manage", region_path=posts[0].region_path)
    of = queries.target(target)
    table, field, code = (request.POST.get(name, "")[:40].replace("\0", "") for name in ("table", "field", "code"))
    made = actions.retry(of.key, table=table, field=field, code=code, by=by, now=clock.now())
    if made:
        messages.success(request, f"{made} 件已重新排队，下一轮上报时发出")
    else:
        messages.info(request, "没有因为这个原因被拒的办件，可能已经有人处理过")
    return redirect("reporting:desk")


def _reason(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:40].replace("\0", "") for name in ("table", "field", "code")}


def _ours(rows: list[ReportRow]) -> bool:
    return bool(rows) and rows[0].ours


def _line(row: ReportRow) -> dict[str, object]:
    return {"row": row, "number": _number(row.subject), "returned": row.subject.startswith(RETURNED)}


def _number(subject: str) -> str:
    return subject.removeprefix(RETURNED)


def _safe(text: str) -> str:
    """The other side's words, so that no spreadsheet takes them for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
