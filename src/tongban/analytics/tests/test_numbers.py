"""The numbers against small cases counted by hand. Monday is 2026-03-02; 刘晓燕 applies, the market body handles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests import people
from tests.people import Cast
from tongban.analytics import queries, rules, snapshots
from tongban.analytics.models import CountedMonth, Snapshot
from tongban.applications import actions
from tongban.applications.models import Application
from tongban.evaluations import actions as evaluations
from tongban.flow.models import Clock
from tongban.flow.rules import Limit, Pause, due_on
from tongban.kernel import bookkeeper, calendar
from tongban.kernel.refusals import NotFound
from tongban.tickets import actions as tickets
from tongban.tickets.models import Ticket

DAY = timedelta(days=1)


@pytest.fixture
def close(cast: Cast) -> Callable[..., Application]:
    """A case from submission to delivery: accepted at once, decided and delivered `days` calendar days later."""
    made = 0

    def run(*, days: int = 0, at: datetime | None = None, pause: tuple[int, int] | None = None) -> Application:
        nonlocal made
        made += 1
        start = at or cast.now
        case = cast.submit(key=f"key-{made:04d}", now=start)
        reviewer, decider = cast.actor(cast.reviewer), cast.actor(cast.decider)
        actions.accept(case.number, by=reviewer, now=start)
        if pause:
            reason = "需要专家评审，约两天"
            actions.suspend(case.number, cause="expert_review", reason=reason, by=reviewer, now=start + pause[0] * DAY)
            actions.resume(case.number, by=reviewer, now=start + pause[1] * DAY)
        end = start + days * DAY
        actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=reviewer, now=end)
        actions.decide(case.number, granted=True, by=decider, now=end)
        return actions.deliver(case.number, by=cast.actor(cast.liu), now=end)

    return run


def read(code: str, now: datetime, key: str = "all") -> rules.Reading:
    """Counted from nothing."""
    snapshots.recount(now=now)
    return queries.value(code, queries.span(key, now=now), now=now)


def test_without_cases_there_is_no_data(cast: Cast) -> None:
    assert {one["value"] for one in queries.headline(now=cast.now)} == {"暂无数据"}
    assert [one["code"] for one in queries.headline(now=cast.now)] == list(rules.HEADLINE)


def test_the_days_saved(cast: Cast, close: Callable[..., Application]) -> None:
    """20 working days by law: two cases, Monday to Wednesday (2) and Monday to next Monday (5): 1 − 7/40."""
    close(days=2)
    close(days=7)

    found = read("time_cut", cast.now + 8 * DAY)

    assert found.tally == rules.Tally(Decimal(7), Decimal(40))
    assert found.said == "82.5%"
    assert found.other_said == "82.5%"
    assert found.reached is False


def test_paused_days_are_taken_off(cast: Cast, close: Callable[..., Application]) -> None:
    """Monday to next Monday is 5; paused from Tuesday, until Thursday: Wednesday and Thursday are not counted."""
    close(days=7, pause=(1, 3))

    assert read("time_cut", cast.now + 8 * DAY).tally.part == 3


def test_holidays_are_not_counted(cast: Cast, close: Callable[..., Application]) -> None:
    """Friday 3 April to Tuesday 7 April 2026: Saturday to Monday are 清明节."""
    friday = cast.now + 32 * DAY

    close(at=friday, days=4)

    assert read("time_cut", friday + 5 * DAY).tally.part == 1


def test_decided_on_the_day_is_nought_days(cast: Cast, close: Callable[..., Application]) -> None:
    close()
    saturday = cast.now + 5 * DAY
    close(at=saturday)

    assert read("time_cut", cast.now + 6 * DAY).tally == rules.Tally(Decimal(0), Decimal(40))


@pytest.mark.parametrize(("unit", "amount"), [("day", 20), ("month", 1)])
def test_a_limit_in_natural_days_is_turned_into_working_days(
    cast: Cast, close: Callable[..., Application], unit: str, amount: int
) -> None:
    """As many as lie between its start and its due date."""
    cast.guide = people.publish(
        cast.body, now=cast.now, code="990131001002", name="另一事项", statutory={"amount": amount, "unit": unit}
    )
    case = close(days=2)
    clock = Clock.objects.get(subject=case.number, kind="statutory")
    days = calendar.current()

    between = sum(
        days.is_working(clock.started_on + n * DAY) for n in range(1, (clock.due_on - clock.started_on).days + 1)
    )

    assert read("time_cut", cast.now + 3 * DAY).tally == rules.Tally(Decimal(2), Decimal(between))


def test_counted_days_agree_with_the_law(cast: Cast, close: Callable[..., Application]) -> None:
    """A limit of as many days would just have been kept by the count of `flow.rules`, one of a day less would not."""
    for days in (1, 4, 8, 11, 36):
        case = close(days=days, pause=(0, 1))
        clock = Clock.objects.get(subject=case.number, kind="promised")
        pause = [Pause(clock.started_on, clock.started_on + DAY)]
        row = queries.rows("time_cut", rules.ALL, now=cast.now + 50 * DAY, limit=1)[0]

        taken = int(row.part)
        assert taken == 0 or due_on(clock.started_on, Limit(taken), calendar.current(), pause) <= clock.stopped_on
        assert due_on(clock.started_on, Limit(taken + 1), calendar.current(), pause) > clock.stopped_on


def test_on_time_and_overdue(cast: Cast, close: Callable[..., Application]) -> None:
    """5 working days promised from Monday 2 March: the 9th is in time, the 10th is not; an open one is overdue then."""
    close(days=7)
    close(days=8)
    case = cast.submit(key="key-open")
    actions.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now)

    assert read("on_time", cast.now + 8 * DAY).said == "50.0%"
    assert read("overdue", cast.now + 7 * DAY).said == "0 件"
    assert read("overdue", cast.now + 8 * DAY).said == "1 件"
    assert read("overdue", cast.now + 8 * DAY, "2025").said == "暂无数据"
    assert [row.label for row in queries.rows("overdue", rules.ALL, now=cast.now + 8 * DAY)] == [case.number]


def test_visits_are_counted_where_the_window_saw_the_applicant(cast: Cast, close: Callable[..., Application]) -> None:
    """One on line (0), one taken and handed out at the window (2): one visit a case."""
    close()
    reviewer, decider, clerk = (cast.actor(who) for who in (cast.reviewer, cast.decider, cast.clerk))
    case = actions.submit(
        cast.submission(materials={"safety": "pledge", "layout": "paper"}),
        key="key-counter", by=cast.actor(cast.clerk, channel="counter"), now=cast.now,
    )  # fmt: skip
    actions.accept(case.number, by=reviewer, now=cast.now)
    actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=reviewer, now=cast.now)
    actions.decide(case.number, granted=True, by=decider, now=cast.now)
    actions.deliver(case.number, by=clerk, now=cast.now)

    assert read("visits", cast.now).said == "1.00 次"
    assert read("online_cases", cast.now).said == "50.0%"


def test_ratings_rectification_and_return_visits(cast: Cast, close: Callable[..., Application]) -> None:
    good, bad, _silent = close(), close(), close()
    liu = cast.actor(cast.liu)
    evaluations.rate(good.number, level=1, by=liu, now=cast.now)
    evaluations.rate(bad.number, level=5, comment="等太久了", by=liu, now=cast.now)

    assert read("rated", cast.now).said == "66.6%"
    assert read("good", cast.now).said == "50.0%"
    assert read("rectified", cast.now).said == "暂无数据"
    assert read("rectified", cast.now + 10 * DAY).said == "0.0%"

    ticket = Ticket.objects.get(subject=bad.number)
    tickets.rectify(ticket.number, measures="增开一个窗口", by=cast.actor(cast.reviewer), now=cast.now + DAY)
    assert read("rectified", cast.now + 10 * DAY).said == "100.0%"
    assert read("visited", cast.now + 10 * DAY).said == "0.0%"

    tickets.visit(
        ticket.number, satisfied=True, note="电话回访，已满意", by=cast.actor(cast.decider), now=cast.now + DAY
    )
    assert read("visited", cast.now + 10 * DAY).said == "100.0%"


def test_who_rated_is_not_in_the_rows(cast: Cast, close: Callable[..., Application]) -> None:
    case = close()
    evaluations.rate(case.number, level=5, comment="等太久了", by=cast.actor(cast.liu), now=cast.now)

    for code in ("good", "rated", "rectified"):
        found = queries.rows(code, rules.ALL, now=cast.now + 20 * DAY)
        assert len(found) == 1
        assert case.number not in str(found)


def test_editions_are_counted_as_of_the_end_of_the_period(cast: Cast) -> None:
    """One guide in March; from April one more, on the spot and without any material to bring."""
    april = cast.now + 30 * DAY
    people.publish(
        cast.body, now=april, code="990131001003", name="当场办", instant=True, promised={"amount": 0},
        materials=[{"key": "form", "name": "申请书", "give": "generated"}], baseline_materials=4, online=False,
        visits=1,
    )  # fmt: skip

    assert read("instant", april, "2026-03").said == "0.0%"
    assert read("instant", april, "2026-04").said == "50.0%"
    assert read("instant", april, "2026").said == "50.0%"
    assert read("online_licence", april).said == "50.0%"
    assert read("material_cut", april).said == "75.0%"
    assert read("promised_cut", april).said == "87.5%"
    assert read("zero_material", april).said == "1 项"
    assert read("pledge", april).said == "1 项"
    assert read("once", april).said == "2 项"
    assert read("no_visit", april).said == "1 项"


def test_a_list_without_a_guide_is_not_an_item_without_visits(cast: Cast) -> None:
    people.publish(cast.body, now=cast.now, code="990131001004", name="只有名录", connection="guide_only", materials=[])

    assert read("no_visit", cast.now).said == "1 项"
    assert read("zero_material", cast.now).said == "0 项"
    assert read("online_rate", cast.now).said == "50.0%"


def stored() -> list[object]:
    return list(CountedMonth.objects.order_by("month").values_list("month", "total", "bodies", "spread"))


def test_what_was_counted_bit_by_bit_equals_what_is_counted_from_nothing(
    cast: Cast, close: Callable[..., Application]
) -> None:
    now = cast.now
    for step in range(4):
        case = close(days=step, at=now)
        evaluations.rate(case.number, level=1 + step, by=cast.actor(cast.liu), now=now + step * DAY)
        bookkeeper.link_waiting()
        now += 13 * DAY
        queries.readings(rules.ALL, now=now)
    bit_by_bit, position = stored(), Snapshot.objects.get().position

    snapshots.recount(now=now)

    assert len(bit_by_bit) == 2
    assert stored() == bit_by_bit
    assert Snapshot.objects.get().position == position > 0


def test_a_late_rating_counts_in_the_month_the_case_was_closed(cast: Cast, close: Callable[..., Application]) -> None:
    case = close()
    april = cast.now + 40 * DAY
    bookkeeper.link_waiting()
    queries.readings(rules.ALL, now=april)
    evaluations.rate(case.number, level=1, by=cast.actor(cast.liu), now=april)
    bookkeeper.link_waiting()

    later = april + timedelta(seconds=6)
    assert queries.value("rated", queries.span("2026-03", now=later), now=later).said == "100.0%"


def test_nothing_is_counted_while_the_journal_stands_still(
    cast: Cast, close: Callable[..., Application], django_assert_max_num_queries: Callable[..., object]
) -> None:
    close()
    bookkeeper.link_waiting()
    queries.headline(now=cast.now)

    with django_assert_max_num_queries(2):
        found = queries.headline(now=cast.now + timedelta(minutes=3))

    assert found[0]["value"] == "100.0"


def test_an_old_number_stands_for_five_seconds(cast: Cast, close: Callable[..., Application]) -> None:
    close()
    bookkeeper.link_waiting()
    queries.headline(now=cast.now)
    close(days=5)
    bookkeeper.link_waiting()

    def cut(seconds: int) -> str:
        return queries.headline(now=cast.now + 5 * DAY + timedelta(seconds=seconds))[0]["value"]

    queries.headline(now=cast.now + 5 * DAY)
    before = cut(0)
    close(days=5)
    bookkeeper.link_waiting()
    assert cut(4) == before
    assert cut(6) != before


def test_the_rows_make_the_number(cast: Cast, close: Callable[..., Application]) -> None:
    for days in (2, 7, 8, 9, 10):
        close(days=days)
    now = cast.now + 12 * DAY
    reading = read("time_cut", now)
    first = queries.rows("time_cut", rules.ALL, now=now, limit=3)
    rest = queries.rows("time_cut", rules.ALL, now=now, after=str(first[-1].after), limit=3)

    assert (len(first), len(rest)) == (3, 2)
    assert len({row.label for row in first + rest}) == 5
    assert sum(int(row.part) for row in first + rest) == reading.tally.part
    assert sum(int(row.whole) for row in first + rest) == reading.tally.whole


@pytest.mark.parametrize("code", list(rules.INDICATORS))
def test_every_indicator_has_rows(cast: Cast, close: Callable[..., Application], code: str) -> None:
    evaluations.rate(close().number, level=5, comment="等太久了", by=cast.actor(cast.liu), now=cast.now)

    for body in (None, cast.body, cast.other_body):
        for row in queries.rows(code, rules.ALL, now=cast.now, body=body):
            assert "刘晓燕" not in str(row)
            assert queries.rows(code, rules.ALL, now=cast.now, body=body, after=str(row.after)) == []


def test_a_body_has_numbers_of_its_own(cast: Cast, close: Callable[..., Application]) -> None:
    close(days=2)
    now = cast.now + 3 * DAY
    snapshots.recount(now=now)

    mine = queries.value("time_cut", rules.ALL, now=now, body=cast.body)
    theirs = queries.value("time_cut", rules.ALL, now=now, body=cast.other_body)
    compared = queries.by_body("time_cut", rules.ALL, queries.numbers(now=now, bodies=True))

    assert (mine.said, theirs.said) == ("90.0%", "暂无数据")
    assert [(body.key, reading.said) for body, reading in compared] == [("market", "90.0%")]


def test_what_is_not_an_indicator_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound, match="没有这个指标"):
        queries.value("happiness", rules.ALL, now=cast.now)
    with pytest.raises(NotFound, match="没有这个统计期"):
        queries.span("2026-13", now=cast.now)
