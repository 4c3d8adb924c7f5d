"""The clock's cases as they stand in law/*.toml, counted out there by hand; and the calendars they are counted on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tongban.flow.rules import Limit, Pause
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.workdays import WorkCalendar

FOLDER = Path(__file__).parent / "law"
KEYS = frozenset({
    "name", "article", "calendar", "start", "counts_from", "limit", "extension", "pauses", "notice", "before",
    "before_provisional", "due", "due_at", "near", "days", "provisional",
})  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One case; None where the file is silent. `due` and `due_at`: "open" where nobody can say."""

    name: str
    article: str
    start: datetime
    limit: Limit
    extension: Limit | None
    pauses: list[Pause]
    calendar: WorkCalendar
    expected: Mapping[str, Any]
    noticed: WorkCalendar | None
    """The calendar after the notice that comes while the clock runs."""


def cases() -> list[Case]:
    return [_case(row, page.get("article", "")) for page in _pages() for row in page.get("case", [])]


def calendar_of(year: str) -> WorkCalendar:
    """Of one year's notice."""
    facts = tomllib.loads((FOLDER / "calendars.toml").read_text("utf-8"))[year]
    names = {
        first + timedelta(days=n): name
        for name, (first, last) in facts["rest"].items()
        for n in range((last - first).days + 1)
    }
    changed = {**dict.fromkeys(names, False), **dict.fromkeys(facts["worked"], True)}
    return WorkCalendar(version=1, known_until=facts["known_until"], changed=changed, names=names)


def _pages() -> list[dict[str, Any]]:
    files = sorted(FOLDER.glob("*.toml"))
    return [tomllib.loads(file.read_text("utf-8")) for file in files if file.name != "calendars.toml"]


def _case(row: Mapping[str, Any], article: str) -> Case:
    assert set(row) <= KEYS, f"{row['name']}: {sorted(set(row) - KEYS)}"
    calendar = calendar_of(row.get("calendar", "2026"))
    return Case(
        name=row["name"],
        article=row.get("article", article),
        start=_moment(row["start"]),
        limit=_limit(row["limit"]),
        extension=_limit(row["extension"]) if "extension" in row else None,
        pauses=[_pause(pause) for pause in row.get("pauses", [])],
        calendar=calendar,
        expected=row,
        noticed=_noticed(calendar, row["notice"]) if "notice" in row else None,
    )


def _moment(written: datetime) -> datetime:
    """As the clock on the wall in Shanghai shows it, unless another place is named."""
    return written if written.tzinfo else written.replace(tzinfo=SHANGHAI)


def _limit(written: str) -> Limit:
    amount, unit = written.split()
    return Limit(int(amount), unit)  # type: ignore[arg-type]


def _pause(written: Mapping[str, date]) -> Pause:
    began, ended = written["from"], written.get("until")
    if isinstance(began, datetime):
        assert ended is None or isinstance(ended, datetime)
        return Pause(
            began.date(), ended.date() if ended else None,
            from_at=_moment(began), until_at=_moment(ended) if ended else None,
        )  # fmt: skip
    return Pause(began, ended)


def _noticed(calendar: WorkCalendar, notice: Mapping[str, Any]) -> WorkCalendar:
    rest, worked = notice.get("rest", []), notice.get("worked", [])
    return replace(
        calendar,
        version=2,
        known_until=notice.get("known_until", calendar.known_until),
        changed={**calendar.changed, **dict.fromkeys(rest, False), **dict.fromkeys(worked, True)},
    )
