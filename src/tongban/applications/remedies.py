"""权利救济: until which day, and where, one may ask for a review of an act or go to court. Pure.

《行政复议法》第二十条: sixty days from the day one knew; 《行政诉讼法》第四十六条: six months. A last day that is a rest day moves
to the next working day (民法典第二百零三条).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongban.flow import rules as clocks
from tongban.kernel.workdays import WorkCalendar

RECONSIDERATION = clocks.Limit(60, "day")
SUIT = clocks.Limit(6, "month")


@dataclass(frozen=True)
class Remedy:
    """One way, with its last day (None until the act was delivered)."""

    name: str
    to: str
    limit: str
    until: date | None
    basis: str
    how: tuple[str, ...]


def remedies(known_on: date | None, calendar: WorkCalendar, *, region: str, silent: bool = False) -> list[Remedy]:
    """`known_on`: the day the act was delivered, or, for silence (`silent`), the day the limit ran out."""

    def last(limit: clocks.Limit) -> date | None:
        return clocks.due_on(known_on, limit, calendar) if known_on else None

    start = "办理期限届满之日" if silent else "知道决定之日"
    first = (
        ("没有按期作出决定的，应当先申请行政复议，对复议决定不服再起诉（《行政复议法》第二十三条）。",)
        if silent
        else ()
    )
    return [
        Remedy(
            "行政复议", f"{region}人民政府", f"自{start}起六十日内", last(RECONSIDERATION), "《行政复议法》第二十条",
            (
                "写一份申请书：您是谁、对哪个决定不服、要求什么、理由；也可以口头申请，由复议机构记录。",
                "附上身份证明和决定书（本页可下载），交到复议机构，或邮寄、在线提交。",
                "不收费。五日内告诉您是否受理，一般六十日内作出复议决定。",
            ),
        ),
        Remedy(
            "行政诉讼", f"{region}人民法院", f"自{start}起六个月内", last(SUIT), "《行政诉讼法》第四十六条",
            (
                *first,
                "向法院立案庭递交起诉状，书写有困难的可以口头起诉；也可以网上立案。",
                "附上身份证明和决定书。法院七日内决定是否立案。",
                "先申请了行政复议的，对复议决定不服，自收到之日起十五日内起诉。",
            ),
        ),
    ]  # fmt: skip
