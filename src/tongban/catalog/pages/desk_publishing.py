"""Before and at publication: every situation, the page as the citizen sees it, what differs, and the last look."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.catalog import actions, plain, quality, rules, sheets, situations
from tongban.catalog.actions import editing
from tongban.catalog.content import Content
from tongban.catalog.differences import Difference, by_section, differences
from tongban.catalog.models import Edition
from tongban.catalog.pages import desk_common as common
from tongban.catalog.pages import shown
from tongban.catalog.quality.base import WEIGHTS
from tongban.design.parts import Choice, Field
from tongban.kernel import clock
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import NotFound, Refusal

SHOWN_WAYS = 200
"""Combinations that the page lists; all are checked."""


@require_safe
def check(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """情形检查: try answers, and see every combination with its materials and how many fields it asks."""
    by = common.editor(request)
    one = common.edition_of(by, code, version)
    content = one.document
    survey = situations.survey(content)
    walked = list(situations.combinations(content, at_most=SHOWN_WAYS))
    context = common.around(one, "check") | _tried(request, content) | {
        "survey": survey,
        "flags": _flags(content, survey),
        "ways": [
            {"answers": situations.words(content, way.answers) or "（没有情形问题）",
             "materials": [material.name for material in way.materials], "fields": len(way.fields),
             "fees": [fee.name for fee in way.fees]}
            for way in walked
        ],
        "most": situations.AT_MOST,
    }  # fmt: skip
    return render(request, "catalog/desk_check.html", context)


def _tried(request: HttpRequest, content: Content) -> dict[str, Any]:
    """The questions with the answers tried, and the materials they call for, by the citizen's own functions."""
    given = {q.key: request.GET.get(q.key, "") for q in content.questions if request.GET.get(q.key)}
    return {
        "questions": [{"question": q, "answer": given.get(q.key, "")} for q in rules.asked(content, given)],
        "needed": plain.needed(content, given),
    }


def _flags(content: Content, survey: situations.Survey) -> list[tuple[str, str]]:
    """(tone, what the survey found), in words."""
    questions = {q.key: q.text for q in content.questions}
    materials = {m.key: m.name for m in content.materials}
    fields = {f.key: f.label for page in content.form for f in page.fields}
    labels = {(q.key, o.value): o.label for q in content.questions for o in q.options}
    found = [
        ("bad", f"{situations.words(content, way) or '不问情形时'}：一份材料也不要")
        for way in survey.without_materials[:20]
    ]
    found += [
        ("bad", f"问题“{questions[key]}”在任何情形下都不会问到，它的选项没有人能选") for key in survey.never_asked
    ]
    found += [("bad", f"材料“{materials[key]}”在任何情形下都不要") for key in survey.never_needed]
    found += [("bad", f"字段“{fields[key]}”在任何情形下都不用填") for key in survey.never_shown]
    found += [("bad", f"材料“{name}”会要两次：{situations.words(content, way)}") for name, way in survey.asked_twice]
    found += [("warn", f"问题“{questions[key]}”怎么回答都一样，可以不问") for key in survey.idle]
    found += [
        ("line", f"问题“{questions[key]}”的{'、'.join(labels[key, value] for value in group)}效果一样")
        for key, group in survey.alike
    ]
    return found


# 预览


@require_safe
def preview(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The guide as the citizen sees it, from the same templates; its links out are left out."""
    by = common.editor(request)
    one = common.edition_of(by, code, version)
    here = common.url("desk_preview", one)
    made = shown.rendered(one, shown.answers_in(request.GET, one.document), preview=here)
    context = _preview_bar(one) | {"shown": {"main": made.main({}), "aside": made.aside({})}}
    return render(request, "catalog/desk_preview.html", context)


@require_safe
def preview_form(request: HttpRequest, code: str, version: int, page: int) -> HttpResponse:
    """One page of the application form as the citizen sees it, for the answers in the address."""
    by = common.editor(request)
    one = common.edition_of(by, code, version)
    content = one.document
    answers = dict(shown.answers_in(request.GET, content))
    drawn = sheets.drawn(content, answers, {})
    if not 1 <= page <= len(drawn):
        raise NotFound("page_unknown", "申请表没有这一页", "按这些回答，可能不用填这一页")
    query = f"?{urlencode(answers)}" if answers else ""
    context = _preview_bar(one) | {
        "sheet": drawn[page - 1],
        "number": page,
        "count": len(drawn),
        "next_url": common.url("desk_preview_form", one, page + 1) + query if page < len(drawn) else "",
        "back_url": common.url("desk_preview_form", one, page - 1) + query if page > 1 else "",
        "questions": [{"question": q, "answer": answers.get(q.key, "")} for q in rules.asked(content, answers)],
    }
    return render(request, "catalog/desk_preview_form.html", context)


def _preview_bar(one: Edition) -> dict[str, Any]:
    return {
        "edition": one,
        "back": common.url("desk_edition", one),
        "guide_url": common.url("desk_preview", one),
        "form_url": common.url("desk_preview_form", one, 1) if one.document.form else "",
    }


# 对比


@require_safe
def compare(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Side by side with another version of the same edition; without `?with=` the one in force, or the one before."""
    by = common.editor(request)
    one = common.edition_of(by, code, version)
    versions = list(
        Edition.objects.readable_by(by)
        .filter(code=one.code)
        .exclude(pk=one.pk)
        .order_by("-version")
        .defer("content")[:50]
    )
    wanted = request.GET.get("with", "")
    other = next((each for each in versions if str(each.version) == wanted), None) or _natural(one, versions)
    if wanted and (other is None or str(other.version) != wanted):
        raise NotFound("edition_unknown", "没有这一版可以对比", "请从列出的版本里选")
    before = Edition.objects.get(pk=other.pk) if other else None
    context = common.around(one, "differences") | {
        "before": before,
        "versions": Field(
            name="with", label="和哪一版对比", kind="select", value=str(other.version) if other else "",
            choices=tuple(Choice(str(each.version), f"第 {each.version} 版（{each.get_state_display()}）") for each in versions),
        ),
        "groups": _groups(before, one),
    }  # fmt: skip
    return render(request, "catalog/desk_differences.html", context)


def _natural(one: Edition, versions: list[Edition]) -> Edition | None:
    in_force = next((each for each in versions if each.state == "published"), None)
    return in_force or next(
        (each for each in versions if each.version < one.version), versions[0] if versions else None
    )


def _groups(before: Edition | None, after: Edition) -> list[tuple[str, list[Difference]]]:
    if before is None:
        return []
    found = [] if before.name == after.name else [Difference(("名称",), "changed", before.name, after.name)]
    return list(by_section(found + differences(before.document, after.document)).items())


# 发布


@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One page: what changes, what the rules find, the note; and the button."""
    by = common.editor(request)
    one = common.draft_of(by, code, version)
    refusal = None
    if request.method == "POST":
        try:
            note = request.POST.get("note", "").replace("\0", "").strip()
            if not note:
                raise Refusal("note_missing", "请写明这一版改了什么", "会和历史版本一起公开", "note")
            actions.publish(one, note=note[:500], seen=_seen(request), by=by, now=clock.now())
            messages.success(request, f"已发布：{one.name}第 {one.version} 版，各渠道现在看到的就是这一版")
            return redirect(common.url("desk_edition", one))
        except Refusal as found:
            if found.status not in (409, 422):
                raise
            refusal = found
            one = common.edition_of(by, code, version)
    in_force = Edition.objects.filter(code=one.code, state="published").first()
    context = common.around(one, "publication") | {
        "before": in_force,
        "groups": _groups(in_force, one),
        "findings": _findings(one),
        "overtaken": bool(in_force and in_force.version > one.version),
        "note": Field(name="note", label="这一版改了什么（会公开）", kind="long_text", value=request.POST.get("note", one.note),
                      error=refusal.reason if refusal and refusal.field == "note" else "", attrs={"maxlength": "500"}),
        "errors": common.faults_of(refusal) if refusal else [],
        "hint": refusal.hint if refusal else "",
        "may_publish": by.may("catalog.publish", body_id=one.body_id, region_path=one.region_path),
    }  # fmt: skip
    return render(request, "catalog/desk_publication.html", context, status=refusal.status if refusal else 200)


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _findings(one: Edition) -> list[dict[str, str]]:
    """What the quality engine says of the draft as it stands; severe findings stand in the way."""
    context = quality.Context(today=date_of(clock.now()), type_code=one.type_code)
    tones = {"severe": "bad", "warn": "warn"}
    return [
        {
            "weight": WEIGHTS[found.weight],
            "tone": tones.get(found.weight, "line"),
            "says": found.says,
            "mend": found.mend,
        }
        for found in quality.judge(one.document, context)
    ]


@require_POST
def catch_up(request: HttpRequest, code: str, version: int) -> HttpResponse:
    by = common.editor(request)
    one = editing.catch_up(common.draft_of(by, code, version), by=by, now=clock.now())
    messages.success(request, f"这份草稿现在是第 {one.version} 版；请看对比，确认没有盖掉别人的改动")
    return redirect(common.url("desk_differences", one))


@require_POST
def discard(request: HttpRequest, code: str, version: int) -> HttpResponse:
    by = common.editor(request)
    one = common.draft_of(by, code, version)
    editing.discard(one, by=by, now=clock.now())
    messages.success(request, f"草稿已删除：{one.name}第 {one.version} 版")
    return redirect("catalog:desk_item", code=one.item.code)


@require_POST
def withdraw(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """No longer offered; cases go on."""
    by = common.editor(request)
    one = common.edition_of(by, code, version)
    actions.withdraw(one, by=by, now=clock.now())
    messages.success(request, f"已下线：{one.name}。办理中的办件继续办")
    return redirect("catalog:desk_item", code=one.item.code)
