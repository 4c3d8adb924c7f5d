"""走一遍环节: the steps of a case's edition, each done as its kind demands by those who hold the posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongban.applications import actions
from tongban.applications.actions import stepping
from tongban.applications.models import Application, CaseStep
from tongban.identity.actors import Actor
from tongban.identity.models import StaffPost
from tongban.identity.queries import actor_of
from tongban.identity.roles import ROLES
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict
from tongban.orgs.models import Body

PEN = "逐步演练，符合规定"
NOTICE, HEARING = timedelta(days=7), timedelta(days=21)


def review(case: Application, *, by: Actor, now: datetime) -> Application:
    """The next step of the case, or, where its edition has no steps of several kinds, the next opinion."""
    course = stepping.course_of(case)
    if course is None or not course.open:
        return actions.review(case.number, passes=True, opinion=PEN, by=by, now=now)
    row = CaseStep.objects.get(application=case, round=case.round, key=course.open[0].key, returned=False)
    done_at = _prepared(case, row, by=by, now=now)
    return actions.complete_step(case.number, row.key, passes=True, opinion=PEN, by=by, now=done_at)


def _prepared(case: Application, row: CaseStep, *, by: Actor, now: datetime) -> datetime:
    """What the step demands lies on record; when it may be concluded."""
    number, key = case.number, row.key
    match row.kind:
        case "inspection":
            others = [post for post in actions.colleagues(case, now=now) if post.account_id != by.account_id]
            others.sort(key=lambda post: "application.decide" in ROLES[post.role].acts)  # who inspects does not decide
            found = actions.Findings("申请的地点", now, [post.account_id for post in others[:1]], PEN, passes=True)
            actions.inspect(number, key, found, by=by, now=now)
        case "consultation" | "countersign":
            for answer in row.answers.filter(at=None).select_related("body").order_by("pk"):
                if answer.body is None:
                    actions.enter_answer(
                        number, key, body=answer.body_name, agrees=True, opinion=PEN, by=by, now=now
                    )  # fmt: skip
                else:
                    there = _responder(answer.body, now=now)
                    actions.respond(number, key, agrees=True, opinion=PEN, by=there, now=now)
        case "expert":
            actions.name_expert(number, key, name="演练专家", unit="专家库", by=by, now=now)
            actions.enter_opinion(number, key, row.experts.get().pk, passes=True, opinion=PEN, by=by, now=now)
        case "notice":
            today = date_of(now)
            actions.publish_notice(number, key, text=PEN, from_on=today, until_on=today + NOTICE, by=by, now=now)
            return now + NOTICE + timedelta(days=1)
        case "hearing":
            chair = StaffPost.objects.held_at(now).filter(body_id=case.body_id).exclude(account_id=by.account_id or 0)
            actions.call_hearing(
                number, key, held_at=now + HEARING, place="听证室", by=by, now=now,
                chair=next((post.account_id for post in chair.order_by("pk")), 0),
            )  # fmt: skip
            actions.record_hearing(number, key, record=PEN, passes=True, by=by, now=now + HEARING)
            return now + HEARING
    return now


def _responder(body: Body, *, now: datetime) -> Actor:
    roles = [key for key, role in ROLES.items() if "application.respond" in role.acts]
    post = (
        StaffPost.objects.held_at(now)
        .filter(body=body, role__in=roles)
        .select_related("account")
        .order_by("pk")
        .first()
    )
    if post is None:
        raise Conflict("nobody_answers", f"{body.name}没有能答复征求意见的人员", "请管理员任命这个岗位")
    return actor_of(post.account, now=now, channel="web")
