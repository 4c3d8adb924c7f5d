"""After intake: the receipt, acceptance at once where the window is empowered, papers brought later, results handed over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import actions as applications
from tongban.applications import documents, mandated, queries
from tongban.applications.actions import commitments, confirmations
from tongban.applications.models import Application, Correction
from tongban.applications.rules import State
from tongban.catalog import rules as guide
from tongban.counter import actions
from tongban.counter import queries as counter
from tongban.counter.pages import common
from tongban.design.parts import Field
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Refusal
from tongban.kernel.typed import grouped
from tongban.licences.models import Licence


@require_safe
def received(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt: number, query code, what happens next and by when."""
    by = common.window(request)
    one = queries.case(number, by=by)
    if one.status in (State.RECORDED, State.VOID):
        return redirect("counter:entry", number=one.number)
    return _received(request, one, by)


def accept(request: HttpRequest, number: str) -> HttpResponse:
    """受理 at once, where the edition empowers the window."""
    by = common.window(request)
    one = queries.case(number, by=by)
    if request.method != "POST":
        return redirect("counter:received", number=one.number)
    try:
        applications.accept(number, by=actions.acting_for(by, one.person), now=clock.now(), seen=common.seen(request))
    except Conflict as conflict:
        return _received(request, one, by, conflict)
    return redirect("counter:received", number=one.number)


def _received(request: HttpRequest, one: Application, by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    content = one.edition.document
    mandate = mandated.mandate_for(one, "accept", by=by, now=clock.now())
    by_window = (content.accepted_by == "window" or mandate is not None) and by.may(
        "application.accept", body_id=one.body_id, region_path=one.region_path
    )
    waiting = one.status in (State.SUBMITTED, State.PRECHECKED)
    follow = commitments.papers_to_follow(one) if waiting else []
    context = {
        "case": one,
        "number": grouped(one.number),
        "state": one.status.label,
        "waiting": waiting,
        "may_accept": waiting and by_window,
        "follow": [row.name for row in follow],
        "follow_days": content.follow_days,
        "provisional": bool(follow) and content.follow == "decision",
        "may_decide": one.status == State.ACCEPTED
        and mandated.mandate_for(one, "decide", by=by, now=clock.now()) is not None,
        "answer_by": queries.answer_due_on(one),
        "promised": guide.limit_words(content.promised or content.statutory),
        "confirmed": confirmations.words_of(one),
        "to_bring": [material.name for material in one.materials.order_by("id") if not material.given],
        "notices": documents.available(one),
        "errors": common.shown_faults([refusal]) if refusal else [],
    }
    return render(request, "counter/received.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Everything the one notice named, taken at the window. What was scanned is kept while something is still missing."""
    by = common.window(request)
    one = queries.case(number, by=by)
    correction = Correction.objects.filter(application=one, answered_at=None).order_by("-at").first()
    if one.status != State.CORRECTING or correction is None:
        raise Conflict("nothing_to_supplement", "这个办件没有等待补正的材料", "请在工作台查看办件现在的状态")
    keys = [gap["key"] for gap in correction.gaps]
    given, faults, status = dict.fromkeys(keys, ""), list[Refusal](), 422
    if request.method == "POST":
        given, faults = common.brought(request, keys, by=by)
        if not faults and "look" not in request.POST:  # Enter in a field only keeps what came
            try:
                applications.supplement(
                    number, materials={key: how for key, how in given.items() if how},
                    by=actions.acting_for(by, one.person), now=clock.now(), seen=common.seen(request),
                )  # fmt: skip
            except Refusal as refusal:
                if refusal.status not in (409, 422):
                    raise
                faults, status = common.faults_of(refusal), refusal.status
                one = queries.case(number, by=by)
            else:
                messages.success(request, f"补正材料已收：{grouped(one.number)}，重新进入受理")
                return redirect("counter:received", number=one.number)
    errors = common.by_name(faults)
    context = {
        "case": one,
        "number": grouped(one.number),
        "correction": correction,
        "rows": [
            {"gap": gap, "how": common.way_of(given[gap["key"]]), "kept": given[gap["key"]],
             "error": errors.get(f"material-{gap['key']}", "")}
            for gap in correction.gaps
        ],
        "errors": common.shown_faults(faults),
    }  # fmt: skip
    return render(request, "counter/supplement.html", context, status=status if faults else 200)


@require_http_methods(["GET", "POST"])
def delivery(request: HttpRequest, number: str) -> HttpResponse:
    """出件: confirm who takes the result, then hand it over."""
    by = common.window(request)
    one = queries.case(number, by=by)
    if request.method == "GET" and one.status not in counter.HANDED_OUT:
        raise Conflict(
            "nothing_to_deliver", f"办件现在是“{one.status.label}”，没有可以交付的结果", "作出决定以后才能交付"
        )
    faults: list[Refusal] = []
    tail, status = common.typed(request, "tail", 12), 422
    if request.method == "POST":
        try:
            actions.hand_over(number, tail=tail, by=by, now=clock.now(), seen=common.seen(request))
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            faults, status = [refusal], refusal.status
            one = queries.case(number, by=by)
        else:
            left = "" if queries.case(number, by=by).status == State.CLOSED else "，申请人承诺的事项办完后办结"
            messages.success(request, f"{'已交付' if left else '已交付并办结'}：{grouped(one.number)}{left}")
            return redirect("counter:start")
    context = {
        "case": one,
        "number": grouped(one.number),
        "state": one.status.label,
        "granted": one.status in (State.GRANTED, State.MADE),
        "holder": one.organisation.name if one.organisation else one.person.name,
        "taker": one.person.name,
        "result": one.edition.document.result.name,
        "licence": Licence.objects.visible_to(by).filter(case_number=one.number).first(),
        "notices": [(kind, title) for kind, title in documents.available(one) if kind in ("decision", "refusal")],
        "because": "" if one.status in counter.HANDED_OUT else f"办件现在是“{one.status.label}”",
        "tail": Field(
            name="tail", label="领取人身份证号码后四位", kind="code", value=tail, error=common.by_name(faults).get("tail", ""),
            help="请领取人出示身份证，对照输入", attrs={"maxlength": "6", "autocomplete": "off", "inputmode": "text"},
        ),
        "errors": common.shown_faults(faults),
    }  # fmt: skip
    return render(request, "counter/delivery.html", context, status=status if faults else 200)
