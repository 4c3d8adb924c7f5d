"""权利救济: the last days by the law's own counting."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongban.applications.remedies import remedies
from tongban.kernel.workdays import WorkCalendar

PLAIN = WorkCalendar(version=1, known_until=date(2030, 12, 31))


def last_days(known_on: date | None, calendar: WorkCalendar = PLAIN) -> list[date | None]:
    return [one.until for one in remedies(known_on, calendar, region="云江区")]


def test_sixty_days_and_six_months_from_the_delivery() -> None:
    assert last_days(date(2026, 3, 10)) == [date(2026, 5, 11), date(2026, 9, 10)], "9 May 2026 is a Saturday"


def test_a_month_that_is_shorter_ends_on_its_last_day() -> None:
    assert last_days(date(2026, 8, 31))[1] == date(2027, 3, 1), "28 February 2027 is a Sunday"


def test_a_last_day_in_the_holidays_moves_behind_them() -> None:
    holidays = WorkCalendar(2, date(2026, 12, 31), {date(2026, 5, day): False for day in range(1, 6)})

    assert last_days(date(2026, 3, 3), holidays)[0] == date(2026, 5, 6)


def test_before_the_delivery_no_day_is_known() -> None:
    ways = remedies(None, PLAIN, region="云江区")

    assert [(one.to, one.until) for one in ways] == [("云江区人民政府", None), ("云江区人民法院", None)]


def test_against_silence_the_review_comes_first() -> None:
    suit = remedies(date(2026, 3, 10), PLAIN, region="云江区", silent=True)[1]

    assert "应当先申请行政复议" in suit.how[0]
    assert suit.limit.startswith("自办理期限届满之日起")


@given(st.dates(date(2020, 1, 1), date(2029, 1, 1)))
def test_the_last_day_is_worked_and_never_early(known_on: date) -> None:
    reconsider, sue = last_days(known_on)

    assert reconsider and sue
    assert PLAIN.is_working(reconsider) and PLAIN.is_working(sue)
    assert timedelta(60) <= reconsider - known_on <= timedelta(62)
    assert timedelta(181 - 1) <= sue - known_on <= timedelta(186 + 2)
