"""我的企业: for which enterprises I act; as their legal representative: who acts beside me, from when, until when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.accounts.pages import common
from tongban.design.parts import Field
from tongban.identity import doors, handlers
from tongban.identity.assurance import own_person
from tongban.identity.gateways.chosen import PROOF
from tongban.identity.models import Membership
from tongban.identity.rules import mask_id
from tongban.kernel import clock
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import NotFound, Refusal


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    by, now = doors.actor(request), clock.now()
    rows = [_mine(one, now=now) for one in handlers.memberships_of(by, now=now)]
    return render(request, "accounts/organisations.html", {"rows": rows})


def _mine(one: Membership, *, now: datetime) -> dict[str, object]:
    return {
        "organisation": one.organisation, "membership": one, "legal": one.kind == "legal",
        "as": one.get_kind_display(), "last_on": _last_on(one),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """登记企业, by its legal representative."""
    by, refusal = doors.actor(request), None
    own_person(by)
    if request.method == "POST":
        try:
            made = handlers.register_enterprise(uscc=common.typed(request, "uscc"), proof=PROOF, by=by, now=clock.now())
        except Refusal as no:
            if no.status == 403 and no.code != "assurance_too_low":
                raise
            refusal = no
        else:
            messages.success(request, f"{made.name}：已登记到您名下")
            return redirect("accounts:organisation", organisation=made.public_id)
    fields = common.filled(request, [USCC], refusal)
    context = {
        "fields": fields, "errors": common.summary(refusal, fields), "demo": common.fake(PROOF),
        "step_up": bool(refusal and refusal.code == "assurance_too_low"),
    }  # fmt: skip
    return render(request, "accounts/organisation_new.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "POST"])
def handlers_page(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """The handlers of one enterprise; POST adds one."""
    by, now, refusal = doors.actor(request), clock.now(), None
    found = handlers.led_by(by, organisation, now=now)
    if request.method == "POST":
        try:
            handlers.add_handler(organisation, _typed(request), proof=PROOF, by=by, now=now)
        except Refusal as no:
            if isinstance(no, NotFound):
                raise
            refusal = no
        else:
            messages.success(request, "经办人已加上，到期自动失效")
            return redirect("accounts:organisation", organisation=organisation)
    fields = common.filled(
        request, [NAME, *common.paper_fields(), PHONE, *_period(clock.today())], refusal
    )  # fmt: skip
    context = {
        "organisation": found,
        "rows": [_handler(one, now=now) for one in handlers.handlers_of(found, now=now)],
        "fields": fields,
        "errors": common.summary(refusal, fields),
        "demo": common.fake(PROOF),
    }
    return render(request, "accounts/organisation.html", context, status=refusal.status if refusal else 200)


def _typed(request: HttpRequest) -> handlers.NewHandler:
    days: dict[str, date] = {}
    for name in ("from_on", "last_on"):
        try:
            days[name] = date.fromisoformat(common.typed(request, name, 10))
        except ValueError:
            raise Refusal("date_form", "日期写得不对", "例如 2026-03-02", name) from None
    texts = {one: common.typed(request, one) for one in ("name", "id_type", "id_number", "id_issuer", "phone")}
    return handlers.NewHandler(**texts, **days)  # type: ignore[arg-type]


def _handler(one: Membership, *, now: datetime) -> dict[str, object]:
    over = bool(one.until_at and one.until_at <= now)
    ahead = one.from_at > now
    return {
        "membership": one, "name": one.person.name, "paper": mask_id(one.person.id_number), "last_on": _last_on(one),
        "from_on": date_of(one.from_at), "over": over,
        "state": "已结束" if over else "还没开始" if ahead else "有效", "tone": "" if over else "line" if ahead else "ok",
    }  # fmt: skip


def _last_on(one: Membership) -> date | None:
    """The last day with the power; of what was ended early, the day it ended."""
    if one.until_at is None:
        return None
    return date_of(one.until_at) if one.ended_by else date_of(one.until_at - timedelta(microseconds=1))


@require_POST
def end(request: HttpRequest, membership: UUID) -> HttpResponse:
    by = doors.actor(request)
    one = handlers.end_handler(membership, by=by, now=clock.now())
    messages.success(request, f"{one.person.name}：授权已结束，不能再替企业办事")
    if one.person_id == by.person_id:
        return redirect("accounts:organisations")
    return redirect("accounts:organisation", organisation=one.organisation.public_id)


def _period(today: date) -> list[Field]:
    return [
        Field(name="from_on", label="从哪天起", kind="date", value=today.isoformat()),
        Field(name="last_on", label="最后一天", kind="date", help="最长三年，过了这一天自动失效"),
    ]


USCC = Field(name="uscc", label="统一社会信用代码", kind="uscc", help="18 位，在营业执照上")
NAME = Field(name="name", label="经办人姓名", attrs={"autocomplete": "off"})
PHONE = Field(name="phone", label="经办人手机号", kind="phone", help="他本人名下的手机号，用来核对身份",
              attrs={"autocomplete": "off"})  # fmt: skip
