"""One step of a case on the desk: what is asked for, what lies on record, and the forms to go on. A page for each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.applications import actions, queries, step_rules
from tongban.applications.actions import stepping
from tongban.applications.actions.common import not_one_s_own
from tongban.applications.models import Application, CaseStep, Review, StepAnswer, StepFile, StepReturn
from tongban.applications.pages import common, course, step_fields
from tongban.applications.queries import TONES
from tongban.applications.rules import Act, State, may_follow
from tongban.files.doors import send_file
from tongban.flow import plan
from tongban.identity.models import StaffPost
from tongban.identity.queries import names_of
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal
from tongban.kernel.typed import grouped


@require_safe
def step(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return page(request, number, key)


@require_safe
def step_file(request: HttpRequest, number: str, key: str, file: str) -> HttpResponse:
    """A photo or paper of a step, for the desk."""
    by = common.staff(request)
    one = queries.case(number, by=by)
    not_one_s_own(one, by=by)
    found = StepFile.objects.select_related("file").filter(
        step__application=one, step__key=key.replace("\0", ""), file__public_id=file
    ).first()  # fmt: skip
    if found is None:
        raise NotFound("file_unknown", "没有这个文件", "请从环节的页面打开")
    return send_file(found.file, name=f"{key}-{found.pk}")


def page(request: HttpRequest, number: str, key: str, refusal: Refusal | None = None) -> HttpResponse:
    """The page; after a refusal with its reason and what was typed."""
    by = common.staff(request)
    one = queries.case(number, by=by)
    not_one_s_own(one, by=by)
    row = _row(one, key)
    errors = common.faults_of(refusal) if refusal else []
    content = {each.key: each for each in step_rules.steps_of(one.edition.document)}[row.key]
    holds = by.may("application.review", body_id=one.body_id, region_path=one.region_path)
    isopen = row.closed_at is None and not row.returned
    recording = holds and isopen and may_follow(one.status, Act.RECORD)
    given = stepping.given_for(row)
    carried = stepping.carried(content, given) if row.kind == "countersign" else None
    lacking = step_rules.lacking(row.kind, given, carried=carried, today=clock.today())
    fields = step_fields.filled(request, step_fields.of_step(one, row, *_company(one, row), who=by.who), errors)
    record = _record(one, row)
    context = {
        "case": one,
        "number": grouped(one.number),
        "state": one.status.label,
        "tone": TONES.get(one.status, ""),
        "row": row,
        "kind": plan.KINDS[content.kind],
        "content": content,
        "mode": plan.MODES[content.mode],
        "silence": plan.SILENCES[content.silence],
        "carried": carried,
        "course": course.drawn(one, links=True),
        "recording": recording,
        "concluding": recording and one.status == State.ACCEPTED,
        "because": lacking[0] if lacking else "",
        "waits": _waits(one, row, holds=holds),
        "returnable": holds and _is_begun(row, record) and may_follow(one.status, Act.RETURN),
        "record": record,
        "fields": fields,
        "waiving": isopen
        and may_follow(one.status, Act.RECORD)
        and by.may("application.urge", body_id=one.body_id, region_path=one.region_path)
        and "waived_body" in fields
        and bool(fields["waived_body"].choices),
        "on_paper": bool(fields["paper_body"].choices) if "paper_body" in fields else False,
        "errors": errors,
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "applications/step.html", context, status=refusal.status if refusal else 200)


def _company(one: Application, row: CaseStep) -> tuple[list[StaffPost], list[StaffPost]]:
    """Who may go along to an inspection, and who may chair a hearing."""
    now = clock.now()
    along = actions.colleagues(one, now=now) if row.kind == "inspection" else []
    return along, actions.chairs(one, now=now) if row.kind == "hearing" else []


def _row(one: Application, key: str) -> CaseStep:
    """The step as it stands; after a return that has not led back to it yet, as it was."""
    rows = CaseStep.objects.filter(application=one, round=one.round, key=key.replace("\0", ""))
    row = rows.order_by("returned", "-turn").first()
    if row is None:
        raise NotFound("step_unknown", "这个办件没有办到这个环节", "请从办件页面上的环节图打开")
    return row


def _waits(one: Application, row: CaseStep, *, holds: bool) -> str:
    """Said in the footer when there is nothing to press."""
    if row.returned:
        return "这个环节已经退回，轮到时重新办"
    if row.closed_at:
        return "这个环节已经办完"
    if not holds:
        return "您的岗位在这个环节没有要办的"
    if one.status == State.SUSPENDED:
        return "依法暂停计时中：可以登记记录和答复，恢复计时以后办结这个环节"
    return "" if one.status == State.ACCEPTED else f"{one.status.label}，不能再办环节"


def _is_begun(row: CaseStep, record: Record) -> bool:
    """There is something to do again."""
    if row.returned:
        return False
    on_record = (record.letters, record.inspections, record.experts, record.notice, record.hearing)
    return row.closed_at is not None or any(on_record)


# What lies on record, with names


@dataclass(frozen=True)
class Letter:
    """One body that was asked: its answer, or its silence."""

    body: str
    question: str
    asked_at: datetime
    due_on: date | None
    state: str
    tone: str
    opinion: str
    who: str
    at: datetime | None
    silent: str
    """What its silence led to."""


@dataclass(frozen=True)
class Seen:
    """现场核查记录."""

    place: str
    at: datetime
    inspectors: Sequence[str]
    present: str
    record: str
    passes: bool


@dataclass(frozen=True)
class Record:
    letters: Sequence[Letter]
    inspections: Sequence[Seen]
    experts: Sequence[object]
    notice: object
    objections: Sequence[object]
    hearing: object
    chair: str
    files: Sequence[StepFile]
    opinion: Review | None
    opinion_by: str
    returns: Sequence[StepReturn]


def _record(one: Application, row: CaseStep) -> Record:
    answers = list(row.answers.order_by("pk"))
    inspections = list(row.inspections.order_by("pk"))
    hearing = getattr(row, "hearing", None) if row.kind == "hearing" else None
    given = Review.objects.filter(
        application=one, round=one.round, step=row.key if row.turn == 1 else f"{row.key[:34]}-{row.turn}"
    )
    opinion = given.first() if row.closed_at else None
    names = names_of([
        *(answer.by for answer in answers if answer.by), *(who for seen in inspections for who in seen.inspectors),
        *([hearing.chair] if hearing else []), *([opinion.by] if opinion else []),
    ])  # fmt: skip
    return Record(
        letters=[letter_of(answer, names.get(answer.by, "")) for answer in answers],
        inspections=[
            Seen(each.place, each.inspected_at, [names[who] for who in each.inspectors], each.present, each.record,
                 each.passes)
            for each in inspections
        ],
        experts=list(row.experts.order_by("pk")) if row.kind == "expert" else [],
        notice=getattr(row, "public_notice", None) if row.kind == "notice" else None,
        objections=list(row.objections.order_by("pk")) if row.kind == "notice" else [],
        hearing=hearing,
        chair=names[hearing.chair] if hearing else "",
        files=list(row.files.select_related("file").order_by("pk")),
        opinion=opinion,
        opinion_by=names[opinion.by] if opinion else "",
        returns=list(StepReturn.objects.filter(application=one, round=one.round, to_key=row.key).order_by("pk")),
    )  # fmt: skip


def letter_of(answer: StepAnswer, who: str) -> Letter:
    silent = ""
    if answer.silent_at:
        silent = "逾期未答复，视为没有意见" if answer.silence == "agreed" else "逾期未答复，已报对方负责人督办"
    state, tone = (
        ("● 等待答复", "") if answer.at is None else ("✓ 同意", "ok") if answer.agrees else ("■ 不同意", "bad")
    )
    if answer.at is None and answer.silent_at:
        state, tone = ("— 视为没有意见", "line") if answer.silence == "agreed" else ("▲ 逾期，督办中", "warn")
    elif answer.at is None and answer.due_on and answer.due_on < clock.today():
        state, tone = "▲ 逾期未答复", "warn"
    if answer.waived_at:
        silent += f"；本部门负责人决定不再等待：{answer.waived_reason}"
    if answer.late:
        state += "（逾期答复）"
    return Letter(
        answer.body_name, answer.question, answer.asked_at, answer.due_on, state, tone, answer.opinion, who, answer.at,
        silent,
    )  # fmt: skip
