"""通知模板: the texts of each kind, worded for all by the administrator, or for the own body by its head."""

from __future__ import annotations

from datetime import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.channels import actions as channels
from tongban.channels import queries as sending
from tongban.channels.actions import SIGNATURE
from tongban.channels.rules import sms_parts
from tongban.design.parts import Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal
from tongban.notices import actions, queries, rules
from tongban.notices.kinds import KINDS, Kind, Words
from tongban.notices.models import Template
from tongban.orgs.models import Body

VERSIONS = 20


def _wording(request: HttpRequest) -> tuple[Actor, Body | None]:
    """Who words, and for which body; None: for all."""
    by = doors.staff(request)
    own = queries.worded_bodies(by)
    if not own and not queries.words_for_all(by):
        raise Forbidden(
            "not_a_writer", "您的岗位不编写通知模板", "通用模板由平台管理员编写，部门自己的由部门负责人编写"
        )
    return by, None if queries.words_for_all(by) else own[0]


def _kind(key: str) -> Kind:
    if key not in KINDS:
        raise NotFound("kind_unknown", "没有这种通知", "请回到通知模板")
    return KINDS[key]


@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    _, body = _wording(request)
    used = actions.all_current(body.pk if body else None, now=clock.now())
    rows = []
    for kind in KINDS.values():
        template = used[kind.key]
        sms = rules.fill(template.words, kind.variables).sms
        rows.append({
            "kind": kind, "template": template, "own": template.body_id is not None,
            "parts": sms_parts(SIGNATURE + sms) if sms else 0,
        })  # fmt: skip
    context = {
        "rows": rows, "body": body, "hours": _hours_fields(request, refusal) if body is None else [],
        "errors": [(refusal.field, refusal.reason)] if refusal else [],
    }  # fmt: skip
    return render(request, "notices/templates.html", context, status=refusal.status if refusal else 200)


@require_POST
def hours(request: HttpRequest) -> HttpResponse:
    by, body = _wording(request)
    if body is not None:
        raise Forbidden("hours_not_yours", "免打扰时段由平台管理员设定", "请联系平台管理员")
    try:
        channels.set_hours(
            quiet_from=_time(request, "quiet_from"), quiet_until=_time(request, "quiet_until"),
            gather_minutes=_minutes(request), by=by, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _list(request, refusal)
    messages.success(request, "免打扰时段已保存")
    return redirect("notices:templates")


def _time(request: HttpRequest, name: str) -> time:
    try:
        return time.fromisoformat(request.POST.get(name, "").strip().replace("：", ":")).replace(tzinfo=None)
    except ValueError as error:
        raise Refusal("time_form", "时间写成 21:00 这样", "小时和分钟，24 小时制", name) from error


def _minutes(request: HttpRequest) -> int:
    typed = request.POST.get("gather_minutes", "").strip()
    if not typed.isdecimal() or len(typed) > 3:
        raise Refusal("minutes_form", "合并等待写整数分钟", "填 0 就是不合并", "gather_minutes")
    return int(typed)


def _hours_fields(request: HttpRequest, refusal: Refusal | None) -> list[Field]:
    now = sending.hours()
    stored = {
        "quiet_from": f"{now.quiet_from:%H:%M}", "quiet_until": f"{now.quiet_until:%H:%M}",
        "gather_minutes": str(now.gather_minutes),
    }  # fmt: skip
    labels = {"quiet_from": "从", "quiet_until": "到", "gather_minutes": "不急的消息等多少分钟合并"}
    return [
        Field(
            name=name, label=labels[name], value=request.POST.get(name, stored[name]) if refusal else stored[name],
            error=refusal.reason if refusal and refusal.field == name else "", attrs={"maxlength": "8"},
        )
        for name in stored
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, kind: str) -> HttpResponse:
    by, body = _wording(request)
    one = _kind(kind)
    if request.method == "GET":
        return _edit(request, one, body, None)
    words = _posted(request)
    try:
        made = actions.word(one, words, body=body, seen=_seen(request), by=by, now=clock.now())
    except (Invalid, Conflict) as refusal:
        return _edit(request, one, body, words, refusal)
    messages.success(request, f"“{one.name}”已保存为第 {made.version} 版，以后的通知用它")
    return redirect("notices:template", kind=kind)


@require_POST
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """As `template` shows it, with what was typed; nothing is kept."""
    _, body = _wording(request)
    one, words = _kind(kind), _posted(request)
    try:
        rules.check(words, one)
    except Invalid as refusal:
        return _edit(request, one, body, words, refusal)
    return _edit(request, one, body, words)


@require_POST
def general(request: HttpRequest, kind: str) -> HttpResponse:
    by, body = _wording(request)
    if body is None:
        raise Conflict("template_is_general", "这里就是通用模板", "部门自己的模板由部门负责人恢复")
    actions.use_the_general(_kind(kind), body=body, by=by, now=clock.now())
    messages.success(request, "已恢复用通用模板")
    return redirect("notices:template", kind=kind)


def _edit(
    request: HttpRequest, kind: Kind, body: Body | None, typed: Words | None, refusal: Refusal | None = None
) -> HttpResponse:
    now = clock.now()
    used = actions.current(kind, body.pk if body else None, now=now)
    latest = queries.latest(kind, body.pk if body else None)
    words = typed or used.words
    filled = rules.fill(words, kind.variables)
    faults = refusal.faults if isinstance(refusal, Invalid) else [refusal] if refusal else []
    kept = list(queries.versions(kind, body.pk if body else None)[:VERSIONS])
    names = names_of(one.by for one in kept)
    context = {
        "kind": kind, "body": body, "used": used, "own": used.body_id is not None,
        "seen": _seen(request) if typed else latest.version if latest else 0,
        "fields": [_field(part, words, faults) for part in rules.PARTS],
        "variables": list(kind.variables.items()),
        "errors": [(fault.field, f"{fault.reason}。{fault.hint}" if fault.hint else fault.reason) for fault in faults],
        "filled": filled, "unsaved": typed is not None and not faults, "sms": SIGNATURE + filled.sms if filled.sms else "",
        "sms_length": len(SIGNATURE + filled.sms), "sms_parts": sms_parts(SIGNATURE + filled.sms),
        "versions": [_version(one, names) for one in kept],
    }  # fmt: skip
    return render(request, "notices/template.html", context, status=refusal.status if refusal else 200)


def _version(one: Template, names: dict[str, str]) -> dict[str, object]:
    return {"template": one, "by": "平台自带" if one.builtin else names.get(one.by, one.by)}


def _field(part: str, words: Words, faults: list[Refusal]) -> Field:
    helps = {
        "title": "站内消息的标题，也是邮件的主题、信函的题目", "text": "站内和邮件里的一段话",
        "sms": "尽量不超过一条（70 字，含签名）；空着就不发短信和邮件", "letter": "给没有手机和邮箱的人；一行一段；空着就不寄信",
    }  # fmt: skip
    return Field(
        name=part, label=rules.PARTS[part], kind="text" if part == "title" else "long_text", value=words.as_dict()[part],
        rows=3 if part in ("text", "sms") else 5, help=helps[part], required=part in ("title", "text"),
        error="；".join(fault.reason for fault in faults if fault.field == part),
        attrs={"maxlength": str(rules.LONGEST[part])},
    )  # fmt: skip


def _posted(request: HttpRequest) -> Words:
    return Words(**{part: request.POST.get(part, "").replace("\0", "") for part in rules.PARTS})


def _seen(request: HttpRequest) -> int:
    typed = request.POST.get("seen", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0
