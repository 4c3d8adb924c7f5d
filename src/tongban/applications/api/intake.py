"""收件, 补正 and 补交, 撤回, 申请听证: what the applicant does."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Header, Schema, Status

from tongban.applications import actions
from tongban.applications.api.shared import CaseOut, VersionIn, clean, no_nul, out, router
from tongban.catalog import queries as catalog
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.kernel import clock, rows
from tongban.kernel.refusals import Forbidden, NotFound


class EarlierIn(Schema):
    number: str = Field(max_length=60, description="以前的办件编号")
    key: str = Field(max_length=40, description="那个办件里的材料标识")


class SubmissionIn(Schema):
    item: str = Field(max_length=60, description="事项的实施编码或基本编码")
    organisation: str = Field("", max_length=40, description="以企业身份申请时的统一社会信用代码")
    answers: dict[str, str] = {}
    form: dict[str, Any] = {}
    materials: dict[str, str] = Field({}, description="材料标识 → 附件 id，或 pledge（告知承诺）")
    pledged: bool = Field(False, description="签署涉企经营许可告知承诺，按告知承诺办理")
    reused: dict[str, EarlierIn] = Field({}, description="材料标识 → 用以前哪个办件里的材料，提交后加水印")


@router.post("/applications", response={201: CaseOut}, operation_id="submit_application", summary="提交申请（收件）")
def submit_application(
    request: HttpRequest,
    body: SubmissionIn,
    idempotency_key: str = Header(alias="Idempotency-Key"),  # type: ignore[type-arg]
) -> Status[CaseOut]:
    """The same key gives the same case; the same key with other content is refused with 422."""
    no_nul(idempotency_key)
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
        reused={key: actions.Reused(one.number, one.key) for key, one in body.reused.items()},
    )
    return Status(201, out(actions.submit(handed_in, key=idempotency_key, by=actor, now=clock.now())))


def _organisation(uscc: str, actor: Actor) -> Organisation | None:
    if not uscc:
        return None
    found = Organisation.objects.filter(uscc=uscc, pk__in=actor.organisation_ids).first()
    if found is None:
        raise NotFound("organisation_unknown", "您名下没有这个企业", "请核对统一社会信用代码")
    return found


class MaterialsIn(VersionIn):
    materials: dict[str, str]


class SupplementIn(MaterialsIn):
    beside: list[str] = Field([], description="补充而不替换原来文件的材料标识")


@router.post(
    "/applications/{number}/supplement",
    response={201: CaseOut},
    operation_id="supplement_application",
    summary="补交材料",
)
def supplement_application(request: HttpRequest, number: str, body: SupplementIn) -> Status[CaseOut]:
    case = actions.supplement(
        clean(number), materials=body.materials, beside=body.beside, by=doors.whoever(request), now=clock.now(),
        seen=body.version,
    )  # fmt: skip
    return Status(201, out(case))


@router.post(
    "/applications/{number}/supply", response={201: CaseOut}, operation_id="supply_papers", summary="补交容缺材料"
)
def supply_papers(request: HttpRequest, number: str, body: MaterialsIn) -> Status[CaseOut]:
    """All that may follow, at once or in parts."""
    case = actions.supply(
        clean(number), materials=body.materials, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, out(case))


class HearingIn(VersionIn):
    reason: str


@router.post("/applications/{number}/hearing", response={201: CaseOut}, operation_id="ask_hearing", summary="申请听证")
def ask_hearing(request: HttpRequest, number: str, body: HearingIn) -> Status[CaseOut]:
    """By the applicant, before the decision; held within twenty working days. Costs nothing."""
    case = actions.ask_hearing(
        clean(number), reason=body.reason, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, out(case))


class WithdrawalIn(VersionIn):
    reason: str = ""


@router.post(
    "/applications/{number}/withdrawal", response={201: CaseOut}, operation_id="withdraw_application", summary="撤回"
)
def withdraw_application(request: HttpRequest, number: str, body: WithdrawalIn | None = None) -> Status[CaseOut]:
    body = body or WithdrawalIn(version=None)
    case = actions.withdraw(
        clean(number), reason=body.reason, by=doors.whoever(request), now=clock.now(), seen=body.version
    )
    return Status(201, out(case))
