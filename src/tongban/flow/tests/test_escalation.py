"""督办: what nobody gets done comes before the head of the body, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.people import Cast
from tongban.flow import actions, chores, escalation, holding, listing
from tongban.flow.models import BESIDE, Task, TaskMove
from tongban.flow.wanted import Wanted
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.models import JournalEntry

REVIEW, TODAY = "application.review", date(2026, 3, 2)


def opened(cast: Cast, subject: str, *, due_on: date | None, act: str = REVIEW, at: datetime | None = None) -> Task:
    actions.open_task(
        subject, act=act, title="食品经营许可新办", body_id=cast.body.pk, region_path=cast.region.path, due_on=due_on,
        now=at or cast.now - timedelta(days=4),
    )  # fmt: skip
    return Task.objects.open().get(subject=subject, act=act)


def escalated(cast: Cast, now: datetime | None = None) -> list[str]:
    return [task.subject for task in escalation.escalate(now=now or cast.now)]


def test_what_is_overdue_or_near_and_untouched_comes_before_the_head(cast: Cast) -> None:
    opened(cast, "over", due_on=date(2026, 2, 27))
    opened(cast, "today", due_on=TODAY)
    opened(cast, "tomorrow", due_on=date(2026, 3, 3))
    opened(cast, "later", due_on=date(2026, 3, 4))
    opened(cast, "open-ended", due_on=None)
    opened(cast, "fresh", due_on=TODAY, at=cast.now)

    assert escalated(cast) == ["over", "today", "tomorrow"]

    page = listing.find(Wanted(whose="escalated"), by=cast.actor(cast.head), assigning=[cast.body.pk], today=TODAY)
    assert [line.subject for line in page.lines] == ["over", "today", "tomorrow"]
    entry = JournalEntry.objects.get(name="flow.TaskEscalated", subject="over")
    assert entry.facts["overdue"] is True and entry.actor == "system:escalation"
    assert TaskMove.objects.filter(kind="escalated").count() == 3


def test_twice_is_once(cast: Cast) -> None:
    opened(cast, "over", due_on=date(2026, 2, 27))

    assert escalated(cast) == ["over"] and escalated(cast, cast.now + timedelta(days=1)) == []
    assert JournalEntry.objects.filter(name="flow.TaskEscalated").count() == 1


@pytest.mark.parametrize("touched", [{"held_by": True}, {"seen_at": True}])
def test_what_somebody_has_in_hand_waits_until_it_is_overdue(cast: Cast, touched: dict[str, Any]) -> None:
    task = opened(cast, "near", due_on=TODAY)
    Task.objects.filter(pk=task.pk).update(
        held_by=cast.reviewer if "held_by" in touched else None, seen_at=cast.now if "seen_at" in touched else None
    )

    assert escalated(cast) == []
    assert escalated(cast, cast.now + timedelta(days=1)) == ["near"]


def test_a_new_day_is_looked_at_anew(cast: Cast) -> None:
    opened(cast, "moved", due_on=date(2026, 2, 27))
    assert escalated(cast) == ["moved"]

    actions.move_tasks("moved", acts=[REVIEW], due_on=date(2026, 3, 13))

    assert escalated(cast) == []
    assert escalated(cast, datetime(2026, 3, 16, 9, tzinfo=SHANGHAI)) == ["moved"]


def test_what_is_done_is_before_nobody(cast: Cast) -> None:
    opened(cast, "over", due_on=date(2026, 2, 27))
    assert escalated(cast) == ["over"]

    actions.close_tasks("over", now=cast.now)

    found = listing.find(Wanted(whose="escalated"), by=cast.actor(cast.head), assigning=[cast.body.pk], today=TODAY)
    assert found.lines == []


@pytest.mark.parametrize("act", [*escalation.FOR_THE_HEAD, BESIDE])
def test_the_head_s_own_acts_go_no_higher(cast: Cast, act: str) -> None:
    opened(cast, "own", due_on=date(2026, 2, 27), act=act)

    assert escalated(cast) == []


def test_many_are_done_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "BATCH", 2)
    for n in range(7):
        opened(cast, f"case-{n}", due_on=date(2026, 2, 23) + timedelta(days=n // 3))

    assert escalated(cast) == [f"case-{n}" for n in range(7)]


def test_a_backlog_comes_piece_by_piece(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "BATCH", 2)
    monkeypatch.setattr(escalation, "MOST", 3)
    for n in range(7):
        opened(cast, f"case-{n}", due_on=date(2026, 2, 27))

    assert [len(escalated(cast)) for _ in range(4)] == [4, 3, 0, 0]


def test_the_chores_run_twice(cast: Cast) -> None:
    opened(cast, "over", due_on=date(2026, 2, 27))

    for _ in range(2):
        chores.escalate(cast.now)
        chores.return_lost(cast.now)

    assert TaskMove.objects.count() == 1


def test_every_list_stays_on_its_index_however_many_there_are(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO flow_task (subject, act, title, body_id, region_path, due_on, opened_at, held_by_id, escalated_at,
                                      closed_at, closed_by_id)
               SELECT 'many-' || i, (ARRAY['application.decide', 'application.accept', 'application.review'])[1 + i %% 3],
                      'many', %(body)s, '500199/', date '2026-02-20' + i %% 60, now(),
                      CASE WHEN i %% 20 = 0 THEN %(me)s END, CASE WHEN i %% 50 = 0 THEN now() END,
                      CASE WHEN i %% 2 = 0 AND i > 3000 THEN now() END, CASE WHEN i %% 40 = 0 AND i > 3000 THEN %(me)s END
               FROM generate_series(1, 6000) i""",
            {"body": cast.body.pk, "me": cast.reviewer.pk},
        )
        cursor.execute("ANALYZE flow_task")

    def plan(wanted: Wanted, account: Any) -> str:
        by = cast.actor(account)
        seen: list[str] = []

        def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if "flow_task" in sql and not sql.startswith("EXPLAIN"):
                with connection.cursor() as cursor:
                    cursor.execute("EXPLAIN " + sql, params)
                    seen.append("\n".join(row[0] for row in cursor.fetchall()))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(explained):
            listing.find(wanted, by=by, assigning=[cast.body.pk], today=TODAY)
        return seen[0]

    for wanted, account, index in (
        (Wanted(whose="mine"), cast.reviewer, "task_by_holder"),
        (Wanted(whose="pool"), cast.reviewer, "task_by_body_and_act"),
        (Wanted(words="many", lamp="over"), cast.reviewer, "task_by_body_and_act"),
        (Wanted(), cast.clerk, "task_by_region"),
        (Wanted(whose="body", holder=cast.reviewer.pk), cast.head, "task_by_body_and_act"),
        (Wanted(whose="escalated"), cast.head, "task_escalated"),
        (Wanted(whose="done"), cast.reviewer, "task_done_by"),
    ):
        found = plan(wanted, account)
        assert index in found and "Seq Scan on flow_task" not in found, f"{wanted}: {found}"


def test_who_holds_what_is_one_statement_off_the_index(cast: Cast) -> None:
    for n in range(3):
        opened(cast, f"case-{n}", due_on=date(2026, 3, 3))
        holding.claim(f"case-{n}", REVIEW, by=cast.actor(cast.reviewer), now=cast.now)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN " + listing._HOLDERS,
            {
                "bodies": [cast.body.pk],
                "today": TODAY,
                "now": cast.now,
                "bound": 100,
                "never": date.max,
                "roles": ["reviewer", "decider"],
                "acts": [REVIEW],
            },
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "task_by_holder" in plan and "task_by_body_and_act" in plan and "Seq Scan on flow_task" not in plan
