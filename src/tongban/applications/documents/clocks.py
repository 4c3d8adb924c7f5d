"""时限计算单 as PDF: the same words as the page and the API, from the same sheets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.applications.documents.common import FOLDER, head
from tongban.applications.models import Application
from tongban.design.documents import compile_pdf
from tongban.design.words import date_cn, datetime_cn, weekday_cn
from tongban.flow import queries as flow
from tongban.flow import rules as clocks
from tongban.kernel.clock import date_of

UNITS = {"working_day": "个工作日", "day": "日", "month": "个月", "hour": "小时"}


def sheet_pdf(case: Application, *, now: datetime) -> bytes:
    sheets = flow.sheets(case.number, today=date_of(now))
    facts = {"title": "时限计算单", "on": date_of(now), "sheets": [_sheet(one) for one in sheets]}
    return compile_pdf(FOLDER / "clock.typ", {**head(case), **facts}, at=now)


def _sheet(one: flow.Sheet) -> dict[str, Any]:
    return {"name": name_of(one), "facts": facts_of(one), "days": [_day(day) for day in one.days]}


def name_of(one: flow.Sheet) -> str:
    return one.kind_name + (f"（第 {one.round} 次）" if one.round > 1 else "")


def facts_of(one: flow.Sheet) -> list[tuple[str, str]]:
    """What stands above the days, on the page and on paper."""
    facts = [("期限", words_of(one.limit)), ("起算", f"{date_cn(one.started_on, year=True)}的次日")]
    if one.extension:
        facts.append(("延长", f"{words_of(one.extension)}（{clocks.EXTENDED}）"))
    facts.append(("届满", _end(one)))
    facts.append(("已用", f"{one.used} 天" + (f"，{date_cn(one.stopped_on, year=True)}停止" if one.stopped_on else "")))
    facts.append(
        ("工作日历", f"第 {one.calendar_version} 版" + ("，有的日子尚未公布，为暂定" if one.provisional else ""))
    )
    return facts


def words_of(limit: clocks.Limit) -> str:
    return f"{limit.amount} {UNITS[limit.unit]}" if limit.amount else "当场办结"


def _end(one: flow.Sheet) -> str:
    if one.due_at:
        return datetime_cn(one.due_at, year=True)
    return date_cn(one.due_on, year=True) if one.due_on else "依法暂停，结束后才能确定"


def _day(day: clocks.Day) -> list[str]:
    counted = f"第 {day.number} 天" if day.number else "不计"
    return [
        f"{date_cn(day.on, year=True)} {weekday_cn(day.on)}",
        counted,
        day.why + (f"（{day.article}）" if day.article else ""),
    ]
