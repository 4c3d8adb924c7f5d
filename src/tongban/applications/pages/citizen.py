"""The applicant's pages of a case, and the public look-up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.applications import actions, documents, queries
from tongban.applications.models import Application, Correction, Decision, Rejection
from tongban.applications.pages import common
from tongban.applications.queries import TONES
from tongban.applications.rules import FINAL, NEXT, Act, State
from tongban.design.slots import slots_for
from tongban.files import actions as files
from tongban.flow import queries as flow
from tongban.identity import limits
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped

PER_PAGE = 20


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    by = common.actor(request)
    found = Application.objects.visible_to(by).select_related("body").newest_first()
    after = request.GET.get("after", "")
    if after.isdigit() and len(after) < 18:
        found = found.filter(pk__lt=int(after))
    cases = list(found[: PER_PAGE + 1])
    context = {
        "cases": [_line(case) for case in cases[:PER_PAGE]],
        "after": cases[PER_PAGE - 1].pk if len(cases) > PER_PAGE else "",
    }
    return render(request, "applications/mine.html", context)


def _line(case: Application) -> dict[str, Any]:
    return {"case": case, "state": case.status.label, "tone": TONES.get(case.status, "")}


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Parcel-like progress, what to do now, papers; rooms above add licence, messages and rating."""
    by = common.actor(request)
    one = queries.case(number, by=by)
    return render(request, "applications/case.html", _case_context(request, one))


def _case_context(request: HttpRequest, one: Application) -> dict[str, Any]:
    by = common.actor(request)
    own = by.person_id == one.person_id or one.organisation_id in by.organisation_ids
    correction = Correction.objects.filter(application=one).order_by("-at").first()
    allowed = NEXT[one.status]
    return {
        "case": one,
        "state": one.status.label,
        "tone": TONES.get(one.status, ""),
        "number": grouped(one.number),
        "track": queries.track(one),
        "lamp": _lamp(one),
        "correction": correction if one.status == State.CORRECTING else None,
        "refusal": _refusal(one),
        "may_withdraw": own and Act.WITHDRAW in allowed,
        "may_take": own and Act.DELIVER in allowed,
        "materials": list(one.materials.select_related("file").order_by("id")),
        "notices": documents.available(one),
        "slots": slots_for(request, one, "applications.case.side"),
    }


def _refusal(one: Application) -> dict[str, str] | None:
    """不予受理 or 不予: the reason, and what can be done now."""
    if one.status == State.REJECTED:
        rejection, remedies = Rejection.objects.get(application=one), one.edition.document.remedies
        told = {"title": "申请不予受理", "reason": rejection.reason, "right_body": rejection.right_body}
        return told | {"remedies": remedies}
    decision = Decision.objects.filter(application=one, granted=False).first()
    if decision is None:
        return None
    return {"title": "申请没有获准", "reason": decision.reason, "right_body": "", "remedies": decision.remedies}


def _lamp(one: Application) -> str:
    sheets = flow.sheets(one.number, today=clock.today()) if one.status not in FINAL else []
    return next((sheet.lamp for sheet in sheets if sheet.kind == "promised"), "")


@require_safe
def submitted(request: HttpRequest, number: str) -> HttpResponse:
    """The confirmation: number, query code, what happens next, by when."""
    one = queries.case(number, by=common.actor(request))
    context = {
        "case": one,
        "number": grouped(one.number),
        "answer_by": queries.answer_due_on(one),
        "to_bring": [m for m in one.materials.order_by("id") if not m.given],
    }
    return render(request, "applications/submitted.html", context)


@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Supply what the one notice named."""
    by = common.actor(request)
    one = queries.own_case(number, by=by)
    correction = Correction.objects.filter(application=one, answered_at=None).order_by("-at").first()
    if correction is None:
        raise Refusal("nothing_to_supplement", "这个办件没有待补正的材料", "请在办件详情查看当前进度")
    faults: list[Refusal] = []
    if request.method == "POST":
        given: dict[str, str] = {}
        for gap in correction.gaps:
            key = gap["key"]
            if upload := request.FILES.get(f"file.{key}"):
                try:
                    given[key] = str(files.keep_upload(upload.read(), by=by, now=clock.now()).public_id)
                except Refusal as refusal:
                    refusal.field = f"materials.{key}"
                    faults.append(refusal)
        if not faults:
            try:
                actions.supplement(number, materials=given, by=by, now=clock.now())
            except Refusal as refusal:
                faults = common.faults_of(refusal)
            else:
                messages.success(request, "补正材料已提交")
                return redirect("applications:case", number=one.number)
    errors = {fault.field.removeprefix("materials."): fault.reason for fault in faults}
    rows = [{"gap": gap, "error": errors.get(gap["key"], "")} for gap in correction.gaps]
    context = {"case": one, "correction": correction, "rows": rows, "errors": faults}
    return render(request, "applications/supplement.html", context, status=422 if faults else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    by = common.actor(request)
    one = queries.own_case(number, by=by)
    if request.method == "GET":
        return render(request, "applications/withdraw.html", {"case": one})
    actions.withdraw(number, reason=request.POST.get("reason", "").replace("\0", ""), by=by, now=clock.now())
    messages.success(request, "已撤回。需要时可以重新申请")
    return redirect("applications:case", number=one.number)


@require_POST
def withdraw_pledge(request: HttpRequest, number: str) -> HttpResponse:
    """The ordinary way from here on."""
    by = common.actor(request)
    one = actions.withdraw_pledge(queries.own_case(number, by=by).number, by=by, now=clock.now())
    messages.success(request, "已撤回承诺，改按普通程序办理")
    return redirect("applications:case", number=one.number)


@require_POST
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """The applicant takes the result on line: that is its delivery."""
    by = common.actor(request)
    one = actions.deliver(queries.own_case(number, by=by).number, by=by, now=clock.now())
    messages.success(request, "已签收。结果文件可随时下载")
    return redirect("applications:case", number=one.number)


@require_safe
def clock_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """时限计算单: each day counted or not, by which article."""
    one = queries.case(number, by=common.actor(request))
    sheets = flow.sheets(one.number, today=clock.today())
    return render(request, "applications/clock.html", {"case": one, "sheets": sheets})


@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """Public look-up: number or query code, with the last four characters of the ID."""
    typed, tail = (request.POST.get(name, "").replace("\0", "")[:60] for name in ("number", "tail"))
    found, refusal = None, None
    if request.method == "POST":
        try:
            limits.count(f"progress:{request.META.get('REMOTE_ADDR', '')}", most=20, now=clock.now())
            found = queries.look_up(typed, tail)
        except Refusal as no:
            refusal = no
    context: dict[str, Any] = {"typed": typed, "tail": tail, "errors": [refusal] if refusal else []}
    if found:
        context |= {
            "case": found, "state": found.status.label, "tone": TONES.get(found.status, ""),
            "number": grouped(found.number), "track": queries.track(found),
        }  # fmt: skip
    return render(request, "applications/progress.html", context, status=422 if refusal else 200)
