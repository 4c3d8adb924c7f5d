"""导入: one file, one transaction, one ImportRun; and the importer of the working calendar (节假日安排)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from django.db import connection, transaction

from tongban.kernel import calendar, clock
from tongban.kernel.actors import Actor
from tongban.kernel.events import Event
from tongban.kernel.models import CalendarVersion, ImportRun, JournalEntry, Outbox
from tongban.kernel.refusals import Conflict, Refusal, demand
from tongban.kernel.tables import Column, Progress, Report, Row, Table, read, silent

_LOCK = 0x746F6E67
LONGEST_HOLIDAY = timedelta(days=31)

RANGES = (
    Column("from", ("开始日期", "开始", "起")),
    Column("until", ("结束日期", "结束", "止")),
    Column("date", ("日期",)),
    Column("name", ("节日", "名称", "节假日名称"), required=True),
    Column("kind", ("类型", "性质")),
    Column("is_off_day", ("是否放假", "是否休息")),
)
YEARS = (Column("year", ("年份", "年"), required=True), Column("notice", ("通知", "依据")))
WORKED = {
    "holiday": False,
    "放假": False,
    "休": False,
    "休息": False,
    "workday": True,
    "上班": True,
    "班": True,
    "调休上班": True,
}
OFF = {"1": False, "true": False, "是": False, "0": True, "false": True, "否": True}


@contextmanager
def one_run(kind: str, *, now: datetime, dry_run: bool = False, good_rows: bool = True) -> Iterator[Report]:
    """All or nothing: what happens inside is kept with its ImportRun, or undone by a refusal or a dry run.

    Without `good_rows` one rejected row undoes the others too; `report.taken` says whether anything was kept.
    """
    report = Report(kind, "")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            free = bool(cursor.fetchone()[0])
        if not free:
            raise Conflict("import_running", "另一个导入正在进行", "请等它结束后再试")
        yield report
        ImportRun.objects.create(
            at=now, kind=kind, source=report.source[:300], sha256=report.sha256, read=report.read,
            changed=report.changed,
            report=[*(["warned", *one] for one in report.warned), *(["rejected", *one] for one in report.rejected)],
        )  # fmt: skip
        report.taken = not dry_run and (good_rows or not report.rejected)
        if not report.taken:
            transaction.set_rollback(True)


def record_all(events: Sequence[Event], *, by: Actor, now: datetime) -> None:
    """What `journal.record` does, for many events at once. Must run inside the verb's transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("events recorded outside their verb's transaction")
    entries = JournalEntry.objects.bulk_create(
        JournalEntry(
            at=now, name=event.NAME, version=event.VERSION, subject=event.subject(), actor=by.who,
            on_behalf_of=by.on_behalf_of, post=by.post, channel=by.channel, facts=event.facts(),
        )
        for event in events
    )  # fmt: skip
    Outbox.objects.bulk_create(Outbox(entry_id=entry.pk) for entry in entries)


def import_calendar(
    path: Path, *, years: Path | None = None, now: datetime, dry_run: bool = False, progress: Progress = silent
) -> Report:
    """Holidays and make-up working days, as ranges (`from,until,name,kind`) or by day (`date,name,is_off_day`).

    The years covered are those of `years` (`year,notice`), of `<name>_years.csv` beside the file, or those whose
    1 October the file names, since every yearly notice does. A calendar has no bad rows: one bad row refuses the file.
    """
    table = read(path, RANGES)
    progress("节假日", 0, len(table.rows))
    known_years = years or next((found for found in _beside(path) if found.is_file()), None)
    with one_run("calendar", now=now, dry_run=dry_run) as report:
        report.take(table)
        days = _days(table, report)
        covered = _years_listed(known_years) if known_years else _years_named(days)
        latest = CalendarVersion.objects.order_by("-pk").first()
        _check_years(covered, latest)
        before = latest.days if latest else {}
        changed = {on for on, day in days.items() if before.get(on.isoformat()) != list(day)}
        first, last = date(covered[0], 1, 1), date(covered[-1], 12, 31)
        made = calendar.replace(days, known_from=first, known_until=last, source=path.name, now=now)
        report.changed, report.unchanged = len(changed), len(days) - len(changed)
        until = max(last, latest.known_until) if latest else last
        report.notes.append(f"工作日历已知到 {until.isoformat()}" + ("" if made else "，与库中相同，没有变化"))
        if until < clock.date_of(now):
            report.warn(
                0, f"日历只到 {until.year} 年，今天已不在其内，此后的期限都是暂定的，请导入 {until.year + 1} 年的安排"
            )
    progress("节假日", len(table.rows), len(table.rows))
    return report


def _beside(path: Path) -> list[Path]:
    """holidays.csv → holiday_years.csv or holidays_years.csv."""
    return [path.with_name(f"{stem}_years.csv") for stem in (path.stem.removesuffix("s"), path.stem)]


def _days(table: Table, report: Report) -> dict[date, tuple[str, bool]]:
    """Every day named, with its holiday and whether it is worked. Raises Refusal naming the line."""
    by_day = "date" in table.columns
    needed = {"date", "is_off_day"} if by_day else {"from", "until", "kind"}
    missing = "、".join(sorted(needed - table.columns))
    hint = "节假日表有两种写法：from,until,name,kind（按段）或 date,name,is_off_day（按日）"
    demand(not missing, "column_missing", f"第 1 行（表头）：缺少列 {missing}", hint, "file")
    days: dict[date, tuple[str, bool]] = {}
    lines: dict[date, int] = {}
    for row in table.rows:
        worked = _choice(row, "is_off_day", OFF) if by_day else _choice(row, "kind", WORKED)
        first = _date(row, "date" if by_day else "from")
        last = first if by_day else _date(row, "until")
        if not first <= last < first + LONGEST_HOLIDAY:
            _refuse(row, f"{first} 到 {last} 不是一段假期", "结束日期不能早于开始日期，一段最长 31 天")
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if day in lines:
                _refuse(row, f"{day} 在第 {lines[day]} 行已经写过", "同一天只能写一次")
            days[day], lines[day] = (row["name"], worked), row.line
            if worked and day.weekday() < 5:
                report.warn(row.line, f"{day} 本来就是工作日，不用写成调休上班")
    demand(bool(days), "calendar_empty", "文件里没有节假日", hint, "file")
    return dict(sorted(days.items()))


def _years_listed(path: Path) -> list[int]:
    """The years of a list of notices."""
    years = []
    for row in read(path, YEARS).rows:
        if not (row["year"].isdigit() and 1949 < int(row["year"]) < 2200):
            raise Refusal("year_form", f"{path.name} 第 {row.line} 行：“{row['year']}”不是年份", "请写四位年份", "file")
        years.append(int(row["year"]))
    demand(bool(years), "calendar_years", f"{path.name} 没有列出任何年份", "请列出已经公布安排的年份", "file")
    return sorted(set(years))


def _years_named(days: dict[date, tuple[str, bool]]) -> list[int]:
    years = [day.year for day in days if (day.month, day.day) == (10, 1)]
    demand(
        bool(years), "calendar_years", "文件里没有一年的安排是完整的（找不到国庆节）", "请导入全年的节假日安排", "file"
    )
    return years


def _check_years(covered: list[int], latest: CalendarVersion | None) -> None:
    """Without gaps, in the file and next to what is known: a year nobody announced must never count as known."""
    known = set(covered)
    if latest:
        known |= set(range(latest.known_from.year, latest.known_until.year + 1))
    gaps = sorted(set(range(min(known), max(known))) - known)
    hint = "请把缺少的年份补进文件，一起导入"
    demand(not gaps, "calendar_gap", f"缺少 {'、'.join(map(str, gaps))} 年的节假日安排", hint, "file")


def _choice(row: Row, column: str, words: dict[str, bool]) -> bool:
    found = words.get(row[column].lower())
    if found is None:
        _refuse(row, f"{column} 列的“{row[column]}”不认识", f"可以写：{'、'.join(words)}")
    return found


def _date(row: Row, column: str) -> date:
    text = row[column].replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    except ValueError as error:
        raise Refusal("date_form", f"第 {row.line} 行：“{row[column]}”不是日期", "例如 2026-10-01", "file") from error


def _refuse(row: Row, reason: str, hint: str) -> NoReturn:
    raise Refusal("row_wrong", f"第 {row.line} 行：{reason}", hint, "file")
