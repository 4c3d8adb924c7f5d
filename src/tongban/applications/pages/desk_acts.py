"""What can be done to a case now, by this actor: which buttons there are, and why one can't be pressed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import cast

from tongban.applications import awaited, mandated
from tongban.applications.actions import commitments, stepping
from tongban.applications.actions.outcome import check_may_decide
from tongban.applications.actions.review import NextStep
from tongban.applications.models import Application, Commitment, Extension
from tongban.applications.pages import desk_correction_panel
from tongban.applications.pledges import OPEN, VERIFIED
from tongban.applications.queries import decided_on_the_spot
from tongban.applications.rules import FINAL, NEXT, WHO, Act, State, check_second_person, check_supplied
from tongban.identity.actors import Actor
from tongban.identity.roles import Act as Power
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

_OURS = {
    Act.PRECHECK, Act.ACCEPT, Act.CORRECT, Act.ASK_AGAIN, Act.CORRECT_AGAIN, Act.DECLINE_AGAIN, Act.REJECT, Act.REVIEW, Act.SUSPEND, Act.RESUME, Act.ASK_EXTENSION,
    Act.EXTEND, Act.DECLINE_EXTENSION, Act.FORWARD, Act.GRANT, Act.REFUSE, Act.TERMINATE, Act.MAKE, Act.DELIVER,
    Act.AMEND, Act.REVOKE, Act.REOPEN,
}  # fmt: skip
"""Acts with a form on the desk. Provisional acceptance is the acceptance, the end of a cause part of resuming, the last
opinion a review."""
ASIDE = {"ask_again", "suspend", "ask_extension", "terminate", "amend", "revoke", "reopen", "verify"}
"""Possible but not what the case waits for."""


def acts_of(one: Application, by: Actor, *, asked: Extension | None, waiting: Collection[Commitment]) -> set[str]:
    """What this actor may do now, for the buttons; the verbs decide again. `asked`: the extension that awaits approval;
    `waiting`: the commitments that are open."""
    if _own(one, by):
        return set()
    possible = {act.value for act in NEXT[one.status] if act in _OURS and _empowered(one, by, _power(one, act))}
    content = one.edition.document
    on_the_spot = decided_on_the_spot(one)
    if on_the_spot and mandated.is_window(by) and mandated.mandate_for(one, "decide", by=by, now=clock.now()):
        possible |= {act.value for act in (Act.GRANT, Act.REFUSE) if act in NEXT[one.status]}
    course = stepping.course_of(one) if "review" in possible else None
    if on_the_spot or (course and course.open):  # each step is done on its own page
        possible -= {"review"}
    if content.decided_above and one.status != State.FORWARDED:
        possible -= {"grant", "refuse"}
    if not content.decided_above:
        possible -= {"forward"}
    possible -= desk_correction_panel.impossible(one, possible)
    if asked is None:
        possible -= {"extend", "decline_extension"}
    if _window_only(by, "application.reject") and content.accepted_by != "window":
        possible -= {"reject"}
    if to_verify(one, waiting) and _empowered(one, by, "application.verify"):
        possible |= {"verify"}
    if "revoke" in possible and not (one.decision and one.decision.granted):
        possible -= {"revoke"}
    return possible


def to_verify(one: Application, waiting: Collection[Commitment]) -> list[Commitment]:
    """Pledges on which the decision that stands rests, and that are not verified yet."""
    if one.status not in (State.GRANTED, State.MADE, State.DELIVERED):
        return []
    return [each for each in waiting if each.kind in VERIFIED and each.state in OPEN]


def _own(one: Application, by: Actor) -> bool:
    return by.person_id is not None and by.person_id == one.person_id


def _power(one: Application, act: Act) -> Power:
    """An extension of joint handling is approved by the head of the government."""
    if act in (Act.EXTEND, Act.DECLINE_EXTENSION) and one.edition.document.joint:
        return "application.extend_joint"
    return cast(Power, WHO[act])


def _empowered(one: Application, by: Actor, power: Power) -> bool:
    return by.may(power, body_id=one.body_id, region_path=one.region_path, item=one.edition.item.code)


def _window_only(by: Actor, power: Power) -> bool:
    return all(post.role.scope == "region" for post in by.posts_for(power))


def reasons_against(
    one: Application, by: Actor, acts: Collection[str], *, step: NextStep | None, asked: Extension | None
) -> dict[str, str]:
    """Why a button is there and can't be pressed, by act."""
    reasons = dict.fromkeys(("accept", "review", "decide", "ask_extension", "extend"), "")
    window = _window_only(by, "application.accept") and one.edition.document.accepted_by != "window"
    if window and not mandated.mandate_for(one, "accept", by=by, now=clock.now()):
        reasons["accept"] = "这个事项由主管部门受理，窗口只收件"
    if step and step.last:
        reasons["review"] = _refused_by(lambda: check_supplied(commitments.missing_before_decision(one)))
    if "grant" in acts and one.status != State.FORWARDED:
        reasons["decide"] = _refused_by(lambda: check_may_decide(one, by=by))
    if "ask_extension" in acts:
        reasons["ask_extension"] = _extension_already(one)
    if "extend" in acts and asked:
        reasons["extend"] = _refused_by(lambda: check_second_person(asked.by, by.who, act=Act.EXTEND))
    for button, held in awaited.held_against(one, by=by, today=clock.today()).items():
        reasons[button] = reasons[button] or held
    return reasons


def _refused_by(check: Callable[[], object]) -> str:
    try:
        check()
    except Refusal as refusal:
        return refusal.reason
    return ""


def _extension_already(one: Application) -> str:
    states = Extension.objects.filter(application=one, round=one.round).values_list("state", flat=True)
    words = {"asked": "已经申请，正在等待批准", "approved": "已经延长过一次，不能再延长"}
    return next((words[state] for state in states if state in words), "")


def waits_for(one: Application, by: Actor, acts: Collection[str]) -> str:
    """Said in the footer when nothing here is for this actor to do."""
    if _own(one, by):
        return "这是您本人的申请，应当回避，由其他同事办理"
    if set(acts) - ASIDE:
        return ""
    if "verify" in acts:
        return "告知承诺等待事后核查，核查后在右侧登记结果"
    if one.status in FINAL:
        return f"{one.status.label}，没有待办的步骤"
    if one.status == State.ACCEPTED and _empowered(one, by, "application.review") and stepping.course_of(one):
        return "在环节图上打开正在办的环节"
    return WAITS.get(one.status, "等待送达") + "，您的岗位在这一步没有要办的"


WAITS = {
    State.RECORDED: "等待另一位窗口同事复核补录",
    State.SUBMITTED: "等待受理",
    State.PRECHECKED: "等待受理",
    State.CORRECTING: "等待申请人补正",
    State.ACCEPTED: "等待审查",
    State.SUSPENDED: "依法暂停计时中",
    State.REVIEWED: "等待有决定权的同事作出决定",
    State.FORWARDED: "等待上级决定",
    State.DELIVERED: "已送达，等待承诺的事项办完",
}
