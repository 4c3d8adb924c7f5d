"""保存期限: by which rule a case is kept how long, and what keeps it longer. Plain values.

《个人信息保护法》第十九条: as short as the purpose needs, unless a law says otherwise. For cases that is their file's 保管期限.
《机关文件材料归档范围和文书档案保管期限规定》(国家档案局令第8号) and 《机关档案管理规定》(令第13号) know three: 永久, 定期30年,
定期10年; which of them an item has, its body's 保管期限表 says. A shorter time than was in force is given by two people, and counts
only after some days, so that a mistake is seen before anything is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tongban.kernel.refusals import Refusal, demand

PERMANENT: Final = 0
_ARCHIVES: Final = "《机关档案管理规定》（国家档案局令第13号），定期 {} 年"


@dataclass(frozen=True)
class Rule:
    """`years` after the year of closing; 0: for ever."""

    years: int
    source: str
    own: bool = False
    """Set for this item, not the default of its type."""

    @property
    def words(self) -> str:
        return f"{self.years} 年" if self.years else "永久"


_THIRTY = Rule(30, _ARCHIVES.format(30))
_TEN = Rule(10, _ARCHIVES.format(10))
DEFAULTS: Final[Mapping[str, Rule]] = {
    "01": _THIRTY,
    "02": _THIRTY,
    "03": _THIRTY,
    "07": Rule(PERMANENT, "《机关档案管理规定》（国家档案局令第13号），永久：确认身份、权属的"),
    "09": _THIRTY,
}
"""By 事项类型 (GB/T 39046-2020 A.1); every other type: ten years. Local tables of 保管期限 take their place item by item."""
TERMS: Final = (10, 30, PERMANENT)
"""What the archives' regulations know: no other."""
WAITS: Final = timedelta(days=30)
"""Between a shortening and its first effect."""
CAUSES: Final = {"complaint": "投诉、信访", "litigation": "复议、诉讼", "supervision": "监督检查、审计、办案"}


def default(type_code: str) -> Rule:
    return DEFAULTS.get(type_code, _TEN)


def due_on(closed_on: date, rule: Rule) -> date | None:
    """The first day on which the case may be anonymised: years count from the 1st of January after the closing."""
    return date(closed_on.year + 1 + rule.years, 1, 1) if rule.years else None


def check_rule(years: int, source: str) -> None:
    """Raises Refusal."""
    demand(
        years in TERMS, "retention_years", "保管期限只有 10 年、30 年和永久三种", "请对照本机关的保管期限表", "years"
    )
    demand(4 <= len(source.strip()) <= 200, "retention_source", "请写明依据（4 至 200 个字）", "", "source")


def shortens(years: int, current: Rule) -> bool:
    """Whether cases would go earlier than by the rule in force."""
    return years != PERMANENT and (current.years == PERMANENT or years < current.years)


def check_hold(cause: str, reason: str) -> str:
    """Raises Refusal."""
    demand(cause in CAUSES, "hold_cause", "请选择暂缓的原因", "", "cause")
    words = reason.replace("\0", "").strip()
    if not 5 <= len(words) <= 500:
        raise Refusal("hold_reason", "请写明理由（5 至 500 个字）", "例如案号、信访件编号", "reason")
    return words
