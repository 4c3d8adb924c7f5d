"""The application in steps: for whom, situation, form pages. Every page is saved as it is sent; `materials` and `check`
follow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import acting, actions, prefill
from tongban.applications.actions.drafts import own_draft
from tongban.applications.models import Draft
from tongban.applications.pages import common, steps
from tongban.catalog import forming, sheets
from tongban.catalog import queries as catalog
from tongban.catalog import rules as guide
from tongban.identity.models import Organisation, Person
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Invalid, Refusal


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Open a draft for oneself or for one's organisation; GET asks for whom only when there is a choice."""
    by = common.actor(request)
    edition = catalog.edition(code)
    if edition.document.connection != "here":
        raise Refusal("item_not_here", "这个事项暂不能在本平台提交", "请按办事指南上的方式办理")
    if by.is_staff or by.person_id is None:
        raise Forbidden("staff_do_not_apply", "岗位账号不能给自己申请", "请用个人账号；替群众收件请到综合窗口")
    person = Person.objects.get(pk=by.person_id)
    owned = (
        list(Organisation.objects.filter(pk__in=by.organisation_ids).order_by("pk")) if edition.for_enterprises else []
    )
    choices = [("", f"{person.name}（个人）")] if edition.for_people else []
    choices += [(organisation.uscc, organisation.name) for organisation in owned]
    powers = acting.for_whom(edition, by=by, today=clock.today())
    choices += [(str(power.public_id), f"{power.principal_name}（我是{power.agent_word}）") for power in powers]
    if not choices:
        raise Refusal(
            "applicant_kind", "这个事项只接受企业或组织申请，您名下没有企业", "请由企业的法定代表人或经办人登录办理"
        )
    answers = {q.key: request.GET.get(q.key, "") for q in edition.document.questions if request.GET.get(q.key)}
    if request.method == "GET" and len(choices) > 1:
        context: dict[str, Any] = {
            "edition": edition,
            "choices": choices,
            "answers": answers,
            "several": len(powers) > 1,
        }
        return render(request, "applications/begin.html", context)
    if len(choices) > 1 and "applicant" not in request.POST:
        context = {
            "edition": edition, "choices": choices, "several": len(powers) > 1, "errors": [("applicant", "请选择以谁的名义申请")],
            "answers": {q.key: request.POST[q.key] for q in edition.document.questions if request.POST.get(q.key)},
        }  # fmt: skip
        return render(request, "applications/begin.html", context, status=422)
    chosen = request.POST.get("applicant", choices[0][0])
    organisation = next((one for one in owned if one.uscc == chosen), None)
    power = next((one for one in powers if str(one.public_id) == chosen), None)
    if chosen and organisation is None and power is None:  # ended while the page was open, or never theirs
        raise Forbidden("applicant_not_yours", "您不能代这位申请人提交", "委托可能已经结束，请在“我的委托”里查看")
    if power:
        person, organisation = power.principal, power.principal_organisation
    answers |= {q.key: request.POST.get(q.key, "") for q in edition.document.questions if request.POST.get(q.key)}
    draft = actions.open_draft(
        edition, person=person, organisation=organisation, power=power, answers=answers, by=by, now=clock.now()
    )
    return redirect("applications:go_on" if draft.content["form"] else "applications:situation", draft=draft.public_id)


@require_safe
def go_on(request: HttpRequest, draft: UUID) -> HttpResponse:
    """接着填: where one left off."""
    one = steps.opened(draft, by=common.actor(request))
    if one.submitted_number:
        return redirect("applications:submitted", number=one.submitted_number)
    return steps.next_step(one)


@require_http_methods(["GET", "POST"])
def situation(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The questions that choose materials and fields."""
    by = common.actor(request)
    if request.method == "POST":
        was = own_draft(draft, by=by)
        given = {q.key: request.POST.get(q.key, "") for q in was.edition.document.questions}
        actions.save_draft(draft, answers=given, by=by, now=clock.now())
        if steps.replaced(was):
            return redirect("applications:go_on", draft=draft)
    one, refusal = steps.opened(draft, by=by), None
    content = one.edition.document
    if not content.questions:
        return steps.to_page(one, 1)
    if request.method == "POST":
        try:
            guide.check_answers(content, {key: value for key, value in given.items() if value})
            return steps.to_page(one, 1)
        except Invalid as invalid:
            there = {question.key for question in guide.asked(content, was.content["answers"])}
            if not any(fault.field.removeprefix("answers.") in there for fault in invalid.faults):
                messages.info(request, "按您的回答，还要再答一题")
                return redirect("applications:situation", draft=draft)
            refusal = invalid
    answers = one.content["answers"]
    errors = common.errors_by_field(refusal, "answers.")
    context = steps.context(one, "situation") | {
        "questions": [
            {"question": q, "answer": answers.get(q.key, ""), "error": errors[q.key].reason if q.key in errors else ""}
            for q in guide.asked(content, answers)
        ],
        "errors": common.faults_of(refusal) if refusal else [],
    }
    return render(request, "applications/situation.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, draft: UUID, page: int) -> HttpResponse:
    """One page of the form: one thing at a time. What was typed is saved, right or wrong."""
    by = common.actor(request)
    if request.method == "POST":
        return _taken(request, own_draft(draft, by=by), page)
    one = steps.opened(draft, by=by)
    asked = steps.sheets_of(one)
    if not 1 <= page <= len(asked):
        return redirect("applications:situation", draft=draft) if page < 1 else steps.to_materials(one)
    return _page(request, one, page, [])


def _taken(request: HttpRequest, one: Draft, page: int) -> HttpResponse:
    """Save what came, then go on, stay for a fault, or stay for fields that the choices made have called up."""
    by, sent, asked = common.actor(request), request.POST, steps.sheets_of(one)
    typed = sheets.taken(one.edition.document, sent, one.content["form"])
    was_replaced = steps.replaced(one)
    actions.save_draft(one.public_id, form=typed, by=by, now=clock.now())
    if "X-Autosave" in request.headers:
        return HttpResponse(status=204)
    if "leave" in sent:
        return steps.left(request)
    if was_replaced or not 1 <= page <= len(asked):  # of another version, or called off by a choice made elsewhere
        return redirect("applications:go_on", draft=one.public_id)
    position = asked[page - 1].position
    one = own_draft(one.public_id, by=by)
    if sheets.changes_rows(sent):
        return redirect(f"{steps.page_url(one, page)}{_row_to_see(one, position, sent)}")
    sheet = next((sheet for sheet in steps.sheets_of(one) if sheet.position == position), None)
    if sheet is None:  # another window just made the choice that calls this page off
        return redirect("applications:go_on", draft=one.public_id)
    faults = forming.check_sheet(sheet, one.content["form"], today=clock.today())
    there = set(sent.getlist("asked"))
    seen = [fault for fault in faults if not there or not _is_new(fault, there)]
    if seen:
        return _page(request, one, page, seen)
    if faults:
        messages.info(request, "按您的选择，还有几项要填")
        return redirect(steps.page_url(one, page))
    return steps.to_page(one, page + 1)


def _is_new(fault: Refusal, there: set[str]) -> bool:
    """A field that was not on the page when it was sent: its choice has just been made."""
    return fault.code == "field_missing" and sheets.name_of(fault.field) not in there


def _row_to_see(one: Draft, position: int, sent: Any) -> str:
    """The anchor of the row just added."""
    page = one.edition.document.form[position]
    rows = forming.rows_of(one.content["form"].get(page.key or ""))
    return f"#id_{page.key}-{len(rows) - 1}" if "add-row" in sent and rows else ""


def _page(request: HttpRequest, one: Draft, page: int, faults: list[Refusal]) -> HttpResponse:
    content, typed = one.edition.document, one.content["form"]
    asked = steps.sheets_of(one)
    hints = steps.hints_of(one)
    errors = {sheets.name_of(fault.field): common.words_of(fault) for fault in faults}
    drawn = sheets.drawn(
        content,
        one.content["answers"],
        prefill.rows_known(content, hints) | typed,
        pages=[asked[page - 1].position],
        hints=hints,
        errors=errors,
    )
    context = steps.context(one, f"form{page}") | {
        "sheet": drawn[0],
        "back": steps.page_url(one, page - 1),
        "errors": [(sheets.name_of(fault.field), common.words_of(fault)) for fault in faults],
    }
    return render(request, "applications/form.html", context, status=422 if faults else 200)
