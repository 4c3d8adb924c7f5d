"""The case, its public timeline, its clocks day by day, and what was promised."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from tongban.applications import queries
from tongban.applications.api.shared import CaseOut, out, router
from tongban.applications.models import ApplicationMaterial
from tongban.flow import queries as flow
from tongban.flow import rules as clocks
from tongban.identity import doors
from tongban.kernel import clock, rows


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
    materials = rows.find(ApplicationMaterial, {"application_id": case.pk}, order="id")
    return ApplicationOut(
        **out(case).model_dump(), item_code=case.edition.code, body=case.body.name,
        organisation=case.organisation.name if case.organisation else "", answers=case.answers,
        form=queries.form_for(case, by=doors.whoever(request)),
        materials=[
            {"key": one.key, "name": one.name, "give": one.give, "given": one.given, "checked": one.checked}
            for one in materials
        ],
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


class LimitOut(Schema):
    amount: int
    unit: str


class SheetOut(Schema):
    kind: str
    kind_name: str
    round: int
    amount: int
    unit: str
    extension: LimitOut | None
    started_on: date
    due_on: date | None
    due_at: datetime | None
    stopped_on: date | None
    used: int
    provisional: bool
    calendar_version: int
    lamp: str
    days: list[DayOut]


@router.get("/applications/{number}/clock", response=list[SheetOut], operation_id="read_clock", summary="时限计算单")
def read_clock(request: HttpRequest, number: str) -> list[SheetOut]:
    """Every day counted or not, by which article; of every round, with what it was extended by and how much is used."""
    case = queries.case(number, by=doors.whoever(request))
    return [_sheet(sheet) for sheet in flow.sheets(case.number, today=clock.today())]


def _sheet(s: flow.Sheet) -> SheetOut:
    return SheetOut(
        kind=s.kind, kind_name=s.kind_name, round=s.round, amount=s.limit.amount, unit=s.limit.unit,
        extension=_limit(s.extension), started_on=s.started_on, due_on=s.due_on, due_at=s.due_at,
        stopped_on=s.stopped_on, used=s.used, provisional=s.provisional, calendar_version=s.calendar_version,
        lamp=s.lamp,
        days=[DayOut(on=d.on, number=d.number, why=d.why, article=d.article, provisional=d.provisional) for d in s.days],
    )  # fmt: skip


def _limit(limit: clocks.Limit | None) -> LimitOut | None:
    return LimitOut(amount=limit.amount, unit=limit.unit) if limit else None


class CommitmentOut(Schema):
    number: int
    kind: str
    kind_name: str
    materials: list[str]
    text: str
    signed_at: datetime
    due_on: date | None
    state: str
    state_name: str
    settled_at: datetime | None
    note: str


@router.get(
    "/applications/{number}/commitments",
    response=list[CommitmentOut],
    operation_id="read_commitments",
    summary="承诺及其履行",
)
def read_commitments(request: HttpRequest, number: str) -> list[CommitmentOut]:
    """容缺 and 告知承诺: the words that were signed, until when, and what came of it."""
    case = queries.case(number, by=doors.whoever(request))
    return [
        CommitmentOut(
            number=one.number, kind=one.kind, kind_name=one.get_kind_display(), materials=one.materials, text=one.text,
            signed_at=one.at, due_on=one.due_on, state=one.state, state_name=one.get_state_display(),
            settled_at=one.settled_at, note=one.note,
        )
        for one in case.commitments.order_by("number")
    ]  # fmt: skip
