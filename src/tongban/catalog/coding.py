"""编码方案: how an instance's items and editions are numbered. Pure; the database keeps every code once.

An instance chooses one by `coding` in its settings: `national` (12, 31 and 33 characters, as the national platform
numbers), `gbt39046` (an..10 and an..24 of GB/T 39046-2020) or `external` (another system gives the codes).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from tongban.catalog.content.labels import TYPES
from tongban.kernel.refusals import Refusal

MOST = 999
LONGEST = 50
"""What the columns hold."""


@dataclass(frozen=True)
class Holder:
    """The body that an implementing code names. `level` is its 行使层级, 2 to 6 (A.2)."""

    key: str
    uscc: str | None
    level: int


class Numbering(Protocol):
    def next(self, *, type_code: str, department: str, main_name: str) -> str:
        """The next free code. Raises LookupError when none is left."""


class Scheme(Protocol):
    """One way of numbering. `example` is shown beside the field where a code is typed."""

    key: str
    name: str
    example: str

    def validate(self, code: str) -> Refusal | None:
        """What is wrong with an item's code, in words; None when nothing is."""

    def validate_implementing(self, code: str) -> Refusal | None:
        """The same for an edition's code."""

    def implementing(self, item: str, body: Holder) -> str:
        """实施编码 of the edition that a body has of an item."""

    def numbering(self, region: str, known: Iterable[tuple[str, str]]) -> Numbering:
        """Gives out free codes for items of a region (its code); `known` are the codes there are, each with its 主项."""


def _wrong(what: str, code: str, should: str, field: str = "code") -> Refusal:
    return Refusal("code_form", f"{what}“{code[:60]}”{should}", "请对照编码规则修改", field)


class National:
    """国家平台编码: 基本编码 12 = region 2 + type 2 + department 2 + main item 3 + sub-item 3; 实施编码 31 = USCC 18
    of the body + level 1 + 12; 业务办理项编码 33 = 31 + 2."""

    key, name, example = "national", "国家平台编码（12/31/33 位）", "500127005011"

    def validate(self, code: str) -> Refusal | None:
        if not re.fullmatch(r"[0-9]{4}[0-9A-Z]{2}[0-9]{6}", code):
            should = "应为 12 位：区划 2 位、类型 2 位、部门 2 位、主项 3 位、子项 3 位"
            return _wrong("事项编码", code, should)
        if code[2:4] not in TYPES:
            return _wrong("事项编码", code, f"的第 3、4 位“{code[2:4]}”不是事项类型代码")
        return None

    def validate_implementing(self, code: str) -> Refusal | None:
        if wrong := self.validate(code[-12:]):
            return _wrong("实施编码", code, "的末 12 位应为基本编码：" + wrong.reason, "edition_code")
        if not re.fullmatch(r"[0-9A-Za-z_]{1,37}[2-7]", code[:-12]):
            return _wrong("实施编码", code, "应为机构代码 18 位、层级 1 位（2 至 7）、基本编码 12 位", "edition_code")
        return None

    def implementing(self, item: str, body: Holder) -> str:
        """A body without a USCC is named by its key."""
        return f"{_holder(body, LONGEST - 13)}{body.level}{item}"

    def handling(self, implementing: str, number: int) -> str:
        """业务办理项编码. Raises ValueError outside 1 to 99."""
        if not 1 <= number <= 99:
            raise ValueError(number)
        return f"{implementing}{number:02d}"

    def numbering(self, region: str, known: Iterable[tuple[str, str]]) -> Numbering:
        return Codes(region[:2], known)


class Gbt39046:
    """GB/T 39046-2020: 基本编码 an..10 = type 2 + department 2 + main item 3 + sub-item 3 (the standard leaves the parts
    open); 实施编码 an..24 = 10 + the nine characters of the body's organisation code + level 1."""

    key, name, example = "gbt39046", "GB/T 39046 编码（10/24 位）", "0127005011"

    def validate(self, code: str) -> Refusal | None:
        if not re.fullmatch(r"[0-9A-Z]{4,10}", code):
            return _wrong("事项编码", code, "应为 4 至 10 位数字或大写字母")
        return None

    def validate_implementing(self, code: str) -> Refusal | None:
        if not re.fullmatch(r"[0-9A-Z]{14,24}", code):
            return _wrong("实施编码", code, "应为 14 至 24 位数字或大写字母", "edition_code")
        return None

    def implementing(self, item: str, body: Holder) -> str:
        """A body without a USCC is named by nine characters made from its key."""
        named = "X" + hashlib.sha256(body.key.encode()).hexdigest()[:8].upper()
        return f"{item}{body.uscc[8:17] if body.uscc else named}{body.level}"

    def numbering(self, region: str, known: Iterable[tuple[str, str]]) -> Numbering:
        return Codes("", known)


class External:
    """外部编码: another system gives the codes, and they are kept as they are; what comes without one gets L and a
    number."""

    key, name, example = "external", "外部编码（原样保留）", "511X01-1-00"

    def validate(self, code: str) -> Refusal | None:
        if not re.fullmatch(r"[0-9A-Za-z._:/-]{1,40}", code):
            return _wrong("事项编码", code, "应为 1 至 40 位，只用数字、字母和 . _ : / -")
        return None

    def validate_implementing(self, code: str) -> Refusal | None:
        if not re.fullmatch(r"[0-9A-Za-z._:/@-]{1,50}", code):
            return _wrong("实施编码", code, "应为 1 至 50 位，只用数字、字母和 . _ : / @ -", "edition_code")
        return None

    def implementing(self, item: str, body: Holder) -> str:
        return f"{item}@{_holder(body, LONGEST - len(item) - 1)}"

    def numbering(self, region: str, known: Iterable[tuple[str, str]]) -> Numbering:
        return _Serial(known)


NATIONAL, GBT39046, EXTERNAL = National(), Gbt39046(), External()
SCHEMES: dict[str, Scheme] = {scheme.key: scheme for scheme in (NATIONAL, GBT39046, EXTERNAL)}


def scheme(key: str) -> Scheme:
    """Raises Refusal when an instance's settings name one that isn't there."""
    if key not in SCHEMES:
        raise Refusal("coding_unknown", f"没有编码方案“{key}”", f"可以选：{'、'.join(SCHEMES)}", "coding")
    return SCHEMES[key]


def _holder(body: Holder, room: int) -> str:
    """The body in as many characters as there are; one too long keeps its head and a mark that tells it apart."""
    named = body.uscc or body.key
    if len(named) <= room:
        return named
    return named[: max(room - 6, 0)] + hashlib.sha256(named.encode()).hexdigest()[: min(room, 6)]


class Codes:
    """Gives out codes that are free, counting on from those there are; items of one 主项 stand together."""

    def __init__(self, prefix: str, known: Iterable[tuple[str, str]]) -> None:
        """`prefix` stands before type and department; `known` are the codes there are, each with its 主项."""
        self.prefix = prefix
        self.head = len(prefix) + 4
        self.taken: set[str] = set()
        self.mains: dict[str, int] = {}
        self.subs: dict[str, int] = {}
        self.groups: dict[tuple[str, str], str] = {}
        self.spare: dict[str, Iterator[str]] = {}
        for code, main_name in known:
            self._learn(code, main_name)

    def next(self, *, type_code: str, department: str, main_name: str) -> str:
        """The next free code. 000 marks an item that stands alone. Raises LookupError when none is left."""
        head = self.prefix + type_code + department
        group = self.groups.get((head, main_name)) if main_name else None
        if group is None and self.mains.get(head, 0) < MOST:
            group = f"{head}{self.mains.get(head, 0) + 1:03d}"
        if group and self.subs.get(group, 0) < MOST:
            code = f"{group}{self.subs.get(group, 0) + 1 if main_name else 0:03d}"
        else:
            code = self._spare(head)
        self._learn(code, main_name)
        return code

    def _learn(self, code: str, main_name: str) -> None:
        self.taken.add(code)
        if len(code) == self.head + 6 and code[self.head :].isdecimal() and code.isascii():
            head, group, sub = code[: self.head], code[: self.head + 3], int(code[self.head + 3 :])
            self.mains[head] = max(self.mains.get(head, 0), int(group[self.head :]))
            self.subs[group] = max(self.subs.get(group, 0), sub)
            if main_name:
                self.groups.setdefault((head, main_name), group)

    def _spare(self, head: str) -> str:
        """With all main numbers given out, unused sub-numbers are borrowed, from the end."""
        if head not in self.spare:
            self.spare[head] = (
                f"{head}{main:03d}{sub:03d}" for main in range(MOST, 0, -1) for sub in range(MOST, 0, -1)
            )
        for code in self.spare[head]:
            if code not in self.taken:
                return code
        raise LookupError(head)


class _Serial:
    """L and a number, behind the highest there is."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self.last = max((int(code[1:]) for code, _ in known if re.fullmatch(r"L[0-9]{8}", code)), default=0)

    def next(self, *, type_code: str, department: str, main_name: str) -> str:
        self.last += 1
        if self.last > 99_999_999:
            raise LookupError("L")
        return f"L{self.last:08d}"
