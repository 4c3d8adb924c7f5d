from datetime import UTC, date, datetime
from decimal import Decimal

from tongban.design import words


def test_a_moment_is_shown_in_shanghai_time():
    late = datetime(2021, 3, 21, 17, 14, tzinfo=UTC)

    assert words.datetime_cn(late) == "3月22日 01:14"
    assert words.date_cn(late, year=True) == "2021年3月22日"
    assert words.weekday_cn(late) == "星期一"


def test_nothing_is_shown_for_nothing():
    assert [words.date_cn(None), words.datetime_cn(None), words.fen(None), words.number(None), words.percent(None)] == [
        ""
    ] * 5


def test_fen_are_read_in_yuan():
    assert [words.fen(each) for each in (0, 5, 1200, 123456, -250)] == [
        "0 元",
        "0.05 元",
        "12 元",
        "1,234.56 元",
        "-2.50 元",
    ]


def test_numbers_are_grouped_and_shares_are_per_cent():
    assert words.number(1234567) == "1,234,567"
    assert words.number(Decimal("1234.50")) == "1,234.50"
    assert words.number(0.161, 2) == "0.16"
    assert words.percent(0.8731) == "87.3%"


def test_a_day_is_a_day():
    assert words.date_cn(date(2024, 2, 29)) == "2月29日"
