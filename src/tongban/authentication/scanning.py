"""扫码登录: a screen waits, a phone that is signed in answers, the screen takes the answer, once.

The code lives two minutes and works for the browser that drew it alone; who reads it off somebody's screen gains nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction

from tongban.authentication.events import ScanAnswered
from tongban.authentication.models import Scan
from tongban.authentication.rules import Second, device_words
from tongban.identity import limits
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.kernel import journal
from tongban.kernel.refusals import Conflict, NotFound, Refusal
from tongban.kernel.typed import normalise

LASTS = timedelta(minutes=2)
KEPT = timedelta(days=1)
MOST = 40
"""Codes from one address in a quarter of an hour: a hall has many screens behind one."""
Standing = Literal["waiting", "opened", "approved", "refused", "over"]


def begin(*, browser: str, device: str, address: str, now: datetime) -> tuple[Scan, str]:
    """A screen waits; the token is for its code, and is kept nowhere. Raises Refusal."""
    if not limits.take(f"scan:{limits.place(address)}", most=MOST, now=now):
        raise Refusal("too_many_tries", "扫码登录太频繁，请 15 分钟后再试", "也可以用账号和密码登录")
    Scan.objects.filter(until_at__lt=now - KEPT).delete()
    token = secrets.token_urlsafe(24)
    scan = Scan.objects.create(
        token=_digest(token), browser=_digest(browser), number=f"{secrets.randbelow(90) + 10}", device=device_words(device),
        address=address, at=now, until_at=now + LASTS,
    )  # fmt: skip
    return scan, token


def standing(scan: Scan, *, now: datetime) -> Standing:
    """Where it stands, as its screen may know."""
    if scan.taken_at or scan.until_at <= now:
        return "over"
    if scan.answered_at:
        return "approved" if scan.approved else "refused"
    return "opened" if scan.account_id else "waiting"


def of_browser(public_id: str, *, browser: str) -> Scan | None:
    """What this browser waits for."""
    return Scan.objects.filter(public_id=public_id, browser=_digest(browser)).first()


@transaction.atomic
def open_on_phone(token: str, *, by: Actor, now: datetime) -> Scan:
    """The phone that opens it first is the one that may answer. Raises NotFound, Conflict."""
    scan = _locked(token, by=by, now=now)
    if scan.account_id is None:
        scan.account_id = by.account_id
        scan.save(update_fields=["account"])
    return scan


@transaction.atomic
def answer(
    token: str, *, approved: bool, number: str = "", second: Second = "", by: Actor, now: datetime
) -> Scan:  # fmt: skip
    """Yes or no, once. `number`: what the screen shows, as typed on the phone; `second`: how the phone came in. Raises
    Refusal, NotFound, Conflict."""
    scan = _locked(token, by=by, now=now)
    if approved and normalise(number) != scan.number:
        raise Refusal("scan_number", "数字和那块屏幕上的不一样", "请填那块屏幕上的两位数字；看不到的，请拒绝", "number")
    scan.account_id, scan.answered_at, scan.approved, scan.second = by.account_id, now, approved, second
    scan.save(update_fields=["account", "answered_at", "approved", "second"])
    assert by.account_id  # noqa: S101 - the door let somebody in
    journal.record(ScanAnswered(account=by.account_id, scan=str(scan.public_id), approved=approved), by=by, now=now)
    return scan


@transaction.atomic
def take(public_id: str, *, browser: str, now: datetime) -> tuple[Account, Second]:
    """Who said yes, and the second proof that they had given: the screen is signed in, once. Raises Refusal."""
    scan = (
        Scan.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(public_id=public_id, browser=_digest(browser))
        .first()
    )
    if scan is None or standing(scan, now=now) != "approved" or scan.account is None or not scan.account.is_active:
        raise Refusal("scan_over", "扫码登录没有完成，或者已经失效", "请刷新二维码，再扫一次")
    scan.taken_at = now
    scan.save(update_fields=["taken_at"])
    return scan.account, scan.second  # type: ignore[return-value]


def _locked(token: str, *, by: Actor, now: datetime) -> Scan:
    """One that this account may still answer."""
    scan = Scan.objects.select_for_update(of=("self",)).filter(token=_digest(token)).first()
    if scan is None:
        raise NotFound("scan_unknown", "没有这个登录请求", "请在电脑上刷新二维码，再扫一次")
    if scan.account_id not in (None, by.account_id) or scan.answered_at:
        raise Conflict("scan_used", "这个二维码已经用过", "二维码只能用一次，请在电脑上刷新，再扫一次")
    if scan.until_at <= now:
        raise Conflict("scan_late", "这个二维码已经过期", "二维码两分钟内有效，请在电脑上刷新，再扫一次")
    return scan


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
