"""基本编码: region 2 + type 2 + department 2 + main item 3 + sub-item 3, for items whose source gives no code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MOST = 999


class Codes:
    """Gives out codes that are free, counting on from those there are; items of one 主项 stand together."""

    def __init__(self, region: str, known: Iterable[tuple[str, str]]) -> None:
        """`region` is a region's code; `known` are the codes there are, each with its 主项."""
        self.region = region[:2]
        self.taken: set[str] = set()
        self.mains: dict[str, int] = {}
        self.subs: dict[str, int] = {}
        self.groups: dict[tuple[str, str], str] = {}
        self.spare: dict[str, Iterator[str]] = {}
        for code, main_name in known:
            self._learn(code, main_name)

    def next(self, *, type_code: str, department: str, main_name: str) -> str:
        """The next free code. 000 marks an item that stands alone. Raises LookupError when none is left."""
        head = self.region + type_code + department
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
        if re.fullmatch(r"[0-9]{12}", code):
            head, group, sub = code[:6], code[:9], int(code[9:])
            self.mains[head] = max(self.mains.get(head, 0), int(code[6:9]))
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
