"""What a step leaves on record: 现场核查, 专家评审, 公示, 听证."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Status

from tongban.applications import actions, queries
from tongban.applications.actions.papers import files_of
from tongban.applications.api.shared import CaseOut, VersionIn, clean, out, router
from tongban.applications.api.steps import ReasonIn
from tongban.applications.models import Application
from tongban.files.models import StoredFile
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


class InspectionIn(VersionIn):
    place: str
    inspected_at: datetime
    colleagues: list[str] = Field(max_length=10, description="一起到场的同事的账号；登记人本人不用写")
    record: str
    passes: bool
    present: str = Field("", description="申请人一方到场的人")
    photos: list[UUID] = Field([], max_length=12, description="先上传，再写文件的 id")


@router.post(
    "/applications/{number}/steps/{key}/inspections", response={201: CaseOut}, operation_id="record_inspection",
    summary="登记现场核查",
)  # fmt: skip
def record_inspection(request: HttpRequest, number: str, key: str, body: InspectionIn) -> Status[CaseOut]:
    """By two or more officials (《行政许可法》第三十四条第三款)."""
    by = doors.whoever(request)
    case = queries.case(clean(number), by=by)
    found = actions.Findings(
        place=body.place, inspected_at=_with_zone(body.inspected_at), colleagues=_accounts(case, body.colleagues),
        record=body.record, passes=body.passes, present=body.present,
    )  # fmt: skip
    case = actions.inspect(
        clean(number), clean(key), found, photos=_files(body.photos, by=by), by=by, now=clock.now(), seen=body.version
    )
    return Status(201, out(case))


def _accounts(case: Application, usernames: list[str]) -> list[int]:
    known = {post.account.username: post.account_id for post in actions.colleagues(case, now=clock.now())}
    if unknown := [name for name in usernames if name not in known]:
        raise Refusal(
            "inspector_unknown", f"核查人员要是本部门有审查权限的工作人员：{'、'.join(unknown)[:200]}", "", "colleagues"
        )
    return [known[name] for name in usernames]


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.SHANGHAI)


def _files(ids: list[UUID], *, by: Actor) -> list[StoredFile]:
    return list(files_of({str(at): str(each) for at, each in enumerate(ids)}, by=by).values())


class ExpertIn(VersionIn):
    name: str
    unit: str


@router.post(
    "/applications/{number}/steps/{key}/experts", response={201: CaseOut}, operation_id="name_expert",
    summary="确定评审专家",
)  # fmt: skip
def name_expert(request: HttpRequest, number: str, key: str, body: ExpertIn) -> Status[CaseOut]:
    case = actions.name_expert(
        clean(number), clean(key), name=body.name, unit=body.unit, by=doors.whoever(request), now=clock.now(),
        seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class OpinionIn(VersionIn):
    passes: bool
    opinion: str
    papers: list[UUID] = Field([], max_length=12)


@router.post(
    "/applications/{number}/steps/{key}/experts/{expert}/opinion", response={201: CaseOut},
    operation_id="enter_expert_opinion", summary="登记专家意见",
)  # fmt: skip
def enter_expert_opinion(
    request: HttpRequest, number: str, key: str, expert: int, body: OpinionIn
) -> Status[CaseOut]:  # fmt: skip
    by = doors.whoever(request)
    case = actions.enter_opinion(
        clean(number), clean(key), expert, passes=body.passes, opinion=body.opinion, papers=_files(body.papers, by=by),
        by=by, now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


@router.post(
    "/applications/{number}/steps/{key}/experts/{expert}/recusal", response={201: CaseOut},
    operation_id="recuse_expert", summary="登记专家回避",
)  # fmt: skip
def recuse_expert(request: HttpRequest, number: str, key: str, expert: int, body: ReasonIn) -> Status[CaseOut]:
    case = actions.recuse_expert(
        clean(number), clean(key), expert, reason=body.reason, by=doors.whoever(request), now=clock.now(),
        seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class NoticeIn(VersionIn):
    text: str
    from_on: date
    until_on: date


@router.post(
    "/applications/{number}/steps/{key}/notice", response={201: CaseOut}, operation_id="publish_notice",
    summary="登记公示",
)  # fmt: skip
def publish_notice(request: HttpRequest, number: str, key: str, body: NoticeIn) -> Status[CaseOut]:
    case = actions.publish_notice(
        clean(number), clean(key), text=body.text, from_on=body.from_on, until_on=body.until_on,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class ObjectionIn(VersionIn):
    who: str
    text: str


@router.post(
    "/applications/{number}/steps/{key}/objections", response={201: CaseOut}, operation_id="receive_objection",
    summary="登记公示异议",
)  # fmt: skip
def receive_objection(request: HttpRequest, number: str, key: str, body: ObjectionIn) -> Status[CaseOut]:
    case = actions.receive_objection(
        clean(number), clean(key), who=body.who, text=body.text, by=doors.whoever(request), now=clock.now(),
        seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class ObjectionAnswerIn(VersionIn):
    answer: str


@router.post(
    "/applications/{number}/steps/{key}/objections/{objection}/answer", response={201: CaseOut},
    operation_id="answer_objection", summary="登记异议处理情况",
)  # fmt: skip
def answer_objection(
    request: HttpRequest, number: str, key: str, objection: int, body: ObjectionAnswerIn
) -> Status[CaseOut]:  # fmt: skip
    case = actions.answer_objection(
        clean(number), clean(key), objection, answer=body.answer, by=doors.whoever(request), now=clock.now(),
        seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class HearingIn(VersionIn):
    held_at: datetime
    place: str
    chair: str = Field(description="主持人的账号；审查这个办件的人不能主持")


@router.post(
    "/applications/{number}/steps/{key}/hearing", response={201: CaseOut}, operation_id="call_hearing",
    summary="通知听证",
)  # fmt: skip
def call_hearing(request: HttpRequest, number: str, key: str, body: HearingIn) -> Status[CaseOut]:
    """Told seven working days ahead (《行政许可法》第四十八条)."""
    by = doors.whoever(request)
    found = queries.case(clean(number), by=by)
    case = actions.call_hearing(
        clean(number), clean(key), held_at=_with_zone(body.held_at), place=body.place,
        chair=next(iter(_accounts(found, [body.chair]))), by=by, now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


class HearingRecordIn(VersionIn):
    record: str
    passes: bool
    papers: list[UUID] = Field([], max_length=12)


@router.post(
    "/applications/{number}/steps/{key}/hearing/record", response={201: CaseOut}, operation_id="record_hearing",
    summary="登记听证笔录",
)  # fmt: skip
def record_hearing(request: HttpRequest, number: str, key: str, body: HearingRecordIn) -> Status[CaseOut]:
    by = doors.whoever(request)
    case = actions.record_hearing(
        clean(number), clean(key), record=body.record, passes=body.passes, papers=_files(body.papers, by=by), by=by,
        now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))
