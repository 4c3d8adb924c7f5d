"""送达地址确认 by the applicant: while applying, or later until the result is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.applications import actions, queries
from tongban.applications.actions import serving
from tongban.applications.document_rules import ELECTRONIC, Address
from tongban.applications.documents.serving import address_of
from tongban.applications.pages import common, steps
from tongban.design.parts import Choice, Field
from tongban.identity.models import Person
from tongban.identity.rules import mask_phone
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Invalid, Refusal

NAMES = ("receiver", "address", "phone", "electronic")


@require_http_methods(["GET", "POST"])
def draft_address(request: HttpRequest, draft: UUID) -> HttpResponse:
    """A short page beside 核对; leaving it out is allowed."""
    by = common.actor(request)
    one = steps.opened(draft, by=by)
    if one.submitted_number or one.applicant is None:
        return redirect("applications:check", draft=draft)
    person, refusal = one.applicant, None
    if request.method == "POST":
        try:
            kept = {} if "none" in request.POST else asdict(serving.check_address(given(request), person))
            actions.save_draft(draft, service=kept, by=by, now=clock.now())
        except Refusal as no:
            refusal = no
        else:
            return redirect("applications:check", draft=draft)
    stored = one.content.get("service") or usual_address(person)
    context = steps.context(one, "check") | {
        "fields": fields(request, stored, person, refusal), "errors": common.faults_of(refusal) if refusal else [],
        "back": "applications:check", "draft": one, "given": bool(one.content.get("service")),
    }  # fmt: skip
    return render(request, "applications/draft_address.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, number: str) -> HttpResponse:
    by = common.actor(request)
    one = queries.own_case(number, by=by)
    if not serving.may_change_address(one):
        raise Conflict(
            "address_too_late", f"办件已经“{one.status.label}”，不能再改送达地址", "需要再寄文书的，请联系办理单位"
        )
    refusal = None
    if request.method == "POST":
        try:
            serving.confirm_address(number, given(request), by=by, now=clock.now())
        except Invalid as no:
            refusal = no
        else:
            messages.success(request, "送达地址已确认")
            return redirect("applications:case", number=one.number)
    last = address_of(one)
    stored = last.facts if last else usual_address(one.person)
    context = {
        "case": one, "last": last, "fields": fields(request, stored, one.person, refusal),
        "errors": common.faults_of(refusal) if refusal else [],
    }  # fmt: skip
    return render(request, "applications/address.html", context, status=422 if refusal else 200)


def given(request: HttpRequest) -> Address:
    return Address(**{name: request.POST.get(name, "").replace("\0", "") for name in NAMES})


def usual_address(person: Person) -> dict[str, str]:
    """What is known of the person; they confirm it. Nobody agrees to electronic service by not looking."""
    return {"receiver": person.name, "address": person.address, "phone": person.phone, "electronic": ""}


def fields(request: HttpRequest, stored: Mapping[str, str], person: Person, refusal: Refusal | None) -> list[Field]:
    errors = {fault.field: fault.reason for fault in common.faults_of(refusal)} if refusal else {}
    posted = request.method == "POST"

    def value(name: str) -> str:
        return request.POST.get(name, "") if posted else stored.get(name, "")

    known = {"": True, "site": True, "phone": person.phone.startswith("1"), "mail": bool(person.mail)}
    words = {"phone": f"短信（{mask_phone(person.phone)}）", "mail": f"电子邮件（{person.mail}）"}
    choices = [Choice(key, words.get(key, label)) for key, label in ELECTRONIC.items() if known[key]]
    return [
        Field(name="electronic", label="电子送达", kind="choice", long=True, value=value("electronic"), choices=choices,
              required=False, error=errors.get("electronic", ""),
              help="同意的，文书到达您选的系统那天就算送达，不再另寄纸质的"),
        Field(name="receiver", label="收件人", value=value("receiver"), required=False, error=errors.get("receiver", ""),
              attrs={"maxlength": "60", "autocomplete": "name"}),
        Field(name="address", label="邮寄地址", value=value("address"), required=False, error=errors.get("address", ""),
              help="写到门牌号；不需要邮寄的可以空着", attrs={"maxlength": "200", "autocomplete": "street-address"}),
        Field(name="phone", label="收件电话", value=value("phone"), required=False, kind="phone",
              error=errors.get("phone", ""), attrs={"maxlength": "20"}),
    ]  # fmt: skip
