"""姓名 and numbers as people type them, so that one name is one string: what can't be seen is refused, what only looks
different is made the same. Pure."""

from __future__ import annotations

import re
import unicodedata

from tongban.kernel.refusals import Refusal

LONGEST = 60
_DOTS = str.maketrans(dict.fromkeys("•‧∙・･⋅●．。.ᐧ", "·"))
"""What stands for the dot between the parts of a name (GB 18030: 间隔号 ·)."""
_SPACES = re.compile(r"\s+")
_ALLOWED = re.compile(r"[^\W\d_]|[ ·.'’\-]")
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by their category, and blank all the same."""
_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")


def name(typed: str, *, field: str = "name") -> str:
    """The name of a person as stored, or a Refusal.

    Full-width letters, the compatibility forms of characters (⼀ for 一) and the many dots become the usual ones. Signs that
    can't be seen or that turn the direction of writing, letters of two scripts in one word (Latin and Cyrillic а look
    alike), digits and other signs are refused.
    """
    refuse_hidden(typed, field=field)
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", unicodedata.normalize("NFKC", typed)).strip())
    if not text:
        raise Refusal("name_empty", "请填写姓名", "与证件上一致", field)
    if len(text) > LONGEST:
        raise Refusal("name_long", f"姓名太长，最多 {LONGEST} 个字", "与证件上一致", field)
    if _HAN.search(text):
        text = re.sub(" ?· ?", "·", text.translate(_DOTS))
    if strange := next((sign for sign in text if not _fits(sign)), ""):
        raise Refusal("name_sign", f"姓名里有不该有的字符“{strange}”", "请按证件上的姓名填写，不带称呼和编号", field)
    if len(scripts := {_script(sign) for sign in text} - {""}) > 1 and scripts != {"HAN", "LATIN"}:
        raise Refusal(
            "name_mixed", "姓名里混用了不同文字中样子相近的字母", "请只用一种文字，按证件上的姓名重新输入", field
        )
    return text


def refuse_hidden(typed: str, *, field: str) -> None:
    """Raise Refusal when there are signs in it that nobody sees: zero-width ones, those that turn the direction, controls."""
    if any(_is_hidden(sign) for sign in typed):
        raise Refusal(
            "hidden_signs", "输入的内容里有看不见的字符", "多半是复制来的，请删去这一栏，再用键盘输入一遍", field
        )


def _is_hidden(sign: str) -> bool:
    selects = "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"
    by_category = unicodedata.category(sign) in ("Cf", "Cc", "Cs", "Co", "Cn") and sign not in "\t\r\n"
    return selects or by_category or sign in _UNSEEN


def _fits(sign: str) -> bool:
    """A letter, a mark on one, or what joins the parts of a name; no radical that only looks like a character."""
    if "\u2e80" <= sign <= "\u2fdf":
        return False
    return bool(_ALLOWED.fullmatch(sign)) or sign == "〇" or unicodedata.category(sign) in ("Mn", "Mc")


def _script(sign: str) -> str:
    """HAN, LATIN, CYRILLIC …; empty for what belongs to none."""
    if _HAN.match(sign):
        return "HAN"
    return unicodedata.name(sign, "").partition(" ")[0] if unicodedata.category(sign).startswith("L") else ""
