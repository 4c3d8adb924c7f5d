"""文书模板: the texts of each kind of paper, worded for all by the administrator, or for the own body by its head."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.applications import document_rules as rules
from tongban.applications import documents, queries
from tongban.applications.actions import wording
from tongban.applications.document_kinds import KINDS, PARTS, Kind, Words
from tongban.applications.documents.register import template_in_force
from tongban.applications.models import Application, BodyMark, DocumentTemplate
from tongban.applications.pages import common
from tongban.applications.pages.documents import sent
from tongban.design.parts import Field
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal
from tongban.orgs.models import Body

VERSIONS = 20


def _wording(request: HttpRequest) -> tuple[Actor, Body | None]:
    """Who words, and for which body; None: for all."""
    by = common.staff(request)
    posts = by.posts_for("document.word")
    if not posts:
        raise Forbidden(
            "not_a_writer", "您的岗位不编写文书模板", "通用模板由平台管理员编写，部门自己的由部门负责人编写"
        )
    if any(post.role.scope == "region" for post in posts):
        return by, None
    return by, Body.objects.get(pk=next(post.body_id for post in posts if post.body_id))


def _kind(key: str) -> Kind:
    if key not in KINDS:
        raise NotFound("kind_unknown", "没有这种文书", "请回到文书模板")
    return KINDS[key]


@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    _, body = _wording(request)
    whose = [None, body.pk] if body else [None]
    known: dict[tuple[str, int | None], DocumentTemplate] = {}
    for one in DocumentTemplate.objects.filter(Q(body=None) | Q(body=body)).order_by("version"):
        known[one.kind, one.body_id] = one
    rows = []
    for kind in KINDS.values():
        found = [known.get((kind.key, body_id)) for body_id in reversed(whose)]
        used = next((one for one in found if one and not one.withdrawn), None)
        rows.append({"kind": kind, "title": used.title if used else kind.words.title, "used": used, "own": bool(used and body and used.body_id == body.pk)})  # fmt: skip
    context = {
        "rows": rows, "body": body, "mark": _mark_field(request, body, refusal) if body else None,
        "errors": [(refusal.field, refusal.reason)] if refusal else [],
    }  # fmt: skip
    return render(request, "applications/paper_templates.html", context, status=refusal.status if refusal else 200)


def _mark_field(request: HttpRequest, body: Body, refusal: Refusal | None) -> Field:
    own = BodyMark.objects.filter(body=body).first()
    stored = own.mark if own else rules.mark_of(body.name)
    sample = rules.document_number(stored, "受", clock.today().year, 123)
    return Field(
        name="mark", label="机关代字", value=request.POST.get("mark", stored) if refusal else stored,
        error=refusal.reason if refusal else "", help=f"编号写成：{sample}", attrs={"maxlength": "12"},
    )  # fmt: skip


@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    by, body = _wording(request)
    if body is None:
        raise Conflict("mark_of_a_body", "机关代字由各部门自己写", "请部门负责人登录后修改")
    try:
        wording.mark_body(request.POST.get("mark", "").replace("\0", ""), body=body, by=by, now=clock.now())
    except Refusal as refusal:
        return _list(request, refusal)
    messages.success(request, "机关代字已保存，以后的文书用它编号")
    return redirect("applications:paper_templates")


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, kind: str) -> HttpResponse:
    by, body = _wording(request)
    one = _kind(kind)
    if request.method == "GET":
        return _edit(request, one, body, None)
    words = _posted(request)
    try:
        made = wording.word(one, words, body=body, seen=_seen(request), by=by, now=clock.now())
    except (Invalid, Conflict) as refusal:
        return _edit(request, one, body, words, refusal)
    messages.success(request, f"“{one.name}”已保存为第 {made.version} 版，以后作出的文书用它")
    return redirect("applications:paper_template", kind=kind)


@require_POST
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """The PDF of what was typed, with the sample or a case that the writer may see; nothing is kept."""
    by, body = _wording(request)
    one, words = _kind(kind), _posted(request)
    typed = request.POST.get("case", "").replace("\0", "").strip()[:60]
    try:
        kept = rules.check(words, one)
        case = _case(typed, by) if typed else None
        pdf = documents.preview_pdf(one, kept, case=case, office=body.name if body else "", now=clock.now())
    except Refusal as refusal:
        return _edit(request, one, body, words, refusal)
    return sent(pdf, name=f"preview-{kind}")


def _case(typed: str, by: Actor) -> Application:
    try:
        return queries.case(typed, by=by)
    except NotFound as no:
        raise Refusal("preview_case", "没有这个办件，或者您不能查看", no.hint, "case") from None


@require_safe
def version(request: HttpRequest, kind: str, version: int) -> HttpResponse:
    """An earlier version (0: the platform's own), and what it has otherwise than the one in use."""
    _, body = _wording(request)
    one = _kind(kind)
    found = DocumentTemplate.objects.filter(kind=kind, body=body, version=version).first()
    if version and found is None:
        raise NotFound("template_version_unknown", "没有这个版本", "请回到模板页面重新选择")
    words = found.words if found else one.words
    used = template_in_force(kind, body.pk if body else None, at=clock.now())
    present = used.words if used else one.words
    context = {
        "kind": one, "body": body, "version": version, "template": found,
        "by": names_of([found.by]).get(found.by, found.by) if found else "平台自带", "same": words == present,
        "parts": [
            {"name": name, "lines": list(_lines(words.as_dict()[part], present.as_dict()[part]))}
            for part, name in PARTS.items()
        ],
        "seen": _last(one, body),
    }  # fmt: skip
    return render(request, "applications/paper_template_version.html", context)


def _lines(then: str, now: str) -> Iterator[tuple[str, str]]:
    """(shape, line): ＋ only then, － only now."""
    for line in difflib.ndiff(now.split("\n"), then.split("\n")):
        if line[:1] != "?" and line[2:].strip():
            yield {"+": "＋", "-": "－"}.get(line[0], ""), line[2:]


@require_POST
def put_back(request: HttpRequest, kind: str, version: int) -> HttpResponse:
    by, body = _wording(request)
    made = wording.put_back(_kind(kind), version, body=body, seen=_seen(request), by=by, now=clock.now())
    messages.success(request, f"已用回原来的文字，现在是第 {made.version} 版")
    return redirect("applications:paper_template", kind=kind)


@require_POST
def general(request: HttpRequest, kind: str) -> HttpResponse:
    by, body = _wording(request)
    wording.use_the_general(_kind(kind), body=body, by=by, now=clock.now())
    messages.success(request, "已恢复用通用模板" if body else "已恢复用平台自带的文字")
    return redirect("applications:paper_template", kind=kind)


def _edit(
    request: HttpRequest, kind: Kind, body: Body | None, typed: Words | None, refusal: Refusal | None = None
) -> HttpResponse:
    used = template_in_force(kind.key, body.pk if body else None, at=clock.now())
    words = typed or (used.words if used else kind.words)
    faults = common.faults_of(refusal) if refusal else []
    kept = wording.versions(kind, body)[:VERSIONS]
    names = names_of(one.by for one in kept)
    context = {
        "kind": kind, "body": body, "used": used, "own": used is not None and used.body_id == (body.pk if body else None),
        "seen": _seen(request) if typed else kept[0].version if kept else 0,
        "fields": [_field(part, words, faults, kind) for part in PARTS],
        "case": _case_field(request, faults),
        "variables": list(kind.variables.items()), "must": [f"{{{name}}}" for name in kind.must],
        "errors": [(fault.field, f"{fault.reason}。{fault.hint}" if fault.hint else fault.reason) for fault in faults],
        "versions": [{"template": one, "by": names.get(one.by, one.by)} for one in kept],
    }  # fmt: skip
    return render(request, "applications/paper_template.html", context, status=refusal.status if refusal else 200)


def _last(kind: Kind, body: Body | None) -> int:
    kept = wording.versions(kind, body)
    return kept[0].version if kept else 0


_HELPS = {
    "title": "文书的名称", "text": "一行一段；一行里的变量都没有内容时，这一行不打印",
    "closing": "在表格后面；可以空着", "remedies": "怎么申请复议、提起诉讼；{救济途径}是办事指南里写的",
    "contact": "小字，在最后；可以空着", "sign": "一行一项；{印章}写在印章要盖住的那一行",
}  # fmt: skip
_ROWS = {"text": 8, "closing": 2, "remedies": 3, "contact": 2, "sign": 3}


def _field(part: str, words: Words, faults: list[Refusal], kind: Kind) -> Field:
    return Field(
        name=part, label=PARTS[part], kind="text" if part == "title" else "long_text", value=words.as_dict()[part],
        rows=_ROWS.get(part, 1), help=_HELPS[part], required=part in ("title", "text", "sign") or (part == "remedies" and kind.remedies),
        error="；".join(fault.reason for fault in faults if fault.field == part),
        attrs={"maxlength": str(rules.LONGEST[part])},
    )  # fmt: skip


def _case_field(request: HttpRequest, faults: list[Refusal]) -> Field:
    return Field(
        name="case", label="用哪个办件预览", value=request.POST.get("case", ""), required=False,
        error="；".join(fault.reason for fault in faults if fault.field == "case"),
        help="填本部门有这种文书的办件编号；不填就用例子", attrs={"maxlength": "60", "autocomplete": "off"},
    )  # fmt: skip


def _posted(request: HttpRequest) -> Words:
    return Words(**{part: request.POST.get(part, "").replace("\0", "") for part in PARTS})


def _seen(request: HttpRequest) -> int:
    typed = request.POST.get("seen", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0
