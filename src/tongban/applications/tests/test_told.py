"""What the applicant is told when: every act that concerns them, in plain words, and nothing that was written by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import people
from tests.people import Cast
from tongban.applications import actions
from tongban.applications.models import Application
from tongban.applications.tests.test_citizen import _in
from tongban.identity.models import Person
from tongban.kernel import bookkeeper, jobs
from tongban.notices import actions as notices
from tongban.notices.kinds import Kind
from tongban.notices.models import Delivery, Message


@pytest.fixture(autouse=True)
def every_variable_has_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """A template may use each variable of its kind, so each is given, and no other."""
    really = notices.tell

    def tell(person: Person, kind: Kind, **given: Any) -> bool:
        assert set(given["values"]) == set(kind.variables), kind.key
        return really(person, kind, **given)

    monkeypatch.setattr(notices, "tell", tell)


def told(number: str) -> list[str]:
    """Titles, in order."""
    while bookkeeper.link_waiting():
        jobs.run_waiting()
    return list(Message.objects.filter(subject=number).order_by("pk").values_list("title", flat=True))


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("deemed", "申请视为受理"),
        ("lapsed", "逾期未补正，办件终结"),
        ("forwarded", "已转报上级决定"),
        ("made", "结果已制好，请来领取"),
        ("terminated", "办件已终止"),
        ("revoked", "决定已被撤销"),
        ("reopened", "办件重新办理"),
    ],
)
def test_each_turn_of_the_procedure_is_told(cast: Cast, state: str, title: str) -> None:
    assert told(_in(cast, state).number).count(title) == 1


def test_a_busy_case_tells_each_step_once(cast: Cast) -> None:
    edition = people.publish(cast.body, now=cast.now, code="990131009801", name="容缺的许可", follow="decision")
    number, reviewer = cast.accepted(edition=edition).number, cast.actor(cast.reviewer)
    actions.ask_extension(number, days=5, reason="产权资料在桂花巷档案室", by=reviewer, now=cast.now)
    actions.extend(number, by=cast.actor(cast.head), now=cast.now)
    actions.ask_hearing(number, reason="想当面说明灶台位置", by=cast.actor(cast.liu), now=cast.now)
    actions.suspend(number, cause="inspection", reason="送检需要三个工作日", by=reviewer, now=cast.now)
    actions.resume(number, by=reviewer, now=cast.now + timedelta(days=1))

    assert told(number) == [
        "申请已收到", "申请已容缺受理，请补交材料", "办理期限延长了", "听证申请已收到", "办理期限暂停计算",
        "办理期限恢复计算",
    ]  # fmt: skip
    said = "".join(Message.objects.filter(subject=number).values_list("text", flat=True))
    assert "延长 5 个工作日，承诺3月16日前办结" in said
    assert not any(words in said for words in ("桂花巷", "灶台", "送检"))


def test_a_pledge_is_told_ordered_broken_and_kept(cast: Cast) -> None:
    edition = people.publish(cast.body, now=cast.now, code="990131009802", name="承诺的许可", verify_days=20)
    case = cast.granted(edition=edition)
    number, reviewer = case.number, cast.actor(cast.reviewer)
    pledge = Application.objects.get(pk=case.pk).commitments.get(kind="fact_pledge").number
    actions.verify(number, pledge, holds=False, note="制度没有上墙", rectify_days=5, by=reviewer, now=cast.now)
    actions.verify(number, pledge, holds=False, note="仍然没有上墙", by=reviewer, now=cast.now)

    assert told(number)[-2:] == ["请限期整改", "记入信用记录"]


def test_of_what_fell_with_a_refusal_nothing_more_is_said(cast: Cast) -> None:
    case = actions.decide(
        cast.reviewed().number,
        granted=False,
        reason="场所面积不足，不符合要求",
        by=cast.actor(cast.decider),
        now=cast.now,
    )

    assert told(case.number)[-1] == "申请有结果了"


def test_the_ordinary_answers_are_told(cast: Cast) -> None:
    reviewer = cast.actor(cast.reviewer)
    corrected = cast.submit(key="key-told-1").number
    actions.correct(corrected, {"layout": actions.Gap(note="请补交")}, by=reviewer, now=cast.now)
    rejected = cast.submit(key="key-told-2").number
    actions.reject(rejected, kind="not_needed", reason="依法不需要许可", by=reviewer, now=cast.now)

    assert told(corrected) == ["申请已收到", "需要您补正材料"]
    assert told(rejected) == ["申请已收到", "申请不予受理"]
    assert told(cast.granted(key="key-told-3").number)[::3] == ["申请已收到", "申请有结果了"]


def test_a_correction_at_night_waits_for_the_morning_and_knows_its_deadline(cast: Cast) -> None:
    night = cast.now.replace(hour=22, minute=0)
    case = cast.submit()
    gaps = {"layout": actions.Gap(note="请补交")}
    actions.correct(case.number, gaps, days=1, by=cast.actor(cast.reviewer), now=night)
    told(case.number)
    correction = Delivery.objects.get(message__kind="corrected")

    assert (correction.state, correction.due_at) == ("waiting", night.replace(day=3, hour=8))
    assert correction.until_at == night.replace(day=5, hour=0), (
        "told after hours, one working day: it ends with the 4th"
    )


def test_acceptance_and_what_may_follow_go_as_one_sms(cast: Cast) -> None:
    edition = people.publish(cast.body, now=cast.now, code="990131009803", name="容缺的许可", follow="after")
    number = cast.accepted(edition=edition).number
    told(number)
    later = cast.now + timedelta(minutes=10)
    notices.hand_over_due(now=later)
    sent = Delivery.objects.filter(message__subject=number).order_by("pk").values_list("message__kind", "sms")

    kinds = [kind for kind, _ in sent]
    assert kinds == ["received", "accepted", "committed"]
    assert sent[1][1] == sent[2][1] != sent[0][1]
