"""验证码: how long one lives, how often one is sent, and what its message says. Plain values only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from tongban.kernel.refusals import Refusal

Purpose = Literal["sign_in", "register", "phone", "confirm", "delegation", "submit"]
PURPOSES: Final[dict[Purpose, str]] = {
    "sign_in": "登录", "register": "注册", "phone": "确认手机号", "confirm": "确认是您本人", "delegation": "确认委托",
    "submit": "确认提交",
}  # fmt: skip
DIGITS = 6
LASTS = timedelta(minutes=5)
TRIES = 5
BETWEEN = timedelta(seconds=60)
"""From one message to the next, to one phone for one purpose."""
MOST_A_DAY = 10
"""To one phone for the purposes of a kind: with five tries each, one guess in 20,000 is right."""
ASKED_BY_ANYBODY: Final[frozenset[str]] = frozenset({"sign_in", "register"})
"""Counted apart from what only its owner, signed in, can ask for: a stranger doesn't use up the codes of that."""
DAY = timedelta(hours=24)
MOST_FROM_ADDRESS = 60
"""Within a quarter of an hour: a whole hall may stand behind one address."""


def phone(digits: str) -> None:
    """Raise Refusal unless messages reach such a number."""
    if not re.fullmatch(r"1[3-9][0-9]{9}", digits):
        raise Refusal("code_phone", "验证码只能发到手机", "请填 11 位手机号；没有手机，请用密码或到窗口办理", "phone")


def check_may_send(purpose: Purpose, sent: Sequence[tuple[str, datetime]], *, now: datetime) -> None:
    """`sent`: purpose and time of what went to this phone lately. Raises Refusal."""
    within = [
        (what, at)
        for what, at in sent
        if at > now - DAY and (what in ASKED_BY_ANYBODY) == (purpose in ASKED_BY_ANYBODY)
    ]
    if len(within) >= MOST_A_DAY:
        raise Refusal(
            "code_too_many", "今天发到这个号码的验证码太多了", "请明天再试，或用密码登录；急事可到窗口办理", "phone"
        )
    last = max((at for what, at in within if what == purpose), default=None)
    if last is not None and now < last + BETWEEN:
        seconds = -int(-(last + BETWEEN - now).total_seconds() // 1)
        raise Refusal("code_too_soon", f"验证码刚刚发出，请 {seconds} 秒后再要一次", "短信有时要等一会儿才到", "phone")


def typed_code(typed: str) -> str:
    """Six digits, however they were typed (full-width, with spaces), or a Refusal."""
    digits = re.sub(r"[\s-]", "", typed)
    if re.fullmatch(rf"[0-9０-９]{{{DIGITS}}}", digits):
        return "".join(str(int(one)) for one in digits)
    raise Refusal("code_form", "验证码是 6 位数字", "请照短信里的数字填写", "code")


def message(code: str, purpose: Purpose) -> str:
    return f"验证码 {code}，用于{PURPOSES[purpose]}，5 分钟内有效。工作人员不会向您索要，请不要告诉任何人。"
