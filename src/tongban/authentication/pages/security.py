"""登录与安全: by what I sign in, where I am signed in, what happened lately; and the end of a session from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.authentication import actions, passwords, rules
from tongban.authentication.doors import confirmed_lately, has_given_password, password_changed, place_of, to_confirm
from tongban.authentication.models import SignIn
from tongban.authentication.pages import onward
from tongban.authentication.pages.confirm import account_of
from tongban.authentication.queries import Happened, factors_of, lately, phone_of
from tongban.design.parts import Field
from tongban.identity import doors
from tongban.identity.models import Account
from tongban.identity.rules import mask_phone
from tongban.kernel import clock
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Refusal

SHOWN = 20
KINDS: Final = {"totp": "动态口令", "passkey": "通行密钥", "recovery": "备用码"}


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    account, now = account_of(request), clock.now()
    sessions = list(SignIn.objects.open_for(account.pk, now=now)[:SHOWN])
    here = actions.digest_of(request.session.session_key or "")
    context = {
        "account": account, "can_prove": account.person_id and not doors.actor(request).is_staff, "phone": mask_phone(phone_of(account)), "factors": factors_of(account),
        "has_password": account.has_usable_password(),
        "sessions": [(one, bytes(one.key) == here, method_words(one.method, one.second)) for one in sessions],
        "others": any(bytes(one.key) != here for one in sessions),
        "happened": [_told(entry) for entry in lately(account)],
    }  # fmt: skip
    return render(request, "authentication/security.html", context)


@require_POST
def end(request: HttpRequest, session: UUID) -> HttpResponse:
    actions.end_one(account_of(request), session, by=doors.actor(request), now=clock.now())
    messages.success(request, "那里已经退出登录")
    return redirect("authentication:security")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    account, key = account_of(request), request.session.session_key or ""
    ended = actions.end_all(account, but_key=key, by=doors.actor(request), now=clock.now())
    messages.success(request, f"已退出其他 {ended} 处登录" if ended else "没有在别处登录")
    return redirect("authentication:security")


@sensitive_post_parameters("old", "new", "again")
@never_cache
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The old one proves its owner; who has none yet proves it in another way first."""
    given = has_given_password(request)
    account = cast(Account, request.user) if given else account_of(request)
    if not account.has_usable_password() and not confirmed_lately(request):
        return to_confirm(request)
    refusal = None
    if request.method == "POST":
        new = request.POST.get("new", "")[:300]
        try:
            if new != request.POST.get("again", "")[:300]:
                raise Refusal("password_again", "两次填的新密码不一样", "请重新填写", "again")
            passwords.change(
                account, old=request.POST.get("old", "")[:200], new=new, place=place_of(request),
                but_key=request.session.session_key or "", now=clock.now(),
            )  # fmt: skip
        except Refusal as no:
            refusal = no
        else:
            password_changed(request, account)
            messages.success(request, "密码已更换；您在别处的登录都已退出")
            return redirect(onward.home(account) if given else "authentication:security")
    return _password_page(request, has_old=account.has_usable_password(), given=given, refusal=refusal)


def _password_page(request: HttpRequest, *, has_old: bool, given: bool, refusal: Refusal | None) -> HttpResponse:
    field = refusal.field if refusal and refusal.field != "username" else "old"

    def asked(name: str, label: str, *, complete: str, help: str = "") -> Field:
        error = f"{refusal.reason}。{refusal.hint}" if refusal and field == name else ""
        return Field(name=name, label=label, kind="password", help=help, error=error, attrs={"autocomplete": complete})

    fields = [
        *([asked("old", "现在的密码", complete="current-password")] if has_old else []),
        asked(
            "new", "新密码", complete="new-password", help=f"至少 8 位，数字、字母、汉字、空格都可以；{passwords.HINT}"
        ),
        asked("again", "再填一遍新密码", complete="new-password"),
    ]
    context = {"fields": fields, "errors": [(field, refusal.reason)] if refusal else [], "has_old": has_old,
               "given": given}  # fmt: skip
    return render(request, "authentication/password.html", context, status=refusal.status if refusal else 200)


def method_words(method: str, second: str) -> str:
    """“密码，加动态口令”."""
    words = [rules.METHODS.get(method, method), rules.SECONDS.get(second, "")]  # type: ignore[call-overload]
    return "，加".join(filter(None, words))


def _told(entry: JournalEntry) -> Happened:
    facts = entry.facts
    return Happened(
        entry.at,
        _words(entry.name.partition(".")[2], facts),
        look=not facts.get("known_device", True) or entry.name.endswith(("PasskeyCopied", "FactorLocked")),
    )


def _words(name: str, facts: Mapping[str, str]) -> str:
    kind = KINDS.get(facts.get("kind", ""), "")
    match name:
        case "SignedIn":
            new = "" if facts.get("known_device", True) else "，在一个没用过的浏览器上"
            return f"登录（{method_words(facts['method'], facts.get('second', ''))}）{new}"
        case "SignedOut":
            return f"退出（{rules.HOWS.get(facts['how'], facts['how'])}）"  # type: ignore[call-overload]
        case "PasswordChanged":
            return "重置了密码（窗口）" if facts["reset"] else "更换了密码"
        case "FactorAdded":
            return "重新生成了备用码" if facts["kind"] == "recovery" else f"开启了{kind}"
        case "FactorRemoved":
            return "用掉了一个备用码" if facts["kind"] == "recovery" else f"关闭或删去了{kind}"
        case "FactorLocked":
            return f"{kind}输错太多次，已经停用"
        case "PasskeyCopied":
            return "一个通行密钥可能被复制过，已经停用"
        case _:
            return "登录方式有变动"
