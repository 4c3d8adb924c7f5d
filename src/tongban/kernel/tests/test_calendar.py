"""The working calendar as rows: whole versions, never changed; a new notice makes a new one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tongban.kernel import calendar
from tongban.kernel.models import CalendarVersion
from tongban.kernel.refusals import Unavailable

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MAY_DAY = {date(2026, 5, 1): ("劳动节", False), date(2026, 5, 9): ("劳动节", True)}


def notice(days: dict[date, tuple[str, bool]], year: int) -> int | None:
    return calendar.replace(
        days, known_from=date(year, 1, 1), known_until=date(year, 12, 31), source=f"notice {year}", now=NOW
    )


def test_without_a_calendar_nothing_is_promised(db: None) -> None:
    with pytest.raises(Unavailable, match="工作日历") as refused:
        calendar.current()

    assert refused.value.status == 503
    assert "import-calendar" in refused.value.hint


def test_a_notice_is_in_force_at_once(db: None) -> None:
    version = notice(MAY_DAY, 2026)

    days = calendar.current()
    assert days.version == version
    assert not days.is_working(date(2026, 5, 1))
    assert days.is_working(date(2026, 5, 9))
    assert days.why_not(date(2026, 5, 1)) == "劳动节"
    assert days.known_until == date(2026, 12, 31)


def test_the_same_notice_again_changes_nothing(db: None) -> None:
    notice(MAY_DAY, 2026)

    assert notice(dict(reversed(MAY_DAY.items())), 2026) is None
    assert CalendarVersion.objects.count() == 1


def test_the_next_years_notice_keeps_this_year(db: None) -> None:
    notice(MAY_DAY, 2026)
    notice({date(2027, 1, 1): ("元旦", False)}, 2027)

    days = calendar.current()
    assert not days.is_working(date(2026, 5, 1))
    assert not days.is_working(date(2027, 1, 1))
    assert days.known_until == date(2027, 12, 31)


def test_a_corrected_notice_replaces_its_whole_year(db: None) -> None:
    notice(MAY_DAY, 2026)
    notice({date(2026, 5, 4): ("劳动节", False)}, 2026)

    days = calendar.current()
    assert days.is_working(date(2026, 5, 1))
    assert not days.is_working(date(2026, 5, 4))


def test_an_earlier_years_notice_does_not_shorten_what_is_known(db: None) -> None:
    notice(MAY_DAY, 2026)
    notice({date(2025, 1, 1): ("元旦", False)}, 2025)

    assert calendar.current().known_until == date(2026, 12, 31)


def test_an_old_version_stays_as_it_was(db: None) -> None:
    old = notice(MAY_DAY, 2026)
    notice({}, 2026)

    assert old
    assert not calendar.of_version(old).is_working(date(2026, 5, 1))
    assert calendar.current().is_working(date(2026, 5, 1))
