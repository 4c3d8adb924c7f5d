"""How a template is checked and filled, which way a message takes, and how several become one. Plain values only."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from stdnum.iso7064 import mod_11_2

from tongban.kernel import wording
from tongban.kernel.refusals import Invalid, Refusal
from tongban.notices.kinds import Kind, Words

Channel = Literal["sms", "mail", "letter"]
PARTS: Final = {"title": "标题", "text": "站内消息", "sms": "短信", "letter": "信函"}
LONGEST: Final = {"title": 60, "text": 300, "sms": 250, "letter": 2000}
STORED: Final = {"title": 100, "text": 500}
WISHES: Final = {"sms": "短信", "mail": "邮件", "both": "短信和邮件", "site": "只在本站看"}
DIGEST_LONGEST = 260
"""Characters of one SMS for several messages: four parts with the signature."""

_ID_NUMBER = re.compile(r"(?<![0-9])([0-9]{17}[0-9Xx])(?![0-9])")


def check(words: Words, kind: Kind) -> Words:
    """The words as kept, or Invalid with every fault: what is empty, too long, or names no variable of this kind."""
    faults: list[Refusal] = []
    kept = {part: text.replace("\r\n", "\n").strip() for part, text in words.as_dict().items()}
    for part, text in kept.items():
        faults += [_fault(part, *said) for said in _faults_in(part, text, kind)]
    if faults:
        raise Invalid(faults)
    return Words(**kept)


def _faults_in(part: str, text: str, kind: Kind) -> list[tuple[str, str, str]]:
    found = []
    if not text and part in ("title", "text"):
        found.append(("template_empty", f"{PARTS[part]}不能空着", "短信和信函可以空着，空着就不发"))
    if len(text) > LONGEST[part]:
        found.append(("template_too_long", f"{PARTS[part]}最多 {LONGEST[part]} 个字，现在 {len(text)} 个", ""))
    allowed = wording.listed(kind.variables)
    for name in wording.unknown(text, kind.variables):
        found.append(("template_variable_unknown", f"{PARTS[part]}里没有“{{{name}}}”这个变量", f"可以用：{allowed}"))
    if wording.unpaired(text):
        found.append(
            ("template_brace", f"{PARTS[part]}里有一个花括号没有成对", f"变量写成 {{事项}} 这样；可以用：{allowed}")
        )
    if part in ("title", "sms") and "\n" in text:
        found.append(("template_lines", f"{PARTS[part]}只能有一行", "请删去换行"))
    if with_hidden_ids(text) != text:
        found.append(
            ("template_id_number", f"{PARTS[part]}里写了一个完整的身份证号码", "通知里不出现身份证号码，请删去")
        )
    return found


def _fault(part: str, code: str, reason: str, hint: str) -> Refusal:
    return Refusal(code, reason, hint, part)


def fill(words: Words, values: Mapping[str, str]) -> Words:
    """The texts of one message. A variable without a value stays empty; a full ID number never leaves."""

    def filled(part: str, text: str) -> str:
        made = with_hidden_ids(wording.filled(text, values))
        longest = STORED.get(part)
        return made if longest is None or len(made) <= longest else made[: longest - 1] + "…"

    return Words(**{part: filled(part, text) for part, text in words.as_dict().items()})


def with_hidden_ids(text: str) -> str:
    def hidden(found: re.Match[str]) -> str:
        number = found[1].upper()
        is_one = mod_11_2.calc_check_digit(number[:-1]) == number[-1]
        return f"{number[:3]}***********{number[-4:]}" if is_one else found[0]

    return _ID_NUMBER.sub(hidden, text)


@dataclass(frozen=True)
class Reach:
    """How a person can be reached now: what is known, confirmed, and not on the bounce list."""

    sms: bool
    mail: bool
    wish: str = "sms"


def ways(reach: Reach, kind: Kind, words: Words) -> list[Channel]:
    """The channels a message takes, besides the site. Who can't be reached otherwise gets a letter."""
    if not words.sms and not words.letter:
        return []
    if reach.wish == "site" and not kind.must:
        return []
    wished: Sequence[Channel] = {"mail": ("mail",), "both": ("sms", "mail")}.get(reach.wish, ("sms",))  # type: ignore[assignment]
    can: dict[Channel, bool] = {"sms": reach.sms and bool(words.sms), "mail": reach.mail}
    taken = [channel for channel in wished if can[channel]] or [channel for channel in can if can[channel]][:1]
    if taken:
        return taken
    return ["letter"] if words.letter and not reach.sms else []


def next_way(reach: Reach, tried: Collection[str], *, has_letter: bool) -> Channel | None:
    """After one way failed."""
    if reach.mail and "mail" not in tried:
        return "mail"
    if reach.sms and "sms" not in tried:
        return "sms"
    return "letter" if has_letter and "letter" not in tried else None


def digest_sms(texts: Sequence[str], titles: Sequence[str]) -> str:
    """Several messages as one: whole while that is short enough, else by title."""
    if len(texts) == 1:
        return texts[0]
    whole = f"您有{len(texts)}条办事消息：" + " ".join(f"{at}.{text}" for at, text in enumerate(texts, 1))
    if len(whole) <= DIGEST_LONGEST:
        return whole
    brief = f"您有{len(texts)}条办事消息：{'；'.join(titles)}。请登录查看全文。"
    return brief if len(brief) <= DIGEST_LONGEST else f"您有{len(texts)}条办事消息，请登录查看。"


def digest_mail(texts: Sequence[str], titles: Sequence[str]) -> tuple[str, str]:
    """Subject and text."""
    if len(texts) == 1:
        return titles[0], texts[0]
    body = "\n\n".join(f"{at}. {title}\n{text}" for at, (title, text) in enumerate(zip(titles, texts, strict=True), 1))
    return f"您有 {len(texts)} 条办事消息：{titles[0]}等", body
