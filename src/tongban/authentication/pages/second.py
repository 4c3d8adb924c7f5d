"""After the first proof: who has an authenticator or a passkey shows that too, then the sign-in is complete."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tongban.authentication import cards, passkeys, recovery, rules, totp
from tongban.authentication.doors import session_here, sign_in
from tongban.authentication.pages import challenges, onward, station
from tongban.authentication.queries import Factors, factors_of
from tongban.authentication.rules import Method, Second
from tongban.identity.models import Account
from tongban.identity.queries import actor_of
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

PENDING, OWN_PIN = "signing_in", "own_pin"


def go_on(
    request: HttpRequest, account: Account, *, method: Method, to: str, verified: bool = False, proved: Second = ""
) -> HttpResponse:  # fmt: skip
    """Signed in and away, or first to the second proof. `verified`: the passkey's device made sure of the person; `proved`: the
    second proof was given already, on the phone that lets this screen in."""
    found, staff = factors_of(account), actor_of(account, now=clock.now(), channel="web").is_staff
    if verified or proved or not rules.needs_second(
        method, staff=staff, totp=found.totp, passkey=bool(found.passkeys)
    ):  # fmt: skip
        return _in(request, account, method, proved, to)
    if method == "passkey" and not (found.totp or found.recovery):
        hint = "请在设备上设置指纹、面容或 PIN 后再用它，或者用密码登录"
        raise Refusal("passkey_unverified", "这个通行密钥没有核验是您本人", hint)
    request.session[PENDING] = {"account": account.pk, "method": method, "to": to, "at": clock.now().isoformat()}
    return redirect("authentication:second")


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    account = pending_account(request)
    if account is None:
        return redirect("authentication:login")
    pending = request.session[PENDING]
    found = factors_of(account)
    if request.method == "GET":
        return _page(request, found, None)
    try:
        how = _proved(request, account)
    except Refusal as no:
        return _page(request, found, no)
    return _in(request, account, pending["method"], how, pending["to"])


def pending_account(request: HttpRequest) -> Account | None:
    """Whose first proof was right here, not long ago."""
    pending = request.session.get(PENDING)
    if pending is None or clock.now() - datetime.fromisoformat(pending["at"]) > rules.SIGNING_IN_FOR:
        return None
    return Account.objects.select_related("person").filter(pk=pending["account"], is_active=True).first()


def proved_here(request: HttpRequest) -> Second:
    """The second proof by which whoever is signed in here came in; a passkey that was enough alone counts as one."""
    session = session_here(request)
    if session is None:
        return ""
    return session.second or ("passkey" if session.method == "passkey" else "")  # type: ignore[return-value]


def _proved(request: HttpRequest, account: Account) -> Second:
    """Which way it was proved. Raises Refusal."""
    now = clock.now()
    if (credential := request.POST.get("credential", "")) and request.session[PENDING]["method"] != "passkey":
        passkeys.prove(challenges.take(request, "second"), credential, account=account, now=now)
        return "passkey"
    typed = request.POST.get("code", "")[:40]
    if recovery.looks_like_one(typed):
        recovery.use(account, typed, now=now)
        return "recovery"
    totp.prove(account, typed, now=now)
    return "totp"


def _in(request: HttpRequest, account: Account, method: Method, how: Second, to: str) -> HttpResponse:
    """Everything is proved; a PIN that somebody else knows is changed first."""
    request.session.pop(PENDING, None)
    if method in rules.BY_PIN and cards.pin_is_anothers(account):
        request.session[OWN_PIN] = {
            "account": account.pk, "method": method, "second": how, "to": to, "at": clock.now().isoformat(),
        }  # fmt: skip
        return redirect("authentication:own_pin")
    return complete(request, account, method, how, to)


def complete(request: HttpRequest, account: Account, method: Method, how: Second, to: str) -> HttpResponse:
    """Signed in and away. Whoever came by card may come again by PIN at this counter, today."""
    sign_in(request, account, method=method, second=how)
    answer = redirect("authentication:password" if account.password_given else to or onward.home(account))
    if method in rules.BY_CARD:
        station.remember(request, answer, account, since=clock.now())
    return answer


def _page(request: HttpRequest, found: Factors, refusal: Refusal | None) -> HttpResponse:
    context = {
        "factors": found, "by_passkey": found.passkeys and request.session[PENDING]["method"] != "passkey", "errors": [refusal] if refusal else [], "passkeys_here": passkeys.work_at(request.get_host()),
    }  # fmt: skip
    return render(request, "authentication/second.html", context, status=422 if refusal else 200)
