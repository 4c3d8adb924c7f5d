"""环节: where a case is on its course, each step concluded or returned, and what is asked and recorded in it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Field, Schema, Status

from tongban.applications import actions, queries
from tongban.applications.actions import stepping
from tongban.applications.actions.common import is_one_s_own
from tongban.applications.api.shared import CaseOut, VersionIn, clean, out, router
from tongban.applications.models import CaseStep
from tongban.flow import plan
from tongban.identity import doors
from tongban.kernel import clock

STANDING = {"passed": "已办", "objected": "有异议", "open": "在办", "ahead": "未到", "skipped": "不需要"}


class AnswerOut(Schema):
    body: str
    due_on: date | None
    agrees: bool | None
    opinion: str
    late: bool
    silent: bool = Field(description="逾期未答复，按默认规则处理过；以后的答复只留存")


class ExpertOut(Schema):
    id: int
    name: str
    passes: bool | None
    recused: bool


class ObjectionOut(Schema):
    id: int
    text: str
    answered: bool


class StepOut(Schema):
    key: str
    name: str
    kind: str
    kind_name: str
    beside: bool = Field(description="与上一个环节同时进行")
    state: str
    state_name: str
    due_on: date | None
    answers: list[AnswerOut] = Field(description="会签、征求意见的答复；只给经办部门")
    experts: list[ExpertOut]
    objections: list[ObjectionOut]


@router.get("/applications/{number}/steps", response=list[StepOut], operation_id="read_steps", summary="环节")
def read_steps(request: HttpRequest, number: str) -> list[StepOut]:
    """The steps of the edition with where each stands; empty for an edition of plain reviews. What lies on record in them
    is for the officials who handle the case."""
    by = doors.whoever(request)
    case = queries.case(clean(number), by=by)
    course = stepping.course_of(case)
    if course is None:
        return []
    rows = CaseStep.objects.filter(application=case, round=case.round, returned=False)
    there = {row.key: row for row in rows.prefetch_related("answers", "experts", "objections")}
    inside = by.is_staff and not is_one_s_own(case, by=by)
    standing = course.standing
    return [
        _step(course, one, standing[one.key].value, there.get(one.key), inside=inside) for one in course.sequence
    ]  # fmt: skip


def _step(course: stepping.Course, one: plan.Step, state: str, row: CaseStep | None, *, inside: bool) -> StepOut:
    told = row if inside else None
    return StepOut(
        key=one.key, name=course.steps[one.key].name, kind=one.kind, kind_name=plan.KINDS[one.kind], beside=one.beside,
        state=state, state_name=STANDING[state], due_on=row.due_on if row else None,
        answers=[
            AnswerOut(
                body=each.body_name, due_on=each.due_on, agrees=each.agrees, opinion=each.opinion, late=each.late,
                silent=each.silent_at is not None,
            )
            for each in (told.answers.all() if told else ())
        ],
        experts=[
            ExpertOut(id=each.pk, name=each.name, passes=each.passes, recused=bool(each.recused))
            for each in (told.experts.all() if told else ())
        ],
        objections=[
            ObjectionOut(id=each.pk, text=each.text, answered=each.answered_at is not None)
            for each in (told.objections.all() if told else ())
        ],
    )  # fmt: skip


class ConclusionIn(VersionIn):
    passes: bool = Field(description="会签、现场核查的结果由记录得出，不看这一项")
    opinion: str


@router.post(
    "/applications/{number}/steps/{key}/conclusion", response={201: CaseOut}, operation_id="conclude_step",
    summary="办结环节",
)  # fmt: skip
def conclude_step(request: HttpRequest, number: str, key: str, body: ConclusionIn) -> Status[CaseOut]:
    case = actions.complete_step(
        clean(number), clean(key), passes=body.passes, opinion=body.opinion, by=doors.whoever(request),
        now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class ReasonIn(VersionIn):
    reason: str


@router.post(
    "/applications/{number}/steps/{key}/return", response={201: CaseOut}, operation_id="return_step",
    summary="退回环节",
)  # fmt: skip
def return_step(request: HttpRequest, number: str, key: str, body: ReasonIn) -> Status[CaseOut]:
    """That step and all that came after it are done again."""
    case = actions.return_step(
        clean(number), clean(key), reason=body.reason, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, out(case))


class ConsultationIn(VersionIn):
    body: str = Field(description="部门全称")
    question: str
    days: int = Field(description="答复期限，工作日")


@router.post(
    "/applications/{number}/steps/{key}/consultations", response={201: CaseOut}, operation_id="consult_body",
    summary="再征求一个部门的意见",
)  # fmt: skip
def consult_body(request: HttpRequest, number: str, key: str, body: ConsultationIn) -> Status[CaseOut]:
    case = actions.consult(
        clean(number), clean(key), body=body.body, question=body.question, days=body.days, by=doors.whoever(request),
        now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class RespondIn(VersionIn):
    agrees: bool
    opinion: str


class RespondOut(Schema):
    number: str
    step: str
    body: str
    agrees: bool
    late: bool


@router.post(
    "/applications/{number}/steps/{key}/answer", response={201: RespondOut}, operation_id="answer_step",
    summary="答复会签、征求意见",
)  # fmt: skip
def answer_step(request: HttpRequest, number: str, key: str, body: RespondIn) -> Status[RespondOut]:
    """By the body that was asked. A late answer is kept and marked; what silence had led to stands."""
    answer = actions.respond(
        clean(number), clean(key), agrees=body.agrees, opinion=body.opinion, by=doors.whoever(request),
        now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(
        201,
        RespondOut(
            number=clean(number), step=answer.step.key, body=answer.body_name, agrees=bool(answer.agrees),
            late=answer.late,
        ),
    )  # fmt: skip


class PaperAnswerIn(RespondIn):
    body: str


@router.post(
    "/applications/{number}/steps/{key}/paper-answers", response={201: CaseOut}, operation_id="enter_paper_answer",
    summary="登记纸质答复",
)  # fmt: skip
def enter_paper_answer(request: HttpRequest, number: str, key: str, body: PaperAnswerIn) -> Status[CaseOut]:
    """Of a body that is not on this platform."""
    case = actions.enter_answer(
        clean(number), clean(key), body=body.body, agrees=body.agrees, opinion=body.opinion,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class WaiverIn(VersionIn):
    body: str
    reason: str


@router.post(
    "/applications/{number}/steps/{key}/waivers", response={201: CaseOut}, operation_id="go_without_answer",
    summary="不再等待答复",
)  # fmt: skip
def go_without_answer(request: HttpRequest, number: str, key: str, body: WaiverIn) -> Status[CaseOut]:
    """By the head of the body that handles the case, once the silence was escalated."""
    case = actions.go_without(
        clean(number), clean(key), body=body.body, reason=body.reason, by=doors.whoever(request),
        now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))
