"""What a card's number and a PIN may be. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import normalise

MOST_WRONG = 10
"""Wrong PINs in a row, over days, that lock a card until the administrator looks at it."""
Stop = Literal["lost", "suspended", "ended"]
STATES: Mapping[str, str] = MappingProxyType({"active": "在用", "lost": "挂失", "suspended": "停用", "ended": "收回"})


def card_number(typed: str, *, field: str = "number") -> str:
    """As readers and people write it, as it is stored, or a Refusal."""
    number = normalise(typed)
    if not re.fullmatch(r"[0-9A-Z]{6,32}", number):
        raise Refusal(
            "card_number_form", "卡号应为 6 至 32 位数字或字母", "卡号印在卡面上；有读卡器的，把卡放上去", field
        )
    return number


def pin(typed: str, *, field: str = "pin") -> str:
    """Six to twelve digits that are not the first that anybody tries."""
    digits = normalise(typed)
    if not re.fullmatch(r"[0-9]{6,12}", digits):
        raise Refusal("pin_form", "PIN 应为 6 至 12 位数字", "例如用一串只有本人知道的数字", field)
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
    if len(set(digits)) < 3 or steps in ({1}, {9}):
        raise Refusal("pin_weak", "这个 PIN 太容易猜到", "不要用重复或连续的数字，例如 111111、123456", field)
    return digits
