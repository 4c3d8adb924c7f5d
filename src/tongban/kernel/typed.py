"""Numbers as people type and read them. Pure."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""NUL, and halves of characters, which JSON can carry and UTF-8 can't."""


def normalise(typed: str) -> str:
    """A number as people type it (spaces, hyphens, full-width digits, lower case) as it is stored."""
    half_width = typed.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
    return re.sub(r"[\s\-—–·.\0]", "", half_width).upper()


def grouped(number: str) -> str:
    """The number in the groups people read aloud: 500199 20261122 00000001 K."""
    return f"{number[:6]} {number[6:14]} {number[14:-1]} {number[-1]}"


def unstorable(value: object) -> bool:
    """Whether a text anywhere in a parsed JSON value holds characters that can't be stored."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text if _UNSTORABLE.search(text):
                return True
            case dict() as pairs:
                waiting += [*pairs, *pairs.values()]
            case list() as values:
                waiting += values
    return False
