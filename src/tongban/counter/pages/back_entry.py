"""补录: a paper case typed in with its true time by one clerk, compared with the paper and confirmed by another."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import actions as applications
from tongban.applications import queries as cases
from tongban.applications.actions.drafts import own_draft
from tongban.applications.models import Application, BackEntry, Draft
from tongban.applications.rules import State
from tongban.catalog import forming
from tongban.catalog import rules as guide
from tongban.counter import actions, queries, rules
from tongban.counter.pages import common, intake, scanning
from tongban.design.parts import WAYS, Field, Way
from tongban.identity import rules as identifiers
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Invalid, Refusal
from tongban.kernel.typed import grouped

PER_PAGE = 30
FIELDS = {"received_on": "on", "received_at": "at", "entry_reason": "reason"}
"""The page's names, and where the draft keeps them."""


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The page of the intake, with the true time and the reason."""
    by = common.window(request)
    by.must("application.back_enter", region_path=by.posts_for("application.intake")[0].region_path)
    one = applications.take_bound(own_draft(draft, by=by), by=by, now=clock.now())
    if one.submitted_number:
        return redirect("counter:entry", number=one.submitted_number)
    if request.method == "GET":
        return _page(request, intake.in_force(one, by=by))
    asked = {kept: common.typed(request, name, 2000) for name, kept in FIELDS.items()}
    one, faults = intake.take(request, one, back_entry=asked, by=by)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204)
    before, one = one.edition_id, intake.in_force(one, by=by)
    if faults or one.edition_id != before:
        return _page(request, one, faults)
    if "submit" in request.POST:
        try:
            case = _entered(one, by=by)
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            return _page(request, one, common.faults_of(refusal), status=refusal.status)
        messages.success(request, f"已补录：{grouped(case.number)}，等待另一位同事复核")
        return redirect("counter:entry", number=case.number)
    if request.headers.get("HX-Request"):
        return _page(request, one)
    return scanning.onward(request, one, redirect("counter:back_enter", draft=draft), by=by)


def _entered(one: Draft, *, by: Actor) -> Application:
    """Raises Invalid with every fault of the time, the reason and the form that can be told at once."""
    typed = one.content["back_entry"]
    try:
        return applications.back_enter_draft(
            one.public_id, received_at=rules.true_time(typed["on"], typed["at"]), reason=typed["reason"],
            by=actions.acting_for(by, intake.applicant_of(one)), now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        for fault in common.faults_of(refusal):
            fault.field = {"reason": "entry_reason"}.get(fault.field, fault.field)
        raise


def _page(request: HttpRequest, one: Draft, faults: list[Refusal] | None = None, *, status: int = 422) -> HttpResponse:
    return intake.page(request, one, faults, back=_fields(one, common.by_name(faults or [])), status=status)


def _fields(one: Draft, errors: dict[str, str]) -> list[Field]:
    kept = one.content.get("back_entry", {})
    made = [
        Field(name="received_on", label="实际收件日期", kind="date", help="纸质收件凭证上的日期，不能晚于今天"),
        Field(name="received_at", label="实际收件时间", help="例如 09:30", attrs={"type": "time", "class": "input input-date"}),
        Field(name="entry_reason", label="补录的原因", help="例如：3 月 2 日上午停电，窗口手工收件", attrs={"maxlength": "500"}),
    ]  # fmt: skip
    return [Field.of(each, value=kept.get(FIELDS[each.name], ""), error=errors.get(each.name, "")) for each in made]


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """What awaits a second person."""
    by = common.window(request)
    after = request.GET.get("after", "").replace("\0", "")
    lines = queries.entries_awaiting(by, today=clock.today(), limit=PER_PAGE, after=after)
    names = names_of(line.entry.by for line in lines)
    onward = urlencode({"after": lines[-1].after}) if len(lines) == PER_PAGE else ""
    context = {
        "rows": [
            {"entry": line.entry, "case": line.entry.application, "number": grouped(line.entry.application.number),
             "who": names[line.entry.by], "own": line.entry.by == by.who,
             "holder": _holder(line.entry.application)}
            for line in lines
        ],
        "next_url": f"?{onward}" if onward else "",
        "first_url": request.path if after else "",
    }  # fmt: skip
    return render(request, "counter/entries.html", context)


@require_safe
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that was typed, to be compared with the paper."""
    by = common.window(request)
    return _entry(request, cases.case(number, by=by), by)


def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """The second person ticked that they compared it."""

    def verb(by: Actor) -> Application:
        if not request.POST.get("compared"):
            raise Refusal(
                "not_compared", "请先对照纸质材料，再勾选“已逐项对照”", "有不一致的，作废后由录入人重新补录", "compared"
            )
        return applications.confirm_entry(number, by=by, now=clock.now(), seen=common.seen(request))

    return _settle(request, number, "补录已复核，按实际收件时间起算", verb)


def void(request: HttpRequest, number: str) -> HttpResponse:
    return _settle(
        request, number, "补录已作废",
        lambda by: applications.void_entry(number, by=by, now=clock.now(), seen=common.seen(request)),
    )  # fmt: skip


def _settle(request: HttpRequest, number: str, done: str, verb: Callable[[Actor], Application]) -> HttpResponse:
    by = common.window(request)
    one = cases.case(number, by=by)
    if request.method != "POST":
        return redirect("counter:entry", number=one.number)
    try:
        verb(by)
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _entry(request, cases.case(number, by=by), by, refusal)
    messages.success(request, f"{done}：{grouped(one.number)}")
    return redirect("counter:entries")


def _entry(request: HttpRequest, one: Application, by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    made = BackEntry.objects.filter(application=one).first()
    if made is None:
        raise Conflict("not_back_entered", "这个办件不是补录的", "请在工作台查看办件")
    names = names_of([made.by, made.settled_by])
    faults = [refusal] if refusal and not isinstance(refusal, Invalid) else common.faults_of(refusal) if refusal else []
    context = {
        "case": one,
        "number": grouped(one.number),
        "state": one.status.label,
        "entry": made,
        "who": names[made.by],
        "settled_by": names[made.settled_by] if made.settled_by else "",
        "facts": _facts(one),
        "form": [(line.label, line.text) for line in forming.lines(one.edition.document, one.answers, one.form, masked=True)],
        "papers": _papers(one),
        "waiting": one.status == State.RECORDED,
        "because": "您录入的，要由另一位同事复核" if made.by == by.who else "",
        "compared": Field(
            name="compared", label="已逐项对照纸质材料和收件凭证，时间、申请人、材料、内容都一致", kind="checkbox",
            error=common.by_name(faults).get("compared", ""), attrs={"form": "confirmation"},
        ),
        "errors": common.shown_faults(faults),
    }  # fmt: skip
    return render(request, "counter/entry.html", context, status=refusal.status if refusal else 200)


def _holder(one: Application) -> str:
    return one.organisation.name if one.organisation else one.person.name


def _facts(one: Application) -> list[tuple[str, str]]:
    firm = [("企业", one.organisation.name), ("信用代码", one.organisation.uscc)] if one.organisation else []
    situation = [
        (q.text, next((o.label for o in q.options if o.value == one.answers.get(q.key)), ""))
        for q in guide.asked(one.edition.document, one.answers)
    ]
    return [
        *firm,
        ("经办人" if one.organisation else "申请人", one.person.name),
        (f"{one.person.id_type_name}号码", identifiers.mask_id(one.person.id_number)),
        ("联系电话", identifiers.mask_phone(one.person.phone) or "未留"),
        *situation,
    ]


def _papers(one: Application) -> list[tuple[str, Way, str, str]]:
    """Name, how it was given, the scan's address, and what is said of it."""
    return [
        (
            row.name,
            Way("纸质") if row.give == "paper" else WAYS.get(row.give, Way(row.give)),
            reverse("applications:material", args=[one.number, row.key]) if row.file_id else "",
            "已收" if row.given else "没有收到",
        )
        for row in one.materials.order_by("id")
    ]
