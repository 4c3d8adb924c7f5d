"""Which tasks a list shows: as the address says it, and as the same address again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Literal, get_args
from urllib.parse import urlencode

Whose = Literal["all", "mine", "pool", "done", "body", "escalated"]
WHOSE: Mapping[Whose, str] = {
    "mine": "我的",
    "pool": "待认领",
    "all": "全部",
    "done": "已完成",
    "body": "本部门",
    "escalated": "督办",
}
LAMPS = {"over": "超期", "near": "临近期限", "ok": "正常", "paused": "暂停或不设期限"}
SEEN = {"no": "未查看", "yes": "已查看"}
LONGEST = 40


@dataclass(frozen=True)
class Wanted:
    """Empty means any. `words` stand in the title, `holder` is an account."""

    whose: Whose = "all"
    act: str = ""
    words: str = ""
    step: str = ""
    lamp: str = ""
    seen: str = ""
    opened_from: date | None = None
    opened_until: date | None = None
    holder: int | None = None

    @property
    def is_filtered(self) -> bool:
        """Beside whose and which act: rows have to be looked through."""
        return replace(self, whose="all", act="") != Wanted()

    def query(self) -> str:
        """As an address has it, in one order, without what is empty."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({name: value for name, value in said.items() if value and (name, value) != ("whose", "all")})


def read(sent: Mapping[str, str]) -> Wanted:
    """From an address. What makes no sense is as if it had not been sent."""

    def text(name: str) -> str:
        return sent.get(name, "").replace("\0", "").strip()[:LONGEST]

    whose, holder = text("whose"), text("holder")
    return Wanted(
        whose=whose if whose in get_args(Whose) else "all",  # type: ignore[arg-type]
        act=text("act"),
        words=text("words"),
        step=text("step"),
        lamp=text("lamp") if text("lamp") in LAMPS else "",
        seen=text("seen") if text("seen") in SEEN else "",
        opened_from=_day(text("opened_from")),
        opened_until=_day(text("opened_until")),
        holder=int(holder) if holder.isascii() and holder.isdigit() and len(holder) < 18 else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
