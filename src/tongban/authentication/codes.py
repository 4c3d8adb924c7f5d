"""验证码: proving a phone by six digits sent to it. `send`, then `check`: a code works once, and only the last one sent."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

from django.db import transaction

from tongban.authentication import code_rules as rules
from tongban.authentication.code_models import Code
from tongban.authentication.code_rules import Purpose
from tongban.channels import actions as channels
from tongban.identity import limits
from tongban.identity.rules import phone as phone_as_stored
from tongban.kernel.actors import system
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Refusal

__all__ = ["Purpose", "check", "forget_old", "pretend", "send"]


@transaction.atomic
def send(*, phone: str, purpose: Purpose, address: str, now: datetime) -> None:
    """Six digits go to the phone. Raises Refusal: no mobile number, too soon, too many to it or from this address."""
    number = _number(phone)
    code = _make(number, purpose, address, now)
    text = rules.message(code, purpose)
    channels.queue_sms(phone=number, text=text, by=system("authentication"), now=now, pressing=True)


@transaction.atomic
def pretend(*, phone: str, purpose: Purpose, address: str, now: datetime) -> None:
    """As `send` in all that can be seen, but nothing goes out: whoever asks doesn't learn that nobody has this phone."""
    _make(_number(phone), purpose, address, now)


def check(*, phone: str, purpose: Purpose, typed: str, now: datetime) -> None:
    """Use up the code. Raises Refusal `code_form`, `code_wrong` or `code_over`.

    Never inside a verb's transaction: a wrong try stays counted though it is refused.
    """
    digits = rules.typed_code(typed)
    left = _try(_number(phone), purpose, digits, now)
    if left is None:
        raise Refusal("code_over", "这个验证码已经不能用了", "验证码 5 分钟内有效，只能用一次；请重新获取", "code")
    if left >= 0:
        again = f"还可以试 {left} 次" if left else "请重新获取验证码"
        raise Refusal("code_wrong", f"验证码不对，{again}", "请看最近一条短信里的 6 位数字", "code")


RIGHT = -1


@transaction.atomic(durable=True)
def _try(number: str, purpose: Purpose, digits: str, now: datetime) -> int | None:
    """RIGHT, or how many tries are left; None when there is nothing to try."""
    sent = Code.objects.select_for_update().filter(phone_index=_index(number), purpose=purpose, at__gt=now - rules.DAY)
    code = sent.order_by("-at", "-pk").first()
    if code is None or code.used_at or code.expires_at <= now or not code.tries_left:
        return None
    if hmac.compare_digest(bytes(code.digest), _digest(code, digits)):
        code.used_at = now
        code.save(update_fields=["used_at"])
        return RIGHT
    code.tries_left -= 1
    code.save(update_fields=["tries_left"])
    return code.tries_left


def forget_old(*, now: datetime) -> int:
    """What no limit asks about any more."""
    return Code.objects.filter(at__lt=now - 2 * rules.DAY).delete()[0]


def _make(number: str, purpose: Purpose, address: str, now: datetime) -> str:
    asks = f"code:{limits.place(address)}"
    if limits.reached(asks, most=rules.MOST_FROM_ADDRESS, now=now):
        raise Refusal(
            "code_address", "从这个网络要验证码的人太多了，请 15 分钟后再试", "也可以用密码登录，或到窗口办理", "phone"
        )
    lately = Code.objects.filter(phone_index=_index(number), at__gt=now - rules.DAY)
    rules.check_may_send(purpose, list(lately.order_by("-at").values_list("purpose", "at")), now=now)
    limits.note(asks, now=now)
    digits = f"{secrets.randbelow(10**rules.DIGITS):0{rules.DIGITS}}"
    code = Code(phone_index=_index(number), purpose=purpose, at=now, expires_at=now + rules.LASTS)
    code.tries_left, code.digest = rules.TRIES, _digest(code, digits)
    code.save()
    return digits


def _number(phone: str) -> str:
    number = phone_as_stored(phone)
    rules.phone(number)
    return number


def _digest(code: Code, digits: str) -> bytes:
    return blind_index(f"{code.public_id}\0{digits}", purpose=f"code:{code.purpose}")


def _index(number: str) -> bytes:
    return blind_index(number, purpose="phone")
