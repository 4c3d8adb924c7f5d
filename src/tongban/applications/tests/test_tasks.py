"""谁在办: claimed, handed over, assigned and given back; and nobody completes what a colleague holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.people import Cast, _staff, publish
from tongban.applications import actions
from tongban.applications.actions import tasks
from tongban.applications.models import Application
from tongban.flow import holding, listing
from tongban.flow.models import Task, TaskMove
from tongban.flow.wanted import Wanted
from tongban.identity import absences
from tongban.identity import actions as identity
from tongban.identity.actors import Actor
from tongban.identity.models import Account, StaffPost
from tongban.identity.queries import actor_of
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal

REVIEW, ACCEPT, DECIDE = "application.review", "application.accept", "application.decide"
TODAY = date(2026, 3, 2)


@pytest.fixture
def second(cast: Cast) -> Account:
    return _staff("reviewer_two", "reviewer", cast.region, cast.body, None, cast.now)


def claimed(cast: Cast, case: Application, act: str = REVIEW, by: Account | None = None) -> Task:
    return tasks.claim(case.number, act, by=cast.actor(by or cast.reviewer), now=cast.now)


def task_of(case: Application, act: str = REVIEW) -> Task:
    return Task.objects.open().get(subject=case.number, act=act)


def told(case: Application) -> list[str]:
    entries = JournalEntry.objects.filter(subject=case.number, name__startswith="flow.").order_by("id")
    return list(entries.values_list("name", flat=True))


def look(case: Application, by: Actor, now: datetime) -> None:
    holding.see(listing.of_subject(case.number, today=TODAY), by=by, now=now)


def mine(cast: Cast, account: Account) -> list[str]:
    page = listing.find(Wanted(whose="mine"), by=cast.actor(account), today=TODAY)
    return [line.subject for line in page.lines]


def test_a_claimed_task_is_mine_and_in_the_pool_of_nobody(cast: Cast, second: Account) -> None:
    case = cast.accepted()

    claimed(cast, case)

    assert mine(cast, cast.reviewer) == [case.number] and mine(cast, second) == []
    assert listing.find(Wanted(whose="pool"), by=cast.actor(second), today=TODAY).lines == []
    assert [line.held_by for line in listing.find(Wanted(), by=cast.actor(second), today=TODAY).lines] == [
        cast.reviewer.pk
    ]
    assert told(case) == ["flow.TaskClaimed"]


def test_claiming_again_changes_nothing(cast: Cast) -> None:
    case = cast.accepted()
    claimed(cast, case)

    claimed(cast, case)

    assert TaskMove.objects.count() == 1 and told(case) == ["flow.TaskClaimed"]


def test_who_comes_second_hears_who_has_it(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    claimed(cast, case)

    with pytest.raises(Conflict, match="reviewer已经认领"):
        claimed(cast, case, by=second)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_wins(cast: Cast, together: Callable[..., list[Any]]) -> None:
    second = _staff("reviewer_two", "reviewer", cast.region, cast.body, None, cast.now)
    case = cast.accepted()
    first, other = cast.actor(cast.reviewer), cast.actor(second)

    found = together(
        lambda: tasks.claim(case.number, REVIEW, by=first, now=cast.now).held_by_id,
        lambda: tasks.claim(case.number, REVIEW, by=other, now=cast.now).held_by_id,
    )

    won = next(one for one in found if isinstance(one, int))
    lost = next(one for one in found if not isinstance(one, int))
    assert isinstance(lost, Conflict) and lost.code == "task_taken"
    assert task_of(case).held_by_id == won and TaskMove.objects.filter(kind="claimed").count() == 1


@pytest.mark.parametrize("who", ["foreign_reviewer", "stranger", "liu", "supervisor", "head"])
def test_who_has_no_post_for_it_claims_nothing(cast: Cast, who: str) -> None:
    case = cast.accepted()

    with pytest.raises((NotFound, Forbidden)):
        claimed(cast, case, by=getattr(cast, who))


def test_a_window_claims_no_acceptance_that_is_the_department_s(cast: Cast) -> None:
    with pytest.raises(Forbidden, match="由主管部门受理"):
        claimed(cast, cast.submit(), ACCEPT, by=cast.clerk)

    free = publish(cast.body, now=cast.now, code="990131001003", accepted_by="window", questions=[], materials=[])
    claimed(cast, cast.submit(key="key-window", edition=free, answers={}, materials={}), ACCEPT, by=cast.clerk)


def test_nobody_claims_their_own_case(cast: Cast) -> None:
    case = cast.accepted()
    Account.objects.filter(pk=cast.liu.pk).update(person=None)
    cast.reviewer.person = cast.liu.person
    cast.reviewer.save()

    with pytest.raises(Forbidden, match="回避"):
        claimed(cast, case)


# The guard: every act that ends a task of a colleague


def _opinion(cast: Cast, case: Application, by: Actor) -> None:
    actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=by, now=cast.now)


HELD: dict[str, tuple[str, str, str, Callable[[Cast, Application, Actor], Any]]] = {
    "accept": ("submit", ACCEPT, "reviewer", lambda c, a, by: actions.accept(a.number, by=by, now=c.now)),
    "precheck": ("submit", ACCEPT, "reviewer", lambda c, a, by: actions.precheck(a.number, by=by, now=c.now)),
    "correct": ("submit", ACCEPT, "reviewer", lambda c, a, by: actions.correct(
        a.number, {"layout": actions.Gap(note="请补交")}, by=by, now=c.now)),
    "reject": ("submit", ACCEPT, "reviewer", lambda c, a, by: actions.reject(
        a.number, kind="not_needed", reason="这件事依法不需要许可", by=by, now=c.now)),
    "review": ("accepted", REVIEW, "reviewer", _opinion),
    "suspend": ("accepted", REVIEW, "reviewer", lambda c, a, by: actions.suspend(
        a.number, cause="hearing", reason="需要听证二十日", by=by, now=c.now)),
    "ask_extension": ("accepted", REVIEW, "reviewer", lambda c, a, by: actions.ask_extension(
        a.number, days=5, reason="需要现场核查两处", by=by, now=c.now)),
    "decide": ("reviewed", DECIDE, "decider", lambda c, a, by: actions.decide(
        a.number, granted=True, by=by, now=c.now)),
    "deliver": ("granted", "application.deliver", "decider", lambda c, a, by: actions.deliver(
        a.number, by=by, now=c.now)),
}  # fmt: skip


@pytest.mark.parametrize("act", HELD)
def test_a_step_is_not_completed_by_who_doesn_t_hold_it(cast: Cast, act: str) -> None:
    state, power, holder, do = HELD[act]
    other = _staff("colleague", holder, cast.region, cast.body, None, cast.now)
    case = getattr(cast, state)()
    claimed(cast, case, power, by=getattr(cast, holder))
    before = Application.objects.get(pk=case.pk)

    with pytest.raises(Conflict) as refused:
        do(cast, case, cast.actor(other))

    assert refused.value.code == "task_held" and holder in refused.value.reason and refused.value.hint
    after = Application.objects.get(pk=case.pk)
    assert (after.state, after.version) == (before.state, before.version)
    do(cast, case, cast.actor(getattr(cast, holder)))  # who holds it may
    assert Application.objects.get(pk=case.pk).version > before.version


@pytest.mark.parametrize("act", HELD)
def test_what_nobody_claimed_is_done_by_any_colleague(cast: Cast, act: str) -> None:
    state, _, holder, do = HELD[act]
    other = _staff("colleague", holder, cast.region, cast.body, None, cast.now)

    do(cast, getattr(cast, state)(), cast.actor(other))


def test_the_applicant_takes_the_result_though_somebody_holds_its_delivery(cast: Cast) -> None:
    case = cast.granted()
    claimed(cast, case, "application.deliver", by=cast.decider)

    actions.deliver(case.number, by=cast.actor(cast.liu), now=cast.now)

    assert not Task.objects.open().filter(subject=case.number).exists()


def test_a_deadline_asks_nobody_who_holds_the_task(cast: Cast) -> None:
    case = cast.submit(materials={"safety": "pledge"}, now=cast.now - timedelta(days=30))
    claimed(cast, case, ACCEPT)

    assert [ended.number for ended in actions.sweep(now=cast.now)] == [case.number]


def test_a_step_beside_mine_is_not_held_by_me(cast: Cast, second: Account) -> None:
    from tongban.applications.tests.scenes import EDITIONS

    steps = publish(cast.body, now=cast.now, code="990131001009", **EDITIONS["with_steps"])
    case = cast.accepted(key="key-steps", edition=steps)
    tasks.claim(case.number, REVIEW, step="first", by=cast.actor(cast.reviewer), now=cast.now)

    with pytest.raises(Conflict, match="reviewer"):
        actions.complete_step(
            case.number, "first", passes=True, opinion="材料齐全，可以通过", by=cast.actor(second), now=cast.now
        )
    actions.complete_step(
        case.number, "first", passes=True, opinion="材料齐全，可以通过", by=cast.actor(cast.reviewer), now=cast.now
    )
    tasks.claim(case.number, REVIEW, step="second", by=cast.actor(cast.reviewer), now=cast.now)
    with pytest.raises(Conflict, match="reviewer"):
        actions.complete_step(
            case.number, "second", passes=True, opinion="材料齐全，可以通过", by=cast.actor(second), now=cast.now
        )


def test_after_a_suspension_the_case_comes_back_to_who_held_it(cast: Cast) -> None:
    case, by = cast.accepted(), cast.actor(cast.reviewer)
    claimed(cast, case)
    actions.suspend(case.number, cause="hearing", reason="需要听证二十日", by=by, now=cast.now)

    actions.resume(case.number, by=by, now=cast.now + timedelta(days=1))

    assert task_of(case).held_by_id == cast.reviewer.pk


# Back, over, assigned


def test_what_is_given_back_is_everybody_s_again(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    claimed(cast, case)

    tasks.release(case.number, REVIEW, by=cast.actor(cast.reviewer), now=cast.now)

    claimed(cast, case, by=second)
    assert told(case) == ["flow.TaskClaimed", "flow.TaskReleased", "flow.TaskClaimed"]


def test_only_the_holder_gives_back_or_hands_over(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    with pytest.raises(Conflict, match="还没有人认领"):
        tasks.release(case.number, REVIEW, by=cast.actor(second), now=cast.now)
    claimed(cast, case)

    with pytest.raises(Conflict, match="reviewer"):
        tasks.release(case.number, REVIEW, by=cast.actor(second), now=cast.now)
    with pytest.raises(Conflict, match="reviewer"):
        tasks.hand_over(case.number, REVIEW, to=second.pk, reason="我来办", by=cast.actor(second), now=cast.now)


def test_handed_over_with_a_reason_it_is_the_colleague_s_and_unseen(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    claimed(cast, case)
    look(case, cast.actor(cast.reviewer), cast.now)

    tasks.hand_over(
        case.number, REVIEW, to=second.pk, reason="下周外出开会", by=cast.actor(cast.reviewer), now=cast.now
    )

    task = task_of(case)
    assert task.held_by_id == second.pk and task.seen_at is None
    move = TaskMove.objects.get(kind="handed_over")
    assert (move.from_account_id, move.to_account_id, move.reason) == (cast.reviewer.pk, second.pk, "下周外出开会")
    with pytest.raises(Conflict):
        _opinion(cast, case, cast.actor(cast.reviewer))
    _opinion(cast, case, cast.actor(second))


@pytest.mark.parametrize("to", ["foreign_reviewer", "clerk", "liu", "head", "reviewer"])
def test_it_is_handed_to_nobody_who_could_not_do_it(cast: Cast, to: str) -> None:
    case = cast.accepted()
    claimed(cast, case)

    with pytest.raises(Refusal) as refused:
        tasks.hand_over(
            case.number, REVIEW, to=getattr(cast, to).pk, reason="请你来办", by=cast.actor(cast.reviewer), now=cast.now
        )

    assert refused.value.field == "to"


def test_it_is_not_handed_to_the_applicant(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    claimed(cast, case)
    Account.objects.filter(pk=cast.liu.pk).update(person=None)
    Account.objects.filter(pk=second.pk).update(person=cast.liu.person)

    with pytest.raises(Refusal, match="回避"):
        tasks.hand_over(
            case.number, REVIEW, to=second.pk, reason="请你来办", by=cast.actor(cast.reviewer), now=cast.now
        )


def test_the_head_assigns_whoever_holds_it(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    claimed(cast, case)

    tasks.assign(case.number, REVIEW, to=second.pk, by=cast.actor(cast.head), now=cast.now)

    _opinion(cast, case, cast.actor(second))
    assert told(case) == ["flow.TaskClaimed", "flow.TaskAssigned"]


@pytest.mark.parametrize("who", ["reviewer", "decider", "clerk", "supervisor", "government_head"])
def test_where_there_is_a_head_nobody_else_assigns(cast: Cast, who: str) -> None:
    case = cast.accepted()

    with pytest.raises(Forbidden, match="部门负责人"):
        tasks.assign(case.number, REVIEW, to=cast.reviewer.pk, by=cast.actor(getattr(cast, who)), now=cast.now)


def test_where_there_is_no_head_the_decider_assigns(cast: Cast) -> None:
    case = cast.accepted()
    StaffPost.objects.filter(account=cast.head).delete()

    tasks.assign(case.number, REVIEW, to=cast.reviewer.pk, by=cast.actor(cast.decider), now=cast.now)

    assert task_of(case).held_by_id == cast.reviewer.pk


def test_what_is_done_can_not_be_claimed(cast: Cast) -> None:
    case = cast.reviewed()

    with pytest.raises(Conflict, match="已经办完"):
        claimed(cast, case)


# 请假


def away(cast: Cast, account: Account, substitute: Account, *, by: Account | None = None, days: int = 3) -> Any:
    last = TODAY + timedelta(days=days)
    return absences.declare(
        account=account.pk, substitute=substitute.pk, from_on=TODAY, last_on=last, by=cast.actor(by or account),
        now=cast.now,
    )  # fmt: skip


def test_the_substitute_sees_and_does_what_the_absent_one_holds(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    claimed(cast, case)
    assert mine(cast, second) == []

    away(cast, cast.reviewer, second)
    newly = cast.accepted(key="key-newly")
    tasks.assign(newly.number, REVIEW, to=cast.reviewer.pk, by=cast.actor(cast.head), now=cast.now)

    assert set(mine(cast, second)) == {case.number, newly.number}
    _opinion(cast, case, cast.actor(second))
    entry = JournalEntry.objects.get(subject=case.number, name="flow.TaskDoneForAbsent")
    assert entry.actor == f"staff:{second.pk}"
    assert (entry.facts["account"], entry.facts["substitute"]) == (cast.reviewer.pk, second.pk)
    assert JournalEntry.objects.get(subject=case.number, name="applications.Reviewed").actor == f"staff:{second.pk}"


def test_after_the_absence_the_substitute_is_a_colleague_like_any_other(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    claimed(cast, case)
    away(cast, cast.reviewer, second, days=2)
    later = cast.now + timedelta(days=3)

    with pytest.raises(Conflict):
        _opinion(cast, case, actor_of(second, now=later, channel="web"))


def test_back_early_ends_it_at_once(cast: Cast, second: Account) -> None:
    one = away(cast, cast.reviewer, second)

    absences.end(one.pk, by=cast.actor(cast.reviewer), now=cast.now)

    assert cast.actor(second).stands_in_for == ()
    with pytest.raises(Conflict, match="已经结束"):
        absences.end(one.pk, by=cast.actor(cast.reviewer), now=cast.now)


def test_the_head_arranges_it_for_who_is_ill_and_nobody_else_does(cast: Cast, second: Account) -> None:
    with pytest.raises(Forbidden, match="部门负责人"):
        away(cast, cast.reviewer, second, by=cast.decider)

    one = away(cast, cast.reviewer, second, by=cast.head)

    with pytest.raises(NotFound):
        absences.end(one.pk, by=cast.actor(cast.foreign_reviewer), now=cast.now)


def test_who_could_not_do_it_does_not_stand_in(cast: Cast) -> None:
    for substitute in (cast.foreign_reviewer, cast.clerk, cast.liu, cast.head):
        with pytest.raises(Refusal, match="没有“后台审批人员”的岗位"):
            away(cast, cast.reviewer, substitute)
    with pytest.raises(Refusal, match="没有“首席代表”的岗位"):
        away(cast, cast.decider, cast.reviewer)
    away(cast, cast.reviewer, cast.decider)  # a decider may do all that a reviewer may


def test_a_substitute_is_never_away(cast: Cast, second: Account) -> None:
    third = _staff("reviewer_three", "reviewer", cast.region, cast.body, None, cast.now)
    away(cast, cast.reviewer, second)

    with pytest.raises(Conflict, match="替reviewer代办"):
        away(cast, second, third)
    with pytest.raises(Refusal, match="也请假"):
        away(cast, third, cast.reviewer)
    with pytest.raises(Conflict, match="已经登记过请假"):
        away(cast, cast.reviewer, third)
    with pytest.raises(Refusal, match="不能是请假的人自己"):
        away(cast, second, second)


# Posts that are lost


def test_what_an_account_holds_goes_back_when_it_loses_its_post(cast: Cast, second: Account) -> None:
    case, kept = cast.accepted(), cast.accepted(key="key-kept")
    claimed(cast, case, by=second)
    claimed(cast, kept)
    StaffPost.objects.filter(account=second).delete()

    returned = list(holding.return_lost(now=cast.now))

    assert [task.subject for task in returned] == [case.number]
    assert task_of(case).held_by_id is None and task_of(kept).held_by_id == cast.reviewer.pk
    assert told(case) == ["flow.TaskClaimed", "flow.TaskReleased"]
    assert list(holding.return_lost(now=cast.now)) == []


def test_one_post_of_two_that_ended_gives_back_what_it_was_for(cast: Cast) -> None:
    decide, review = cast.reviewed(key="key-lost-d"), cast.accepted(key="key-lost-r")
    identity.appoint(account=cast.decider, role="reviewer", region=cast.region, body=cast.body, now=cast.now)
    claimed(cast, decide, DECIDE, by=cast.decider)
    claimed(cast, review, by=cast.decider)
    ended = cast.now + timedelta(minutes=5)
    StaffPost.objects.filter(account=cast.decider, role="decider").update(until_at=ended)

    assert [task.subject for task in holding.return_lost(now=ended + timedelta(minutes=5))] == [decide.number]


def test_a_changed_post_keeps_what_it_may_still_do(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    claimed(cast, case, by=second)
    StaffPost.objects.filter(account=second).delete()
    identity.appoint(account=second, role="decider", region=cast.region, body=cast.body, now=cast.now)

    assert list(holding.return_lost(now=cast.now)) == []


# Seen


def test_the_first_look_of_who_may_act_is_kept(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    for onlooker in (cast.supervisor, cast.head, cast.foreign_reviewer):
        look(case, cast.actor(onlooker), cast.now)
    assert task_of(case).seen_at is None

    look(case, cast.actor(cast.reviewer), cast.now)
    look(case, cast.actor(second), cast.now + timedelta(hours=1))

    assert (task_of(case).seen_by_id, task_of(case).seen_at) == (cast.reviewer.pk, cast.now)


def test_a_colleague_s_look_is_not_the_holder_s(cast: Cast, second: Account) -> None:
    case = cast.accepted()
    claimed(cast, case)

    look(case, cast.actor(second), cast.now)

    assert task_of(case).seen_at is None
