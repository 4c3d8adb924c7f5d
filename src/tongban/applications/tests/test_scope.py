"""Who sees what, and every verb refuses a stranger as if the case did not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.people import Cast, publish
from tongban.applications import actions, queries
from tongban.applications.actions import Gap
from tongban.applications.models import Application
from tongban.identity.actors import ANYONE, Actor
from tongban.identity.models import StaffPost
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import NotFound

SEES = {
    "liu": {"own", "shop"},
    "stranger": {"strangers"},
    "clerk": {"own", "shop", "strangers", "elsewhere"},
    "reviewer": {"own", "shop", "strangers"},
    "decider": {"own", "shop", "strangers"},
    "foreign_reviewer": {"elsewhere"},
    "supervisor": {"own", "shop", "strangers", "elsewhere"},
    "administrator": set(),
}
"""By hand: three cases of the market office, one of the civil affairs office."""


@pytest.mark.parametrize("who", list(SEES))
def test_everyone_sees_their_own_and_nothing_else(cast: Cast, who: str) -> None:
    elsewhere = publish(cast.other_body, now=cast.now, code="990131001002", name="别处")
    cases = {
        cast.submit(key="key-0001").pk: "own",
        cast.submit(key="key-0002", organisation=cast.shop).pk: "shop",
        cast.submit(key="key-0003", by=cast.stranger, person=cast.stranger.person).pk: "strangers",
        actions.submit(
            cast.submission(edition=elsewhere, person=cast.stranger.person),
            key="key-0004", by=cast.actor(cast.clerk, channel="counter"), now=cast.now,
        ).pk: "elsewhere",
    }  # fmt: skip
    seen = Application.objects.visible_to(cast.actor(getattr(cast, who)))

    expected = SEES[who] | ({"elsewhere"} if who == "stranger" else set())  # filed for the stranger at the window
    assert {cases[case.pk] for case in seen} == expected


def test_nobody_in_particular_sees_nothing(cast: Cast) -> None:
    cast.submit()

    assert not Application.objects.visible_to(ANYONE).exists()


def test_an_expired_post_sees_nothing(cast: Cast) -> None:
    cast.submit()
    before = cast.now - timedelta(days=1)
    StaffPost.objects.update(from_at=before, until_at=cast.now)

    for who in ("clerk", "reviewer", "decider", "supervisor"):
        assert not Application.objects.visible_to(cast.actor(getattr(cast, who))).exists()


VERBS: dict[str, Callable[[str, Actor, Cast], object]] = {
    "accept": lambda number, by, cast: actions.accept(number, by=by, now=cast.now),
    "correct": lambda number, by, cast: actions.correct(number, {"layout": Gap(note="缺")}, by=by, now=cast.now),
    "ask_again": lambda number, by, cast: actions.ask_again(
        number, {"layout": Gap(note="缺")}, reason="补来的图还是没有面积", by=by, now=cast.now
    ),
    "correct_again": lambda number, by, cast: actions.correct_again(
        number, reason="面积关系到许可条件", by=by, now=cast.now
    ),
    "decline_again": lambda number, by, cast: actions.decline_again(
        number, answer="现有材料足够判断", by=by, now=cast.now
    ),
    "see_original": lambda number, by, cast: actions.see_original(
        number, "layout", grounds="当面与原件核对", by=by, now=cast.now
    ),
    "withdraw_original": lambda number, by, cast: actions.withdraw_original(
        number, "layout", reason="看错了原件", by=by, now=cast.now
    ),
    "supplement": lambda number, by, cast: actions.supplement(number, materials={}, by=by, now=cast.now),
    "reject": lambda number, by, cast: actions.reject(
        number, kind="not_needed", reason="这件事不需要许可", by=by, now=cast.now
    ),
    "suspend": lambda number, by, cast: actions.suspend(
        number, cause="test", reason="需要检测四天", by=by, now=cast.now
    ),
    "resume": lambda number, by, cast: actions.resume(number, by=by, now=cast.now),
    "review": lambda number, by, cast: actions.review(
        number, passes=True, opinion="材料齐全，符合规定", by=by, now=cast.now
    ),
    "decide": lambda number, by, cast: actions.decide(number, granted=True, by=by, now=cast.now),
    "deliver": lambda number, by, cast: actions.deliver(number, by=by, now=cast.now),
    "withdraw": lambda number, by, cast: actions.withdraw(number, by=by, now=cast.now),
    "precheck": lambda number, by, cast: actions.precheck(number, by=by, now=cast.now),
    "confirm_entry": lambda number, by, cast: actions.confirm_entry(number, by=by, now=cast.now),
    "void_entry": lambda number, by, cast: actions.void_entry(number, by=by, now=cast.now),
    "supply": lambda number, by, cast: actions.supply(number, materials={}, by=by, now=cast.now),
    "verify": lambda number, by, cast: actions.verify(
        number, 1, holds=True, note="现场核查符合承诺", by=by, now=cast.now
    ),
    "ask_hearing": lambda number, by, cast: actions.ask_hearing(number, reason="对核查有意见", by=by, now=cast.now),
    "ask_extension": lambda number, by, cast: actions.ask_extension(
        number, days=5, reason="需要补充现场核查", by=by, now=cast.now
    ),
    "extend": lambda number, by, cast: actions.extend(number, by=by, now=cast.now),
    "decline_extension": lambda number, by, cast: actions.decline_extension(
        number, answer="期限内可以办完", by=by, now=cast.now
    ),
    "forward": lambda number, by, cast: actions.forward(number, opinion="材料齐全，符合规定", by=by, now=cast.now),
    "terminate": lambda number, by, cast: actions.terminate(
        number, ground="applicant_gone", reason="申请人已经死亡", by=by, now=cast.now
    ),
    "make": lambda number, by, cast: actions.make(number, by=by, now=cast.now),
    "amend": lambda number, by, cast: actions.amend(
        number, was="错字", becomes="正字", reason="打印时写错了", by=by, now=cast.now
    ),
    "revoke": lambda number, by, cast: actions.revoke(
        number, ground="procedure", reason="违反了法定程序", by=by, now=cast.now
    ),
    "reopen": lambda number, by, cast: actions.reopen(
        number, ground="own_error", reason="原决定认定有误", by=by, now=cast.now
    ),
    "withdraw_pledge": lambda number, by, cast: actions.withdraw_pledge(number, by=by, now=cast.now),
    "write_message": lambda number, by, cast: actions.write_message(number, text="请问进度", by=by, now=cast.now),
    "complete_step": lambda number, by, cast: actions.complete_step(
        number, "site", passes=True, opinion="符合规定要求", by=by, now=cast.now
    ),
    "return_step": lambda number, by, cast: actions.return_step(
        number, "site", reason="照片看不清楚", by=by, now=cast.now
    ),
    "consult": lambda number, by, cast: actions.consult(
        number, "ask", body="云江区民政局", question="请就房屋用途提意见", by=by, now=cast.now
    ),
    "respond": lambda number, by, cast: actions.respond(
        number, "ask", agrees=True, opinion="没有意见", by=by, now=cast.now
    ),
    "enter_answer": lambda number, by, cast: actions.enter_answer(
        number, "ask", body="市消防救援总队", agrees=True, opinion="没有意见", by=by, now=cast.now
    ),
    "go_without": lambda number, by, cast: actions.go_without(
        number, "ask", body="云江区民政局", reason="督办以后仍然没有答复", by=by, now=cast.now
    ),
    "archive": lambda number, by, cast: actions.archive(number, Path("/nowhere/case.zip"), by=by, now=cast.now),
    "archive_opened": lambda number, by, cast: actions.archive_opened(number, by=by, now=cast.now),
    "inspect": lambda number, by, cast: actions.inspect(
        number, "site", actions.Findings("滨河路 8 号", cast.now, [1], "与图纸一致", passes=True), by=by, now=cast.now
    ),
    "name_expert": lambda number, by, cast: actions.name_expert(
        number, "experts", name="陈立", unit="市研究院", by=by, now=cast.now
    ),
    "recuse_expert": lambda number, by, cast: actions.recuse_expert(
        number, "experts", 1, reason="有亲属关系", by=by, now=cast.now
    ),
    "enter_opinion": lambda number, by, cast: actions.enter_opinion(
        number, "experts", 1, passes=True, opinion="工艺流程合理", by=by, now=cast.now
    ),
    "publish_notice": lambda number, by, cast: actions.publish_notice(
        number, "notice", text="拟准予经营", from_on=date(2026, 3, 2), until_on=date(2026, 3, 9), by=by, now=cast.now
    ),
    "receive_objection": lambda number, by, cast: actions.receive_objection(
        number, "notice", who="隔壁住户", text="油烟排到楼道", by=by, now=cast.now
    ),
    "answer_objection": lambda number, by, cast: actions.answer_objection(
        number, "notice", 1, answer="已经核实并处理", by=by, now=cast.now
    ),
    "call_hearing": lambda number, by, cast: actions.call_hearing(
        number, "hear", held_at=cast.now + timedelta(days=20), place="三楼会议室", chair=1, by=by, now=cast.now
    ),
    "record_hearing": lambda number, by, cast: actions.record_hearing(
        number, "hear", record="双方陈述了意见", passes=True, by=by, now=cast.now
    ),
    "read": lambda number, by, cast: queries.case(number, by=by),
}


def test_every_verb_has_a_stranger_test() -> None:
    not_about_a_case = {
        "submit", "back_enter", "carry_over", "open_draft", "save_draft", "submit_draft", "discard_draft", "take_bound",
        "reuse_in_draft",
        "back_enter_draft", "grant_mandate", "revoke_mandate",
        "colleagues", "chairs",  # for who already holds the case
        "object_to",  # anybody of the public may
        "read_messages",  # marks nothing for a stranger
    }  # fmt: skip
    by_the_platform = {
        "deem_accepted",
        "deem_granted",
        "lapse",
        "break_late",
        "sweep",
        "recount",
        "keep_silent",
        "sweep_silence",
        "archive_for_the_keeper",
        "stamp",
    }  # no door leads to them
    verbs = {name for name in actions.__all__ if name[0].islower()} - not_about_a_case - by_the_platform

    assert verbs == set(VERBS) - {"read"}


@pytest.mark.parametrize("who", ["stranger", "foreign_reviewer", "administrator", "anyone"])
@pytest.mark.parametrize("verb", list(VERBS))
def test_to_a_stranger_there_is_no_such_case(cast: Cast, verb: str, who: str) -> None:
    case = cast.submit()
    by = ANYONE if who == "anyone" else cast.actor(getattr(cast, who))
    entries = JournalEntry.objects.count()

    with pytest.raises(NotFound, match="没有这个办件"):
        VERBS[verb](case.number, by, cast)
    case.refresh_from_db()
    assert (case.state, case.version, JournalEntry.objects.count()) == ("submitted", 1, entries)


MAY = {
    "liu": {"withdraw"},
    "clerk": {"correct"},
    "reviewer": {"accept", "correct", "reject"},
    "decider": {"accept", "correct", "reject"},
    "supervisor": set(),
}
"""By hand: what each who sees a fresh case may do to it."""


@pytest.mark.parametrize("who", list(MAY))
@pytest.mark.parametrize("verb", ["accept", "correct", "reject", "withdraw"])
def test_who_sees_a_case_does_only_what_their_post_says(cast: Cast, verb: str, who: str) -> None:
    case = cast.submit()
    by = cast.actor(getattr(cast, who))

    if verb in MAY[who]:
        VERBS[verb](case.number, by, cast)
        return
    with pytest.raises(Exception, match=r"权限|只有申请人|窗口只收件"):
        VERBS[verb](case.number, by, cast)
