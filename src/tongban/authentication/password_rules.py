"""密码: what makes one easy to guess. No forced mixture of signs: length and being one's own matter. Plain values only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from tongban.kernel.refusals import Refusal

SHORTEST, LONGEST = 8, 128
HINT = "可以用三四个不相干的词连起来，容易记，也难猜"
_WALKS: Final = (
    "01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba",
    "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "!@#$%^&*()",
    "1q2w3e4r5t6y7u8i9o0p",
)  # fmt: skip
_PIECES: Final = (
    "passw0rd", "p@ssw0rd", "p@ssword", "password", "admin", "root", "user", "test", "guest", "login", "welcome",
    "tongban", "zhengwu", "zwfw", "yunjiang", "chongqing", "zhongguo", "china", "woaini", "iloveyou", "qwerty", "qwer",
    "asdf", "zxcv", "qaz", "wsx", "abcd", "abc", "aa", "a", "qq", "wx", "5201314", "1314520", "1314", "520", "521",
    "123456789", "12345678", "1234567", "123456", "12345", "1234", "123", "666", "888", "999", "000", "111", "168", "518",
    r"(?:19|20)\d\d", "[!@#$.*_-]",
)  # fmt: skip
_KNOWN = re.compile(f"(?:{'|'.join(_PIECES)})+")
OWN_LEAST = 8
"""Characters that must be left when what others know of the person is taken out."""


def check(password: str, *, known: Sequence[str], is_common: Callable[[str], bool], field: str = "new") -> None:
    """Raise Refusal unless it may be used. `known`: what others may know of its owner (`facts_of`)."""
    lowered = password.lower()
    if len(password) < SHORTEST:
        raise Refusal("password_short", f"密码至少 {SHORTEST} 位，现在 {len(password)} 位", HINT, field)
    if len(password) > LONGEST:
        raise Refusal("password_long", f"密码最多 {LONGEST} 位", "", field)
    if is_common(lowered) or _KNOWN.fullmatch(lowered):
        raise Refusal("password_common", "这个密码太常见，很快就会被猜中", HINT, field)
    if len(set(lowered)) < 4 or any(lowered in walk for walk in _WALKS):
        raise Refusal("password_simple", "密码不能只是重复的字或键盘上连着的键", HINT, field)
    if (own := _without(lowered, known)) != lowered and len(own) < OWN_LEAST:
        raise Refusal(
            "password_personal",
            "密码里不要用自己的账号名、姓名、生日、证件号或手机号",
            f"别人也知道这些；{HINT}",
            field,
        )


def facts_of(*, username: str = "", name: str = "", id_number: str = "", phone: str = "") -> list[str]:
    """What a stranger who knows the person would try first; the longest first."""
    birthday = id_number[6:14] if len(id_number) == 18 else ""
    facts = {
        username, name, id_number, id_number[-6:], birthday, birthday[2:],
        phone, phone[-8:], phone[-6:], *re.split(r"[_.\-@]", username),
    }  # fmt: skip
    return sorted((one.lower() for one in facts if len(one) >= (2 if not one.isascii() else 4)), key=len, reverse=True)


def _without(password: str, known: Sequence[str]) -> str:
    for fact in known:
        password = password.replace(fact, "")
    return password
