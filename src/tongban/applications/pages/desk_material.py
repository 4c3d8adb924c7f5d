"""One material of a case on the desk: its versions, the marks of its original, what was found, and where else it serves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from tongban.applications import actions, material_states, queries
from tongban.applications.material_rules import WITHOUT_ORIGINAL, Result
from tongban.applications.material_states import State, Version
from tongban.applications.models import Application, MaterialCheck, MaterialReuse, OriginalSeen
from tongban.applications.pages import common
from tongban.applications.pages.desk_doors import seen, text, whole
from tongban.applications.rules import FINAL
from tongban.design.parts import Field
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, NotFound, Refusal
from tongban.kernel.typed import grouped


def material(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return _page(request, number, key)


def see_original(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """原件已核."""
    return _do(
        request, number, key, "已标记原件已核",
        lambda by: actions.see_original(
            number, key, version=whole(request, "of_version"), grounds=text(request, "grounds"),
            valid_until=_day(request), by=by, now=clock.now(), seen=seen(request),
        ),
    )  # fmt: skip


def withdraw_original(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return _do(
        request, number, key, "已撤销原件已核的标记",
        lambda by: actions.withdraw_original(
            number, key, version=whole(request, "of_version"), reason=text(request, "withdrawal_reason"), by=by,
            now=clock.now(), seen=seen(request),
        ),
    )  # fmt: skip


def _do(request: HttpRequest, number: str, key: str, done: str, verb: Callable[[Actor], object]) -> HttpResponse:
    if request.method != "POST":
        return redirect("applications:desk_material", number=number, key=key)
    by = common.staff(request)
    try:
        verb(by)
    except Refusal as refusal:
        if not (isinstance(refusal, Conflict) or refusal.status == 422):
            raise
        for fault in common.faults_of(refusal):
            fault.field = {"reason": "withdrawal_reason"}.get(fault.field, fault.field)
        return _page(request, number, key, refusal)
    messages.success(request, done)
    return redirect("applications:desk_material", number=number, key=key)


def _day(request: HttpRequest) -> date | None:
    typed = text(request, "valid_until").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Refusal("date_form", "日期写成 2026-03-02 这样", "没有有效期的不用填", "valid_until") from None


@dataclass(frozen=True)
class Line:
    """A version with who gave it and what was found of it."""

    version: Version
    who: str
    url: str
    checks: list[tuple[MaterialCheck, str, str]]
    """With its word and tone."""


@dataclass(frozen=True)
class Mark:
    row: OriginalSeen
    who: str
    withdrawn_by: str


RESULTS = {Result.MET: ("✓ 符合", "ok"), Result.UNMET: ("■ 不符合", "bad"), Result.NONE: ("— 不适用", "")}


def _page(request: HttpRequest, number: str, key: str, refusal: Refusal | None = None) -> HttpResponse:
    by = common.staff(request)
    one = queries.case(number, by=by)
    state = material_states.state_of(one, key.replace("\0", ""))
    if state is None:
        raise NotFound("material_unknown", "这个办件没有这份材料", "请回到办件页面查看")
    names = names_of([
        *(version.by for version in state.versions), *(check.by for check in state.checks),
        *(who for mark in state.originals for who in (mark.by, mark.withdrawn_by)),
    ])  # fmt: skip
    errors = common.faults_of(refusal) if refusal else []
    may = (
        state.current is not None
        and state.current.source not in WITHOUT_ORIGINAL
        and one.status not in FINAL
        and by.may("application.see_original", body_id=one.body_id, region_path=one.region_path)
    )
    context = {
        "case": one,
        "number": grouped(one.number),
        "state": state,
        "lines": [_line(one, state, version, names) for version in reversed(state.versions)],
        "marks": [Mark(mark, names[mark.by], names[mark.withdrawn_by]) for mark in reversed(state.originals)],
        "used_by": list(_used_by(state)),
        "may_see": may and state.current is not None and state.current.seen is None,
        "may_withdraw": may and state.current is not None and state.current.seen is not None,
        "fields": {field.name: field for field in _fields(request, errors)},
        "errors": errors,
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "applications/desk_material.html", context, status=refusal.status if refusal else 200)


def _line(one: Application, state: State, version: Version, names: dict[str, str]) -> Line:
    there = reverse("applications:material", args=[one.number, state.row.key])
    found = state.found(version.number).values()
    return Line(
        version, names[version.by], f"{there}?version={version.number}" if version.file and version.file.is_clean else "",
        [(check, *RESULTS[Result(check.result)]) for check in found],
    )  # fmt: skip


USES_SHOWN = 20


def _used_by(state: State) -> list[tuple[str, MaterialReuse]]:
    """Later cases that took it from here; their numbers, nothing of what is in them."""
    found = MaterialReuse.objects.select_related("material__application").filter(origin=state.row).order_by("-pk")
    return [(grouped(reuse.material.application.number), reuse) for reuse in found[:USES_SHOWN]]


def _fields(request: HttpRequest, errors: list[Refusal]) -> list[Field]:
    wrong = {fault.field: fault.reason for fault in errors}
    made = [
        Field(name="grounds", label="怎么核对的", value="当面与原件核对", help="例如：当面与原件核对；通过某某系统核验", attrs={"maxlength": "200"}),
        Field(name="valid_until", label="原件有效期至", kind="date", required=False, help="原件上写明的最后一天，没有的不填"),
        Field(name="withdrawal_reason", label="撤销的理由", kind="long_text", rows=2, help="记入办件，5 至 2000 个字"),
    ]  # fmt: skip
    return [
        Field.of(field, value=request.POST.get(field.name, field.value), error=wrong.get(field.name, ""))
        for field in made
    ]
