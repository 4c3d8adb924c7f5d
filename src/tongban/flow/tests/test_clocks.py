"""Clocks and tasks as rows: what is stored is what the law counts, and who sees what awaits them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.people import SPRING_2026, Cast
from tongban.flow import actions, queries
from tongban.flow.models import NEVER, Clock, ClockPause, Task
from tongban.flow.rules import Limit
from tongban.identity.actors import ANYONE
from tongban.kernel import calendar
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Conflict
from tongban.orgs.models import Region

CASE = "50019920260302000000017"
LIMITS = {"promised": Limit(5), "statutory": Limit(20)}


def on(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def test_both_clocks_start_together(cast: Cast) -> None:
    dates = actions.start_clocks(CASE, LIMITS, now=on(3, 2))

    assert (dates.promised_on, dates.statutory_on) == (date(2026, 3, 9), date(2026, 3, 30))
    assert not dates.provisional
    assert set(Clock.objects.values_list("started_on", flat=True)) == {date(2026, 3, 2)}


def test_clocks_started_on_a_saturday_night_count_from_monday(cast: Cast) -> None:
    dates = actions.start_clocks(CASE, LIMITS, now=on(3, 7, 23))

    assert Clock.objects.filter(started_on=date(2026, 3, 9)).count() == 2
    assert dates.promised_on == date(2026, 3, 16)


def test_a_subject_has_one_clock_of_a_kind(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))

    with pytest.raises(IntegrityError), transaction.atomic():
        actions.start_clocks(CASE, LIMITS, now=on(3, 3))


def test_a_pause_opens_the_dates_and_its_end_sets_them_later(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))

    actions.pause_clocks(CASE, cause="test", now=on(3, 4))
    paused = actions.dates_of(CASE)
    resumed = actions.resume_clocks(CASE, now=on(3, 10))

    assert (paused.promised_on, paused.statutory_on) == (None, None)
    # 5, 6, 9 and 10 March stand still: four working days later than 9 and 30 March
    assert (resumed.promised_on, resumed.statutory_on) == (date(2026, 3, 13), date(2026, 4, 3))


def test_a_clock_is_not_paused_twice_at_once(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))
    actions.pause_clocks(CASE, cause="test", now=on(3, 4))

    with pytest.raises(IntegrityError), transaction.atomic():
        actions.pause_clocks(CASE, cause="test", now=on(3, 5))


def test_two_causes_may_stand_at_once_and_the_last_one_lets_go(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))
    actions.pause_clocks(CASE, cause="test", now=on(3, 4))
    actions.pause_clocks(CASE, cause="expert_review", now=on(3, 5))

    first = actions.resume_clocks(CASE, cause="test", now=on(3, 6))
    last = actions.resume_clocks(CASE, cause="expert_review", now=on(3, 10))

    assert first.promised_on is None
    assert last.promised_on == date(2026, 3, 13)  # 5, 6, 9 and 10 stand still once
    assert list(actions.verify_clocks()) == []


def test_a_clock_is_extended_once_and_both_that_run_are(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))

    dates = actions.extend_clocks(CASE, extension=Limit(10), now=on(3, 5))

    assert (dates.promised_on, dates.statutory_on) == (date(2026, 3, 23), date(2026, 4, 14))
    with pytest.raises(Conflict, match="不能再次延长"):
        actions.extend_clocks(CASE, extension=Limit(1), now=on(3, 6))
    assert list(actions.verify_clocks()) == []


def test_hours_are_stored_to_the_moment_and_a_changed_moment_is_found(cast: Cast) -> None:
    (clock,) = actions.start(CASE, {"statutory": Limit(24, "hour")}, now=on(3, 2))
    actions.pause_clocks(CASE, cause="test", now=on(3, 2, 12))
    actions.resume_clocks(CASE, now=on(3, 2, 14))

    clock.refresh_from_db()
    assert clock.due_at == on(3, 3, 12)
    assert list(actions.verify_clocks()) == []
    Clock.objects.update(due_at=on(3, 3, 16))
    assert [drift.kind for drift in actions.verify_clocks()] == ["statutory"]


def test_a_pause_in_a_later_round_moves_no_clock_that_had_stopped(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))
    actions.stop_clocks(CASE, now=on(3, 4))
    actions.start_clocks(CASE, LIMITS, now=on(3, 4, 11), round=2)
    actions.pause_clocks(CASE, cause="test", now=on(3, 4, 12))
    actions.resume_clocks(CASE, now=on(3, 6))

    assert list(actions.verify_clocks()) == []
    due = dict(Clock.objects.filter(kind="promised").values_list("round", "due_on"))
    assert due == {1: date(2026, 3, 9), 2: date(2026, 3, 13)}
    assert [sheet.due_on for sheet in queries.sheets(CASE, today=date(2026, 3, 6)) if sheet.kind == "promised"] == [
        sheet.days[-1].on for sheet in queries.sheets(CASE, today=date(2026, 3, 6)) if sheet.kind == "promised"
    ]


def test_a_pause_touches_neither_the_delivery_nor_what_was_promised(cast: Cast) -> None:
    actions.start(CASE, {"delivery": Limit(10), "commitment": Limit(10)}, now=on(3, 2))

    actions.pause_clocks(CASE, cause="test", now=on(3, 4))

    assert set(Clock.objects.values_list("due_on", flat=True)) == {date(2026, 3, 16)}


def test_what_was_promised_runs_on_when_the_case_moves_on_and_ends_with_it(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))
    actions.start(CASE, {"commitment": Limit(10)}, now=on(3, 2))

    actions.move_on(CASE, now=on(3, 4))
    running = set(Clock.objects.filter(stopped_on=None).values_list("kind", flat=True))
    actions.stop_clocks(CASE, now=on(3, 5))

    assert running == {"commitment"}
    assert not Clock.objects.filter(stopped_on=None).exists()


def test_one_promise_ends_without_the_other(cast: Cast) -> None:
    for round in (1, 2):
        actions.start(CASE, {"commitment": Limit(10)}, now=on(3, 2), round=round)

    actions.stop(CASE, "commitment", rounds=[1], now=on(3, 4))

    assert list(Clock.objects.filter(stopped_on=None).values_list("round", flat=True)) == [2]


def test_a_clock_that_is_not_paused_cannot_be_resumed(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))

    with pytest.raises(Conflict, match="没有在暂停"):
        actions.resume_clocks(CASE, now=on(3, 4))


def test_a_pause_cannot_end_before_it_began(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockPause.objects.create(
            subject=CASE, cause="test", from_on=date(2026, 3, 5), until_on=date(2026, 3, 4)
        )  # fmt: skip


def test_a_stopped_clock_keeps_its_date(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))

    actions.stop_clocks(CASE, now=on(3, 5))
    actions.stop_clocks(CASE, now=on(3, 6))

    assert set(Clock.objects.values_list("stopped_on", flat=True)) == {date(2026, 3, 5)}
    assert actions.dates_of(CASE).promised_on == date(2026, 3, 9)


def test_what_is_stored_equals_the_recount_at_every_stage(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(2, 12))
    actions.start_clocks("other", {"statutory": Limit(1, "month")}, now=on(1, 30))
    assert list(actions.verify_clocks()) == []
    actions.pause_clocks(CASE, cause="test", now=on(2, 13))
    assert list(actions.verify_clocks()) == []
    actions.resume_clocks(CASE, now=on(2, 25))
    assert list(actions.verify_clocks()) == []
    actions.stop_clocks(CASE, now=on(2, 27))
    assert list(actions.verify_clocks()) == []


def test_an_edited_due_date_is_found(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))
    Clock.objects.filter(kind="promised").update(due_on=date(2026, 3, 31))

    (drift,) = actions.verify_clocks()

    assert (drift.subject, drift.kind) == (CASE, "promised")
    assert (drift.stored, drift.recounted) == (date(2026, 3, 31), date(2026, 3, 9))


def test_a_removed_pause_is_found(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))
    actions.pause_clocks(CASE, cause="test", now=on(3, 4))
    actions.resume_clocks(CASE, now=on(3, 10))
    ClockPause.objects.all().delete()

    assert {drift.kind for drift in actions.verify_clocks()} == {"promised", "statutory"}


def test_a_new_calendar_moves_only_the_running_clocks(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))
    actions.start_clocks("done", LIMITS, now=on(3, 2))
    actions.stop_clocks("done", now=on(3, 5))
    _declare_rest_day(date(2026, 3, 5))

    moved = actions.recompute_for_calendar(now=on(3, 3))

    assert len(moved) == 1
    assert actions.dates_of(CASE).promised_on == date(2026, 3, 10)
    assert actions.dates_of("done").promised_on == date(2026, 3, 9)
    assert list(actions.verify_clocks()) == []


def test_clocks_whose_dates_stay_take_the_new_calendar_together(cast: Cast) -> None:
    for at in range(6):
        actions.start_clocks(f"stays-{at}", {"promised": Limit(2)}, now=on(3, 2))
    actions.start_clocks(CASE, {"promised": Limit(5)}, now=on(3, 2))
    _declare_rest_day(date(2026, 3, 5))

    with CaptureQueriesContext(connection) as asked:
        left = actions.keep_unmoved([*(f"stays-{at}" for at in range(6)), CASE])

    assert left == [CASE]
    assert len(asked) < 10, "not one after the other"
    assert queries.under_an_older_calendar() == [CASE]
    assert actions.recompute_for_calendar(now=on(3, 3)) == [CASE]
    assert list(actions.verify_clocks()) == []


def test_recomputing_again_moves_nothing(cast: Cast) -> None:
    actions.start_clocks(CASE, LIMITS, now=on(3, 2))
    _declare_rest_day(date(2026, 3, 5))
    actions.recompute_for_calendar(now=on(3, 3))

    assert actions.recompute_for_calendar(now=on(3, 3)) == []


def test_a_date_past_the_known_calendar_is_provisional_until_the_calendar_arrives(cast: Cast) -> None:
    dates = actions.start_clocks(CASE, {"promised": Limit(10)}, now=on(12, 28))
    calendar.replace(
        {date(2027, 1, 1): ("元旦", False)},
        known_from=date(2027, 1, 1), known_until=date(2027, 12, 31), source="tests", now=on(12, 29),
    )  # fmt: skip

    actions.recompute_for_calendar(now=on(12, 29))

    assert (dates.promised_on, dates.provisional) == (date(2027, 1, 11), True)
    after = actions.dates_of(CASE)
    assert (after.promised_on, after.provisional) == (date(2027, 1, 12), False)


def test_the_sheet_counts_every_day_under_the_calendar_the_clock_recorded(cast: Cast) -> None:
    actions.start_clocks(CASE, {"promised": Limit(2)}, now=on(4, 2))
    actions.stop_clocks(CASE, now=on(4, 3))
    _declare_rest_day(date(2026, 4, 7))

    (sheet,) = queries.sheets(CASE, today=date(2026, 4, 20))

    assert [(d.on.day, d.number) for d in sheet.days] == [(2, None), (3, 1), (4, None), (5, None), (6, None), (7, 2)]
    assert sheet.due_on == date(2026, 4, 7)
    assert sheet.lamp != "over"  # it was stopped in time


def _declare_rest_day(day: date) -> None:
    calendar.replace(
        {**SPRING_2026, day: ("临时放假", False)},
        known_from=date(2026, 1, 1), known_until=date(2026, 12, 31), source="tests", now=on(3, 3),
    )  # fmt: skip


def _task(
    cast: Cast, subject: str, *, act: str = "application.review", due_on: date | None = None, other: bool = False
) -> None:
    body = cast.other_body if other else cast.body
    actions.open_task(
        subject, act=act, title=subject, body_id=body.pk, region_path=cast.region.path, due_on=due_on, now=cast.now
    )


def _seen(cast: Cast, who: str, **options: object) -> list[str]:
    actor = cast.actor(getattr(cast, who))
    return [line.subject for line in queries.tasks(actor, today=date(2026, 3, 2), **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("reviewer", {"accept", "review"}),
        ("decider", {"accept", "review", "decide", "deliver"}),
        ("clerk", {"accept", "deliver", "foreign-accept"}),
        ("foreign_reviewer", {"foreign-accept", "foreign-review"}),
        ("supervisor", set()),
        ("administrator", set()),
        ("liu", set()),
        ("stranger", set()),
    ],
)
def test_tasks_are_seen_by_the_posts_that_may_do_them(cast: Cast, who: str, seen: set[str]) -> None:
    for act in ("accept", "review", "decide", "deliver"):
        _task(cast, act, act=f"application.{act}")
    _task(cast, "foreign-accept", act="application.accept", other=True)
    _task(cast, "foreign-review", other=True)

    assert set(_seen(cast, who)) == seen


def test_nobody_in_particular_has_no_tasks(cast: Cast) -> None:
    _task(cast, "one")

    assert queries.tasks(ANYONE, today=date(2026, 3, 2)) == []


def test_the_most_urgent_comes_first_and_what_has_no_day_last(cast: Cast) -> None:
    _task(cast, "open-ended")
    _task(cast, "later", due_on=date(2026, 3, 9))
    _task(cast, "sooner", due_on=date(2026, 3, 3))
    _task(cast, "overdue", due_on=date(2026, 2, 27))

    assert _seen(cast, "reviewer") == ["overdue", "sooner", "later", "open-ended"]
    lines = queries.tasks(cast.actor(cast.reviewer), today=date(2026, 3, 2))
    assert [line.lamp for line in lines] == ["over", "ok", "ok", "paused"]
    assert lines[-1].due_on is None


def test_a_list_continues_without_loss_or_repeats(cast: Cast) -> None:
    for n in range(23):  # many on one day: the id decides
        _task(cast, f"case-{n:02}", due_on=date(2026, 3, 3) + timedelta(days=n // 8) if n < 20 else None)
    seen: list[str] = []
    after = ""
    while page := queries.tasks(cast.actor(cast.reviewer), today=date(2026, 3, 2), limit=5, after=after):
        seen += [line.subject for line in page]
        after = page[-1].after
        if len(seen) == 10:  # meanwhile someone finishes one behind, and a new urgent one arrives before
            actions.close_tasks("case-00", now=cast.now)
            _task(cast, "urgent", due_on=date(2026, 3, 2))

    assert seen == [f"case-{n:02}" for n in range(23)]


@pytest.mark.parametrize("after", ["", "x", "2026-13-99_1", "2026-03-03_²", "_", "2026-03-03_", "9" * 30])
def test_a_broken_cursor_breaks_nothing(cast: Cast, after: str) -> None:
    _task(cast, "one")

    assert _seen(cast, "reviewer", after=after) in (["one"], [])


def test_closed_tasks_are_gone_and_may_be_opened_again(cast: Cast) -> None:
    _task(cast, CASE)
    with pytest.raises(IntegrityError), transaction.atomic():
        _task(cast, CASE)

    actions.close_tasks(CASE, now=cast.now)
    assert _seen(cast, "reviewer") == []
    _task(cast, CASE)
    assert _seen(cast, "reviewer") == [CASE]


def test_tasks_move_with_the_due_date(cast: Cast) -> None:
    _task(cast, CASE, due_on=date(2026, 3, 9))

    _task(cast, CASE, act="application.verify", due_on=date(2026, 3, 9))
    due = Task.objects.order_by("act").values_list("due_on", flat=True)

    actions.move_tasks(CASE, acts=["application.review"], due_on=None)
    assert list(due.all()) == [NEVER, date(2026, 3, 9)]
    actions.move_tasks(CASE, acts=["application.review"], due_on=date(2026, 3, 13), near_on=date(2026, 3, 12))
    assert list(due.all()) == [date(2026, 3, 13), date(2026, 3, 9)]


def test_the_list_of_tasks_stays_on_its_indexes_however_many_there_are(cast: Cast) -> None:
    wanted = {
        "due": date.min, "id": 0, "limit": 20, "bodies": [cast.body.pk], "body_acts": ["application.decide"],
        "regions": ["500199/"], "region_acts": ["application.accept"],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO flow_task (subject, act, title, body_id, region_path, due_on, opened_at)
               SELECT 'many-' || i, (ARRAY['application.decide', 'application.accept', 'application.review'])[1 + i %% 3],
                      'many', %s, '500199/', date '2026-03-02' + i %% 60, now() FROM generate_series(1, 6000) i""",
            [cast.body.pk],
        )
        cursor.execute("ANALYZE flow_task")
        cursor.execute("EXPLAIN " + queries._FIRST, wanted)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "task_by_body_and_act" in plan
    assert "task_by_region" in plan
    assert "Seq Scan on flow_task" not in plan


def test_a_post_of_a_region_sees_the_tasks_of_its_towns_and_no_others(cast: Cast) -> None:
    town = Region.objects.create(code="500199100", name="听澜街道", level=5, path="500199/500199100/")
    Region.objects.create(code="500198", name="邻区", level=4, path="500198/")
    for subject, path in (("town", town.path), ("district", "500199/"), ("elsewhere", "500198/")):
        actions.open_task(
            subject, act="application.accept", title="", body_id=cast.body.pk, region_path=path,
            due_on=date(2026, 3, 9), now=cast.now,
        )  # fmt: skip

    assert [line.subject for line in queries.tasks(cast.actor(cast.clerk), today=date(2026, 3, 2))] == [
        "town", "district",
    ]  # fmt: skip
