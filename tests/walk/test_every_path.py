"""Each path of the procedure, walked by the verbs from the submission to its end; then clocks and journal are proved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.people import GUIDE, Cast, paper, publish
from tongban.applications import actions, queries
from tongban.applications.actions import Gap
from tongban.applications.models import Application, Commitment, Suspension, Withdrawal
from tongban.files.actions import keep_upload
from tongban.flow import actions as flow
from tongban.flow.models import Clock, Task
from tongban.identity.actors import Actor
from tongban.kernel import bookkeeper, jobs, journal
from tongban.kernel.clock import SHANGHAI
from tongban.licences.models import Licence

WORDS = "材料齐全，符合规定"
LAYOUT = {"layout": Gap(points=("标明各功能区面积",))}
PLEDGED = {"verify_days": 20, "materials": GUIDE["materials"][:3]}
"""Nothing may follow; one fact is pledged and verified afterwards."""


def on(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def proved(cast: Cast) -> Iterator[None]:
    """Whatever the path: what is stored is what the law counts, the journal holds, and every announcement was heard."""
    yield
    assert list(flow.verify_clocks()) == []
    while bookkeeper.link_waiting():
        jobs.run_waiting()
    assert list(journal.verify(now=cast.now + timedelta(days=400))) == []
    for case in Application.objects.order_by("id"):
        assert queries.timeline(case) and queries.track(case)


class Walker:
    """The cast at work on one case."""

    def __init__(self, cast: Cast, number: str) -> None:
        self.cast, self.number = cast, number

    @property
    def case(self) -> Application:
        return Application.objects.get(number=self.number)

    @property
    def state(self) -> str:
        return self.case.state

    def by(self, who: str) -> Actor:
        return self.cast.actor(getattr(self.cast, who), channel="counter" if who.startswith("clerk") else "web")

    def do(self, verb: str, who: str, now: datetime, *args: Any, **how: Any) -> Application:
        done: Application = getattr(actions, verb)(self.number, *args, **how, by=self.by(who), now=now)
        return done

    def file(self) -> dict[str, str]:
        return {"layout": str(keep_upload(paper(), by=self.by("liu"), now=self.cast.now).public_id)}

    def runs(self) -> dict[str, date | None]:
        return dict(Clock.objects.filter(subject=self.number, stopped_on=None).values_list("kind", "due_on"))

    def waiting(self) -> set[str]:
        return set(Task.objects.open().filter(subject=self.number).values_list("act", flat=True))

    def reviewed_and_decided(self, now: datetime, *, granted: bool = True) -> None:
        self.do("review", "reviewer", now, passes=granted, opinion=WORDS)
        self.do("decide", "decider", now, granted=granted, reason="经营场所不符合规定")


def begin(cast: Cast, *, complete: bool = False, at: datetime | None = None, **edition: Any) -> Walker:
    guide = publish(cast.body, now=cast.now, code="990131009001", name="路径", **edition) if edition else cast.guide
    given = {"safety": "pledge"}
    if complete:
        given["layout"] = str(keep_upload(paper(), by=cast.actor(cast.liu), now=cast.now).public_id)
    return Walker(cast, cast.submit(edition=guide, materials=given, now=at or cast.now).number)


def accepted(cast: Cast, **how: Any) -> Walker:
    walker = begin(cast, **how)
    walker.do("accept", "reviewer", cast.now)
    return walker


def swept(now: datetime) -> list[tuple[str, str]]:
    return [(one.number, one.kind) for one in actions.sweep(now=now)]


def test_without_an_answer_in_five_days_it_counts_as_accepted_on_the_day_of_receipt(cast: Cast) -> None:
    walker = begin(cast, at=on(3, 7, 23))  # Saturday night: counts as Monday 9
    walker.do("precheck", "clerk", on(3, 10))  # inside the five days, and stops nothing
    assert swept(on(3, 16)) == []  # the fifth day: 10, 11, 12, 13, 16

    assert swept(on(3, 17)) == [(walker.number, "notice")]

    case = walker.case
    assert (case.state, case.acceptance.deemed) == ("accepted", True)
    assert (case.promised_on, case.statutory_on) == (date(2026, 3, 16), date(2026, 4, 7))  # counted from Monday 9
    walker.reviewed_and_decided(on(3, 18))
    assert walker.do("deliver", "liu", on(3, 19)).state == "delivered"  # what may follow is owed all the same
    assert walker.do("supply", "liu", on(3, 20), materials=walker.file()).state == "closed"


def test_who_is_silent_when_asked_to_correct_ends_as_such_and_may_come_back_by_appeal(cast: Cast) -> None:
    walker = begin(cast)
    walker.do("correct", "clerk", on(3, 4), LAYOUT, days=5)
    assert walker.runs() == {"correction": date(2026, 3, 11)}
    assert swept(on(3, 11)) == []

    assert swept(on(3, 12)) == [(walker.number, "correction")]
    assert (walker.state, walker.runs(), walker.waiting()) == ("lapsed", {}, set())

    walker.do(
        "reopen", "head", on(4, 1), ground="reconsideration", document="云江府复〔2026〕3 号", reason="告知书没有送到"
    )
    assert walker.runs() == {"notice": date(2026, 4, 9)}  # 2, 3, 7, 8, 9
    walker.do("correct", "clerk", on(4, 2), LAYOUT)
    walker.do("supplement", "liu", on(4, 8), materials=walker.file())
    assert walker.do("accept", "reviewer", on(4, 9)).state == "accepted"
    walker.reviewed_and_decided(on(4, 10))
    assert walker.do("deliver", "liu", on(4, 10)).state == "closed"  # nothing is to follow


def test_after_a_reopening_silence_counts_from_the_reopening(cast: Cast) -> None:
    walker = begin(cast)
    walker.do("reject", "reviewer", on(3, 3), kind="not_needed", reason="这件事不需要许可")
    walker.do("reopen", "head", on(4, 7), ground="superior", document="渝市监督〔2026〕2 号", reason="需要办理许可")

    assert swept(on(4, 15)) == [(walker.number, "notice")]  # 8, 9, 10, 13, 14

    assert walker.case.promised_on == date(2026, 4, 14)


def test_a_law_that_takes_silence_for_consent_grants_in_the_end(cast: Cast) -> None:
    walker = accepted(cast, complete=True, silence="granted", silence_basis="《城镇燃气管理条例》第十五条")
    walker.do("review", "reviewer", on(3, 4), passes=True, opinion=WORDS)
    assert swept(on(3, 30)) == []  # the twentieth day

    assert swept(on(3, 31)) == [(walker.number, "statutory")]

    case = walker.case
    assert case.decision and (case.state, case.decision.deemed, case.decision.granted) == ("granted", True, True)
    assert Licence.objects.get(case_number=walker.number).state == "valid"
    assert walker.do("deliver", "liu", on(4, 1)).state == "closed"


def test_silence_grants_nothing_where_no_law_says_so(cast: Cast) -> None:
    walker = accepted(cast)

    assert (walker.number, "statutory") not in swept(on(6, 1))
    assert walker.state == "accepted"


def test_papers_let_off_at_the_acceptance_come_before_the_decision(cast: Cast) -> None:
    walker = accepted(cast, follow="decision")
    assert walker.runs()["commitment"] == date(2026, 3, 16)
    with pytest.raises(Exception, match="还没有补齐"):
        walker.do("review", "reviewer", on(3, 4), passes=True, opinion=WORDS)

    walker.do("supply", "liu", on(3, 5), materials=walker.file())

    assert (Commitment.objects.get().state, "commitment" in walker.runs()) == ("kept", False)
    walker.reviewed_and_decided(on(3, 6))
    assert walker.do("deliver", "liu", on(3, 6)).state == "closed"


@pytest.mark.parametrize(("then", "state"), [("withdrawn", "withdrawn"), ("refused", "refused")])
def test_papers_let_off_that_never_come_end_the_case_as_it_was_signed(cast: Cast, then: str, state: str) -> None:
    walker = accepted(cast, follow="decision", if_not_supplied=then)
    assert swept(on(3, 16)) == []

    assert swept(on(3, 17)) == [(walker.number, "commitment")]

    assert (walker.state, Commitment.objects.get().state) == (state, "broken")
    assert Withdrawal.objects.exists() == (then == "withdrawn")
    assert walker.runs() == ({} if then == "withdrawn" else {"delivery": date(2026, 3, 31)})


def test_a_refusal_for_missing_papers_waits_for_the_end_of_a_suspension(cast: Cast) -> None:
    walker = accepted(cast, follow="decision", if_not_supplied="refused")
    walker.do("suspend", "reviewer", on(3, 4), cause="test", reason="需要委托检测")
    assert swept(on(3, 17)) == []
    walker.do("resume", "reviewer", on(3, 18))

    assert swept(on(3, 18)) == [(walker.number, "commitment")]
    assert walker.state == "refused"


def test_papers_that_follow_the_decision_close_the_case_when_they_come(cast: Cast) -> None:
    walker = accepted(cast)
    walker.reviewed_and_decided(on(3, 3))
    assert walker.runs() == {"commitment": date(2026, 3, 16), "delivery": date(2026, 3, 17)}
    assert walker.do("deliver", "liu", on(3, 4)).state == "delivered"

    assert walker.do("supply", "clerk", on(3, 10), materials={"layout": "paper"}).state == "closed"
    assert (Commitment.objects.get().state, walker.runs()) == ("kept", {})


def test_papers_that_never_follow_are_put_before_the_head_who_revokes(cast: Cast) -> None:
    walker = accepted(cast)
    walker.reviewed_and_decided(on(3, 3))
    walker.do("deliver", "liu", on(3, 4))

    assert swept(on(3, 17)) == [(walker.number, "commitment")]
    assert (Commitment.objects.get().state, walker.state) == ("broken", "closed")  # nothing is open any more
    assert walker.waiting() == {"application.reopen"}
    walker.do("revoke", "head", on(3, 20), ground="supply_missing", reason="承诺补交的材料逾期没有补交")

    assert (walker.state, walker.waiting()) == ("revoked", set())
    assert Licence.objects.get().state == "ended"


def test_a_pledge_that_holds_closes_the_case(cast: Cast) -> None:
    walker = accepted(cast, **PLEDGED)
    walker.reviewed_and_decided(on(3, 3))
    walker.do("deliver", "liu", on(3, 4))
    assert (walker.state, walker.waiting()) == ("delivered", {"application.verify"})

    walker.do("verify", "reviewer", on(3, 10), 1, holds=True, note="现场核查，制度齐全")

    assert (walker.state, walker.waiting(), walker.runs()) == ("closed", set(), {})


def test_a_pledge_that_does_not_hold_is_put_right_once_then_broken_and_the_licence_ends(cast: Cast) -> None:
    walker = accepted(cast, **PLEDGED)
    walker.reviewed_and_decided(on(3, 3))
    walker.do("deliver", "liu", on(3, 4))
    walker.do("verify", "reviewer", on(3, 10), 1, holds=False, note="缺少留样制度", rectify_days=5)
    assert (Commitment.objects.get().state, walker.runs()) == ("ordered", {"commitment": date(2026, 3, 17)})
    with pytest.raises(Exception, match="责令过"):
        walker.do("verify", "reviewer", on(3, 18), 1, holds=False, note="仍然缺少留样制度", rectify_days=5)

    walker.do("verify", "reviewer", on(3, 18), 1, holds=False, note="仍然缺少留样制度")

    assert (Commitment.objects.get().state, walker.state) == ("broken", "closed")
    assert walker.waiting() == {"application.reopen"}
    walker.do("revoke", "head", on(3, 20), ground="pledge_broken", reason="整改后仍不符合承诺的条件")
    assert (walker.state, Licence.objects.get().state) == ("revoked", "ended")


def test_a_paper_that_comes_leaves_the_pledge_to_be_verified(cast: Cast) -> None:
    walker = accepted(cast, verify_days=20)
    walker.reviewed_and_decided(on(3, 3))
    walker.do("deliver", "liu", on(3, 4))

    walker.do("supply", "liu", on(3, 5), materials=walker.file())

    assert (walker.state, walker.runs()) == ("delivered", {"commitment": date(2026, 3, 31)})
    walker.do("verify", "reviewer", on(3, 10), 2, holds=True, note="现场核查，制度齐全")
    assert walker.state == "closed"


def test_an_extension_is_asked_for_declined_asked_for_again_and_approved(cast: Cast) -> None:
    walker = accepted(cast)
    walker.do("ask_extension", "reviewer", on(3, 4), days=10, reason="需要补充现场核查")
    walker.do("review", "reviewer", on(3, 5), passes=True, opinion=WORDS)
    assert walker.waiting() == {"application.extend", "application.decide"}  # the head is still asked
    walker.do("decline_extension", "head", on(3, 5), answer="期限内可以办完")
    assert walker.case.statutory_on == date(2026, 3, 30)

    walker.do("ask_extension", "reviewer", on(3, 6), days=10, reason="现场核查要等设备到货")
    walker.do("extend", "head", on(3, 6))

    assert (walker.case.promised_on, walker.case.statutory_on) == (date(2026, 3, 23), date(2026, 4, 14))
    assert Task.objects.open().get(act="application.decide").due_on == date(2026, 3, 23)
    with pytest.raises(Exception, match="不能再次延长"):
        walker.do("ask_extension", "reviewer", on(3, 9), days=1, reason="还要再等几天时间")
    walker.do("decide", "decider", on(3, 20), granted=True)


def test_joint_handling_is_extended_by_the_head_of_the_government(cast: Cast) -> None:
    walker = accepted(cast, joint=True, statutory=None, promised=None)
    assert walker.case.statutory_on == date(2026, 5, 8)
    walker.do("ask_extension", "reviewer", on(4, 20), days=15, reason="联合评审还没有结束")
    with pytest.raises(Exception, match="权限"):
        walker.do("extend", "head", on(4, 21))

    walker.do("extend", "government_head", on(4, 21))

    assert walker.case.statutory_on == date(2026, 5, 28)


def test_two_suspensions_at_once_and_the_review_looks_at_what_came_of_them(cast: Cast) -> None:
    walker = accepted(cast)
    walker.do("review", "reviewer", on(3, 3), passes=True, opinion=WORDS)
    walker.do("suspend", "reviewer", on(3, 4), cause="test", reason="需要委托检测")
    walker.do("suspend", "reviewer", on(3, 5), cause="expert_review", reason="组织专家评审")
    assert (walker.case.promised_on, walker.state) == (None, "suspended")

    walker.do("resume", "reviewer", on(3, 6), cause="test")
    assert (walker.case.promised_on, walker.state) == (None, "suspended")
    walker.do("resume", "reviewer", on(3, 10), cause="expert_review")

    assert (walker.state, walker.case.promised_on) == ("accepted", date(2026, 3, 13))
    assert walker.waiting() == {"application.review"}
    walker.reviewed_and_decided(on(3, 11))
    assert walker.state == "granted"


def test_a_hearing_that_was_asked_for_is_held_before_the_decision(cast: Cast) -> None:
    walker = accepted(cast)
    walker.do("ask_hearing", "liu", on(3, 3), reason="对核查结果有意见")
    assert walker.runs()["hearing"] == date(2026, 3, 31)  # twenty days: 4–6, 9–13, 16–20, 23–27, 30, 31
    walker.do("review", "reviewer", on(3, 4), passes=False, opinion="布局不符合规定")
    assert walker.waiting() == {"application.suspend", "application.decide"}
    with pytest.raises(Exception, match="听证还没有举行"):
        walker.do("decide", "decider", on(3, 5), granted=False, reason="经营场所不符合规定")

    walker.do("suspend", "reviewer", on(3, 9), cause="hearing", reason="3月12日举行听证")
    assert "hearing" not in walker.runs() and "application.suspend" not in walker.waiting()
    walker.do("resume", "reviewer", on(3, 12))
    walker.reviewed_and_decided(on(3, 13), granted=False)

    assert walker.state == "refused"
    assert walker.do("deliver", "clerk", on(3, 16)).state == "closed"  # the paper that might follow serves nothing


def test_reviewed_here_decided_above(cast: Cast) -> None:
    walker = accepted(cast, decided_above="重庆市市场监督管理局")
    walker.do("review", "reviewer", on(3, 4), passes=True, opinion=WORDS)
    with pytest.raises(Exception, match="由重庆市市场监督管理局决定"):
        walker.do("decide", "decider", on(3, 5), granted=True)

    walker.do("forward", "decider", on(3, 5), opinion="初审符合规定，报请决定")
    assert (walker.state, walker.runs()) == ("forwarded", {"commitment": date(2026, 3, 16)})
    walker.do("supply", "liu", on(3, 6), materials=walker.file())
    with pytest.raises(Exception, match="文号"):
        walker.do("decide", "decider", on(3, 20), granted=True)
    walker.do("decide", "decider", on(3, 20), granted=True, document="渝市监许〔2026〕18 号")

    case = walker.case
    assert case.decision and "渝市监许〔2026〕18 号" in case.decision.above
    assert walker.do("deliver", "liu", on(3, 23)).state == "closed"


def test_what_has_no_object_any_more_is_terminated_even_while_suspended_and_may_be_taken_up_again(cast: Cast) -> None:
    walker = accepted(cast)
    walker.do("suspend", "reviewer", on(3, 4), cause="test", reason="需要委托检测")

    walker.do("terminate", "decider", on(3, 10), ground="object_gone", reason="经营场所已经被拆除")

    assert (walker.state, walker.runs(), walker.waiting()) == ("terminated", {}, set())
    assert not Suspension.objects.filter(ended_at=None).exists()
    assert Commitment.objects.get().state == "void"
    walker.do("reopen", "head", on(4, 1), ground="judgment", document="（2026）渝行终 5 号", reason="判决继续办理")
    assert (walker.state, walker.case.statutory_on) == ("accepted", date(2026, 4, 30))
    walker.do("suspend", "reviewer", on(4, 2), cause="test", reason="重新委托检测")  # the same cause, anew
    walker.do("resume", "reviewer", on(4, 8))
    assert list(flow.verify_clocks()) == []


def test_the_paper_is_made_then_handed_over_and_a_slip_of_the_pen_is_mended(cast: Cast) -> None:
    walker = accepted(cast, complete=True)
    walker.reviewed_and_decided(on(3, 3))
    walker.do("make", "clerk", on(3, 4), note="空白证 0042")
    walker.do("amend", "decider", on(3, 4), was="老灶火锅", becomes="老灶火锅店", reason="打印时漏了一个字")
    assert walker.do("deliver", "clerk", on(3, 5)).state == "closed"

    walker.do("amend", "decider", on(3, 9), was="滨河路 1 号", becomes="滨江路 1 号", reason="地址写错了一个字")

    assert (walker.state, walker.case.amendments.count()) == ("closed", 2)


def test_an_appeal_brings_a_second_decision_and_a_second_licence(cast: Cast) -> None:
    walker = accepted(cast, **PLEDGED)
    walker.reviewed_and_decided(on(3, 3))
    walker.do("deliver", "liu", on(3, 4))

    walker.do(
        "reopen", "head", on(4, 1), ground="reconsideration", document="云江府复〔2026〕9 号", reason="复议决定撤销"
    )

    first = Licence.objects.get(case_number=walker.number)
    case = walker.case
    assert (case.state, case.round, case.decision, first.state) == ("accepted", 2, None, "ended")
    assert Commitment.objects.get().state == "void"  # what was pledged for a decision that no longer stands
    assert walker.waiting() == {"application.review"}
    walker.reviewed_and_decided(on(4, 8))
    walker.do("deliver", "clerk", on(4, 9))
    walker.do("verify", "reviewer", on(4, 10), 2, holds=True, note="现场核查，制度齐全")
    assert walker.state == "closed"
    states = Licence.objects.filter(case_number=walker.number).order_by("id").values_list("state", flat=True)
    assert list(states) == ["ended", "valid"]
    assert list(walker.case.decisions.order_by("round").values_list("round", "granted")) == [(1, True), (2, True)]


def test_a_paper_case_taken_in_an_outage_keeps_its_true_time(cast: Cast) -> None:
    by = cast.actor(cast.clerk, channel="counter")
    case = actions.back_enter(
        cast.submission(), received_at=on(2, 27, 15), reason="系统停机时收的纸质材料", key="paper-0001", by=by,
        now=cast.now,
    )  # fmt: skip
    walker = Walker(cast, case.number)
    assert (walker.state, walker.runs(), walker.waiting()) == ("recorded", {}, {"application.back_enter"})
    with pytest.raises(Exception, match="另一个人"):
        walker.do("confirm_entry", "clerk", cast.now)

    walker.do("confirm_entry", "clerk_two", cast.now)

    # Friday 27 February: the worked Saturday 28, then 2, 3, 4, 5 March
    assert (walker.state, walker.runs()) == ("submitted", {"notice": date(2026, 3, 5)})
    walker.do("accept", "reviewer", on(3, 3))
    walker.reviewed_and_decided(on(3, 4))
    assert walker.do("deliver", "liu", on(3, 5)).submitted_at == on(2, 27, 15)


def test_what_was_entered_by_mistake_never_was_a_case(cast: Cast) -> None:
    by = cast.actor(cast.clerk, channel="counter")
    case = actions.back_enter(
        cast.submission(), received_at=on(2, 27), reason="系统停机时收的纸质材料", key="paper-0002", by=by, now=cast.now
    )
    walker = Walker(cast, case.number)

    assert walker.do("void_entry", "clerk_two", cast.now).state == "void"
    assert (walker.runs(), walker.waiting()) == ({}, set())


def test_the_applicant_withdraws_while_it_is_suspended(cast: Cast) -> None:
    walker = accepted(cast)
    walker.do("suspend", "reviewer", on(3, 4), cause="test", reason="需要委托检测")

    assert walker.do("withdraw", "liu", on(3, 6), reason="不开店了").state == "withdrawn"
    assert (walker.runs(), walker.waiting()) == ({}, set())
    assert not Suspension.objects.filter(ended_at=None).exists()
