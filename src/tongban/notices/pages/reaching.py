"""怎么通知我: the way I want to hear of things, and the mail address that I prove to be mine."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tongban.channels import queries as channels
from tongban.channels import rules as sending
from tongban.design.parts import Choice, Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.notices import actions
from tongban.notices.models import MailConfirmation, Preference
from tongban.notices.rules import WISHES


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    if request.method == "POST":
        try:
            actions.prefer(request.POST.get("wish", ""), by=by, now=clock.now())
        except Refusal as refusal:
            return _page(request, by, refusal)
        messages.success(request, "通知方式已保存")
        return redirect("notices:settings")
    return _page(request, by)


@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    try:
        actions.ask_mail(request.POST.get("mail", ""), by=by, now=clock.now())
    except Refusal as refusal:
        return _page(request, by, refusal)
    messages.success(request, "验证码已发到您的邮箱，15 分钟内有效")
    return redirect("notices:settings")


@require_POST
def confirmation(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    try:
        actions.confirm_mail(request.POST.get("code", ""), by=by, now=clock.now())
    except Refusal as refusal:
        return _page(request, by, refusal)
    messages.success(request, "邮箱已确认")
    return redirect("notices:settings")


@require_POST
def removal(request: HttpRequest) -> HttpResponse:
    actions.give_up_mail(by=doors.actor(request), now=clock.now())
    messages.success(request, "邮箱已删除")
    return redirect("notices:settings")


@require_POST
def phone(request: HttpRequest) -> HttpResponse:
    """The number is right: try it again."""
    by = doors.actor(request)
    try:
        actions.try_phone_again(by=by, now=clock.now())
    except Refusal as refusal:
        return _page(request, by, refusal)
    messages.success(request, "下次有消息会再发到这个号码")
    return redirect("notices:settings")


def _page(request: HttpRequest, by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    if refusal and refusal.status != 422:
        raise refusal
    person = Person.objects.filter(pk=by.person_id).first() if by.person_id else None
    wish = Preference.objects.filter(person=person).values_list("wish", flat=True).first() or "sms"
    open_ones = MailConfirmation.objects.filter(person=person, confirmed_at=None, expires_at__gt=clock.now())
    asked = open_ones.order_by("-pk").first()
    context = {
        "person": person,
        "phone": sending.masked("sms", person.phone) if person and person.phone else "",
        "phone_bounced": bool(person and person.phone and channels.bounced("sms", person.phone)),
        "mail_bounced": bool(person and person.mail and channels.bounced("mail", person.mail)),
        "mail_is_open": channels.mail_is_open(),
        "asked": asked.address if asked else "",
        "wish": _wish(wish, person, _said(refusal, "wish")),
        "mail_field": Field(
            name="mail", label="电子邮箱", value=request.POST.get("mail", ""), error=_said(refusal, "mail"),
            help="填好后会收到一封带验证码的邮件", attrs={"autocomplete": "email", "maxlength": "120", "inputmode": "email"},
        ),
        "code_field": Field(
            name="code", label="邮件里的验证码", kind="code", error=_said(refusal, "code"), help="6 位数字",
            attrs={"maxlength": "12"},
        ),
        "errors": [(refusal.field if refusal.field in ("wish", "mail", "code") else "", refusal.reason)] if refusal else [],
    }  # fmt: skip
    return render(request, "notices/settings.html", context, status=refusal.status if refusal else 200)


def _wish(wish: str, person: Person | None, error: str) -> Field:
    """Mail can be chosen once there is an address."""
    has_mail = bool(person and person.mail)
    offered = [Choice(key, label) for key, label in WISHES.items() if has_mail or key not in ("mail", "both")]
    help = "有法定期限的通知（例如补正、决定）不管怎么选，都会发短信、邮件或信函"
    return Field(
        name="wish", label="办事消息除了在本站看，还怎么通知您", kind="choice", value=wish, choices=offered, help=help,
        error=error, long=True,
    )  # fmt: skip


def _said(refusal: Refusal | None, field: str) -> str:
    if refusal is None or refusal.field != field:
        return ""
    return f"{refusal.reason}。{refusal.hint}" if refusal.hint else refusal.reason
