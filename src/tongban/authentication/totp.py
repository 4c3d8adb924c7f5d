"""动态口令: turned on with a first right code, then proved by one code each time, none of them twice."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from datetime import datetime

from django.db import transaction

from tongban.authentication import code_rules, slowing
from tongban.authentication import totp_rules as rules
from tongban.authentication.events import FactorAdded, FactorLocked, FactorRemoved
from tongban.authentication.models import Totp
from tongban.identity.models import Account
from tongban.kernel import journal
from tongban.kernel.actors import Actor, system
from tongban.kernel.refusals import Conflict, Refusal


@transaction.atomic
def begin(account: Account, *, now: datetime) -> bytes:
    """The secret to put into an authenticator: the one begun within the hour, or a new one. Raises Conflict when it is on."""
    row = Totp.objects.select_for_update().filter(account=account).first()
    if row and row.confirmed_at:
        raise Conflict("totp_on", "动态口令已经开着", "要换手机，请先关闭，再重新开启")
    if row and (now - row.at).total_seconds() < 3600:
        return b64decode(str(row.secret))
    secret = secrets.token_bytes(20)
    Totp.objects.update_or_create(
        account=account, defaults={"secret": b64encode(secret).decode(), "at": now, "last_step": 0}
    )
    return secret


def confirm(account: Account, typed: str, *, by: Actor, now: datetime) -> None:
    """The authenticator shows the right codes: from now on they are asked for. Raises Refusal."""
    if not _use(account, typed, confirmed=False, by=by, now=now):
        raise _wrong()


def prove(account: Account, typed: str, *, now: datetime) -> None:
    """Raises Refusal: wrong, used already, or too many tries. Never inside a verb's transaction, as `codes.check`."""
    slowing.count(_tries(account), now=now, field="code")
    if Totp.objects.filter(account=account, wrong__gte=rules.MOST_WRONG).exists():
        raise Refusal(
            "totp_locked", "动态口令输错的次数太多，已经停用",
            "请用备用码或通行密钥登录，再关闭、重新开启它；也可以带身份证到窗口重置，工作人员找平台管理员", "code",
        )  # fmt: skip
    if not _use(account, typed, confirmed=True, by=None, now=now):
        slowing.note_proof(_tries(account), "totp", account, now=now)
        _count_wrong(account, now=now)
        raise _wrong()


@transaction.atomic
def _count_wrong(account: Account, *, now: datetime) -> None:
    """Over days: a bound that no waiting lifts."""
    row = Totp.objects.select_for_update().filter(account=account).exclude(confirmed_at=None).first()
    if row is None:
        return
    row.wrong += 1
    row.save(update_fields=["wrong"])
    if row.wrong == rules.MOST_WRONG:
        journal.record(FactorLocked(account=account.pk, kind="totp"), by=system("authentication"), now=now)


def unlock(account: Account) -> None:
    """Its owner was proved by what only they have on paper."""
    Totp.objects.filter(account=account).update(wrong=0)


@transaction.atomic
def remove(account: Account, *, by: Actor, now: datetime) -> None:
    on = Totp.objects.filter(account=account).exclude(confirmed_at=None).exists()
    Totp.objects.filter(account=account).delete()  # with what was begun: somebody may know its secret
    if on:
        journal.record(FactorRemoved(account=account.pk, kind="totp"), by=by, now=now)


@transaction.atomic
def _use(account: Account, typed: str, *, confirmed: bool, by: Actor | None, now: datetime) -> bool:
    digits = code_rules.typed_code(typed)
    row = Totp.objects.select_for_update().filter(account=account, confirmed_at__isnull=not confirmed).first()
    if row is None:
        return False
    step = rules.step_typed(b64decode(str(row.secret)), digits, now=now, last_step=row.last_step)
    if step is None:
        return False
    row.last_step, row.wrong = step, 0
    if by:
        row.confirmed_at = now
        journal.record(FactorAdded(account=account.pk, kind="totp"), by=by, now=now)
    row.save(update_fields=["last_step", "wrong", "confirmed_at"])
    return True


def _wrong() -> Refusal:
    return Refusal("totp_wrong", "动态口令不对，或者已经用过", "请等它变成下一个再填；手机的时间要准", "code")


def _tries(account: Account) -> str:
    return f"totp:{account.pk}"
