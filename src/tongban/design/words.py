"""Dates, amounts and numbers as people here read them. Dates are those of Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"


def date_cn(value: date | datetime | None, *, year: bool = False) -> str:
    """3月22日, or 2021年3月22日."""
    if value is None:
        return ""
    day = local(value) if isinstance(value, datetime) else value
    return (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"


def datetime_cn(value: datetime | None, *, year: bool = False) -> str:
    """3月22日 09:14."""
    return "" if value is None else f"{date_cn(value, year=year)} {local(value):%H:%M}"


def weekday_cn(value: date | datetime | None) -> str:
    """星期一."""
    if value is None:
        return ""
    return "星期" + WEEKDAYS[(local(value) if isinstance(value, datetime) else value).weekday()]


def number(value: float | Decimal | None, places: int | None = None) -> str:
    """1,234,567; decimals as they are, or rounded to `places`."""
    if value is None:
        return ""
    return f"{value:,}" if places is None else f"{value:,.{places}f}"


def percent(ratio: float | Decimal | None, places: int = 1) -> str:
    """0.873 → 87.3%."""
    return "" if ratio is None else f"{Decimal(str(ratio)) * 100:.{places}f}%"


def fen(value: int | None) -> str:
    """Money is kept in fen and read in 元: 123456 → 1,234.56 元."""
    if value is None:
        return ""
    whole, rest = divmod(abs(value), 100)
    return ("-" if value < 0 else "") + f"{whole:,}" + (f".{rest:02d}" if rest else "") + " 元"


def local(value: datetime) -> datetime:
    return value.astimezone(SHANGHAI) if value.tzinfo else value
