"""多久办结: counted from what was decided, hidden where it would be chance."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import Cast
from tongban.applications import actions, usual
from tongban.applications.models import UsualTime


def decided(cast: Cast, number: int, *, after: int) -> None:
    """Accepted on Monday the second, decided so many days later."""
    case = cast.accepted(key=f"usual-{number:04}")
    later = cast.now + timedelta(days=after)
    actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=cast.actor(cast.reviewer), now=later)
    actions.decide(case.number, granted=True, by=cast.actor(cast.decider), now=later)


def test_half_and_nine_tenths_in_working_days(cast: Cast) -> None:
    for number, after in enumerate((0, 1, 1, 2, 2, 4, 7, 7, 8, 14)):
        decided(cast, number, after=after)

    now = cast.now + timedelta(days=15)
    assert usual.count_anew(now=now) == 1
    found = usual.usual_time(cast.guide.item_id, cast.body.pk)

    assert found == usual.Usual(cases=10, half=2, most=6)
    assert found.words == "最近 90 天，一半的申请在 2 个工作日内办结，十分之九在 6 个工作日内办结（共 10 件）"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else the static file server warns
    guide = Client(headers={"host": "localhost"}).get(f"/items/{cast.guide.code}").content.decode()
    assert found.words in guide
    waiting = cast.submit(key="usual-waits")
    liu = Client(headers={"host": "localhost"})
    liu.force_login(cast.liu)
    assert found.words in liu.get(f"/my/applications/{waiting.number}").content.decode()


def test_of_nine_cases_nothing_is_said(cast: Cast) -> None:
    for number in range(9):
        decided(cast, number, after=1)

    assert usual.count_anew(now=cast.now + timedelta(days=2)) == 0
    assert usual.usual_time(cast.guide.item_id, cast.body.pk) is None


def test_what_is_older_than_ninety_days_is_forgotten(cast: Cast) -> None:
    for number in range(10):
        decided(cast, number, after=0)
    usual.count_anew(now=cast.now + timedelta(days=1))
    assert UsualTime.objects.get().cases == 10

    usual.count_anew(now=cast.now + timedelta(days=91))

    assert not UsualTime.objects.exists()


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 50), min_size=1))
def test_a_share_is_the_first_day_that_covers_it(waited: dict[int, int]) -> None:
    """Against the plain definition, case by case."""
    cases = sorted(day for day, number in waited.items() for _ in range(number))

    for percent in (50, 90, 100):
        wanted = next(day for day in cases if sum(each <= day for each in cases) * 100 >= len(cases) * percent)
        assert usual.share(waited, percent) == wanted
