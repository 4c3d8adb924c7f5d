"""环节 of a case: in their order, side by side, by form values; asked, answered, inspected, returned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests import people
from tests.people import Cast, publish
from tongban.applications import actions, queries
from tongban.applications.actions import Findings, stepping
from tongban.applications.models import (
    Application,
    CaseStep,
    HearingRequest,
    HearingSession,
    Inspection,
    PublicNotice,
    Review,
    StepAnswer,
    StepReturn,
)
from tongban.files.actions import keep_upload
from tongban.flow import actions as flow
from tongban.flow import queries as tasks_of
from tongban.flow.models import Task
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal

CIVIL, FIRE = "云江区民政局", "重庆市消防救援总队"
WORDS = "符合规定，可以继续办理"
DECIDE = {"key": "decide", "name": "决定", "role": "decider"}


def step(key: str, kind: str = "review", **more: Any) -> dict[str, Any]:
    return {"key": key, "name": NAMES.get(key, key), "role": "reviewer", "kind": kind, **more}


NAMES = {
    "paper": "书面审查", "site": "现场核查", "ask": "征求意见", "sign": "会签", "experts": "专家评审", "notice": "公示",
    "hear": "听证",
}  # fmt: skip
SITE = step("site", "inspection", limit={"amount": 3})
ASK = step("ask", "consultation", asked=[CIVIL], beside=True, limit={"amount": 3}, standard="请就房屋用途提出意见")
SIGN = step("sign", "countersign", mode="majority", asked=[CIVIL, FIRE])
FULL = [step("paper"), SITE, ASK, SIGN, DECIDE]


class Scene:
    """A case on an edition with these steps, accepted."""

    def __init__(self, cast: Cast, *steps: dict[str, Any], **change: Any) -> None:
        self.cast, self.now = cast, cast.now
        self.reviewer, self.decider = cast.actor(cast.reviewer), cast.actor(cast.decider)
        self.civil = cast.actor(cast.foreign_reviewer)
        self.colleague = people._staff("reviewer_two", "reviewer", cast.region, cast.body, None, cast.now)
        edition = publish(cast.body, now=cast.now, code="990131001077", name="有环节的事项", steps=[*steps], **change)
        self.number = cast.accepted(edition=edition).number

    @property
    def case(self) -> Application:
        return Application.objects.get(number=self.number)

    def open(self) -> set[str]:
        return set(CaseStep.objects.filter(closed_at=None, returned=False).values_list("key", flat=True))

    def awaited(self, act: str = "application.review") -> set[str]:
        return set(Task.objects.open().filter(subject=self.number, act=act).values_list("step", flat=True))

    def complete(self, key: str, *, passes: bool = True, by: Actor | None = None, now: datetime | None = None) -> None:
        actions.complete_step(
            self.number, key, passes=passes, opinion=WORDS, by=by or self.reviewer, now=now or self.now
        )  # fmt: skip

    def inspect(self, key: str = "site", *, with_whom: list[Account] | None = None, **change: Any) -> None:
        who = [self.colleague] if with_whom is None else with_whom
        found = Findings("滨河路 8 号", self.now, [one.pk for one in who], "后厨布局与图纸一致", passes=True)
        photos = change.pop("photos", ())
        actions.inspect(
            self.number, key, replace(found, **change), photos=photos, by=self.reviewer, now=self.now
        )  # fmt: skip

    def respond(self, key: str = "ask", *, agrees: bool = True, now: datetime | None = None) -> StepAnswer:
        return actions.respond(
            self.number, key, agrees=agrees, opinion="房屋用途符合规划", by=self.civil, now=now or self.now
        )  # fmt: skip

    def on_paper(self, key: str, *, agrees: bool = True) -> None:
        actions.enter_answer(
            self.number, key, body=FIRE, agrees=agrees, opinion="消防设施符合标准", by=self.reviewer, now=self.now
        )  # fmt: skip

    def decide(self, *, granted: bool = True, by: Actor | None = None) -> Application:
        return actions.decide(
            self.number, granted=granted, reason="会签没有通过", by=by or self.decider, now=self.now
        )  # fmt: skip


def at(day: int, hour: int = 10, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=SHANGHAI)


def test_a_case_goes_through_its_steps_each_with_a_task_of_its_own(cast: Cast) -> None:
    scene = Scene(cast, *FULL)

    assert (scene.open(), scene.awaited()) == ({"paper"}, {"paper"})
    scene.complete("paper")
    assert (scene.open(), scene.awaited()) == ({"site", "ask"}, {"site", "ask"})
    assert Task.objects.open().get(act="application.respond").body == cast.other_body
    scene.respond()
    scene.complete("ask")
    scene.inspect()
    scene.complete("site")
    assert scene.open() == {"sign"}
    scene.respond("sign")
    scene.on_paper("sign")
    scene.complete("sign")

    assert (scene.case.state, scene.awaited("application.decide")) == ("reviewed", {""})
    assert Task.objects.open().count() == 1
    assert scene.decide().state == "granted"


def test_a_step_has_its_own_last_day_and_its_task_names_it(cast: Cast) -> None:
    scene = Scene(cast, SITE, DECIDE)

    task = Task.objects.open().get()
    assert (CaseStep.objects.get().due_on, task.due_on) == (date(2026, 3, 5), date(2026, 3, 5))
    assert task.title.endswith("（现场核查）")
    assert scene.case.promised_on == date(2026, 3, 9)


def test_suspended_days_are_not_counted_for_a_step_either(cast: Cast) -> None:
    scene = Scene(cast, SITE, DECIDE)

    actions.suspend(scene.number, cause="test", reason="需要检测四天", by=scene.reviewer, now=at(3))
    assert CaseStep.objects.get().due_on is None
    actions.resume(scene.number, by=scene.reviewer, now=at(9))

    assert CaseStep.objects.get().due_on == date(2026, 3, 11)
    assert (scene.open(), scene.awaited()) == ({"site"}, {"site"})
    assert Task.objects.open().get().due_on == date(2026, 3, 11)
    assert list(flow.verify_clocks()) == []


def test_a_step_is_left_out_where_its_condition_does_not_hold(cast: Cast) -> None:
    big = {"title": "规模", "fields": [{"key": "large", "label": "面积是否超过 300 平方米", "kind": "yes_no"}]}
    form = [*people.GUIDE["form"], big]
    steps = [step("paper", when={"kind": ["retail"]}), {**SITE, "when": {"large": ["yes"]}}, step("last"), DECIDE]
    edition = publish(cast.body, now=cast.now, code="990131001078", name="看面积", steps=steps, form=form)
    typed = {"name": "刘晓燕", "shop": "老灶火锅店", "area": "86"}

    for key, large, first in (("key-0101", "yes", "site"), ("key-0102", "no", "last")):
        case = cast.accepted(edition=edition, key=key, form={**typed, "large": large})
        assert Task.objects.open().get(subject=case.number).step == first


def test_an_edition_without_such_steps_asks_nothing_of_the_database(cast: Cast, django_assert_num_queries: Any) -> None:
    case = queries.by_number(cast.reviewed().number)
    assert case

    with django_assert_num_queries(0):
        assert stepping.course_of(case) is None
        stepping.check_decision(case, decider="staff:1")
        stepping.check_carried(case)
        stepping.retime(case)
    assert not CaseStep.objects.exists()


# Who holds a step


def test_a_step_is_done_only_by_who_holds_it(cast: Cast) -> None:
    scene = Scene(cast, *FULL)

    for who in (cast.clerk, cast.head, cast.supervisor):
        with pytest.raises(Forbidden, match="没有办理这一步的权限"):
            scene.complete("paper", by=cast.actor(who))
    for who in (cast.foreign_reviewer, cast.stranger):
        with pytest.raises(NotFound):
            scene.complete("paper", by=cast.actor(who))
    with pytest.raises(Forbidden):
        scene.complete("paper", by=cast.actor(cast.liu))
    assert not Review.objects.exists()


def test_a_step_is_not_done_before_its_turn_nor_twice_nor_where_there_is_none(cast: Cast) -> None:
    scene = Scene(cast, *FULL)

    with pytest.raises(Conflict, match="环节“现场核查”还没有轮到"):
        scene.complete("site")
    with pytest.raises(NotFound, match="没有这个环节"):
        scene.complete("nowhere")
    scene.complete("paper")
    with pytest.raises(Conflict, match="环节“书面审查”已经办完"):
        scene.complete("paper")


def test_no_decision_before_the_steps_are_done_and_the_answer_names_them(cast: Cast) -> None:
    scene = Scene(cast, *FULL)
    scene.complete("paper")

    for granted in (True, False):
        with pytest.raises(Conflict, match="还有环节没有办完：现场核查、征求意见、会签"):
            scene.decide(granted=granted)


# 现场核查


def test_one_inspector_is_not_enough(cast: Cast) -> None:
    scene = Scene(cast, SITE, DECIDE)

    with pytest.raises(Refusal, match="两名以上"):
        scene.inspect(with_whom=[])
    with pytest.raises(Refusal, match="两名以上"):
        scene.inspect(with_whom=[cast.reviewer])  # the one who writes, named twice
    for stranger in (cast.foreign_reviewer, cast.clerk, cast.liu):
        with pytest.raises(Refusal, match="本部门有审查权限"):
            scene.inspect(with_whom=[stranger])
    with pytest.raises(Refusal, match="不能晚于现在"):
        scene.inspect(inspected_at=scene.now + timedelta(hours=1))
    with pytest.raises(Refusal, match="早于这个环节"):
        scene.inspect(inspected_at=scene.now - timedelta(days=2))
    assert not Inspection.objects.exists()
    with pytest.raises(Conflict, match="还没有现场核查记录"):
        scene.complete("site")


def test_what_was_found_on_site_is_the_outcome_and_photos_lie_with_it(cast: Cast) -> None:
    scene = Scene(cast, SITE, DECIDE)
    photo = keep_upload(people.paper(), by=scene.reviewer, now=scene.now)

    scene.inspect(passes=False, photos=[photo])
    scene.complete("site", passes=True)

    found = CaseStep.objects.get()
    assert (found.passes, found.files.get().file) == (False, photo)
    assert Inspection.objects.get().inspectors == [scene.reviewer.who, f"staff:{scene.colleague.pk}"]
    assert not Review.objects.get().passes


def test_a_photo_of_somebody_else_is_not_taken(cast: Cast) -> None:
    scene = Scene(cast, SITE, DECIDE)
    photo = keep_upload(people.paper(), by=scene.civil, now=scene.now)

    with pytest.raises(Refusal, match="不是您上传的"):
        scene.inspect(photos=[photo])


def test_who_inspected_does_not_decide(cast: Cast) -> None:
    scene = Scene(cast, SITE, DECIDE)
    scene.inspect(with_whom=[cast.decider])
    scene.complete("site")

    with pytest.raises(Conflict, match="现场核查人不能"):
        scene.decide()


# 征求意见 and 会签


def test_silence_is_no_objection_and_a_late_answer_is_kept_beside_it(cast: Cast) -> None:
    scene = Scene(cast, step("paper"), ASK, DECIDE)
    assert StepAnswer.objects.get().due_on == date(2026, 3, 5)

    assert list(actions.sweep_silence(now=at(5, 23))) == []
    with pytest.raises(Conflict, match="还有 1 个部门没有答复"):
        scene.complete("ask")
    assert len(list(actions.sweep_silence(now=at(6)))) == 1
    assert list(actions.sweep_silence(now=at(6))) == []
    answer = scene.respond(agrees=False, now=at(9))

    assert (answer.late, answer.agrees, answer.stands) == (True, False, True)
    names = set(JournalEntry.objects.filter(subject=scene.number).values_list("name", flat=True))
    assert {"applications.Asked", "applications.KeptSilent", "applications.Answered"} <= names
    assert scene.awaited("application.respond") == set()
    scene.complete("ask")


def acts_of(by: Actor) -> list[str]:
    return [line.act for line in tasks_of.tasks(by, today=at(6).date())]


def test_silence_goes_to_the_head_of_the_body_that_was_asked(cast: Cast) -> None:
    scene = Scene(cast, step("paper"), {**ASK, "silence": "escalated"}, DECIDE)
    head = people._staff("civil_head", "head", cast.region, cast.other_body, None, cast.now)

    assert acts_of(cast.actor(head)) == []
    list(actions.sweep_silence(now=at(6)))

    assert acts_of(cast.actor(head)) == ["application.urge"]
    with pytest.raises(Conflict, match="还有 1 个部门没有答复"):
        scene.complete("ask")
    answer = actions.respond(
        scene.number, "ask", agrees=True, opinion="没有意见", by=cast.actor(head), now=at(6, 15)
    )  # fmt: skip
    assert (answer.late, answer.stands) == (True, True)
    assert acts_of(cast.actor(head)) == []
    scene.complete("ask", now=at(6, 16))


def test_an_answer_comes_from_the_body_that_was_asked_and_once(cast: Cast) -> None:
    scene = Scene(cast, step("paper"), ASK, DECIDE)

    with pytest.raises(Forbidden, match="没有被要求答复"):
        actions.respond(scene.number, "ask", agrees=True, opinion="没有意见", by=scene.reviewer, now=scene.now)
    with pytest.raises(NotFound):
        actions.respond(
            scene.number, "ask", agrees=True, opinion="没有意见", by=cast.actor(cast.stranger), now=scene.now
        )  # fmt: skip
    with pytest.raises(NotFound):
        scene.respond("paper")
    scene.respond()
    with pytest.raises(Conflict, match="已经答复过"):
        scene.respond()
    with pytest.raises(Conflict, match="由对方自己答复"):
        actions.enter_answer(
            scene.number, "ask", body=CIVIL, agrees=True, opinion="没有意见", by=scene.reviewer, now=scene.now
        )  # fmt: skip


def test_one_more_body_may_be_asked_but_not_the_same_one_twice(cast: Cast) -> None:
    scene = Scene(cast, step("paper"), ASK, SIGN, DECIDE)

    actions.consult(
        scene.number, "ask", body=FIRE, question="请就疏散通道提出意见", days=4, by=scene.reviewer, now=scene.now
    )  # fmt: skip
    assert StepAnswer.objects.get(body_name=FIRE).due_on == date(2026, 3, 6)
    for body, key, words in ((FIRE, "ask", "已经征求过"), (FIRE, "paper", "不是征求意见")):
        with pytest.raises(Conflict, match=words):
            actions.consult(
                scene.number, key, body=body, question="请就疏散通道提出意见", by=scene.reviewer, now=scene.now
            )  # fmt: skip


def test_a_countersign_that_is_not_carried_can_only_be_refused_or_asked_again(cast: Cast) -> None:
    scene = Scene(cast, SIGN, DECIDE)

    scene.respond("sign")
    with pytest.raises(Conflict, match="会签还没有结果，1 家没有签"):
        scene.complete("sign")
    scene.on_paper("sign", agrees=False)
    scene.complete("sign")

    assert CaseStep.objects.get().passes is False
    with pytest.raises(Conflict, match="会签没有通过：会签"):
        scene.decide()
    assert scene.decide(granted=False).state == "refused"


def test_an_answer_after_the_decision_is_refused(cast: Cast) -> None:
    three = step("sign", "countersign", mode="any", asked=[CIVIL, FIRE])
    scene = Scene(cast, three, DECIDE)
    scene.on_paper("sign")
    scene.complete("sign")
    scene.decide()

    with pytest.raises(Conflict, match="准予，待送达"):
        scene.respond("sign")
    with pytest.raises(Conflict, match="准予，待送达"):
        actions.return_step(scene.number, "sign", reason="需要重新会签", by=scene.reviewer, now=scene.now)


def test_an_answer_that_comes_after_the_step_was_concluded_is_kept(cast: Cast) -> None:
    scene = Scene(cast, step("sign", "countersign", mode="any", asked=[CIVIL, FIRE]), step("last"), DECIDE)
    scene.on_paper("sign")
    scene.complete("sign")

    assert scene.respond("sign", agrees=False).agrees is False
    assert CaseStep.objects.get(key="sign").passes


# 退回


def test_a_return_opens_the_step_anew_and_what_came_after_it(cast: Cast) -> None:
    scene = Scene(cast, *FULL)
    scene.complete("paper")
    scene.inspect()
    scene.complete("site")

    actions.return_step(scene.number, "paper", reason="书面审查漏看了面积", by=scene.reviewer, now=scene.now)

    assert (scene.open(), scene.awaited(), scene.awaited("application.respond")) == ({"paper"}, {"paper"}, set())
    assert StepReturn.objects.get().to_name == "书面审查"
    scene.complete("paper")
    assert scene.open() == {"site", "ask"}
    assert set(CaseStep.objects.filter(key="site").values_list("turn", flat=True)) == {1, 2}
    with pytest.raises(Conflict, match="还没有现场核查记录"):
        scene.complete("site")
    assert set(Review.objects.values_list("step", flat=True)) == {"paper", "paper-2", "site"}


def test_from_the_decision_back_to_a_step(cast: Cast) -> None:
    scene = Scene(cast, SITE, DECIDE)
    scene.inspect()
    scene.complete("site")

    case = actions.return_step(scene.number, "site", reason="照片看不清洗手池", by=scene.decider, now=scene.now)

    assert (case.state, scene.awaited("application.decide"), scene.awaited()) == ("accepted", set(), {"site"})


def test_a_step_that_has_begun_can_be_begun_again(cast: Cast) -> None:
    scene = Scene(cast, {**ASK, "beside": False}, SIGN, DECIDE)
    scene.respond(agrees=False)

    with pytest.raises(Conflict, match="还没有办过"):
        actions.return_step(scene.number, "sign", reason="对方要求更正答复", by=scene.reviewer, now=scene.now)
    actions.return_step(scene.number, "ask", reason="对方要求更正答复", by=scene.reviewer, now=scene.now)

    assert scene.open() == {"ask"}
    assert scene.respond().stands is True
    assert list(StepAnswer.objects.order_by("pk").values_list("agrees", flat=True)) == [False, True]


def test_the_plain_review_of_other_doors_concludes_the_review_whose_turn_it_is(cast: Cast) -> None:
    scene = Scene(cast, *FULL)

    actions.review(scene.number, passes=True, opinion=WORDS, by=scene.reviewer, now=scene.now)
    assert scene.open() == {"site", "ask"}
    with pytest.raises(Conflict, match="现在要办的环节是：现场核查、征求意见"):
        actions.review(scene.number, passes=True, opinion=WORDS, by=scene.reviewer, now=scene.now)


def test_a_case_that_is_withdrawn_waits_for_nobody(cast: Cast) -> None:
    scene = Scene(cast, step("paper"), ASK, DECIDE)

    actions.withdraw(scene.number, by=cast.actor(cast.liu), now=scene.now)

    assert not Task.objects.open().exists()
    assert list(actions.sweep_silence(now=at(20))) == []


# 专家评审, 公示, 听证


def test_experts_are_named_write_and_stand_aside(cast: Cast) -> None:
    scene = Scene(cast, step("experts", "expert"), DECIDE)
    how: dict[str, Any] = {"by": scene.reviewer, "now": scene.now}

    with pytest.raises(Conflict, match="还没有专家意见"):
        scene.complete("experts")
    for name in ("陈立", "周敏"):
        actions.name_expert(scene.number, "experts", name=name, unit="市食品检验研究院高级工程师", **how)
    with pytest.raises(Refusal, match="应当回避"):
        actions.name_expert(scene.number, "experts", name="刘晓燕", unit="老灶火锅店", **how)
    first, second = CaseStep.objects.get().experts.order_by("pk")
    actions.enter_opinion(scene.number, "experts", first.pk, passes=True, opinion="工艺流程合理", **how)
    with pytest.raises(Conflict, match="还有 1 位专家"):
        scene.complete("experts")
    actions.recuse_expert(scene.number, "experts", second.pk, reason="与申请人有亲属关系", **how)
    with pytest.raises(Conflict, match="已经回避"):
        actions.enter_opinion(scene.number, "experts", second.pk, passes=True, opinion="工艺流程合理", **how)

    scene.complete("experts")
    assert scene.case.state == "reviewed"


def test_a_notice_runs_to_its_end_and_objections_are_answered(cast: Cast) -> None:
    scene = Scene(cast, step("notice", "notice"), DECIDE)
    how: dict[str, Any] = {"by": scene.reviewer}
    period = {"text": "拟准予老灶火锅店经营", "from_on": date(2026, 3, 2), "until_on": date(2026, 3, 9)}

    with pytest.raises(Refusal, match="过去的日子"):
        actions.publish_notice(
            scene.number, "notice", **{**period, "from_on": date(2026, 3, 1)}, now=scene.now, **how
        )  # fmt: skip
    with pytest.raises(Refusal, match="公示期应为"):
        actions.publish_notice(
            scene.number, "notice", **{**period, "until_on": date(2026, 3, 3)}, now=scene.now, **how
        )  # fmt: skip
    actions.publish_notice(scene.number, "notice", **period, now=scene.now, **how)
    actions.receive_objection(scene.number, "notice", who="隔壁住户", text="油烟排到楼道里", now=at(4), **how)
    with pytest.raises(Conflict, match="公示期还没有结束"):
        scene.complete("notice", now=at(9))
    with pytest.raises(Conflict, match="异议还有 1 件"):
        scene.complete("notice", now=at(10))
    objection = CaseStep.objects.get().objections.get()
    actions.answer_objection(scene.number, "notice", objection.pk, answer="已核实并加装净化器", now=at(10), **how)
    with pytest.raises(Conflict, match="不在公示期内"):
        actions.receive_objection(scene.number, "notice", who="路人", text="我也不同意开店", now=at(10), **how)

    scene.complete("notice", now=at(10))
    assert PublicNotice.objects.get().until_on == date(2026, 3, 9)


def test_a_hearing_is_told_seven_working_days_ahead_and_chaired_by_another(cast: Cast) -> None:
    scene = Scene(cast, step("hear", "hearing"), DECIDE)
    asked = actions.ask_hearing(scene.number, reason="对拟不予的理由有意见", by=cast.actor(cast.liu), now=scene.now)
    call: dict[str, Any] = {"place": "行政服务中心三楼", "by": scene.reviewer, "now": scene.now}

    with pytest.raises(Refusal, match="提前 7 个工作日"):
        actions.call_hearing(scene.number, "hear", held_at=at(10), chair=cast.head.pk, **call)
    with pytest.raises(Refusal, match="不能主持"):
        actions.call_hearing(scene.number, "hear", held_at=at(11), chair=cast.reviewer.pk, **call)
    with pytest.raises(Refusal, match="本部门"):
        actions.call_hearing(scene.number, "hear", held_at=at(11), chair=cast.foreign_reviewer.pk, **call)
    actions.call_hearing(scene.number, "hear", held_at=at(11), chair=cast.head.pk, **call)
    record: dict[str, Any] = {"record": "双方就排烟设施陈述了意见", "passes": True, "by": scene.reviewer}
    with pytest.raises(Conflict, match="还没有举行"):
        actions.record_hearing(scene.number, "hear", now=at(11, 9), **record)
    with pytest.raises(Conflict, match="还没有听证笔录"):
        scene.complete("hear", now=at(11, 12))
    actions.record_hearing(scene.number, "hear", now=at(11, 12), **record)

    scene.complete("hear", now=at(11, 12))
    assert HearingSession.objects.get().passes
    assert HearingRequest.objects.get(application=asked).held_at == at(11)
    assert scene.case.state == "reviewed"


def test_reopened_the_case_goes_through_its_steps_again(cast: Cast) -> None:
    scene = Scene(cast, SITE, DECIDE)
    scene.inspect()
    scene.complete("site")
    scene.decide(granted=False)

    actions.reopen(
        scene.number, ground="own_error", reason="原决定认定有误", by=cast.actor(cast.head), now=scene.now
    )  # fmt: skip

    assert (scene.open(), scene.awaited()) == ({"site"}, {"site"})
    with pytest.raises(Conflict, match="还没有现场核查记录"):
        scene.complete("site")
    scene.inspect()
    scene.complete("site")
    assert set(CaseStep.objects.values_list("round", flat=True)) == {1, 2}


def test_what_happened_is_told_in_the_order_it_happened(cast: Cast) -> None:
    scene = Scene(cast, {**ASK, "beside": False}, SIGN, DECIDE)
    scene.respond()
    scene.complete("ask")

    told = ("Accepted", "Asked", "Answered", "Reviewed")
    names = JournalEntry.objects.filter(subject=scene.number, name__in=[f"applications.{name}" for name in told])
    assert [name.removeprefix("applications.") for name in names.order_by("id").values_list("name", flat=True)] == [
        "Accepted", "Asked", "Answered", "Reviewed", "Asked",
    ]  # fmt: skip
