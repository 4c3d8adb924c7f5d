"""State × act × role, as law.toml says by hand: every act tried by everyone on a real case in every state."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from tests import people
from tongban.applications import actions
from tongban.applications.procedure import NEXT, WHO, Act, State
from tongban.applications.tests.scenes import ABOVE, GAPS, OFF_PLATFORM, SCENES, WORDS, Stage, case
from tongban.identity.actors import Actor
from tongban.kernel import actors, clock
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal

pytestmark = pytest.mark.django_db

ROOM = Path(__file__).parents[1]
LAW: dict[str, Any] = tomllib.loads((Path(__file__).parent / "law.toml").read_text("utf-8"))
POWERS: dict[str, str] = LAW.pop("powers")
ROLES = (
    "applicant", "stranger", "window", "window_two", "reviewer", "decider", "head", "government_head",
    "foreign_reviewer", "supervisor",
)  # fmt: skip
KNOW_NOTHING = {"stranger", "foreign_reviewer"}
"""To them there is no such case."""
BY_THE_PLATFORM = {Act.DEEM_ACCEPTED, Act.LAPSE, Act.DEEM_GRANTED, Act.CLOSE}
BEFORE_THE_CASE = {Act.SUBMIT, Act.BACK_ENTER}
ONE_VERB = ({Act.ACCEPT, Act.ACCEPT_PROVISIONALLY}, {Act.REVIEW, Act.CONCLUDE}, {Act.END_CAUSE, Act.RESUME})
"""Two acts of one verb: which of them it is depends on the case, or (a cause ended) on what is asked for."""


@dataclass(frozen=True)
class Rule:
    """What law.toml says of an act in a scene: by whom, and the state after or, if something has to come first, the words."""

    who: frozenset[str]
    after: str = ""
    words: str = ""


def _who(text: str) -> frozenset[str]:
    roles = text.replace("windows", "window window_two").split()
    assert set(roles) <= {*ROLES, "system"}, text
    return frozenset(roles)


def _rules(scene: str) -> dict[Act, Rule]:
    found = {}
    for name, text in LAW[scene].items():
        if name == "not_yet":
            for act, refusal in text.items():
                who, words = refusal.split(": ", 1)
                found[Act(act)] = Rule(_who(who), words=words)
        elif name != "state":
            who, after = text.split(" -> ")
            found[Act(name)] = Rule(_who(who), after=State(after))
    return found


def _state(scene: str) -> State:
    return State(LAW[scene].get("state", scene))


def _special(scene: str) -> bool:
    """A special situation of a state: the file says only what is different in it."""
    return "state" in LAW[scene]


class Attempt:
    """Each act through its verb, with what a complete request of that role holds."""

    def __init__(self, stage: Stage) -> None:
        cast = stage.cast
        self.now = stage.now
        self.who = {
            "applicant": stage.liu, "stranger": cast.actor(cast.stranger), "window": stage.clerk,
            "window_two": stage.clerk_two, "reviewer": stage.reviewer, "decider": stage.decider, "head": stage.head,
            "government_head": stage.government_head, "foreign_reviewer": cast.actor(cast.foreign_reviewer),
            "supervisor": cast.actor(cast.supervisor),
        }  # fmt: skip
        self.file = stage.file()

    def __call__(self, act: Act, number: str, role: str) -> object:
        if role == "system":
            return SYSTEM_VERBS[act](number, by=actors.system("deadlines"), now=self.now + timedelta(days=90))
        return VERBS[act](number, self.who[role], self.now, self.file)


def _papers(by: Actor, file: str) -> dict[str, str]:
    return {"layout": "paper" if by.is_staff else file}


VERBS: dict[Act, Callable[[str, Actor, datetime, str], object]] = {
    Act.CONFIRM_ENTRY: lambda n, by, now, _: actions.confirm_entry(n, by=by, now=now),
    Act.VOID_ENTRY: lambda n, by, now, _: actions.void_entry(n, by=by, now=now),
    Act.PRECHECK: lambda n, by, now, _: actions.precheck(n, by=by, now=now),
    Act.ACCEPT: lambda n, by, now, _: actions.accept(n, by=by, now=now),
    Act.ACCEPT_PROVISIONALLY: lambda n, by, now, _: actions.accept(n, by=by, now=now),
    Act.CORRECT: lambda n, by, now, _: actions.correct(n, GAPS, by=by, now=now),
    Act.ASK_AGAIN: lambda n, by, now, _: actions.ask_again(n, GAPS, reason="补来的图还是没有面积", by=by, now=now),
    Act.CORRECT_AGAIN: lambda n, by, now, _: actions.correct_again(n, reason="面积关系到许可条件", by=by, now=now),
    Act.DECLINE_AGAIN: lambda n, by, now, _: actions.decline_again(n, answer="现有材料足够判断", by=by, now=now),
    Act.REJECT: lambda n, by, now, _: actions.reject(
        n, kind="not_needed", reason="这件事不需要许可", by=by, now=now
    ),
    Act.SUPPLEMENT: lambda n, by, now, file: actions.supplement(n, materials=_papers(by, file), by=by, now=now),
    Act.SUPPLY: lambda n, by, now, file: actions.supply(n, materials=_papers(by, file), by=by, now=now),
    Act.WITHDRAW: lambda n, by, now, _: actions.withdraw(n, by=by, now=now),
    Act.ASK_HEARING: lambda n, by, now, _: actions.ask_hearing(n, reason="对核查结果有意见", by=by, now=now),
    Act.REVIEW: lambda n, by, now, _: actions.review(n, passes=True, opinion=WORDS, by=by, now=now),
    Act.CONCLUDE: lambda n, by, now, _: actions.review(n, passes=True, opinion=WORDS, by=by, now=now),
    Act.RECORD: lambda n, by, now, _: actions.enter_answer(
        n, "ask", body=OFF_PLATFORM, agrees=True, opinion="没有意见", by=by, now=now
    ),
    Act.RESPOND: lambda n, by, now, _: actions.respond(n, "ask", agrees=True, opinion="没有意见", by=by, now=now),
    Act.RETURN: lambda n, by, now, _: actions.return_step(n, "first", reason="初审遗漏了面积", by=by, now=now),
    Act.SUSPEND: lambda n, by, now, _: actions.suspend(
        n, cause="appraisal", reason="需要委托鉴定机构", by=by, now=now
    ),
    Act.END_CAUSE: lambda n, by, now, _: actions.resume(n, cause="test", by=by, now=now),
    Act.RESUME: lambda n, by, now, _: actions.resume(n, by=by, now=now),
    Act.ASK_EXTENSION: lambda n, by, now, _: actions.ask_extension(
        n, days=5, reason="需要补充现场核查", by=by, now=now
    ),
    Act.EXTEND: lambda n, by, now, _: actions.extend(n, by=by, now=now),
    Act.DECLINE_EXTENSION: lambda n, by, now, _: actions.decline_extension(
        n, answer="期限内可以办完", by=by, now=now
    ),
    Act.FORWARD: lambda n, by, now, _: actions.forward(n, opinion=WORDS, by=by, now=now),
    Act.GRANT: lambda n, by, now, _: actions.decide(
        n, granted=True, document="渝市监许〔2026〕18 号", by=by, now=now
    ),
    Act.REFUSE: lambda n, by, now, _: actions.decide(
        n, granted=False, reason="经营场所不符合规定", document="渝市监许〔2026〕18 号", by=by, now=now
    ),
    Act.TERMINATE: lambda n, by, now, _: actions.terminate(
        n, ground="applicant_gone", reason="申请人已经死亡", by=by, now=now
    ),
    Act.MAKE: lambda n, by, now, _: actions.make(n, by=by, now=now),
    Act.DELIVER: lambda n, by, now, _: actions.deliver(n, by=by, now=now),
    Act.AMEND: lambda n, by, now, _: actions.amend(
        n, was="老灶火锅", becomes="老灶火锅店", reason="打印时漏了一个字", by=by, now=now
    ),
    Act.REVOKE: lambda n, by, now, _: actions.revoke(
        n, ground="procedure", reason="违反了法定程序", by=by, now=now
    ),
    Act.REOPEN: lambda n, by, now, _: actions.reopen(
        n, ground="reconsideration", document="云江府复〔2026〕12 号", reason="复议决定撤销原决定", by=by, now=now
    ),
}  # fmt: skip
SYSTEM_VERBS: Mapping[Act, Callable[..., object]] = {
    Act.DEEM_ACCEPTED: actions.deem_accepted, Act.LAPSE: actions.lapse, Act.DEEM_GRANTED: actions.deem_granted,
}  # fmt: skip


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Prepared once; each scene happens in a savepoint of its transaction."""
    now = datetime(2026, 3, 2, 9, 30, tzinfo=clock.SHANGHAI)
    with django_db_blocker.unblock(), clock.at(now), transaction.atomic():
        prepared = Stage(people.make(now=now))
        for kind in (
            "delegated",
            "wanting",
            "instant",
            "two_steps",
            "joint",
            "silent",
            "above",
            "with_steps",
            "countersigned",
        ):
            prepared.edition(kind)
        yield prepared
        transaction.set_rollback(True)


@pytest.mark.parametrize("scene", [scene for scene in LAW if scene != "draft"])
def test_in_every_state_each_does_what_the_law_lets_them_and_nothing_else(stage: Stage, scene: str) -> None:
    with transaction.atomic():
        number, attempt, rules = SCENES[scene](stage), Attempt(stage), _rules(scene)
        assert case(number).status == _state(scene)
        faults = []
        for act in VERBS:
            if act not in rules and (_special(scene) or any(act in pair and pair & set(rules) for pair in ONE_VERB)):
                continue
            before = _snapshot(number)
            for role in ROLES:
                faults += _tried(attempt, act, number, role, rules.get(act))
            if _snapshot(number) != before:
                faults.append(f"{act}: a refusal left something behind")
        for act in set(SYSTEM_VERBS) & set(rules) if _special(scene) else SYSTEM_VERBS:
            faults += _tried_by_the_platform(attempt, act, number, rules.get(act))
        transaction.set_rollback(True)

    assert faults == []


def _tried(attempt: Attempt, act: Act, number: str, role: str, rule: Rule | None) -> list[str]:
    """What happened, where it isn't what the law says."""
    holds = role in (rule.who if rule else _who(POWERS[act]))
    what = f"{role} {act}"
    if rule and rule.after and holds:
        with transaction.atomic():
            try:
                attempt(act, number, role)
                after = case(number).status
            except Refusal as refusal:
                return [f"{what}: refused: {refusal}"]
            transaction.set_rollback(True)
        return [] if after == rule.after else [f"{what}: {after} instead of {rule.after}"]
    try:
        attempt(act, number, role)
    except Refusal as refusal:
        expected = (NotFound if role in KNOW_NOTHING else Forbidden) if not holds else Conflict
        words = (rule.words if rule else f"“{case(number).status.label}”") if holds else ""
        right = type(refusal) is expected and words in refusal.reason
        return [] if right else [f"{what}: {type(refusal).__name__} {refusal} instead of {expected.__name__} {words}"]
    return [f"{what}: was done"]


def _tried_by_the_platform(attempt: Attempt, act: Act, number: str, rule: Rule | None) -> list[str]:
    before, state = _snapshot(number), case(number).status
    with transaction.atomic():
        moved = attempt(act, number, "system")
        after, changed = case(number).status, _snapshot(number) != before
        transaction.set_rollback(True)
    if rule is None:
        return [] if moved is None and not changed else [f"system {act}: was done in {state}"]
    return [] if after == rule.after else [f"system {act}: {after} instead of {rule.after}"]


def _snapshot(number: str) -> object:
    """Everything a step could leave behind, roughly: the case, its clocks and tasks, and how much was written down."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT row(a.state, a.version, a.round, a.visits, a.promised_on, a.statutory_on, a.closed_at)::text "
            "FROM applications_application a WHERE a.number = %(n)s), "
            "(SELECT string_agg(row(c.*)::text, ',' ORDER BY c.id) FROM flow_clock c WHERE c.subject = %(n)s), "
            "(SELECT string_agg(row(t.*)::text, ',' ORDER BY t.id) FROM flow_task t WHERE t.subject = %(n)s), "
            "(SELECT count(*) FROM flow_clockpause), (SELECT count(*) FROM kernel_journalentry), "
            "(SELECT count(*) FROM licences_licence)",
            {"n": number},
        )
        return cursor.fetchone()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", [Act.SUBMIT, Act.BACK_ENTER])
def test_a_case_begins_with_whoever_may_hand_it_in(stage: Stage, act: Act, role: str) -> None:
    rule, by = _rules("draft")[act], Attempt(stage).who[role]
    handed_in = stage.cast.submission()
    with transaction.atomic():
        try:
            if act == Act.SUBMIT:
                began = actions.submit(handed_in, key="law-0001", by=by, now=stage.now)
            else:
                began = actions.back_enter(
                    handed_in, received_at=stage.now - timedelta(days=2), reason="系统停机时收的纸质材料",
                    key="law-0001", by=by, now=stage.now,
                )  # fmt: skip
            outcome: object = began.status
        except Refusal as refusal:
            outcome = type(refusal)
        transaction.set_rollback(True)

    assert outcome == (rule.after if role in rule.who else Forbidden)


def test_every_state_has_a_scene_and_every_scene_is_played() -> None:
    assert {_state(scene) for scene in LAW} == set(State)
    assert set(SCENES) == set(LAW) - {"draft"}
    assert set(VERBS) | BY_THE_PLATFORM | BEFORE_THE_CASE == set(Act)
    assert set(POWERS) == set(VERBS)
    assert ABOVE in LAW["reviewed_above"]["not_yet"]["grant"]


@pytest.mark.parametrize("state", list(State))
def test_the_dictionary_of_the_procedure_says_what_the_law_says(state: State) -> None:
    """So that its picture and table in docs/states are the law's too. Delivered and closed in one go is two steps there."""
    lawful: dict[Act, set[str]] = {}
    for scene in LAW:
        if _state(scene) == state:
            for act, rule in _rules(scene).items():
                lawful.setdefault(act, set()).update({rule.after} - {""})
    written: dict[Act, str] = {act: after for act, after in NEXT[state].items() if act != Act.CLOSE}

    assert set(written) == set(lawful)
    for act, after in lawful.items():
        two_steps = {State.CLOSED} if written[act] == State.DELIVERED else set()
        last_cause = {State.ACCEPTED} if act == Act.END_CAUSE else set()
        assert after <= {written[act]} | two_steps | last_cause


def test_the_dictionary_gives_the_platform_what_the_law_gives_it() -> None:
    assert {act for act, who in WHO.items() if who == "system"} == BY_THE_PLATFORM
    assert {act for act, who in WHO.items() if who == "applicant"} == {
        Act(act) for act, who in POWERS.items() if who in ("applicant windows", "applicant")
    }


def test_no_door_does_what_only_the_platform_does() -> None:
    doors = [*ROOM.glob("pages/*.py"), *ROOM.glob("api/*.py"), *(ROOM.parent / "counter" / "pages").glob("*.py")]
    assert len(doors) > 10
    for door in doors:
        text = door.read_text("utf-8")
        assert not [verb for verb in ("deem_", "lapse(", "break_late", "sweep(") if verb in text], door
