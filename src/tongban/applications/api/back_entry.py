"""补录: a paper case that was taken while the system was away."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Header, Status
from pydantic import AwareDatetime

from tongban.applications import actions
from tongban.applications.api.intake import SubmissionIn
from tongban.applications.api.shared import CaseOut, VersionIn, clean, no_nul, out, router
from tongban.catalog import queries as catalog
from tongban.identity import actions as identity
from tongban.identity import doors
from tongban.identity.models import Organisation
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal


class BackEntryIn(SubmissionIn):
    name: str = Field(min_length=1, max_length=60, description="申请人或经办人姓名")
    id_number: str = Field(max_length=24, description="身份证号码")
    phone: str = Field("", max_length=24)
    received_at: AwareDatetime = Field(description="纸质收件凭证上的时间")
    reason: str


@router.post("/back-entries", response={201: CaseOut}, operation_id="back_enter", summary="补录纸质办件")
def back_enter(
    request: HttpRequest,
    body: BackEntryIn,
    idempotency_key: str = Header(alias="Idempotency-Key"),  # type: ignore[type-arg]
) -> Status[CaseOut]:
    """With its true time and the reason; it is a case once another person has confirmed it. The same key, the same case."""
    no_nul(idempotency_key)
    by = doors.whoever(request)
    edition = catalog.edition(body.item)
    by.must("application.back_enter", region_path=edition.region_path)
    with transaction.atomic():
        person = identity.register_person(
            name=body.name.strip(), id_number=body.id_number, phone=body.phone, now=clock.now()
        )
        if person.name != body.name.strip():
            raise Refusal("name_differs", "姓名与该证件号码登记的不一致", "请核对纸质材料上的姓名和证件", "name")
        handed_in = actions.Submission(
            edition=edition,
            person=person,
            organisation=_organisation(body.organisation),
            answers=body.answers,
            form=body.form,
            materials=body.materials,
        )
        acting = replace(by, on_behalf_of=f"person:{person.public_id}")
        case = actions.back_enter(
            handed_in, received_at=body.received_at, reason=body.reason, key=idempotency_key, by=acting, now=clock.now()
        )
    return Status(201, out(case))


def _organisation(uscc: str) -> Organisation | None:
    if not uscc:
        return None
    found = Organisation.objects.filter(uscc=uscc).first()
    if found is None:
        raise NotFound("organisation_unknown", "没有登记这个企业", "请先在综合窗口登记，或核对统一社会信用代码")
    return found


@router.post(
    "/back-entries/{number}/confirmation",
    response={201: CaseOut},
    operation_id="confirm_back_entry",
    summary="复核补录",
)
def confirm_back_entry(request: HttpRequest, number: str, body: VersionIn | None = None) -> Status[CaseOut]:
    """By another person, who compared it with the paper: the case was received at its true time."""
    seen = body.version if body else None
    return Status(201, out(actions.confirm_entry(clean(number), by=doors.whoever(request), now=clock.now(), seen=seen)))


@router.delete("/back-entries/{number}", response=CaseOut, operation_id="void_back_entry", summary="作废补录")
def void_back_entry(request: HttpRequest, number: str) -> CaseOut:
    """Entered by mistake: it never was a case. By another person too."""
    return out(actions.void_entry(clean(number), by=doors.whoever(request), now=clock.now()))
