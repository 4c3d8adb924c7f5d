"""流转统计 against cases counted by hand; read once or piece by piece; for the head and the supervisor, and nobody else."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.people import Cast
from tongban.analytics import flow_counting, flow_queries
from tongban.analytics.flow_queries import Flow, Passed
from tongban.analytics.models import FlowCount, FlowDay, FlowRows
from tongban.applications import actions
from tongban.applications.models import Application
from tongban.identity.models import Account
from tongban.kernel import bookkeeper

DAY = timedelta(days=1)


def at(account: Account) -> Client:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def handled(cast: Cast, number: int, *, accept: int, review: int, decide: int) -> Application:
    """Submitted on Monday the second; each act so many calendar days after the one before."""
    case, now = cast.submit(key=f"flow-{number:04}"), cast.now
    reviewer, decider = cast.actor(cast.reviewer), cast.actor(cast.decider)
    actions.accept(case.number, by=reviewer, now=(now := now + accept * DAY))
    actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=reviewer, now=(now := now + review * DAY))
    return actions.decide(case.number, granted=True, by=decider, now=now + decide * DAY)


def counted(cast: Cast) -> Flow:
    while bookkeeper.link_waiting():
        pass
    flow_counting.catch_up(now=cast.now + 20 * DAY)
    return read(cast)


def read(cast: Cast) -> Flow:
    now = cast.now + 20 * DAY
    return flow_queries.flow([cast.body], flow_queries.span("30", today=now.date()), now=now)


def step(found: Flow, key: str) -> Passed:
    return next(one.passed for one in found.steps if one.key == key)


def test_the_numbers_are_those_counted_by_hand(cast: Cast) -> None:
    for number, (accept, review, decide) in enumerate([(0, 0, 0), (1, 2, 0), (1, 9, 1), (4, 1, 1)]):
        handled(cast, number, accept=accept, review=review, decide=decide)
    cast.submit(key="flow-waits")
    cast.accepted(key="flow-under-review")

    found = counted(cast)

    accept, review = step(found, "accept"), step(found, "review:审查")
    assert (accept.cases, accept.days, accept.half, accept.most) == (5, {0: 2, 1: 2, 4: 1}, 1, 4)
    assert (review.cases, review.days) == (4, {0: 2, 2: 1, 7: 1})
    assert (accept.waiting, review.waiting, step(found, "deliver").waiting) == (1, 1, 4)
    assert review.late == 1  # nine days later the promised five working days were over
    assert {one.name for one in found.posts} == {"后台审批人员", "首席代表"}
    assert [one.name for one in found.items] == [cast.guide.item.name]


def test_reading_in_pieces_counts_the_same_and_nothing_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        handled(cast, number, accept=number, review=1, decide=1)
    whole = counted(cast)
    kept = list(FlowDay.objects.order_by("day").values_list("day", "counts"))
    assert flow_counting.catch_up(now=cast.now) == 0

    FlowDay.objects.all().delete()
    FlowRows.objects.all().delete()
    FlowCount.objects.all().delete()
    monkeypatch.setattr(flow_counting, "AT_ONCE", 2)
    flow_counting.catch_up(now=cast.now + 20 * DAY, turns=100)

    assert list(FlowDay.objects.order_by("day").values_list("day", "counts")) == kept
    assert step(read(cast), "accept").days == step(whole, "accept").days


def test_a_suspension_and_a_correction_are_lines_of_their_own(cast: Cast) -> None:
    case, reviewer = cast.submit(), cast.actor(cast.reviewer)
    actions.correct(case.number, {"layout": actions.Gap(note="请补交布局图")}, by=reviewer, now=cast.now)
    found = counted(cast)
    assert step(found, "correct").waiting == 1
    other = cast.accepted(key="flow-paused").number
    actions.suspend(other, cause="expert_review", reason="需要专家评审", by=reviewer, now=cast.now)
    found = counted(cast)
    assert step(found, "pause:expert_review").waiting == 1
    assert not any(one.key.startswith("review") for one in found.steps)
    actions.resume(other, by=reviewer, now=cast.now + 3 * DAY)
    actions.review(other, passes=True, opinion="材料齐全，符合规定", by=reviewer, now=cast.now + 4 * DAY)

    found = counted(cast)

    assert step(found, "pause:expert_review").days == {3: 1}
    assert step(found, "review:审查").days == {1: 1}


def test_a_number_leads_to_its_cases_and_to_a_table(cast: Cast) -> None:
    one = handled(cast, 1, accept=1, review=0, decide=0)
    counted(cast)
    page = at(cast.head).get("/desk/flow?period=2026-03").content.decode()
    assert "受理" in page
    assert "一半在" in page
    behind = at(cast.head).get("/desk/flow/cases?period=2026-03&step=accept").content.decode()
    assert one.number in behind.replace(" ", "")

    form = {"columns": ["number", "days"], "format": "csv"}
    sent = at(cast.head).post("/desk/exports/flow-cases?period=2026-03&step=accept", form)
    rows = list(csv.reader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert rows[1:] == [[one.number, "1"]]
    table = at(cast.head).post(
        "/desk/exports/flow?period=2026-03", {"columns": ["what", "name", "cases"], "format": "csv"}
    )
    assert "环节,受理,1" in b"".join(table.streaming_content).decode()  # type: ignore[attr-defined]


def test_a_head_reads_the_own_body_and_a_supervisor_the_region(cast: Cast) -> None:
    handled(cast, 1, accept=1, review=0, decide=0)
    counted(cast)

    assert [body.pk for body in flow_queries.bodies_of(cast.actor(cast.head))] == [cast.body.pk]
    assert len(flow_queries.bodies_of(cast.actor(cast.supervisor))) == 2
    assert at(cast.head).get("/desk/flow?body=civil").status_code == 404
    assert at(cast.supervisor).get("/desk/flow?body=civil&period=2026-03").status_code == 200
    for account in (cast.reviewer, cast.decider, cast.clerk, cast.liu):
        assert at(account).get("/desk/flow").status_code == 403
    assert at(cast.head).get("/desk/flow?period=never").status_code == 404
