"""The application in steps: situation, form pages, materials, check, submit. Every page is saved as it is sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.applications import actions
from tongban.applications.actions.drafts import own_draft, submission_of
from tongban.applications.actions.intake import check as check_submission
from tongban.applications.models import Draft
from tongban.applications.pages import common
from tongban.applications.pages.documents import send_file
from tongban.catalog import forming
from tongban.catalog import queries as catalog
from tongban.catalog import rules as guide
from tongban.catalog.content import FormField, FormPage, Material
from tongban.files import actions as files
from tongban.files.models import StoredFile
from tongban.identity.models import Organisation, Person
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Invalid, NotFound, Refusal

FREE = ("generated", "library")
"""What the citizen has nothing to do for."""


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
    if not choices:
        raise Refusal(
            "applicant_kind", "这个事项只接受企业或组织申请，您名下没有企业", "请由企业的法定代表人或经办人登录办理"
        )
    answers = {q.key: request.GET.get(q.key, "") for q in edition.document.questions if request.GET.get(q.key)}
    if request.method == "GET" and len(choices) > 1:
        return render(request, "applications/begin.html", {"edition": edition, "choices": choices, "answers": answers})
    chosen = request.POST.get("applicant", choices[0][0])
    organisation = next((one for one in owned if one.uscc == chosen), None)
    answers |= {q.key: request.POST.get(q.key, "") for q in edition.document.questions if request.POST.get(q.key)}
    draft = actions.open_draft(
        edition, person=person, organisation=organisation, answers=answers, by=by, now=clock.now()
    )
    return redirect("applications:situation", draft=draft.public_id)


@require_http_methods(["GET", "POST"])
def situation(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The questions that choose materials and fields."""
    by = common.actor(request)
    one = own_draft(draft, by=by)
    content, refusal = one.edition.document, None
    if not content.questions:
        return _to_page(one, 1)
    if request.method == "POST":
        given = {q.key: request.POST.get(q.key, "") for q in content.questions}
        one = actions.save_draft(draft, answers=given, by=by, now=clock.now())
        try:
            guide.check_answers(content, {key: value for key, value in given.items() if value})
            return _to_page(one, 1)
        except Invalid as invalid:
            refusal = invalid
    answers = one.content["answers"]
    errors = common.errors_by_field(refusal, "answers.")
    context = _steps(one, "situation") | {
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
    one = own_draft(draft, by=by)
    pages = _pages(one)
    if not 1 <= page <= len(pages):
        return redirect("applications:situation", draft=draft) if page < 1 else _to_materials(one)
    fields, refusal = list(pages[page - 1].fields), None
    typed: dict[str, Any] = one.content["form"]
    if request.method == "POST":
        sent = {field.key: request.POST.get(field.key, "")[:4000] for field in fields}
        one = actions.save_draft(draft, form=sent, by=by, now=clock.now())
        if "X-Autosave" in request.headers:
            return HttpResponse(status=204)
        typed = one.content["form"]
        try:
            if faults := forming.check_sheet(_sheet(fields, sent), sent, today=clock.today()):
                raise Invalid(faults)
            if "leave" in request.POST:
                return _left(request)
            return _to_page(one, page + 1)
        except Invalid as invalid:
            if "leave" in request.POST:
                return _left(request)
            refusal = invalid
    errors = common.errors_by_field(refusal, "form.")
    assert one.applicant is not None  # noqa: S101 - drafts are opened with one
    context = _steps(one, f"form{page}") | {
        "page": pages[page - 1],
        "rows": common.field_rows(fields, typed, errors, one.applicant, one.organisation),
        "back": _page_url(one, page - 1),
        "errors": common.faults_of(refusal) if refusal else [],
    }
    return render(request, "applications/form.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
def materials(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Upload, pledge, or see that nothing is needed. Each file is kept as soon as it arrives."""
    by = common.actor(request)
    one = own_draft(draft, by=by)
    needed = _materials(one)
    faults: list[Refusal] = []
    if request.method == "POST":
        one, faults = _take(request, one, needed)
        if not faults and "leave" in request.POST:
            return _left(request)
        if not faults and "next" in request.POST:
            faults = _missing(one, needed)
            if not faults:
                return redirect("applications:check", draft=draft)
        elif not faults:
            return redirect("applications:materials", draft=draft)
    errors = {fault.field.removeprefix("materials."): fault.reason for fault in faults}
    context = _steps(one, "materials") | {
        "rows": _material_rows(one, [m for m in needed if m.give not in FREE], errors),
        "free": [m for m in needed if m.give in FREE],
        "errors": faults,
        "back": _page_url(one, len(_pages(one))),
    }
    return render(request, "applications/materials.html", context, status=422 if faults else 200)


def _take(request: HttpRequest, one: Draft, needed: list[Material]) -> tuple[Draft, list[Refusal]]:
    """Keep what came: pledges, files, removals. A file that is refused leaves the others kept."""
    by, now = common.actor(request), clock.now()
    faults: list[Refusal] = []
    if request.META.get("tongban.upload_too_large"):
        faults.append(Refusal("file_too_large", "文件太大，没有收到", "请压缩到 20 MB 以内，或拆成几份", "materials"))
    given: dict[str, str] = {}
    for material in needed:
        key = material.key
        if request.POST.get("remove") == key:
            given[key] = ""
        elif material.give == "pledge":
            given[key] = "pledge" if request.POST.get(f"pledge.{key}") else ""
        elif upload := request.FILES.get(f"file.{key}"):
            try:
                given[key] = str(files.keep_upload(upload.read(), by=by, now=now).public_id)
            except Refusal as refusal:
                refusal.field = f"materials.{key}"
                faults.append(refusal)
    return actions.save_draft(one.public_id, materials=given, by=by, now=now), faults


def _missing(one: Draft, needed: list[Material]) -> list[Refusal]:
    given, faults = one.content["materials"], []
    for material in needed:
        field = f"materials.{material.key}"
        if material.give == "pledge" and given.get(material.key) != "pledge":
            faults.append(Refusal("pledge_missing", f"请阅读并勾选承诺：{material.name}", "", field))
        elif (
            material.give == "upload" and material.required and not material.may_follow and not given.get(material.key)
        ):
            faults.append(Refusal("materials_missing", f"请上传：{material.name}", material.requirement, field))
    return faults


def _material_rows(one: Draft, needed: list[Material], errors: dict[str, str]) -> list[dict[str, Any]]:
    given = one.content["materials"]
    ids = [how for how in given.values() if how not in ("pledge", "paper")]
    kept = {str(f.public_id): f for f in StoredFile.objects.filter(public_id__in=ids)} if ids else {}
    rows = []
    for material in needed:
        how = given.get(material.key, "")
        rows.append(
            {
                "material": material,
                "pledged": how == "pledge",
                "file": kept.get(how),
                "error": errors.get(material.key, ""),
            }
        )
    return rows


@require_safe
def material_file(request: HttpRequest, draft: UUID, key: str) -> HttpResponse:
    """One's own upload, before it is submitted."""
    by = common.actor(request)
    one = own_draft(draft, by=by)
    how = one.content["materials"].get(key, "")
    found = StoredFile.objects.filter(public_id=how, uploaded_by=by.who).first() if len(how) == 36 else None
    if found is None:
        raise NotFound("file_unknown", "没有这个文件", "可能已经删除，请重新上传")
    return send_file(found, name=key)


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Check your answers, then submit. Sending twice gives the same case."""
    by = common.actor(request)
    one = own_draft(draft, by=by)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            case = actions.submit_draft(draft, by=by, now=clock.now())
            return redirect("applications:submitted", number=case.number)
        except Refusal as found:
            refusal = found
    elif one.submitted_number:
        return redirect("applications:submitted", number=one.submitted_number)
    handed_in = submission_of(one)
    if refusal is None:
        try:
            check_submission(handed_in, by=by, now=clock.now())
        except Refusal as found:
            refusal = found
    content, answers = one.edition.document, handed_in.answers
    sections = [
        {
            "title": page.title,
            "url": _page_url(one, number),
            "rows": common.answer_rows(list(page.fields), handed_in.form, today=clock.today()),
        }
        for number, page in enumerate(_pages(one), start=1)
    ]
    situation_rows = [
        {"label": q.text, "value": next((o.label for o in q.options if o.value == answers.get(q.key)), "")}
        for q in guide.asked(content, answers)
    ]
    context = _steps(one, "check") | {
        "situation_rows": situation_rows,
        "sections": sections,
        "materials": _material_rows(one, _materials(one), {}),
        "errors": common.faults_of(refusal) if refusal else [],
        "promised": guide.limit_words(content.promised or content.statutory),
    }
    return render(request, "applications/check.html", context, status=422 if refusal else 200)


@require_POST
def discard(request: HttpRequest, draft: UUID) -> HttpResponse:
    actions.discard_draft(draft, by=common.actor(request))
    messages.success(request, "草稿已删除")
    return redirect(settings.LOGIN_REDIRECT_URL)


def _pages(one: Draft) -> list[FormPage]:
    return forming.pages_for(one.edition.document, one.content["answers"])


def _sheet(fields: list[FormField], sent: dict[str, Any]) -> forming.Sheet:
    return forming.Sheet(FormPage(title="-", fields=tuple(fields)), (forming.Block(tuple(fields), sent),))


def _materials(one: Draft) -> list[Material]:
    return guide.materials_for(one.edition.document, one.content["answers"])


def _to_page(one: Draft, page: int) -> HttpResponseRedirect:
    if page > len(_pages(one)):
        return _to_materials(one)
    return redirect("applications:form", draft=one.public_id, page=page)


def _to_materials(one: Draft) -> HttpResponseRedirect:
    return redirect("applications:materials" if _materials(one) else "applications:check", draft=one.public_id)


def _page_url(one: Draft, page: int) -> str:
    return f"/apply/{one.public_id}/form/{page}" if page >= 1 else f"/apply/{one.public_id}/situation"


def _left(request: HttpRequest) -> HttpResponseRedirect:
    messages.success(request, "已保存。换一台设备登录也能接着填，30 天内有效")
    return redirect(settings.LOGIN_REDIRECT_URL)


def _steps(one: Draft, here: str) -> dict[str, Any]:
    """The steps of this application, with the one we are at."""
    steps = [("situation", "选情形")] if one.edition.document.questions else []
    steps += [(f"form{at}", page.title) for at, page in enumerate(_pages(one), start=1)]
    steps += [("materials", "交材料"), ("check", "核对提交")]
    keys = [key for key, _ in steps]
    at = keys.index(here) if here in keys else 0
    return {
        "draft": one,
        "edition": one.edition,
        "steps": [
            {"title": title, "state": "done" if i < at else "now" if i == at else ""}
            for i, (_, title) in enumerate(steps)
        ],
        "step_number": at + 1,
        "step_count": len(steps),
    }
