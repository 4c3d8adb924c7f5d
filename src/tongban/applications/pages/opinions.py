"""常用意见: the page where they are written, and how one comes into a field of the case: by reloading it, filled."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tongban.applications import opinion_rules as rules
from tongban.applications import queries
from tongban.applications.actions import opinions as verbs
from tongban.applications.models import Application, Opinion
from tongban.applications.pages import common
from tongban.design.parts import Choice, Field
from tongban.design.words import date_cn
from tongban.identity.actors import Actor
from tongban.kernel import clock, wording
from tongban.kernel.refusals import Refusal

MOST = 200

LISTED = "、".join(f"{{{name}}}" for name in rules.VARIABLES)
"""As they are written in a text."""


@require_http_methods(["GET", "HEAD", "POST"])
def opinions(request: HttpRequest) -> HttpResponse:
    """Mine and my body's, and the form of a new one."""
    return _written(request, None) if request.method == "POST" else _page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, opinion: UUID) -> HttpResponse:
    return _written(request, opinion) if request.method == "POST" else _page(request, opinion)


@require_POST
def retire(request: HttpRequest, opinion: UUID) -> HttpResponse:
    one = verbs.retire_opinion(opinion, by=common.staff(request), now=clock.now())
    messages.success(request, f"“{one.title}”不再列出")
    return redirect("applications:opinions")


def _written(request: HttpRequest, public_id: UUID | None) -> HttpResponse:
    sent = {name: request.POST.get(name, "").replace("\0", "") for name in ("act", "title", "text")}
    try:
        one = verbs.word_opinion(
            public_id, **sent, for_all="for_all" in request.POST, by=common.staff(request), now=clock.now()
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _page(request, public_id, refusal)
    messages.success(request, f"已保存：{one.title}")
    return redirect("applications:opinions")


def _page(request: HttpRequest, public_id: UUID | None, refusal: Refusal | None = None) -> HttpResponse:
    by = common.staff(request)
    verbs.must_write(by)
    kept = Opinion.objects.visible_to(by).in_use().select_related("body").order_by("act", "body", "title", "pk")[:MOST]
    ours, rows = verbs.body_of(by), list(kept)
    changed = next((one for one in rows if one.public_id == public_id and _may_change(one, ours)), None)
    errors = common.faults_of(refusal) if refusal else []
    context = {
        "groups": [
            (name, [{"opinion": one, "mine": _may_change(one, ours)} for one in rows if one.act == act])
            for act, name in rules.ACTS.items() if any(one.act == act for one in rows)
        ],
        "changed": changed,
        "fields": _fields(request, changed, errors, for_all=ours is not None and changed is None),
        "variables": LISTED,
        "errors": errors,
    }  # fmt: skip
    return render(request, "applications/opinions.html", context, status=refusal.status if refusal else 200)


def _may_change(one: Opinion, ours: int | None) -> bool:
    return one.body_id is None or one.body_id == ours


def _fields(request: HttpRequest, changed: Opinion | None, errors: list[Refusal], *, for_all: bool) -> list[Field]:
    made = [
        Field(name="act", label="用在哪一步", kind="select", value=changed.act if changed else "",
              choices=[Choice(key, name) for key, name in rules.ACTS.items()]),
        Field(name="title", label="名称", value=changed.title if changed else "", help="在办件页上按名称选",
              attrs={"maxlength": str(rules.LONGEST["title"])}),
        Field(name="text", label="意见", kind="long_text", rows=4, value=changed.text if changed else "",
              help=f"填入时换成办件内容的变量：{LISTED}",
              attrs={"maxlength": str(rules.LONGEST["text"])}),
    ]  # fmt: skip
    if for_all:
        made.append(Field(name="for_all", label="给全部门用", kind="checkbox", required=False))
    wrong = {fault.field: common.words_of(fault) for fault in errors}
    return [
        Field.of(
            one, value=request.POST.get(one.name, one.value) if errors else one.value, error=wrong.get(one.name, "")
        )
        for one in made
    ]


# On the case


def offered(one: Application, by: Actor, acts: Collection[str]) -> Field | None:
    """What can be filled in now: the body's and one's own, for what one may do here; None where there is none."""
    wanted = [key for key, act in rules.OFFERED_WITH.items() if act in acts]
    rows = _for_case(one, by).filter(act__in=wanted).order_by("title", "pk")[:MOST] if wanted else []
    choices = [
        Choice(str(row.public_id), f"{rules.ACTS[key]}：{row.title}")
        for key in wanted
        for row in rows
        if row.act == key
    ]
    if not choices:
        return None
    return Field.of(
        Field(name="opinion_template", label="选一条", kind="select", required=False, quiet=True, choices=[
            Choice("", "请选择"), *choices
        ]),
        form="case",
    )  # fmt: skip


def _for_case(one: Application, by: Actor) -> QuerySet[Opinion]:
    return Opinion.objects.in_use().filter(Q(body_id=one.body_id) | Q(account_id=by.account_id))


def filled_in(request: HttpRequest, number: str) -> QueryDict:
    """What was typed, with the chosen opinion behind it in its field."""
    by, typed = common.staff(request), request.POST.copy()
    one = queries.case(number, by=by)
    try:
        public_id = UUID(request.POST.get("opinion_template", ""))
    except ValueError:
        return typed
    found = _for_case(one, by).filter(public_id=public_id).first()
    if found is None:
        return typed
    text = wording.fill(found.text, values_of(one))
    for field in _targets(one, found.act, typed):
        before = typed.get(field, "").rstrip()
        typed[field] = f"{before}\n{text}" if before and "note." not in field else before + text
    if found.act in ("pass", "fail"):
        typed["passes"] = "yes" if found.act == "pass" else "no"
    return typed


def _targets(one: Application, act: str, typed: QueryDict) -> list[str]:
    """The field; for a correction the empty notes of the papers with a point that is not met, or that are missing."""
    if act != "correct":
        return [rules.FIELDS[act]]
    points = {material.key: set(material.check_points) for material in one.edition.document.materials}
    return [
        f"note.{row.key}"
        for row in one.materials.order_by("pk")
        if ((row.given and points[row.key] - set(typed.getlist(f"met.{row.key}"))) or typed.get(f"missing.{row.key}"))
        and not typed.get(f"note.{row.key}", "").strip()
    ]


def values_of(one: Application) -> dict[str, str]:
    return {
        "事项名称": one.title,
        "申请人": one.organisation.name if one.organisation else one.person.name,
        "办件编号": one.number,
        "收件日期": date_cn(one.submitted_at, year=True),
        "承诺办结日": date_cn(one.promised_on, year=True),
        "法定办结日": date_cn(one.statutory_on, year=True),
        "部门": one.body.name,
        "今天": date_cn(clock.today(), year=True),
    }
