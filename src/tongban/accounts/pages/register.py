"""注册: the phone by a code, then name, number and phone together. Nobody learns here whom the platform knows."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongban.accounts import actions
from tongban.accounts.pages import common
from tongban.authentication import codes
from tongban.authentication.doors import sign_in
from tongban.design.parts import Field
from tongban.identity.gateways.chosen import PROOF
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@sensitive_post_parameters("id_number", "code")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(common.onward(request) or settings.LOGIN_REDIRECT_URL)
    if request.method == "GET":
        return _page(request)
    now, phone = clock.now(), common.typed(request, "phone")
    newcomer = actions.Newcomer(
        phone=phone, **{one: common.typed(request, one) for one in ("name", "id_type", "id_number", "id_issuer")}
    )
    try:
        actions.check_typed(newcomer)  # a slip in the number must not cost the code
        codes.check(phone=phone, purpose="register", typed=common.typed(request, "code"), now=now)
        account = actions.register(newcomer, proof=PROOF, address=common.address(request), channel="web", now=now)
    except Refusal as refusal:
        return _page(request, refusal)
    sign_in(request, account, method="phone_code")
    if account.person_id is None:
        return redirect("accounts:claim")
    messages.success(request, "注册成功，已完成实名认证。下次用手机验证码登录")
    return redirect(common.onward(request) or settings.LOGIN_REDIRECT_URL)


@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """Goes out to every phone alike."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    try:
        codes.send(
            phone=common.typed(request, "phone"), purpose="register", address=common.address(request), now=clock.now()
        )
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, "验证码已发出，5 分钟内有效")
    return _page(request)


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    fields = common.filled(request, [NAME, *common.paper_fields(), *common.phone_fields()], refusal)
    context = {
        "fields": fields, "errors": common.summary(refusal, fields), "next": common.onward(request), "demo": common.fake(PROOF),
    }  # fmt: skip
    return render(request, "accounts/register.html", context, status=refusal.status if refusal else 200)


NAME = Field(name="name", label="姓名", help="与证件上一致", attrs={"autocomplete": "name"})
