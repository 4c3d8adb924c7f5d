"""保存期限: which cases' time is over and what keeps them; of one case the day, and its holds (暂缓)."""

from __future__ import annotations

from datetime import date
from itertools import islice
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tongban.applications import queries, retention
from tongban.applications.actions import forgetting
from tongban.applications.models import Application
from tongban.applications.pages import common
from tongban.catalog.content.labels import TYPES
from tongban.catalog.models import Item
from tongban.design.parts import Choice, Field
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, NotFound, Refusal, demand
from tongban.kernel.typed import grouped
from tongban.privacy import keeping
from tongban.privacy import retention as rules
from tongban.privacy.models import RetentionRule, Stuck

MOST = 100
YEARS = (("10", "10 年"), ("30", "30 年"), ("0", "永久"))


def overseer(request: HttpRequest) -> Actor:
    by = common.staff(request)
    if not (by.posts_for("data.hold") or by.posts_for("platform.manage")):
        raise Forbidden("no_retention", "您的岗位不管保存期限", "由部门负责人和平台管理员查看")
    return by


@require_http_methods(["GET", "HEAD", "POST"])
def all_due(request: HttpRequest) -> HttpResponse:
    """POST sets the rule of an item: platform administrators."""
    by = overseer(request)
    manages = bool(by.posts_for("platform.manage"))
    errors: list[Refusal] = []
    if request.method == "POST":
        try:
            _set_rule(request, by, manages=manages)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            errors = [refusal]
        else:
            return redirect("applications:retention")
    today = clock.today()
    found = list(islice(retention.due(today=today, by=None if manages else by), MOST + 1))
    stuck = _stuck(None if manages else by)
    context = {
        "rows": [{"due": one, "number": grouped(one.number), "stuck": stuck.get(one.number)} for one in found[:MOST]],
        "most": MOST if len(found) > MOST else 0,
        "stuck": len(stuck),
        "coming": _coming(by, today=today),
        "waits": rules.WAITS.days,
        "manages": manages,
        "defaults": [(name, rules.default(code).words, rules.default(code).source) for code, name in TYPES.items()],
        "own": RetentionRule.objects.in_force(today).order_by("item_code", "-pk").distinct("item_code")[:200],
        "fields": _rule_fields(request, errors),
        "errors": errors,
        "hint": errors[0].hint if errors else "",
    }
    return render(request, "applications/retention.html", context, status=422 if errors else 200)


def _set_rule(request: HttpRequest, by: Actor, *, manages: bool) -> None:
    if not manages:
        raise Forbidden("no_retention_rules", "保存期限由平台管理员设定", "请把本部门的保管期限表交给平台管理员")
    code, years = request.POST.get("item", "").replace("\0", "").strip(), request.POST.get("years", "").strip()
    item = Item.objects.filter(code=code).first()
    if item is None:
        raise Refusal("item_unknown", "没有这个编码的事项", "写基本目录里的编码", "item")
    demand(years in dict(YEARS), "retention_years", "请选择 10 年、30 年或永久", "", "years")
    made = keeping.set_rule(
        code, type_code=item.type_code, years=int(years), source=request.POST.get("source", "").replace("\0", ""),
        by=by, now=clock.now(),
    )  # fmt: skip
    if made.shortens:
        words = f"已记下。比现在短，还要部门负责人或另一位平台管理员同意，同意满 {rules.WAITS.days} 天以后才生效"
        messages.warning(request, words)
    else:
        messages.success(request, "保存期限已设定，从现在起按它计算")


@require_POST
def agree(request: HttpRequest, rule: UUID) -> HttpResponse:
    """同意缩短: the second person."""
    by = overseer(request)
    one = RetentionRule.objects.filter(public_id=rule, shortens=True).first()
    if one is None:
        raise NotFound("retention_unknown", "没有等待同意的保存期限", "请刷新页面")
    if not retention.may_agree(one, by=by):
        raise Forbidden("retention_own", "自己设定的缩短，要由另一个人同意", "请部门负责人或另一位平台管理员同意")
    try:
        made = keeping.agree(rule, by=by, now=clock.now())
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, f"没有同意：{refusal.reason}")
    else:
        messages.success(request, f"已同意，{made.from_on} 起生效")
    return redirect("applications:retention")


def _coming(by: Actor, *, today: date) -> list[dict[str, object]]:
    found = keeping.coming(today=today)
    names = names_of({who for one in found for who in (one.by, one.agreed_by) if who})
    return [
        {"rule": one, "by": names.get(one.by, ""), "agreed_by": names.get(one.agreed_by, ""),
         "may_agree": not one.agreed_by and retention.may_agree(one, by=by)}
        for one in found
    ]  # fmt: skip


def _stuck(by: Actor | None) -> dict[str, Stuck]:
    """What could not be done, of the cases this actor sees."""
    found = Stuck.objects.order_by("first_at")[:MOST]
    if by is not None:
        numbers = Application.objects.visible_to(by).filter(number__in=[one.number for one in found])
        seen = set(numbers.values_list("number", flat=True))
        return {one.number: one for one in found if one.number in seen}
    return {one.number: one for one in found}


def _rule_fields(request: HttpRequest, errors: list[Refusal]) -> list[Field]:
    made = [
        Field(name="item", label="事项编码", attrs={"maxlength": "50"}),
        Field(
            name="years",
            label="办结后保存多久",
            kind="choice",
            choices=[Choice(*each) for each in YEARS],
            help=f"比现在短的，要另一个人同意，同意满 {rules.WAITS.days} 天以后才生效",
        ),
        Field(name="source", label="依据", help="例如本机关保管期限表的哪一条", attrs={"maxlength": "200"}),
    ]
    return _filled(request, made, errors)


@require_http_methods(["GET", "HEAD", "POST"])
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """POST begins a hold."""
    by = common.staff(request)
    one = queries.case(number, by=by)
    errors: list[Refusal] = []
    if request.method == "POST":
        by.must("data.hold", body_id=one.body_id, region_path=one.region_path)
        sent = {name: request.POST.get(name, "").replace("\0", "") for name in ("cause", "reason")}
        try:
            forgetting.hold(one.number, **sent, by=by, now=clock.now())
        except Refusal as refusal:
            errors = [refusal]
        else:
            messages.success(request, "已暂缓：争议结束以前不删除个人信息")
            return redirect("applications:case_retention", number=one.number)
    holds = keeping.holds_of(one.number)
    names = names_of({who for each in holds for who in (each.by, each.ended_by) if who})
    made = [
        Field(name="cause", label="因为什么", kind="choice", choices=[Choice(*each) for each in rules.CAUSES.items()]),
        Field(name="reason", label="理由", kind="long_text", rows=2, help="案号、信访件编号等，5 至 500 个字"),
    ]
    context = {
        "case": one,
        "number": grouped(one.number),
        "rule": retention.rule_of(one, today=clock.today()),
        "day": forgetting.day_of(one, today=clock.today()),
        "stays": keeping.why_it_stays(one.number),
        "holds": [
            {"hold": each, "by": names.get(each.by, ""), "ended_by": names.get(each.ended_by, "")} for each in holds
        ],
        "may_hold": by.may("data.hold", body_id=one.body_id, region_path=one.region_path),
        "fields": _filled(request, made, errors),
        "errors": errors,
        "hint": errors[0].hint if errors else "",
    }
    return render(request, "applications/case_retention.html", context, status=errors[0].status if errors else 200)


@require_POST
def release(request: HttpRequest, number: str, hold: UUID) -> HttpResponse:
    by = common.staff(request)
    one = queries.case(number, by=by)
    by.must("data.hold", body_id=one.body_id, region_path=one.region_path)
    try:
        keeping.release(one.number, hold, reason=request.POST.get("end_reason", ""), by=by, now=clock.now())
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        messages.error(request, f"没有结束：{refusal.reason}")
    else:
        messages.success(request, "暂缓已结束")
    return redirect("applications:case_retention", number=one.number)


def _filled(request: HttpRequest, made: list[Field], errors: list[Refusal]) -> list[Field]:
    wrong = {fault.field: fault.reason for fault in errors}
    return [Field.of(one, value=request.POST.get(one.name, ""), error=wrong.get(one.name, "")) for one in made]
