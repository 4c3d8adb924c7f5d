"""工作日历 as rows: the State Council's yearly notices, versioned. `current()` is the one in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from django.db import connection, transaction

from tongban.kernel.models import CalendarVersion
from tongban.kernel.refusals import Refusal, Unavailable
from tongban.kernel.workdays import ONE_DAY, WorkCalendar


def current() -> WorkCalendar:
    """The calendar in force. Raises Unavailable when none was imported yet."""
    with connection.cursor() as cursor:  # asked for by every verb that dates something
        cursor.execute("SELECT max(id) FROM kernel_calendarversion")
        (latest,) = cursor.fetchone()
    if latest is None:
        raise Unavailable(
            "calendar_missing", "尚未导入工作日历，无法计算办理期限", "请管理员运行 tongban import-calendar"
        )
    return of_version(latest)


@lru_cache(maxsize=8)
def of_version(version: int) -> WorkCalendar:
    """The calendar as it was in that version: what a clock's recount uses."""
    row = CalendarVersion.objects.get(pk=version)
    days = {date.fromisoformat(on): (name, worked) for on, (name, worked) in row.days.items()}
    return WorkCalendar(
        version=version,
        known_until=row.known_until,
        changed={on: worked for on, (_, worked) in days.items()},
        names={on: name for on, (name, worked) in days.items() if not worked},
    )


@transaction.atomic
def replace(
    days: Mapping[date, tuple[str, bool]], *, known_from: date, known_until: date, source: str, now: datetime
) -> int | None:
    """Make `days` (date → name, is worked) the calendar of [known_from, known_until]; other years stay as they were.

    Returns the new version, or None when nothing changed.
    """
    latest = CalendarVersion.objects.select_for_update().order_by("-pk").first()
    kept = {}
    if latest:
        if known_from > latest.known_until + ONE_DAY:
            raise Refusal(
                "calendar_gap", f"{latest.known_until} 之后到 {known_from} 之间没有日历", "请先导入中间年份的放假安排"
            )
        kept = {on: day for on, day in latest.days.items() if not known_from <= date.fromisoformat(on) <= known_until}
        known_from, known_until = min(known_from, latest.known_from), max(known_until, latest.known_until)
    merged = kept | {on.isoformat(): [name, worked] for on, (name, worked) in days.items()}
    merged = dict(sorted(merged.items()))
    if latest and (merged, known_from, known_until) == (latest.days, latest.known_from, latest.known_until):
        return None
    made = CalendarVersion.objects.create(
        imported_at=now, source=source, known_from=known_from, known_until=known_until, days=merged
    )
    return made.pk
