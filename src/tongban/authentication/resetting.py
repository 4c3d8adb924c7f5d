"""窗口重置: a clerk sees the ID card and prints a code; with it the person sets a password that the clerk never sees."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from tongban.accesses import actions as accesses
from tongban.authentication import passwords, slowing
from tongban.authentication.events import ResetIssued
from tongban.authentication.models import ResetCode
from tongban.authentication.slowing import Place
from tongban.channels import actions as channels
from tongban.identity import limits, rules
from tongban.identity.actors import Actor
from tongban.identity.models import Account, Person
from tongban.identity.queries import actor_of, person_with_card
from tongban.kernel import journal
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Forbidden, Refusal, demand
from tongban.kernel.typed import normalise
from tongban.orgs.models import Hall

LASTS: Final = timedelta(hours=24)
MOST_WRONG: Final = 5
MOST_ISSUED: Final = 20
"""By one clerk in a quarter of an hour."""
LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""None that is taken for another when it is read from paper."""


@dataclass(frozen=True)
class Slip:
    """What is printed and handed over; the code is kept nowhere else."""

    name: str
    username: str
    code: str = field(repr=False)
    until_at: datetime


def issue(*, id_number: str, name: str, card_seen: bool, reason: str, by: Actor, now: datetime) -> Slip:
    """For the person whose card lies on the counter. An earlier code ends. Raises Refusal, Forbidden.

    Each try counts, in a transaction of its own: one that is refused is not taken back.
    """
    if not by.posts_for("account.reset"):
        raise Forbidden("no_reset", "您的岗位不能给群众重置登录", "重置由综窗人员在窗口当面办理")
    demand(card_seen, "card_unseen", "没有核对身份证，不能重置", "请当面核对身份证原件和本人", "card_seen")
    demand(len(reason.strip()) >= 2, "reason_missing", "请写明原因", "例如：忘记密码，没有手机", "reason")
    if not limits.take(f"reset by:{by.who}", most=MOST_ISSUED, now=now):
        raise Refusal("too_many_tries", "重置太频繁，请 15 分钟后再试", "如果确有很多人要重置，请告诉平台管理员")
    by = by.under("account.reset")
    person = person_with_card(rules.id_number(id_number))
    accesses.note(by, person_id=person.pk if person else None, kind="person", subject="")
    return _issued(person, name, reason.strip()[:200], by=by, now=now)


@transaction.atomic
def _issued(person: Person | None, name: str, reason: str, *, by: Actor, now: datetime) -> Slip:
    account = Account.objects.select_for_update().filter(person=person, is_active=True).first() if person else None
    if person is None or account is None or _plain(person.name) != _plain(name):
        raise Refusal(
            "reset_unknown",
            "没有用这个姓名和证件号码登记的账号",
            "请对照身份证核对；没有账号的，可以当面登记",
            "id_number",
        )
    if account.posts.held_at(now).exists():
        raise Forbidden("reset_staff", "岗位账号不能在窗口重置", "工作人员忘记密码，请找平台管理员")
    return _issue(account, person, reason=reason, by=by, now=now)


def _issue(account: Account, person: Person, *, reason: str, by: Actor, now: datetime) -> Slip:
    assert by.account_id  # noqa: S101 - a post belongs to an account
    ResetCode.objects.filter(account=account, ended_at=None).update(ended_at=now)
    code = "".join(secrets.choice(LETTERS) for _ in range(12))
    made = ResetCode.objects.create(
        account=account, digest=_digest(account, code), clerk_id=by.account_id, by_post=by.post, reason=reason, at=now,
        until_at=now + LASTS,
    )  # fmt: skip
    if re.fullmatch(r"1[0-9]{10}", person.phone):
        channels.queue_sms(phone=person.phone, text=_told(by, now=now), by=by, now=now, pressing=True)
    acted = replace(by, on_behalf_of=f"person:{person.public_id}")
    journal.record(ResetIssued(account=account.pk, reason=reason), by=acted, now=now)
    return Slip(person.name, account.username, "-".join((code[:4], code[4:8], code[8:])), made.until_at)


def _told(by: Actor, *, now: datetime) -> str:
    """Whoever has the phone hears of it before the code is used."""
    post = next(iter(by.posts_for("account.reset")))
    hall = Hall.objects.filter(pk=post.hall_id).first() if post.hall_id else None
    at = now.astimezone(SHANGHAI)
    return f"您的登录方式在{hall.name if hall else ''}窗口重置（{at.month}月{at.day}日{at:%H:%M}），如不是您本人办理，请打 12345。"


def use(*, who: str, code: str, new: str, place: Place, now: datetime) -> Account:
    """The new password is set, and everywhere the account is signed out. `who`: the account's name or the ID number.

    An account that nobody has and a code that is wrong get one answer. Raises Refusal.
    """
    who = who.strip()
    slowing.check(f"reset {who}", place, now=now)
    account = _account(who)
    found = ResetCode.objects.filter(account=account, ended_at=None, until_at__gt=now).first() if account else None
    if account is None or found is None or not hmac.compare_digest(bytes(found.digest), _digest(account, code)):
        slowing.note(f"reset {who}", place, now=now)
        if found:
            _count_wrong(found, now=now)
        raise Refusal(
            "reset_wrong",
            "账号或重置码不对，或者重置码已经失效",
            "重置码 24 小时内有效，只能用一次；可以到窗口再打一张",
            "code",
        )
    with transaction.atomic():
        taken = ResetCode.objects.filter(pk=found.pk, ended_at=None).update(used_at=now, ended_at=now)
        demand(taken == 1, "reset_wrong", "账号或重置码不对，或者重置码已经失效", "可以到窗口再打一张", "code")
        passwords.reset(account, new, by=actor_of(account, now=now, channel="web"), now=now)
    return account


def _account(who: str) -> Account | None:
    """Not one that holds a post: those are not reset at a window."""
    accounts = Account.objects.select_related("person").filter(is_active=True)
    found = accounts.filter(username=who).first()
    if found is None and len(number := normalise(who)) == 18:
        person = person_with_card(number)
        found = accounts.filter(person=person).first() if person else None
    return found


def _count_wrong(code: ResetCode, *, now: datetime) -> None:
    ResetCode.objects.filter(pk=code.pk).update(wrong=F("wrong") + 1)
    ResetCode.objects.filter(pk=code.pk, wrong__gte=MOST_WRONG, ended_at=None).update(ended_at=now)


def _digest(account: Account, code: str) -> bytes:
    return blind_index(f"{account.pk} {normalise(code)}", purpose="reset")


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name) if c.isalpha()).casefold()
