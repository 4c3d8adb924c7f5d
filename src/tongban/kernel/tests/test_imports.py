from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tongban.kernel import calendar
from tongban.kernel.imports import import_calendar
from tongban.kernel.models import CalendarVersion, ImportRun
from tongban.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 6, 1, tzinfo=UTC)
RANGES_2025 = """from,until,name,kind
2025-01-26,2025-01-26,春节,workday
2025-01-28,2025-02-04,春节,holiday
2025-02-08,2025-02-08,春节,workday
2025-10-01,2025-10-08,国庆节、中秋节,holiday
"""
BY_DAY_2025 = "\ufeffdate,name,is_off_day\n" + "".join(
    f"2025-{day},{name},{off}\n"
    for day, name, off in [
        ("01-26", "春节", 0),
        *((f"01-{day}", "春节", 1) for day in range(28, 32)),
        *((f"02-0{day}", "春节", 1) for day in range(1, 5)),
        ("02-08", "春节", 0),
        *((f"10-0{day}", "国庆节、中秋节", 1) for day in range(1, 9)),
    ]
)
BY_DAY_2026 = "date,name,is_off_day\n2026-01-01,元旦,1\n2026-10-01,国庆节,1\n"
BY_DAY_2027 = "date,name,is_off_day\n2027-10-01,国庆节,1\n"


@pytest.fixture
def bring(tmp_path: Path):
    def bring(text: str, *, years: str = "", name: str = "holidays.csv", **options):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        listed = tmp_path / "holiday_years.csv"
        if years:
            listed.write_text(years, "utf-8")
        else:
            listed.unlink(missing_ok=True)
        return import_calendar(path, now=NOW, **options)

    return bring


def test_ranges_make_the_calendar_in_force(bring):
    report = bring(RANGES_2025)

    known = calendar.current()
    assert (report.read, report.changed, report.rejected) == (4, 18, [])
    assert not known.is_working(date(2025, 10, 8))
    assert known.is_working(date(2025, 1, 26))
    assert known.why_not(date(2025, 2, 3)) == "春节"


def test_the_same_days_one_by_one_change_nothing(bring):
    bring(RANGES_2025)

    report = bring(BY_DAY_2025, name="days.csv")

    assert (report.changed, report.unchanged, CalendarVersion.objects.count()) == (0, 18, 1)


def test_importing_again_changes_nothing_and_is_noted(bring):
    bring(RANGES_2025)
    bring(RANGES_2025)

    assert CalendarVersion.objects.count() == 1
    assert list(ImportRun.objects.order_by("id").values_list("kind", "changed")) == [("calendar", 18), ("calendar", 0)]


def test_the_calendar_ends_with_the_last_year_announced(bring):
    report = bring(RANGES_2025)

    known = calendar.current()
    assert known.known_until == date(2025, 12, 31)
    assert not known.is_known(date(2026, 1, 1))
    assert "工作日历已知到 2025-12-31" in report.notes


def test_a_calendar_that_ended_before_today_is_warned_about(bring):
    report = bring("date,name,is_off_day\n2024-10-01,国庆节,1\n")

    assert "请导入 2025 年的安排" in report.warned[-1][1]


def test_a_list_of_notices_says_which_years_are_covered(bring):
    bring("from,until,name,kind\n2025-01-01,2025-01-01,元旦,holiday\n", years="year,notice\n2025,通知\n")

    assert calendar.current().known_until == date(2025, 12, 31)


def test_a_day_of_the_year_before_does_not_make_that_year_known(bring):
    bring("date,name,is_off_day\n2024-12-29,元旦,0\n2025-01-01,元旦,1\n2025-10-01,国庆节,1\n")

    assert CalendarVersion.objects.get().known_from == date(2025, 1, 1)


def test_the_next_year_is_added_to_those_known(bring):
    bring(RANGES_2025)
    bring(BY_DAY_2026)

    known = calendar.current()
    assert (known.known_until, known.is_working(date(2025, 10, 8))) == (date(2026, 12, 31), False)


def test_a_year_left_out_between_is_refused(bring):
    bring(RANGES_2025)

    with pytest.raises(Refusal, match="缺少 2026 年"):
        bring(BY_DAY_2027)

    assert calendar.current().known_until == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2025-13-01,2025-13-01,春节,holiday", "第 3 行：“2025-13-01”不是日期"),
        ("2025-05-02,2025-05-01,劳动节,holiday", "第 3 行：2025-05-02 到 2025-05-01 不是一段假期"),
        ("2025-05-01,2025-05-01,劳动节,maybe", "第 3 行：kind 列的“maybe”不认识"),
        ("2025-10-01,2025-10-01,国庆节,workday", "第 3 行：2025-10-01 在第 2 行已经写过"),
    ],
)
def test_one_bad_row_refuses_the_calendar(bring, row, says):
    with pytest.raises(Refusal) as caught:
        bring(f"from,until,name,kind\n2025-10-01,2025-10-08,国庆节,holiday\n{row}\n")

    assert says in caught.value.reason
    assert not CalendarVersion.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_file_without_a_whole_year_is_refused(bring):
    with pytest.raises(Refusal, match="没有一年的安排是完整的"):
        bring("date,name,is_off_day\n2025-01-01,元旦,1\n")


def test_a_dry_run_keeps_nothing(bring):
    report = bring(RANGES_2025, dry_run=True)

    assert report.changed == 18
    assert not CalendarVersion.objects.exists()
    assert not ImportRun.objects.exists()
