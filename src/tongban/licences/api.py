"""A licence for its holder and issuer; its verification for anyone."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from tongban.identity import doors
from tongban.identity.rules import mask_name
from tongban.kernel import clock
from tongban.licences import documents, queries

router = Router(tags=["证照"])


class LicenceOut(Schema):
    id: str
    number: str
    title: str
    case_number: str
    issuer: str
    holder: str
    particulars: dict[str, str]
    issued_on: date
    valid_until: date | None
    status: str
    verification_code: str


@router.get("/licences/{uuid:licence_id}", response=LicenceOut, operation_id="read_licence", summary="证照")
def read_licence(request: HttpRequest, licence_id: UUID) -> LicenceOut:
    one = queries.licence(licence_id, by=doors.whoever(request))
    return LicenceOut(
        id=str(one.public_id), number=one.number, title=one.title, case_number=one.case_number, issuer=one.body.name,
        holder=one.holder_name, particulars=one.particulars, issued_on=one.issued_on, valid_until=one.valid_until,
        status=one.status_on(clock.today()), verification_code=one.code,
    )  # fmt: skip


@router.get(
    "/licences/{uuid:licence_id}.pdf", operation_id="download_licence", summary="证照 PDF", include_in_schema=True
)
def download_licence(request: HttpRequest, licence_id: UUID) -> HttpResponse:
    one = queries.licence(licence_id, by=doors.whoever(request))
    return HttpResponse(documents.licence_pdf(one, now=clock.now()), content_type="application/pdf")


class Verified(Schema):
    title: str
    number: str
    issuer: str
    holder: str
    issued_on: date
    valid_until: date | None
    status: str


@router.get("/verify/{code}", response=Verified, auth=None, operation_id="verify_licence", summary="公开查验")
def verify_licence(request: HttpRequest, code: str) -> Verified:
    """What anyone may know: the kind, the issuer, the masked holder, the status today."""
    one = queries.by_code(code.replace("\0", ""))
    return Verified(
        title=one.title, number=one.number, issuer=one.body.name,
        holder=one.holder_name if one.organisation_id else mask_name(one.holder_name),
        issued_on=one.issued_on, valid_until=one.valid_until, status=one.status_on(clock.today()),
    )  # fmt: skip
