"""办件 as JSON: parse → one verb → response."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Header, Router, Schema, Status

from tongban.applications import actions, queries
from tongban.applications.models import Application
from tongban.applications.rules import State
from tongban.catalog import queries as catalog
from tongban.flow import queries as flow
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.kernel import clock, rows
from tongban.kernel.refusals import Forbidden, NotFound, Refusal

router = Router(tags=["办件"])


class SubmissionIn(Schema):
    item: str = Field(max_length=60, description="事项的实施编码或基本编码")
    organisation: str = Field("", max_length=40, description="以企业身份申请时的统一社会信用代码")
    answers: dict[str, str] = {}
    form: dict[str, Any] = {}
    materials: dict[str, str] = Field({}, description="材料标识 → 附件 id，或 pledge（告知承诺）")
    pledged: bool = Field(False, description="签署涉企经营许可告知承诺，按告知承诺办理")


class CaseOut(Schema):
    number: str
    query_code: str
    title: str
    state: str
    state_name: str
    version: int
    submitted_at: datetime
    promised_on: date | None
    statutory_on: date | None


def _out(case: Application) -> CaseOut:
    return CaseOut(
        number=case.number, query_code=case.query_code, title=case.title, state=case.state,
        state_name=State(case.state).label, version=case.version, submitted_at=case.submitted_at,
        promised_on=case.promised_on, statutory_on=case.statutory_on,
    )  # fmt: skip


@router.post("/applications", response={201: CaseOut}, operation_id="submit_application", summary="提交申请（收件）")
def submit_application(
    request: HttpRequest,
    body: SubmissionIn,
    idempotency_key: str = Header(alias="Idempotency-Key"),  # type: ignore[type-arg]
) -> Status[CaseOut]:
    """The same key gives the same case; the same key with other content is refused with 422."""
    _no_nul(idempotency_key)
    actor = doors.whoever(request)
    if actor.person_id is None or actor.is_staff:
        raise Forbidden("no_person", "这个账号不是个人账号，不能申请", "请用个人账号，窗口请用综合窗口页面收件")
    handed_in = actions.Submission(
        edition=catalog.edition(body.item),
        person=rows.get(Person, actor.person_id),
        organisation=_organisation(body.organisation, actor),
        answers=body.answers,
        form=body.form,
        materials=body.materials,
        pledged=body.pledged,
    )
    return Status(201, _out(actions.submit(handed_in, key=idempotency_key, by=actor, now=clock.now())))


def _organisation(uscc: str, actor: Actor) -> Organisation | None:
    if not uscc:
        return None
    found = Organisation.objects.filter(uscc=uscc, pk__in=actor.organisation_ids).first()
    if found is None:
        raise NotFound("organisation_unknown", "您名下没有这个企业", "请核对统一社会信用代码")
    return found


class ApplicationOut(CaseOut):
    item_code: str
    body: str
    organisation: str
    answers: dict[str, str]
    form: dict[str, Any]
    materials: list[dict[str, Any]]


@router.get("/applications/{number}", response=ApplicationOut, operation_id="read_application", summary="办件")
def read_application(request: HttpRequest, number: str) -> ApplicationOut:
    case = queries.case(number, by=doors.whoever(request))
    materials = case.materials.order_by("id").values("key", "name", "give", "given", "checked")
    return ApplicationOut(
        **_out(case).model_dump(), item_code=case.edition.code, body=case.body.name,
        organisation=case.organisation.name if case.organisation else "", answers=case.answers,
        form=queries.form_for(case, by=doors.whoever(request)),
        materials=[dict(one) for one in materials],
    )  # fmt: skip


class MomentOut(Schema):
    at: datetime
    what: str
    who: str
    says: str


@router.get(
    "/applications/{number}/timeline", response=list[MomentOut], operation_id="read_timeline", summary="办理经过"
)
def read_timeline(request: HttpRequest, number: str) -> list[MomentOut]:
    case = queries.case(number, by=doors.whoever(request))
    return [MomentOut(at=m.at, what=m.what, who=m.who, says=m.says) for m in queries.timeline(case)]


class DayOut(Schema):
    on: date
    number: int | None
    why: str
    article: str
    provisional: bool


class SheetOut(Schema):
    kind: str
    amount: int
    unit: str
    started_on: date
    due_on: date | None
    stopped_on: date | None
    provisional: bool
    calendar_version: int
    lamp: str
    days: list[DayOut]


@router.get("/applications/{number}/clock", response=list[SheetOut], operation_id="read_clock", summary="时限计算单")
def read_clock(request: HttpRequest, number: str) -> list[SheetOut]:
    """Every day counted or not, by which article."""
    case = queries.case(number, by=doors.whoever(request))
    return [
        SheetOut(
            kind=s.kind, amount=s.limit.amount, unit=s.limit.unit, started_on=s.started_on, due_on=s.due_on,
            stopped_on=s.stopped_on, provisional=s.provisional, calendar_version=s.calendar_version, lamp=s.lamp,
            days=[DayOut(on=d.on, number=d.number, why=d.why, article=d.article, provisional=d.provisional) for d in s.days],
        )
        for s in flow.sheets(case.number, today=clock.today())
    ]  # fmt: skip


class VersionIn(Schema):
    version: int | None = Field(None, description="您看到的 version；办件有变化时返回 409")


@router.post(
    "/applications/{number}/acceptance", response={201: CaseOut}, operation_id="accept_application", summary="受理"
)
def accept_application(request: HttpRequest, number: str, body: VersionIn | None = None) -> Status[CaseOut]:
    seen = body.version if body else None
    return Status(201, _out(actions.accept(_clean(number), by=doors.whoever(request), now=clock.now(), seen=seen)))


class GapIn(Schema):
    points: list[str] = []
    note: str = ""


class CorrectionIn(VersionIn):
    gaps: dict[str, GapIn]


@router.post(
    "/applications/{number}/correction",
    response={201: CaseOut},
    operation_id="correct_application",
    summary="一次性告知补正",
)
def correct_application(request: HttpRequest, number: str, body: CorrectionIn) -> Status[CaseOut]:
    gaps = {key: actions.Gap(points=gap.points, note=gap.note) for key, gap in body.gaps.items()}
    return Status(
        201, _out(actions.correct(_clean(number), gaps, by=doors.whoever(request), now=clock.now(), seen=body.version))
    )


class SupplementIn(VersionIn):
    materials: dict[str, str]


@router.post(
    "/applications/{number}/supplement",
    response={201: CaseOut},
    operation_id="supplement_application",
    summary="补交材料",
)
def supplement_application(request: HttpRequest, number: str, body: SupplementIn) -> Status[CaseOut]:
    case = actions.supplement(
        _clean(number), materials=body.materials, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, _out(case))


class RejectionIn(VersionIn):
    kind: str
    reason: str
    right_body: str = ""


@router.post(
    "/applications/{number}/rejection", response={201: CaseOut}, operation_id="reject_application", summary="不予受理"
)
def reject_application(request: HttpRequest, number: str, body: RejectionIn) -> Status[CaseOut]:
    case = actions.reject(
        _clean(number), kind=body.kind, reason=body.reason, right_body=body.right_body,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, _out(case))


class SuspensionIn(VersionIn):
    cause: str
    reason: str


@router.post(
    "/applications/{number}/suspension",
    response={201: CaseOut},
    operation_id="suspend_application",
    summary="依法暂停计时",
)
def suspend_application(request: HttpRequest, number: str, body: SuspensionIn) -> Status[CaseOut]:
    case = actions.suspend(
        _clean(number),
        cause=body.cause,
        reason=body.reason,
        by=doors.whoever(request),
        now=clock.now(),
        seen=body.version,
    )
    return Status(201, _out(case))


@router.delete(
    "/applications/{number}/suspension", response=CaseOut, operation_id="resume_application", summary="恢复计时"
)
def resume_application(request: HttpRequest, number: str) -> CaseOut:
    return _out(actions.resume(_clean(number), by=doors.whoever(request), now=clock.now()))


class ReviewIn(VersionIn):
    passes: bool
    opinion: str


@router.post(
    "/applications/{number}/review", response={201: CaseOut}, operation_id="review_application", summary="审查意见"
)
def review_application(request: HttpRequest, number: str, body: ReviewIn) -> Status[CaseOut]:
    case = actions.review(
        _clean(number),
        passes=body.passes,
        opinion=body.opinion,
        by=doors.whoever(request),
        now=clock.now(),
        seen=body.version,
    )
    return Status(201, _out(case))


class DecisionIn(VersionIn):
    granted: bool
    reason: str = ""


@router.post(
    "/applications/{number}/decision", response={201: CaseOut}, operation_id="decide_application", summary="决定"
)
def decide_application(request: HttpRequest, number: str, body: DecisionIn) -> Status[CaseOut]:
    case = actions.decide(
        _clean(number),
        granted=body.granted,
        reason=body.reason,
        by=doors.whoever(request),
        now=clock.now(),
        seen=body.version,
    )
    return Status(201, _out(case))


@router.post(
    "/applications/{number}/delivery", response={201: CaseOut}, operation_id="deliver_application", summary="送达"
)
def deliver_application(request: HttpRequest, number: str, body: VersionIn | None = None) -> Status[CaseOut]:
    seen = body.version if body else None
    return Status(201, _out(actions.deliver(_clean(number), by=doors.whoever(request), now=clock.now(), seen=seen)))


class WithdrawalIn(VersionIn):
    reason: str = ""


@router.post(
    "/applications/{number}/withdrawal", response={201: CaseOut}, operation_id="withdraw_application", summary="撤回"
)
def withdraw_application(request: HttpRequest, number: str, body: WithdrawalIn | None = None) -> Status[CaseOut]:
    body = body or WithdrawalIn(version=None)
    case = actions.withdraw(
        _clean(number), reason=body.reason, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, _out(case))


def _clean(number: str) -> str:
    return number.replace("\0", "")


def _no_nul(*texts: str) -> None:
    if any("\0" in text for text in texts):
        raise Refusal("characters", "请求含有不能处理的字符（NUL）", "请去掉后重试")
