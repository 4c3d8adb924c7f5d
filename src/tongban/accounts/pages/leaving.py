"""注销账号: what follows, what stands in the way, and a code to the phone before it is done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tongban.accounts import leaving
from tongban.accounts.pages import common
from tongban.authentication import codes
from tongban.authentication.doors import sign_out
from tongban.design.parts import Field
from tongban.identity import assurance, doors
from tongban.identity.models import Person
from tongban.identity.rules import mask_phone
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    by, now = doors.actor(request), clock.now()
    person = assurance.own_person(by)
    if request.method == "GET":
        return _page(request, person)
    try:
        _must_reach(person)
        codes.check(phone=person.phone, purpose="confirm", typed=common.typed(request, "code"), now=now)
        leaving.deregister(typed=common.typed(request, "word"), by=by, now=now)
    except Refusal as refusal:
        return _page(request, person, refusal)
    sign_out(request)
    messages.success(request, "账号已注销")
    return redirect("/")


@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """To the phone on record, and to no other."""
    person = assurance.own_person(doors.actor(request))
    try:
        _must_reach(person)
        codes.send(phone=person.phone, purpose="confirm", address=common.address(request), now=clock.now())
    except Refusal as refusal:
        return _page(request, person, refusal)
    messages.success(request, "验证码已发到您登记的手机号，5 分钟内有效")
    return _page(request, person)


def _must_reach(person: Person) -> None:
    if not person.phone:
        raise Refusal("no_phone", "您没有登记手机号，不能在网上注销", "请带证件到窗口，由工作人员核对后办理")


def _page(request: HttpRequest, person: Person, refusal: Refusal | None = None) -> HttpResponse:
    fields = common.filled(request, [CODE, WORD], refusal)
    context = {
        "consequences": leaving.CONSEQUENCES, "obstacles": leaving.in_the_way(person), "fields": fields,
        "phone": mask_phone(person.phone), "errors": common.summary(refusal, fields),
    }  # fmt: skip
    return render(request, "accounts/leaving.html", context, status=refusal.status if refusal else 200)


CODE = Field(name="code", label="短信验证码", kind="code", help="6 位数字", attrs={"maxlength": "12"})
WORD = Field(name="word", label=f"输入“{leaving.WORD}”两个字", attrs={"autocomplete": "off"})
