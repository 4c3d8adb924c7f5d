"""Cases in every situation the procedure knows, as the verbs leave them: each can be reported, with every field filled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import Cast
from tongban.applications import actions
from tongban.applications.rules import State
from tongban.applications.tests.scenes import SCENES, Stage, case
from tongban.reporting.reading import Reader, numbers
from tongban.reporting.rules import Codes, Stamp, rows_of
from tongban.reporting.tables import FORMATS
from tongban.reporting.told import Told

USCC = "11500199MB0000001X"


@pytest.fixture
def stage(cast: Cast) -> Stage:
    for body in (cast.body, cast.other_body):
        body.uscc = USCC if body == cast.body else "11500199MB0000002X"
        body.save(update_fields=["uscc"])
    return Stage(cast)


def read(number: str) -> Told:
    return dict(Reader().told([number]))[number]


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_every_case_is_told_with_all_that_must_be_filled(stage: Stage, scene: str) -> None:
    number = SCENES[scene](stage)
    found = dict(Reader().told([number]))

    if case(number).status in (State.RECORDED, State.VOID):
        assert found == {}
        return
    for form in FORMATS:
        made = rows_of(found[number], form, stamp=Stamp(stage.now, "0" * 32), codes=Codes())
        assert made.faults == ()
        ended = found[number].ending is not None
        assert sum(made.counts.get(name, 0) for name in ("up_pro_result", "gb_ending")) == ended


OUTCOMES = {
    "granted": "licensed", "made": "licensed", "delivered": "licensed", "closed": "licensed", "refused": "refused",
    "closed_refused": "refused", "rejected": "rejected", "lapsed": "lapsed", "terminated": "terminated",
    "revoked": "revoked", "withdrawn": "withdrawn", "accepted": "", "suspended": "", "forwarded": "", "submitted": "",
}  # fmt: skip


@pytest.mark.parametrize(("scene", "outcome"), OUTCOMES.items())
def test_how_a_case_ended(stage: Stage, scene: str, outcome: str) -> None:
    ending = read(SCENES[scene](stage)).ending

    assert (ending.outcome if ending else "") == outcome


def test_a_case_with_its_whole_course(stage: Stage) -> None:
    number = stage.submitted()
    now, later = stage.now, stage.now + timedelta(days=1)
    actions.correct(number, {"layout": actions.Gap(note="请补交布局图")}, by=stage.reviewer, now=now)
    actions.supplement(number, materials={"layout": stage.file()}, by=stage.liu, now=later)
    actions.accept(number, by=stage.reviewer, now=later)
    actions.suspend(number, cause="test", reason="油烟需送检", by=stage.reviewer, now=later)
    actions.resume(number, by=stage.reviewer, now=later + timedelta(days=2))
    actions.ask_extension(number, days=5, reason="需要现场核查", by=stage.reviewer, now=later + timedelta(days=2))
    actions.extend(number, by=stage.head, now=later + timedelta(days=2))
    actions.review(number, passes=True, opinion="材料齐全，检测合格", by=stage.reviewer, now=later + timedelta(days=3))
    actions.decide(number, granted=True, by=stage.decider, now=later + timedelta(days=3))
    found = read(number)

    assert [(one.name, one.move, one.by) for one in found.passages] == [
        ("受理", "pass", "reviewer"), ("补正告知", "back", "reviewer"), ("审查", "pass", "reviewer"),
        ("决定", "pass", "decider"),
    ]  # fmt: skip
    assert [(one.extends, one.name, one.reason) for one in found.specials] == [
        (False, "检测", "油烟需送检"), (True, "延长审批", "需要现场核查"),
    ]  # fmt: skip
    assert found.applicant.name == "刘晓燕" and found.applicant.id_number.startswith("500199198803")
    assert found.ending and found.ending.licence_name == "食品经营许可证" and found.ending.licence_number
    assert found.accepted_by == "reviewer" and found.promised_on


def test_a_business_is_told_with_who_represents_it(stage: Stage) -> None:
    number = stage.cast.submit(organisation=stage.cast.shop).number
    found = read(number)

    assert (found.applicant.name, found.applicant.id_kind, found.legal) == ("云江区老灶火锅店", "uscc", "刘晓燕")
    assert found.contact and found.contact.name == "刘晓燕"


def test_a_case_that_is_handled_again_has_no_ending_until_it_ends_again(stage: Stage) -> None:
    number = stage.delivered()
    actions.reopen(
        number, ground="reconsideration", document="云府复〔2026〕1 号", reason="复议决定责令重新办理", by=stage.head,
        now=stage.now,
    )  # fmt: skip

    assert read(number).ending is None


def test_many_cases_cost_no_more_statements_than_one(stage: Stage) -> None:
    found = [stage.decided() for _ in range(4)]
    costs = []
    for some in (found[:1], found):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(list(Reader().told(some))) == len(some)
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 30


def test_the_cases_of_some_days_are_found_by_their_numbers(stage: Stage) -> None:
    today = stage.now.date()
    early = stage.cast.submit(key="early-0001", now=stage.now - timedelta(days=5)).number
    late = stage.submitted()
    stage.recorded()

    def between(first: int, last: int) -> list[str]:
        days = [today + timedelta(days=count) for count in (first, last)]
        return [number for chunk in numbers(from_on=days[0], until_on=days[1]) for number in chunk]

    assert between(-5, 0) == [early, late]
    assert between(-5, -1) == [early]
    assert between(0, 0) == [late]
    assert between(1, 9) == []
