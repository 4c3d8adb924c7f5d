"""What the clock shows beside its last day, and the lamp. The last days themselves are in law/*.toml."""

from __future__ import annotations

from datetime import date

import pytest

from tongban.flow import rules
from tongban.flow.rules import Limit, Pause
from tongban.flow.tests.law_cases import calendar_of

CALENDAR_2026 = calendar_of("2026")


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


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


def test_the_days_of_an_extension_are_named_with_their_article() -> None:
    days = rules.count(day("03-02"), Limit(2), CALENDAR_2026, extension=Limit(1))

    assert [(d.number, d.why, d.article) for d in days[1:]] == [
        (1, "", ""), (2, "", ""), (3, "延长的期限", "《行政许可法》第四十二条"),
    ]  # fmt: skip


def test_a_natural_limit_is_moved_off_the_rest_day_before_its_extension_is_counted() -> None:
    days = rules.count(day("03-02"), Limit(5, "day"), CALENDAR_2026, extension=Limit(1))  # Sat 7 → Mon 9; Tue 10

    assert [(d.on.day, d.number) for d in days[5:]] == [(7, 5), (8, None), (9, None), (10, 6)]
    assert [d.article for d in days[6:]] == [
        "《民法典》第二百零三条",
        "《民法典》第二百零三条",
        "《行政许可法》第四十二条",
    ]


@pytest.mark.parametrize(("on", "used"), [("03-02", 0), ("03-04", 2), ("03-08", 4), ("03-09", 5), ("03-20", 5)])
def test_the_days_used_until_a_day_are_the_counted_ones(on: str, used: int) -> None:
    assert rules.days_used(rules.count(day("03-02"), Limit(5), CALENDAR_2026), day(on)) == used
