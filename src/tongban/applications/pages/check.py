"""核对提交: check the answers, then hand in; or give the draft up. Sending twice gives the same case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.applications import actions, documents, pledges
from tongban.applications.actions.drafts import must_still_act, own_draft, submission_of
from tongban.applications.actions.intake import check as check_submission
from tongban.applications.actions.limiting import INSTEAD
from tongban.applications.document_rules import ELECTRONIC
from tongban.applications.models import Draft
from tongban.applications.pages import common, steps
from tongban.applications.pages.materials import material_rows
from tongban.catalog import papers
from tongban.catalog import rules as guide
from tongban.identity import limits
from tongban.identity.levels import level
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

FROM_AN_ADDRESS = 60
"""Within a quarter of an hour: a school or a works behind one address has that many people, a flood has more."""


def _not_too_often(request: HttpRequest) -> None:
    place = limits.place(request.META.get("REMOTE_ADDR", ""))
    if not limits.take(f"submit:{place}", most=FROM_AN_ADDRESS, now=clock.now()):
        raise Refusal("submitted_often", "从这里提交的申请太多，请 15 分钟后再提交", INSTEAD)


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, draft: UUID) -> HttpResponse:
    by = common.actor(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        if steps.replaced(own_draft(draft, by=by)) and not steps.replaced(steps.opened(draft, by=by)):
            return redirect("applications:go_on", draft=draft)
        try:
            _not_too_often(request)
            case = actions.submit_draft(draft, by=by, now=clock.now())
            return redirect("applications:submitted", number=case.number)
        except Refusal as found:
            refusal = found
    one = steps.opened(draft, by=by)
    if one.submitted_number:
        return redirect("applications:submitted", number=one.submitted_number)
    handed_in = submission_of(one)
    if refusal is None:
        try:
            check_submission(handed_in, by=by, now=clock.now())
        except Refusal as found:
            refusal = found
    content, answers = one.edition.document, handed_in.answers
    situation_rows = [
        {"label": q.text, "value": next((o.label for o in q.options if o.value == answers.get(q.key)), "")}
        for q in guide.asked(content, answers)
    ]
    context = steps.context(one, "check") | {
        "situation_rows": situation_rows,
        "sections": _sections(one),
        "materials": (rows := material_rows(one, steps.materials_of(one), {})),
        "nothing_to_prepare": bool(rows) and all(row["give"] in steps.FREE for row in rows),
        "pledge": pledges.of_licence(content) if handed_in.pledged else "",
        "service": _service(one),
        "offers_pledge": content.licence_pledge,
        "errors": _placed(one, refusal),
        "step_up": bool(refusal and refusal.code == "assurance_too_low"),
        "needed_level": level(content.assurance),
        "promised": guide.limit_words(content.promised or content.statutory),
    }
    return render(request, "applications/check.html", context, status=422 if refusal else 200)


def _service(one: Draft) -> list[dict[str, str]]:
    given = one.content.get("service") or {}
    rows = [
        {"label": "电子送达", "value": ELECTRONIC.get(given.get("electronic", ""), "")},
        {"label": "邮寄地址", "value": " ".join(filter(None, [given.get("receiver"), given.get("address")]))},
    ]
    return [row for row in rows if row["value"]] if given else []


def _sections(one: Draft) -> list[dict[str, Any]]:
    """The pages of the form with what was filled in, each with the way back to it."""
    today = clock.today()
    return [
        {
            "title": sheet.page.title,
            "id": f"page-{number}",
            "url": steps.page_url(one, number),
            "rows": common.answer_rows(sheet, today=today),
        }
        for number, sheet in enumerate(steps.sheets_of(one), start=1)
    ]


def _placed(one: Draft, refusal: Refusal | None) -> list[tuple[str, str]]:
    """(section, words) of every fault: the summary leads to the section that can be changed."""
    if refusal is None:
        return []
    places: dict[str, str] = {}
    for number, sheet in enumerate(steps.sheets_of(one), start=1):
        places |= {block.where(field): f"page-{number}" for block in sheet.blocks for field in block.fields}
        places[f"form.{sheet.page.key}"] = f"page-{number}"
    found = []
    for fault in common.faults_of(refusal):
        top = fault.field.partition(".")[0]
        other = {"answers": "situation", "materials": "materials", "pledged": "materials"}.get(top, "")
        found.append((places.get(fault.field, other), common.words_of(fault)))
    return found


@require_safe
def paper(request: HttpRequest, draft: UUID) -> HttpResponse:
    """申请表 on paper as far as it is filled in: to print, check and sign at a window."""
    one = steps.opened(draft, by=common.actor(request))
    typed = {where.removeprefix("form."): hint.value for where, hint in steps.hints_of(one).items()}
    form = {key: value for key, value in typed.items() if "." not in key} | one.content["form"]
    pdf = papers.form_pdf(one.edition, now=clock.now(), answers=one.content["answers"], form=form)
    return _pdf(pdf, "form.pdf")


@require_safe
def pledge_paper(request: HttpRequest, draft: UUID) -> HttpResponse:
    """涉企经营许可告知承诺书, to be signed by hand."""
    by = common.actor(request)
    one = own_draft(draft, by=by)
    must_still_act(one, by=by, today=clock.today())
    return _pdf(documents.pledge_pdf(one, now=clock.now()), "pledge.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@require_POST
def discard(request: HttpRequest, draft: UUID) -> HttpResponse:
    actions.discard_draft(draft, by=common.actor(request))
    messages.success(request, "草稿已删除")
    return redirect(settings.LOGIN_REDIRECT_URL)
