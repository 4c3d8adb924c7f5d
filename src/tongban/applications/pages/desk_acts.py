"""What can be done to a case now, by this actor: the buttons, why one can't be pressed, and the fields of every act."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.http import HttpRequest

from tongban.applications import mandated
from tongban.applications.models import Acceptance, Application, Review
from tongban.applications.queries import decided_on_the_spot
from tongban.applications.rules import (
    FINAL,
    NEXT,
    REJECTION_KINDS,
    SUSPENSION_CAUSES,
    Act,
    State,
    check_separation,
)
from tongban.design.parts import Choice, Field
from tongban.identity.actors import Actor
from tongban.identity.roles import Act as Power
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal, demand

OPINIONS = {
    "complete": "申请材料齐全，符合法定形式。",
    "meets": "申请材料齐全，符合法定条件和标准，建议准予。",
    "fails": "经审查不符合法定条件，建议不予：",
}
_POWERS: dict[Act, Power] = {
    Act.ACCEPT: "application.accept",
    Act.CORRECT: "application.correct",
    Act.REJECT: "application.reject",
    Act.REVIEW: "application.review",
    Act.SUSPEND: "application.suspend",
    Act.RESUME: "application.suspend",
    Act.GRANT: "application.decide",
    Act.REFUSE: "application.decide",
    Act.DELIVER: "application.deliver",
}


def acts_of(one: Application, by: Actor) -> set[str]:
    """What this actor may do now, for the buttons; the verbs decide again."""
    possible = {
        act.value
        for act in NEXT[one.status]
        if act in _POWERS and by.may(_POWERS[act], body_id=one.body_id, region_path=one.region_path)
    }
    on_the_spot = decided_on_the_spot(one)
    if on_the_spot and mandated.is_window(by) and mandated.mandate_for(one, "decide", by=by, now=clock.now()):
        possible |= {act.value for act in (Act.GRANT, Act.REFUSE) if act in NEXT[one.status]}
    if one.status == State.ACCEPTED and not on_the_spot:
        possible -= {"grant", "refuse"}
    if on_the_spot:
        possible -= {"review"}
    window_only = all(post.role.scope == "region" for post in by.posts_for("application.reject"))
    if window_only and one.edition.document.accepted_by != "window":
        possible -= {"reject"}
    return possible


def reasons_against(
    one: Application, by: Actor, acts: Collection[str], reviews: list[Review], acceptance: Acceptance | None
) -> dict[str, str]:
    """Why a button is there and can't be pressed, by act."""
    reasons = {"accept": "", "decide": ""}
    window_only = all(post.role.scope == "region" for post in by.posts_for("application.accept"))
    mandate = mandated.mandate_for(one, "accept", by=by, now=clock.now()) if window_only else None
    if window_only and one.edition.document.accepted_by != "window" and mandate is None:
        reasons["accept"] = "这个事项由主管部门受理，窗口只收件"
    if "grant" in acts and acceptance:
        try:
            check_separation(
                instant=decided_on_the_spot(one),
                reviewed_by={review.by for review in reviews},
                accepted_by=acceptance.by,
                decider=by.who,
            )
        except Refusal as refusal:
            reasons["decide"] = refusal.reason
    return reasons


def waits_for(one: Application, acts: Collection[str]) -> str:
    """Said in the footer when nothing here is for this actor to do."""
    if acts:
        return ""
    if one.status in FINAL:
        return f"{one.status.label}，没有待办的步骤"
    waits = {
        State.SUBMITTED: "等待受理",
        State.CORRECTING: "等待申请人补正",
        State.ACCEPTED: "等待审查",
        State.SUSPENDED: "依法暂停计时中",
        State.REVIEWED: "等待有决定权的同事作出决定",
    }
    return waits.get(one.status, "等待送达") + "，您的岗位在这一步没有要办的"


def fields(request: HttpRequest, errors: list[Refusal]) -> dict[str, Field]:
    """The fields of every act's form, with what was typed and what is wrong."""
    wrong = {fault.field: fault.reason for fault in errors}
    made = [
        Field(name="kind", label="情形", kind="select", choices=_choices(REJECTION_KINDS.items())),
        Field(name="rejection_reason", label="理由", kind="long_text", rows=3, help="申请人会看到这段话"),
        Field(name="right_body", label="应当向哪个机关申请", required=False, help="不属于本机关职权范围的，必须写明"),
        Field(name="passes", label="审查结论", kind="choice", value="yes",
              choices=_choices([("yes", "通过"), ("no", "不通过")])),
        Field(name="template", label="常用意见", kind="choice", required=False, long=True,
              choices=_choices([(key, text.rstrip("：")) for key, text in OPINIONS.items()])),
        Field(name="opinion", label="审查意见", kind="long_text", rows=3,
              help="选了常用意见的，接在它后面；没选的，请写明"),
        Field(name="decision_reason", label="决定的理由", kind="long_text", rows=3, required=False,
              help="准予的可不写；不予的必须写明理由，申请人会在决定书上看到"),
        Field(name="cause", label="法定情形", kind="select", choices=_choices(SUSPENSION_CAUSES.items())),
        Field(name="suspension_reason", label="原因和所需时间", kind="long_text", rows=3, help="书面告知申请人"),
    ]  # fmt: skip
    return {
        field.name: Field.of(
            field, value=request.POST.get(field.name, field.value), error=wrong.get(field.name, ""), form="case"
        )
        for field in made
    }


def _choices(pairs: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in pairs)


def opinion_of(template: str, typed: str, *, passes: str) -> str:
    """The template's words, then those typed. Raises Refusal when they contradict the conclusion."""
    contradicts = (template, passes) in (("meets", "no"), ("fails", "yes"))
    demand(not contradicts, "opinion_contradicts", "审查结论和所选的常用意见相反", "请改其中一个", "passes")
    return OPINIONS.get(template, "") + typed
