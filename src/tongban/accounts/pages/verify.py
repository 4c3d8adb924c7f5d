"""认证: the level one has, and each way to a higher one. Whoever came from somewhere goes back there."""

from __future__ import annotations

from typing import get_args

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from tongban.accounts.pages import common
from tongban.authentication import codes
from tongban.identity import assurance, doors, levels
from tongban.identity.actors import Actor
from tongban.identity.gateways.chosen import PROOF
from tongban.identity.levels import Level
from tongban.identity.models import Person
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

HOW = {
    "phone": "短信验证码", "real_name": "姓名、证件号码和手机号核对一致", "card": "工作人员当面看了证件", "face": "刷脸或网证",
    "claim": "认领时核验",
}  # fmt: skip


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    return _page(request, by, assurance.own_person(by))


@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """A code to the phone that is typed; the page comes back with what was typed."""
    by = doors.actor(request)
    person = assurance.own_person(by)
    try:
        codes.send(
            phone=common.typed(request, "phone"), purpose="phone", address=common.address(request), now=clock.now()
        )
    except Refusal as refusal:
        return _page(request, by, person, refusal)
    messages.success(request, "验证码已发出，5 分钟内有效")
    return _page(request, by, person)


@require_POST
def real_name(request: HttpRequest) -> HttpResponse:
    """The phone by its code, then name, number and phone together."""
    by, now = doors.actor(request), clock.now()
    person, phone = assurance.own_person(by), common.typed(request, "phone")
    try:
        codes.check(phone=phone, purpose="phone", typed=common.typed(request, "code"), now=now)
        assurance.prove_phone(phone=phone, by=by, now=now)
        assurance.prove_real_name(phone=phone, proof=PROOF, by=by, now=now)
    except Refusal as refusal:
        return _page(request, by, person, refusal)
    messages.success(request, "实名认证已完成")
    return _onward(request)


@require_POST
def face(request: HttpRequest) -> HttpResponse:
    """To where faces are looked at; back here afterwards."""
    by = doors.actor(request)
    back = request.build_absolute_uri(_here(request))
    try:
        ticket = assurance.begin_face(back=back, proof=PROOF, by=by, now=clock.now())
    except Refusal as refusal:
        return _page(request, by, assurance.own_person(by), refusal)
    return redirect(ticket.url or _here(request))


@require_POST
def face_result(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    try:
        assurance.finish_face(proof=PROOF, by=by, now=clock.now())
    except Refusal as refusal:
        return _page(request, by, assurance.own_person(by), refusal)
    messages.success(request, "核验通过，30 分钟内有效")
    return _onward(request)


def _onward(request: HttpRequest) -> HttpResponse:
    return redirect(common.onward(request) or reverse("accounts:verify"))


def _here(request: HttpRequest) -> str:
    kept = {"next": common.onward(request), "level": request.POST.get("level", "")}
    query = urlencode({name: value for name, value in kept.items() if value})
    return reverse("accounts:verify") + (f"?{query}" if query else "")


def _page(request: HttpRequest, by: Actor, person: Person, refusal: Refusal | None = None) -> HttpResponse:
    asked = request.POST.get("level") or request.GET.get("level") or ""
    needed = levels.level(asked) if asked in get_args(levels.Key) else None
    fields = common.filled(request, common.phone_fields(value=person.phone), refusal)
    context = {
        "level": Level(by.assurance),
        "means": levels.MEANS[Level(by.assurance)],
        "needed": needed,
        "enough": needed is not None and by.assurance >= needed,
        "next": common.onward(request),
        "asked": asked,
        "name": person.name,
        "paper": person.id_type_name,
        "fields": fields,
        "has_real_name": by.assurance >= Level.REAL_NAME,
        "phone_proved": person.phone_proved_at is not None,
        "seen": by.assurance >= Level.IN_PERSON,
        "waiting": assurance.face_begun(by, now=clock.now()) is not None,
        "demo": common.fake(PROOF),
        "rows": [{"row": one, "label": Level(one.level).label, "how": HOW.get(one.how, one.how)}
                 for one in assurance.verifications_of(person)],
        "errors": common.summary(refusal, fields),
    }  # fmt: skip
    return render(request, "accounts/verify.html", context, status=refusal.status if refusal else 200)
