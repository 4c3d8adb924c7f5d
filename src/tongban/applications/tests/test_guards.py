"""What no verb lets pass, whoever asks: a page older than the case, one's own case, one's own request, a time to come, a flood."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.people import Cast
from tongban.applications import actions
from tongban.applications.models import BackEntry, Commitment
from tongban.applications.tests.scenes import GAPS, OFF_PLATFORM, SCENES, WORDS, Stage, case
from tongban.identity import actions as identity
from tongban.identity.actors import Actor
from tongban.identity.models import Account, Membership
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Refusal

LONG = "长" * 2001
OWN_ERROR: dict[str, Any] = {"ground": "own_error", "reason": "原决定认定有误"}

VERBS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("confirm_entry", "recorded", "clerk_two", {}),
    ("void_entry", "recorded", "clerk_two", {}),
    ("precheck", "submitted", "reviewer", {}),
    ("accept", "submitted", "reviewer", {}),
    ("correct", "submitted", "reviewer", {"gaps": GAPS}),
    ("ask_again", "submitted_supplemented", "reviewer", {"gaps": GAPS, "reason": "补来的图还是没有面积"}),
    ("correct_again", "submitted_asked_again", "head", {"reason": "面积关系到许可条件"}),
    ("decline_again", "submitted_asked_again", "head", {"answer": "现有材料足够判断"}),
    ("withdraw_original", "submitted_original_seen", "reviewer", {"key": "layout", "reason": "看的不是同一份"}),
    ("see_original", "submitted_supplemented", "reviewer", {"key": "layout", "grounds": "当面与原件核对"}),
    ("reject", "submitted", "reviewer", {"kind": "not_needed", "reason": "这件事不需要许可"}),
    ("supplement", "correcting", "liu", {"materials": {}}),
    ("supply", "accepted", "liu", {"materials": {}}),
    ("withdraw", "accepted", "liu", {"reason": "不办了"}),
    ("review", "accepted", "reviewer", {"passes": True, "opinion": WORDS}),
    ("suspend", "accepted", "reviewer", {"cause": "test", "reason": "需要委托检测"}),
    ("resume", "suspended", "reviewer", {}),
    ("ask_hearing", "accepted", "liu", {"reason": "对核查结果有意见"}),
    ("ask_extension", "accepted", "reviewer", {"days": 5, "reason": "需要补充核查"}),
    ("extend", "accepted_asked", "head", {}),
    ("decline_extension", "accepted_asked", "head", {"answer": "期限内可以办完"}),
    ("forward", "reviewed_above", "decider", {"opinion": WORDS}),
    ("decide", "reviewed", "decider", {"granted": False, "reason": "经营场所不符合规定"}),
    ("terminate", "accepted", "decider", {"ground": "applicant_gone", "reason": "申请人已经死亡"}),
    ("make", "granted", "clerk", {}),
    ("deliver", "granted", "liu", {}),
    ("amend", "granted", "decider", {"was": "错字", "becomes": "正字", "reason": "打印时写错了"}),
    ("revoke", "granted", "head", {"ground": "procedure", "reason": "违反了法定程序"}),
    ("reopen", "granted", "head", OWN_ERROR),
    ("complete_step", "accepted_with_steps", "reviewer", {"key": "second", "passes": True, "opinion": WORDS}),
    ("return_step", "accepted_with_steps", "reviewer", {"to": "first", "reason": "初审遗漏了面积"}),
    ("respond", "accepted_with_steps", "foreign_reviewer", {"key": "ask", "agrees": False, "opinion": WORDS}),
    (
        "enter_answer", "accepted_with_steps", "reviewer",
        {"key": "ask", "body": OFF_PLATFORM, "agrees": False, "opinion": WORDS},
    ),
]  # fmt: skip
IN_STEPS: list[tuple[str, str, str, dict[str, Any]]] = [
    (verb, "accepted_with_steps", "reviewer", words)
    for verb, words in {
        "consult": {"key": "ask", "body": "云江区公安局", "question": "请就疏散通道提出意见"},
        "go_without": {"key": "ask", "body": "云江区民政局", "reason": WORDS},
        "inspect": {"key": "site", "found": None},
        "name_expert": {"key": "experts", "name": "陈立", "unit": "市研究院"},
        "recuse_expert": {"key": "experts", "expert": 1, "reason": "有亲属关系"},
        "enter_opinion": {"key": "experts", "expert": 1, "passes": True, "opinion": WORDS},
        "publish_notice": {"key": "notice", "text": WORDS, "from_on": None, "until_on": None},
        "receive_objection": {"key": "notice", "who": "隔壁住户", "text": WORDS},
        "answer_objection": {"key": "notice", "objection": 1, "answer": WORDS},
        "call_hearing": {"key": "hear", "held_at": None, "place": "三楼会议室", "chair": 1},
        "record_hearing": {"key": "hear", "record": WORDS, "passes": True},
    }.items()
]
"""What is recorded in a step: whose case, and which version of it, is asked before anything else."""
BY_VERB = [pytest.param(*row, id=row[0]) for row in [*VERBS, *IN_STEPS]]
TEXTS = [
    pytest.param(verb, scene, who, {**words, name: LONG}, name, id=f"{verb}-{name}")
    for verb, scene, who, words in VERBS
    for name in words
    if name in ("reason", "opinion", "answer", "was", "becomes") and verb != "withdraw"
]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def _do(verb: str, number: str, by: Actor, stage: Stage, **words: Any) -> object:
    return getattr(actions, verb)(number, **words, by=by, now=stage.now)


def _who(stage: Stage, who: str) -> Actor:
    by: Actor = getattr(stage, who)
    return by


def test_every_verb_of_a_case_takes_the_version_that_was_seen() -> None:
    about_a_case = {name for name in actions.__all__ if "seen" in getattr(actions, name).__annotations__}

    assert {verb for verb, *_ in [*VERBS, *IN_STEPS]} | {"verify", "withdraw_pledge"} == about_a_case


@pytest.mark.parametrize(("verb", "scene", "who", "words"), BY_VERB)
@pytest.mark.parametrize("off", [-1, 1, 10**9])
def test_a_version_that_is_not_the_cases_own_does_nothing(
    stage: Stage, verb: str, scene: str, who: str, words: dict[str, Any], off: int
) -> None:
    number = SCENES[scene](stage)
    before, entries = case(number), JournalEntry.objects.count()

    with pytest.raises(Conflict, match="新的变化"):
        _do(verb, number, _who(stage, who), stage, **words, seen=before.version + off)

    assert (case(number).state, case(number).version) == (before.state, before.version)
    assert JournalEntry.objects.count() == entries


@pytest.mark.parametrize(("verb", "scene", "who", "words", "name"), TEXTS)
def test_a_text_that_is_too_long_is_refused_at_its_field(
    stage: Stage, verb: str, scene: str, who: str, words: dict[str, Any], name: str
) -> None:
    number = SCENES[scene](stage)

    with pytest.raises(Refusal, match="最多 2000 个字") as refused:
        _do(verb, number, _who(stage, who), stage, **words)

    assert refused.value.field == name
    assert case(number).status == SCENE_STATES[scene]


SCENE_STATES = {
    "submitted_supplemented": "submitted", "submitted_asked_again": "submitted", "submitted_original_seen": "submitted",
    "submitted": "submitted", "accepted": "accepted", "accepted_asked": "accepted", "reviewed_above": "reviewed",
    "reviewed": "reviewed", "granted": "granted", "accepted_with_steps": "accepted",
}  # fmt: skip


@pytest.mark.parametrize("make_own", ["person", "enterprise"])
@pytest.mark.parametrize(
    ("verb", "scene", "words"),
    [(verb, scene, words) for verb, scene, who, words in [*VERBS, *IN_STEPS] if who == "reviewer"],
    ids=[verb for verb, _, who, _ in [*VERBS, *IN_STEPS] if who == "reviewer"],
)
def test_nobody_handles_a_case_of_their_own_or_of_their_enterprise(
    stage: Stage, verb: str, scene: str, words: dict[str, Any], make_own: str
) -> None:
    number = SCENES[scene](stage)
    cast, one = stage.cast, case(number)
    if make_own == "person":
        Account.objects.filter(pk=cast.liu.pk).update(person=None)
        cast.reviewer.person = cast.liu.person
    else:
        one.organisation = cast.shop
        one.save(update_fields=["organisation"])
        cast.reviewer.person = cast.stranger.person
        Account.objects.filter(pk=cast.stranger.pk).update(person=None)
        assert cast.reviewer.person
        Membership.objects.create(
            organisation=cast.shop, person=cast.reviewer.person, kind="handler", from_at=stage.now - timedelta(days=1)
        )
    cast.reviewer.save()

    with pytest.raises(Forbidden, match="应当回避"):
        _do(verb, number, cast.actor(cast.reviewer), stage, **words)


def test_who_asked_for_an_extension_does_not_approve_it(stage: Stage) -> None:
    number = SCENES["accepted_asked"](stage)
    cast = stage.cast
    identity.appoint(account=cast.reviewer, role="head", region=cast.region, body=cast.body, now=stage.now)

    for verb, words in (("extend", {}), ("decline_extension", {"answer": "期限内可以办完"})):
        with pytest.raises(Forbidden, match="自己提出"):
            _do(verb, number, cast.actor(cast.reviewer), stage, **words)
    assert _do("extend", number, stage.head, stage)


def test_without_a_request_nothing_is_extended(stage: Stage) -> None:
    number = stage.accepted()
    before = case(number).statutory_on

    with pytest.raises(Conflict, match="没有待批准"):
        actions.extend(number, by=stage.head, now=stage.now)
    assert case(number).statutory_on == before


def test_a_paper_is_not_entered_with_a_time_to_come(stage: Stage) -> None:
    with pytest.raises(Refusal, match="不能晚于现在") as refused:
        actions.back_enter(
            stage.cast.submission(), received_at=stage.now + timedelta(minutes=1), reason="系统停机时收的纸质材料",
            key="paper-0001", by=stage.clerk, now=stage.now,
        )  # fmt: skip
    assert refused.value.field == "received_at"
    assert not BackEntry.objects.exists()


def test_the_same_paper_entered_twice_is_one_case(stage: Stage) -> None:
    numbers = {
        actions.back_enter(
            stage.cast.submission(), received_at=stage.now - timedelta(days=1), reason="系统停机时收的纸质材料",
            key="paper-0001", by=stage.clerk, now=stage.now,
        ).number
        for _ in range(2)
    }  # fmt: skip

    assert len(numbers) == 1
    assert BackEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("verb", "scene", "who", "words"),
    [
        ("terminate", "accepted", "decider", {"ground": "too_much_work", "reason": "窗口太忙了不想办"}),
        ("revoke", "granted", "head", {"ground": "complaint", "reason": "有人对结果不满意"}),
        ("reopen", "granted", "head", {"ground": "request", "reason": "申请人要求重新办理"}),
        ("reopen", "granted", "head", {"ground": "judgment", "reason": "判决重新办理"}),  # without its document
    ],
)
def test_a_ground_is_one_of_the_closed_list_and_an_order_is_named(
    stage: Stage, verb: str, scene: str, who: str, words: dict[str, Any]
) -> None:
    number = SCENES[scene](stage)

    with pytest.raises(Refusal) as refused:
        _do(verb, number, _who(stage, who), stage, **words)
    assert refused.value.field in ("ground", "document")


@pytest.mark.parametrize("days", [-1, 61, 10**6])
def test_a_pledge_is_put_right_within_a_reasonable_time_or_not_at_all(stage: Stage, days: int) -> None:
    number = _pledged(stage)

    with pytest.raises(Refusal, match="整改期限"):
        actions.verify(number, 1, holds=False, note="缺少留样制度", rectify_days=days, by=stage.reviewer, now=stage.now)
    assert Commitment.objects.get(application__number=number).state == "open"


def test_pledges_of_two_rounds_may_both_have_been_ordered_to_be_put_right(stage: Stage) -> None:
    number = _pledged(stage)
    actions.verify(number, 1, holds=False, note="缺少留样制度", rectify_days=5, by=stage.reviewer, now=stage.now)
    actions.reopen(number, **OWN_ERROR, by=stage.head, now=stage.now)
    _grant(number, stage)

    actions.verify(number, 2, holds=False, note="还缺留样制度", rectify_days=5, by=stage.reviewer, now=stage.now)

    assert list(Commitment.objects.order_by("number").values_list("state", flat=True)) == ["void", "ordered"]


@pytest.mark.parametrize("number", [0, 2, 10**6])
def test_what_was_not_pledged_is_not_verified(stage: Stage, number: int) -> None:
    with pytest.raises(Refusal, match="没有这项承诺"):
        actions.verify(
            _pledged(stage), number, holds=True, note="现场核查符合", by=stage.reviewer, now=stage.now
        )  # fmt: skip


def _pledged(stage: Stage) -> str:
    number = stage.accepted("pledged", complete=True)
    _grant(number, stage)
    return number


def _grant(number: str, stage: Stage) -> None:
    actions.review(number, passes=True, opinion=WORDS, by=stage.reviewer, now=stage.now)
    actions.decide(number, granted=True, by=stage.decider, now=stage.now)


def test_a_pledge_is_not_withdrawn_from_a_stale_page(cast: Cast) -> None:
    case = cast.submit()

    with pytest.raises(Conflict) as refused:
        actions.withdraw_pledge(case.number, by=cast.actor(cast.liu), now=cast.now, seen=case.version + 1)
    assert refused.value.code == "page_stale"
