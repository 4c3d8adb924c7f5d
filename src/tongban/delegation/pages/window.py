"""窗口核验: somebody brings a signed letter, or the proof of guardianship. Found by the ID card they show; every look is
the clerk's, and every paper is scanned."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.accesses import actions as accesses
from tongban.delegation import actions, queries, rules
from tongban.delegation.actions import OnPaper
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.pages import common
from tongban.design.parts import Choice, Field
from tongban.files import doors as files
from tongban.files.models import StoredFile
from tongban.identity import doors
from tongban.identity import rules as identifiers
from tongban.identity.actors import Actor
from tongban.identity.queries import person_with_card
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, NotFound, Refusal


def clerk(request: HttpRequest) -> Actor:
    by = doors.actor(request)
    if not by.posts_for("person.see"):
        raise Forbidden("no_intake", "您的岗位不能在窗口办理委托", "书面委托由综窗人员、镇村代办员核验")
    return replace(by, channel="counter")


@require_http_methods(["GET", "HEAD", "POST"])
def window(request: HttpRequest) -> HttpResponse:
    """POST shows the powers of the person whose ID number was typed: it never stands in an address."""
    return _window(request, clerk(request))


def _window(request: HttpRequest, by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    number, person = common.typed(request, "id_number", 24), None
    if request.method == "POST" and refusal is None:
        try:
            person = person_with_card(identifiers.id_number(number))
        except Refusal as found:
            refusal = found
    if person:
        accesses.note(by, person_id=person.pk, kind="person", subject="")
    context = {
        "field": Field(name="id_number", label="身份证号码", kind="id_number", value=number,
                       error=common.said(refusal) if refusal and refusal.field == "id_number" else "",
                       help="委托人或者代理人的都可以，对照本人出示的身份证输入"),
        "asked": request.method == "POST" and refusal is None,
        "me": by.who,
        "lines": [common.line(one) for one in queries.of_person(person)] if person else [],
        "errors": [(fault.field, common.said(fault)) for fault in common.faults_of(refusal)],
    }  # fmt: skip
    return render(request, "delegation/window.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    by = clerk(request)
    refusal, kept = None, ""
    if request.method == "POST":
        scan, faults = _scan(request, by)
        kept = str(scan.public_id) if scan else ""
        try:
            made = _registered(request, scan, faults, by)
        except Refusal as found:
            if found.status != 422:
                raise
            refusal = found
        else:
            messages.success(
                request, f"已登记：{made.principal_name}的{rules.KINDS[common.kind_of(made)]}，代理人 {made.agent_name}"
            )
            return redirect("delegation:window")
    context = {
        "fields": common.with_errors(_fields(request), refusal),
        "kept": kept,
        "errors": [(fault.field, common.said(fault)) for fault in common.faults_of(refusal)],
    }
    return render(request, "delegation/register.html", context, status=refusal.status if refusal else 200)


def _scan(request: HttpRequest, by: Actor) -> tuple[StoredFile | None, list[Refusal]]:
    """A new scan, or the one kept from the page before."""
    try:
        if too_large := files.too_large(request, "paper"):
            return None, [too_large]
        new = files.brought(request, "paper", by=by, now=clock.now())
        kept = common.typed(request, "kept", 36)
        return new or (files.own(kept, by=by) if kept else None), []
    except Refusal as refusal:
        refusal.field = "paper"
        return None, [refusal]


def _registered(request: HttpRequest, scan: StoredFile | None, faults: list[Refusal], by: Actor) -> PowerOfAttorney:
    guardian, items = common.typed(request, "kind") == "guardian", list[str]()
    if not guardian:
        try:
            items = common.chosen_items(request)
        except Refusal as refusal:
            faults = [*faults, refusal]
    given = OnPaper(
        kind=common.typed(request, "kind"), principal_id=common.typed(request, "principal_id", 24),
        principal_name=common.typed(request, "principal_name", 60), principal_uscc=common.typed(request, "principal_uscc", 24),
        agent_id=common.typed(request, "agent_id", 24), agent_name=common.typed(request, "agent_name", 60),
        agent_phone=common.typed(request, "agent_phone", 24), relation=common.typed(request, "relation", 20),
        acts=request.POST.getlist("acts"), item_codes=items, from_on=common.day(request, "from"), until_on=common.until(request),
        proof=common.typed(request, "proof", 10), cards_seen=bool(request.POST.get("cards")), paper=scan,
    )  # fmt: skip
    return actions.register(given, known=faults, by=by, now=clock.now())


def _fields(request: HttpRequest) -> list[Field]:
    sent = request.POST
    kinds = {
        "guardian": "未满十八周岁的孩子，由父母或者其他监护人办，到十八周岁为止；期限、事项不用填",
        "family": "家里人替老人、行动不便的人办", "attorney": "委托其他人办",
    }  # fmt: skip

    def text(name: str, label: str, **more: object) -> Field:
        return Field.of(Field(name=name, label=label, value=sent.get(name, "")), **more)

    return [
        Field(name="kind", label="哪一种委托", kind="choice", value=sent.get("kind", ""), long=True,
              choices=[Choice(kind, word, kinds[kind]) for kind, word in rules.KINDS.items() if kind in kinds]),
        text("principal_id", "委托人（被监护人）身份证号码", kind="id_number"),
        text("principal_name", "委托人（被监护人）姓名", attrs={"maxlength": "60"}, required=False, help="已登记的可以不填"),
        text("principal_uscc", "单位统一社会信用代码", kind="uscc", required=False, help="企业委托个人代办的填；上面填法定代表人"),
        text("agent_id", "代理人（监护人）身份证号码", kind="id_number"),
        text("agent_name", "代理人（监护人）姓名", attrs={"maxlength": "60"}, required=False, help="已登记的可以不填"),
        text("agent_phone", "代理人手机", kind="phone", required=False, help="第一次来的填，用来通知"),
        text("relation", "与委托人的关系", required=False, help="例如：女儿、父亲", attrs={"maxlength": "20"}),
        Field(name="proof", label="看的监护证明", kind="choice", value=sent.get("proof", ""), required=False,
              choices=[Choice(proof, word) for proof, word in rules.PROOFS.items()], help="监护才选"),
        Field(name="cards", label="已核对双方身份证原件，人证一致（孩子没有身份证的，核对户口簿）", kind="checkbox", value=sent.get("cards", "")),
        Field(name="paper", label="签好字的委托书，或者监护证明（扫描件）", kind="file", required=False),
        *common.terms_fields(request),
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, power: UUID) -> HttpResponse:
    """For a side who stands here and shows their card, or when a paper proves that the law ended it."""
    by, refusal = clerk(request), None
    one = PowerOfAttorney.objects.parties().filter(public_id=power).first()
    if one is None:
        raise queries.unknown()
    if request.method == "POST":
        scan, faults = _scan(request, by)
        try:
            if faults:
                raise faults[0]
            said = actions.AtWindow(
                common.typed(request, "how", 10),
                common.typed(request, "id_number", 24),
                common.typed(request, "reason"),
                scan,
            )
            actions.end_at_window(power, said, by=by, now=clock.now())
        except Refusal as found:
            if found.status not in (409, 422):
                raise
            refusal = found
        else:
            messages.success(request, f"委托已结束：{one.principal_name}委托{one.agent_name}")
            return redirect("delegation:window")
    context = {
        "line": common.line(one),
        "fields": common.with_errors(_end_fields(request, one), refusal),
        "errors": [(fault.field, common.said(fault)) for fault in common.faults_of(refusal)],
    }
    return render(request, "delegation/end.html", context, status=refusal.status if refusal else 200)


def _end_fields(request: HttpRequest, one: PowerOfAttorney) -> list[Field]:
    sent, hows = request.POST, rules.ends_at_window(one.kind)
    return [
        Field(name="how", label="为什么结束", kind="choice", long=True, value=sent.get("how", ""),
              choices=[Choice(how, rules.HOWS[how]) for how in hows]),
        Field(name="id_number", label="来人的身份证号码", kind="id_number", value=sent.get("id_number", ""),
              help="对照身份证原件输入：撤销的是委托人，辞去的是代理人；依法终止的，是其中一方的"),
        Field(name="reason", label="原因", kind="long_text", rows=2, value=sent.get("reason", ""), help="例如：本人来窗口撤销"),
        Field(name="paper", label="死亡证明、判决等文书（扫描件）", kind="file", required=one.kind == "guardian",
              help="依法终止、监护人变更的要有"),
    ]  # fmt: skip


@require_safe
def paper(request: HttpRequest, power: UUID) -> HttpResponse:
    """The scan, for the clerk who checked it."""
    by = clerk(request)
    one = PowerOfAttorney.objects.select_related("paper").filter(public_id=power, confirmed_by=by.who).first()
    if one is None or one.paper is None:
        raise NotFound("power_unknown", "没有这份书面委托，或者不是您核验的", "请由核验的同事打开")
    return files.send_file(one.paper, name="power-of-attorney")
