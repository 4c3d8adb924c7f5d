"""The clock by hand: every expected date below was counted on a wall calendar, from the law, never from the code."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.flow import rules
from tongban.flow.rules import Limit, Pause
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.workdays import WorkCalendar


def day(text: str) -> date:
    """`03-06` is of 2026; a whole date is itself."""
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


REST = [
    ("元旦", "01-01", "01-03"), ("春节", "02-15", "02-23"), ("清明节", "04-04", "04-06"), ("劳动节", "05-01", "05-05"),
]  # fmt: skip
WORKED_WEEKENDS = ["01-04", "02-14", "02-28", "05-09"]

OFF = {
    day(first) + timedelta(days=n): name for name, first, last in REST for n in range((day(last) - day(first)).days + 1)
}
CALENDAR_2026 = WorkCalendar(
    version=1,
    known_until=date(2026, 12, 31),
    changed={**dict.fromkeys(OFF, False), **{day(text): True for text in WORKED_WEEKENDS}},
    names=OFF,
)


@pytest.mark.parametrize(
    ("moment", "counts_as_done"),
    [
        ("03-04T10:00", "03-04"),  # Wednesday in office hours: the day itself
        ("03-06T17:30", "03-06"),  # Friday, the very end of the office day, is still Friday
        ("03-06T18:00", "03-09"),  # Friday after hours: Saturday and Sunday rest, so Monday
        ("03-07T23:00", "03-09"),  # Saturday 23:00: Monday
        ("03-08T09:00", "03-09"),  # Sunday morning: Monday
        ("02-14T10:00", "02-14"),  # a Saturday worked for 春节 is a working day like any other
        ("02-14T18:00", "02-24"),  # the evening before 春节 (15–23 February): the first worked day, Tuesday 24
        ("02-27T18:00", "02-28"),  # Friday evening before a worked Saturday: that Saturday
        ("04-03T18:00", "04-07"),  # Friday evening before 清明 (4–6 April): Tuesday
        ("04-06T11:00", "04-07"),  # Monday of 清明 is a rest day: Tuesday
        ("04-30T18:00", "05-06"),  # Thursday evening before 五一 (1–5 May): Wednesday 6
        ("05-08T20:00", "05-09"),  # Friday evening before the worked Saturday 9 May
    ],
)
def test_an_act_counts_as_done_on_a_working_day_in_office_hours(moment: str, counts_as_done: str) -> None:
    assert rules.starts_on(at(moment), CALENDAR_2026) == day(counts_as_done)


def test_the_day_of_an_act_is_the_day_in_shanghai() -> None:
    friday_afternoon_in_london = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)  # Saturday 00:30 in Shanghai

    assert rules.starts_on(friday_afternoon_in_london, CALENDAR_2026) == day("03-09")


@pytest.mark.parametrize(
    ("started", "amount", "due"),
    [
        ("03-02", 1, "03-03"),  # the first day is the one after the act
        ("03-02", 5, "03-09"),  # Tue 3, Wed 4, Thu 5, Fri 6, Mon 9
        ("03-06", 1, "03-09"),  # from Friday: Monday
        ("02-13", 1, "02-14"),  # Friday 13 February: Saturday 14 is worked
        ("02-13", 5, "02-27"),  # 14, then after 春节 24, 25, 26, 27
        ("02-13", 6, "02-28"),  # … and the worked Saturday 28
        ("02-13", 7, "03-02"),  # … Sunday 1 March rests, Monday 2
        ("02-12", 20, "03-18"),  # 13, 14 (2); 24–28 (7); 2–6 (12); 9–13 (17); 16, 17, 18 (20)
        ("02-14", 1, "02-24"),  # accepted on the worked Saturday: nine days of 春节 do not count
        ("04-03", 1, "04-07"),  # Friday before 清明: Tuesday
        ("04-02", 5, "04-10"),  # 3; 清明; 7, 8, 9, 10
        ("04-30", 1, "05-06"),  # Thursday before 五一: Wednesday
        ("04-30", 4, "05-09"),  # 6, 7, 8, and the worked Saturday 9
        ("04-30", 5, "05-11"),  # … Sunday 10 rests, Monday 11
        ("04-29", 20, "05-29"),  # 30 (1); 6–9 (5); 11–15 (10); 18–22 (15); 25–29 (20)
        ("12-24", 5, "12-31"),  # Fri 25, Mon 28, Tue 29, Wed 30, Thu 31
    ],
)
def test_working_days_leave_out_rest_days_and_count_worked_weekends(started: str, amount: int, due: str) -> None:
    assert rules.due_on(day(started), Limit(amount), CALENDAR_2026) == day(due)


@pytest.mark.parametrize(
    ("started", "amount", "unit", "due"),
    [
        ("03-02", 30, "day", "04-01"),  # 2 March + 30 = Wednesday 1 April
        ("03-05", 30, "day", "04-07"),  # + 30 = Saturday 4 April, 清明: ends on Tuesday 7 (民法典 203)
        ("04-24", 7, "day", "05-06"),  # + 7 = 1 May, 五一: ends on Wednesday 6
        ("05-04", 5, "day", "05-09"),  # + 5 = Saturday 9 May, which is worked: not moved
        ("02-05", 10, "day", "02-24"),  # + 10 = 15 February, 春节: ends on Tuesday 24
        ("01-31", 1, "month", "02-28"),  # no 31 February: the month's last day, a worked Saturday
        ("01-30", 1, "month", "02-28"),  # no 30 February either
        ("01-15", 1, "month", "02-24"),  # 15 February lies in 春节: the first worked day
        ("03-31", 1, "month", "04-30"),  # no 31 April: Thursday 30
        ("03-06", 2, "month", "05-06"),  # the same day two months on, Wednesday
        ("2028-01-31", 1, "month", "2028-02-29"),  # leap year: Tuesday 29 February
        ("2027-01-31", 1, "month", "2027-03-01"),  # 28 February 2027 is a Sunday: Monday 1 March
        ("2026-11-30", 3, "month", "2027-03-01"),  # over the year's end to the same Sunday
        ("2028-02-29", 12, "month", "2029-02-28"),  # from a leap day to a common year: Wednesday 28
    ],
)
def test_natural_periods_end_on_their_day_or_the_next_working_day(
    started: str, amount: int, unit: rules.Unit, due: str
) -> None:
    assert rules.due_on(day(started), Limit(amount, unit), CALENDAR_2026) == day(due)


@pytest.mark.parametrize(
    ("started", "limit", "pauses", "due"),
    [
        # 3, 4 count; 5, 6, 9, 10 stand still (the day it begins counts, the day it ends does not); 11, 12, 13
        ("03-02", Limit(5), ["03-04/03-10"], "03-13"),
        # two: 4 and 10 stand still; 3, 5, 6, 9, 11
        ("03-02", Limit(5), ["03-03/03-04", "03-09/03-10"], "03-11"),
        # overlapping: 5, 6, 9, 10, 11 stand still, once each; 3, 4, 12, 13, 16
        ("03-02", Limit(5), ["03-04/03-09", "03-06/03-11"], "03-16"),
        # one inside the other changes nothing
        ("03-02", Limit(5), ["03-04/03-10", "03-05/03-09"], "03-13"),
        # touching: 5, 6, 9 stand still; 3, 4, 10, 11, 12
        ("03-02", Limit(5), ["03-04/03-06", "03-06/03-09"], "03-12"),
        # begun and ended on one day: nothing stands still
        ("03-02", Limit(5), ["03-04/03-04"], "03-09"),
        # over a weekend only Monday 9 stands still; 3, 4, 5, 6, 10
        ("03-02", Limit(5), ["03-06/03-09"], "03-10"),
        # over 春节: 12 counts; 13, 14, 24, 25 stand still; 26, 27, 28, 2 March
        ("02-11", Limit(5), ["02-12/02-25"], "03-02"),
        # after the limit was over: too late to move it
        ("03-02", Limit(5), ["03-10/03-20"], "03-09"),
        # ten natural days: 3, 4, 5 count; 6, 7, 8 stand still; 9–15 count; Sunday 15 moves to Monday 16
        ("03-02", Limit(10, "day"), ["03-05/03-08"], "03-16"),
        # one month, 31 days to 2 April, three of them standing still: 5 April, 清明, so Tuesday 7
        ("03-02", Limit(1, "month"), ["03-10/03-13"], "04-07"),
    ],
)
def test_suspended_days_are_not_counted(started: str, limit: Limit, pauses: list[str], due: str) -> None:
    held = [Pause(*(day(end) for end in pause.split("/"))) for pause in pauses]

    assert rules.due_on(day(started), limit, CALENDAR_2026, held) == day(due)


@pytest.mark.parametrize("limit", [Limit(5), Limit(10, "day"), Limit(1, "month")])
def test_while_a_suspension_is_open_nobody_can_say_the_day(limit: Limit) -> None:
    still_open = [Pause(day("03-04"))]

    assert rules.due_on(day("03-02"), limit, CALENDAR_2026, still_open) is None
    assert rules.near_on(day("03-02"), limit, CALENDAR_2026, still_open) is None


def test_on_the_spot_is_due_the_same_day_and_never_yellow() -> None:
    assert rules.due_on(day("03-02"), Limit(0), CALENDAR_2026) == day("03-02")
    assert rules.near_on(day("03-02"), Limit(0), CALENDAR_2026) is None


def test_a_date_past_the_known_calendar_is_provisional() -> None:
    # Mon 28 December: 29, 30, 31 are known; then, holidays unknown, 1, 4, 5, 6, 7, 8, 11 January
    into_next_year = rules.count(day("12-28"), Limit(10), CALENDAR_2026)
    within = rules.count(day("12-24"), Limit(5), CALENDAR_2026)

    assert into_next_year[-1].on == date(2027, 1, 11)
    assert rules.is_provisional(into_next_year)
    assert not rules.is_provisional(within)


def test_the_count_says_for_each_day_why_it_does_not_count_and_by_which_article() -> None:
    days = rules.count(day("04-02"), Limit(2), CALENDAR_2026, [Pause(day("04-06"), day("04-07"))])

    assert [(d.on.day, d.number, d.why, d.article) for d in days] == [
        (2, None, "开始的当日不计入", "《民法典》第二百零一条"),
        (3, 1, "", ""),
        (4, None, "清明节", "《行政许可法》第八十二条"),
        (5, None, "清明节", "《行政许可法》第八十二条"),
        (6, None, "清明节", "《行政许可法》第八十二条"),
        (7, None, "依法暂停", "《行政许可法》第四十五条"),
        (8, 2, "", ""),
    ]


def test_the_count_of_a_natural_period_shows_the_days_it_is_moved() -> None:
    days = rules.count(day("03-02"), Limit(5, "day"), CALENDAR_2026)  # + 5 = Saturday 7 March

    assert [d.on.day for d in days] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert [d.number for d in days] == [None, 1, 2, 3, 4, 5, None, None]
    assert days[-1].article == "《民法典》第二百零三条"


def test_while_a_suspension_is_open_the_count_goes_up_to_today() -> None:
    days = rules.count(day("03-02"), Limit(5), CALENDAR_2026, [Pause(day("03-04"))], until=day("03-06"))

    assert [d.on.day for d in days] == [2, 3, 4, 5, 6]
    assert [d.number for d in days] == [None, 1, 2, None, None]


@pytest.mark.parametrize(
    ("today", "lamp"),
    [("03-02", "ok"), ("03-24", "ok"), ("03-25", "near"), ("03-30", "near"), ("03-31", "over")],
)
def test_the_lamp_is_yellow_in_the_last_fifth_and_red_past_the_day(today: str, lamp: str) -> None:
    # twenty days from 2 March end on Monday 30; the last four are Wed 25, Thu 26, Fri 27, Mon 30
    due = rules.due_on(day("03-02"), Limit(20), CALENDAR_2026)
    near = rules.near_on(day("03-02"), Limit(20), CALENDAR_2026)

    assert (due, near) == (day("03-30"), day("03-25"))
    assert rules.lamp(day(today), due, near) == lamp


def test_the_lamp_of_a_suspended_case_shows_the_suspension() -> None:
    assert rules.lamp(day("03-02"), None, None) == "paused"


@pytest.mark.parametrize(
    ("today", "due", "left"),
    [
        ("03-02", "03-09", 5),  # 3, 4, 5, 6, 9
        ("03-09", "03-09", 0),
        ("03-10", "03-09", -1),  # one working day late
        ("03-09", "03-06", -1),  # Friday's, on Monday: one, the weekend is nobody's delay
        ("04-30", "05-06", 1),  # 五一 leaves one
        ("02-13", "02-28", 6),  # 14, 24, 25, 26, 27, 28
    ],
)
def test_days_left_are_working_days(today: str, due: str, left: int) -> None:
    assert rules.days_left(day(today), day(due), CALENDAR_2026) == left


days_of_two_years = st.dates(date(2026, 1, 1), date(2027, 6, 30))
limits = st.builds(
    Limit, st.integers(1, 45), st.sampled_from(["working_day", "day"])
) | st.builds(Limit, st.integers(1, 6), st.just("month"))  # fmt: skip
pauses = st.lists(
    st.builds(
        lambda first, length: Pause(first, first + timedelta(days=length)), days_of_two_years, st.integers(0, 40)
    ),
    max_size=3,
)


@given(days_of_two_years, limits, pauses)
def test_the_due_date_is_what_ticking_off_days_one_by_one_gives(started: date, limit: Limit, held: list[Pause]) -> None:
    assert rules.due_on(started, limit, CALENDAR_2026, held) == _ticked_off(started, limit, held)


def _ticked_off(started: date, limit: Limit, held: list[Pause]) -> date:
    """Day by day, with none of the code under test."""
    still = set()
    for pause in held:
        assert pause.until_on
        still |= {pause.from_on + timedelta(days=n) for n in range(1, (pause.until_on - pause.from_on).days + 1)}
    left = limit.amount
    if limit.unit == "month":
        year, month, wanted = started.year, started.month, started.day
        for _ in range(limit.amount):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        while True:
            try:
                left = (date(year, month, wanted) - started).days
                break
            except ValueError:
                wanted -= 1
    today = started
    while left:
        today += timedelta(days=1)
        if today not in still and (limit.unit != "working_day" or _worked(today)):
            left -= 1
    while limit.unit != "working_day" and not _worked(today):
        today += timedelta(days=1)
    return today


def _worked(on: date) -> bool:
    return (f"{on:%m-%d}" in WORKED_WEEKENDS and on.year == 2026) or (on.isoweekday() <= 5 and on not in OFF)


@given(days_of_two_years, limits, pauses)
def test_the_last_day_of_the_count_is_the_due_date(started: date, limit: Limit, held: list[Pause]) -> None:
    days = rules.count(started, limit, CALENDAR_2026, held)

    assert days[-1].on == rules.due_on(started, limit, CALENDAR_2026, held)
    assert [d.on for d in days] == [started + timedelta(days=n) for n in range(len(days))]
    assert all(d.number is not None or d.article for d in days)


@given(days_of_two_years, limits, pauses, st.integers(1, 10))
def test_a_longer_limit_is_never_due_earlier(started: date, limit: Limit, held: list[Pause], more: int) -> None:
    longer = Limit(limit.amount + more, limit.unit)

    assert _due(started, longer, held) >= _due(started, limit, held)


@given(days_of_two_years, limits, pauses, st.integers(1, 10))
def test_who_starts_later_is_never_due_earlier(started: date, limit: Limit, held: list[Pause], later: int) -> None:
    held = [] if limit.unit == "month" else held  # months differ in length: with pauses only days compare

    assert _due(started + timedelta(days=later), limit, held) >= _due(started, limit, held)


@given(days_of_two_years, limits, pauses, pauses)
def test_suspensions_move_the_due_date_only_forward(
    started: date, limit: Limit, held: list[Pause], more: list[Pause]
) -> None:
    assert _due(started, limit, held + more) >= _due(started, limit, held)


@given(days_of_two_years, limits, pauses)
def test_the_yellow_lamp_comes_on_a_counted_day_before_the_red_one(
    started: date, limit: Limit, held: list[Pause]
) -> None:
    near = rules.near_on(started, limit, CALENDAR_2026, held)

    assert near and started < near <= _due(started, limit, held)


def _due(started: date, limit: Limit, held: list[Pause]) -> date:
    due = rules.due_on(started, limit, CALENDAR_2026, held)
    assert due
    return due
