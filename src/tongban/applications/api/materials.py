"""材料: versions, where each came from, how far it is trusted, what was found; and the mark of the original."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Field, Schema, Status

from tongban.applications import actions, material_states, queries
from tongban.applications.api.shared import VersionIn, clean, no_nul, router
from tongban.applications.material_rules import Result
from tongban.applications.material_states import State, Version
from tongban.applications.models import MaterialCheck, OriginalSeen
from tongban.identity import doors
from tongban.kernel import clock


class CheckOut(Schema):
    point: str = Field(description="审查要点；空的是整份材料")
    result: str
    result_name: str
    note: str
    at: datetime


class VersionOut(Schema):
    number: int
    why: str
    why_name: str
    source: str
    source_name: str
    trust: str = Field(description="108 号文的 A、B、C、D")
    file: str | None
    copies: int | None
    form: str
    kept_at: str
    at: datetime
    stands: bool = Field(description="是不是现在用的一版")
    original_seen_at: datetime | None
    checks: list[CheckOut]


class MaterialOut(Schema):
    key: str
    name: str
    give: str
    given: bool
    version: int
    trust: str | None
    trust_name: str
    checked: bool | None
    reused_from: str = Field(description="用的以前哪个办件里的；没有的为空")
    watermark: str
    versions: list[VersionOut]


@router.get(
    "/applications/{number}/materials",
    response=list[MaterialOut],
    operation_id="read_application_materials",
    summary="办件材料及其版本、来源、可信等级和核对结果",
)
def read_application_materials(request: HttpRequest, number: str) -> list[MaterialOut]:
    """Results of checks are for those who handle the case; the applicant reads the notices."""
    by = doors.whoever(request)
    case = queries.case(clean(number), by=by)
    return [_material(state, inside=by.is_staff) for state in material_states.states_of(case)]


def _material(state: State, *, inside: bool) -> MaterialOut:
    row, reuse = state.row, state.reuse
    return MaterialOut(
        key=row.key, name=row.name, give=row.give, given=row.given, version=row.version if state.versions else 0,
        trust=state.trust, trust_name=state.trust.label if state.trust else "", checked=row.checked,
        reused_from=reuse.origin.application.number if reuse else "", watermark=reuse.words if reuse else "",
        versions=[_version(state, one, inside=inside) for one in state.versions],
    )  # fmt: skip


def _version(state: State, one: Version, *, inside: bool) -> VersionOut:
    checks = state.found(one.number).values() if inside else ()
    return VersionOut(
        number=one.number, why=one.why, why_name=one.why.label, source=one.source, source_name=one.source.label,
        trust=one.trust, file=str(one.file.public_id) if one.file else None, copies=one.copies, form=one.form,
        kept_at=one.kept_at if inside else "", at=one.at, stands=one.stands,
        original_seen_at=one.seen.at if one.seen else None, checks=[_check(check) for check in checks],
    )  # fmt: skip


def _check(check: MaterialCheck) -> CheckOut:
    result = Result(check.result)
    return CheckOut(point=check.point, result=result, result_name=result.label, note=check.note, at=check.at)


class OriginalIn(VersionIn):
    grounds: str = Field(description="怎么核对的，例如：当面与原件核对")
    of_version: int | None = Field(None, description="材料的第几版；不写是现在的一版")
    valid_until: date | None = Field(None, description="原件有效期的最后一天")


class OriginalOut(Schema):
    key: str
    version: int
    grounds: str
    valid_until: date | None
    at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: str


@router.post(
    "/applications/{number}/materials/{key}/original",
    response={201: OriginalOut},
    operation_id="mark_original_seen",
    summary="标记原件已核",
)
def mark_original_seen(request: HttpRequest, number: str, key: str, body: OriginalIn) -> Status[OriginalOut]:
    no_nul(key, body.grounds)
    mark = actions.see_original(
        clean(number), key, grounds=body.grounds, version=body.of_version, valid_until=body.valid_until,
        by=doors.whoever(request), now=clock.now(), seen=body.version,
    )  # fmt: skip
    return Status(201, _mark(mark, key))


class OriginalWithdrawalIn(VersionIn):
    reason: str
    of_version: int | None = None


@router.post(
    "/applications/{number}/materials/{key}/original/withdrawal",
    response={201: OriginalOut},
    operation_id="withdraw_original_seen",
    summary="撤销原件已核的标记",
)
def withdraw_original_seen(
    request: HttpRequest, number: str, key: str, body: OriginalWithdrawalIn
) -> Status[OriginalOut]:
    no_nul(key, body.reason)
    mark = actions.withdraw_original(
        clean(number), key, reason=body.reason, version=body.of_version, by=doors.whoever(request), now=clock.now(),
        seen=body.version,
    )  # fmt: skip
    return Status(201, _mark(mark, key))


def _mark(mark: OriginalSeen, key: str) -> OriginalOut:
    return OriginalOut(
        key=key, version=mark.version, grounds=mark.grounds, valid_until=mark.valid_until, at=mark.at,
        withdrawn_at=mark.withdrawn_at, withdrawal_reason=mark.withdrawal_reason,
    )  # fmt: skip
