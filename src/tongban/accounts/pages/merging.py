"""登记合并: two papers, one person. Searched for by both numbers, looked at side by side, merged with a reason, undone when
it was wrong."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tongban.accesses import actions as accesses
from tongban.accounts.pages import common
from tongban.design.parts import Field
from tongban.identity import doors, merging
from tongban.identity.actors import Actor
from tongban.identity.id_types import born_on, id_document
from tongban.identity.models import Merging, Person
from tongban.identity.queries import names_of, person_with
from tongban.identity.rules import mask_id, mask_phone
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, NotFound, Refusal


def merger(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not by.posts_for("person.merge"):
        raise Forbidden("not_empowered", "您的岗位不能合并登记", "由综窗人员或平台管理员合并")
    return by if by.posts_for("platform.manage") else replace(by, channel="counter")


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    by, refusal = merger(request), None
    if request.method == "POST":
        try:
            kept, merged = _found(request, "kept", by), _found(request, "other", by)
            merging.look_at(kept.public_id, merged.public_id, by=by, now=clock.now())
        except Refusal as no:
            refusal = no
        else:
            return redirect("accounts:merging_pair", kept=kept.public_id, merged=merged.public_id)
    return _search(request, by, refusal)


def _search(request: HttpRequest, by: Actor, refusal: Refusal | None, at: UUID | None = None) -> HttpResponse:
    fields = common.filled(request, [*_paper("kept", "留下的"), *_paper("other", "并入的")], refusal)
    rows = merging.lately() if by.posts_for("platform.manage") else []
    names = names_of([one.by for one in rows])
    context = {
        "fields": fields,
        "kept": [fields[name] for name in fields if name.startswith("kept")],
        "other": [fields[name] for name in fields if name.startswith("other")],
        "rows": [_row(request, one, names, refusal if one.public_id == at else None) for one in rows],
        "administers": bool(by.posts_for("platform.manage")),
        "errors": [(f"reason-{at}", common.words(refusal))] if at and refusal else common.summary(refusal, fields),
    }
    return render(request, "accounts/merging.html", context, status=refusal.status if refusal else 200)


def _row(request: HttpRequest, one: Merging, names: dict[str, str], refusal: Refusal | None) -> dict[str, object]:
    name = f"reason-{one.public_id}"
    return {
        "merging": one, "by": names[one.by],
        "field": Field(name=name, label="撤销的理由", kind="long_text", rows=2,
                       value=common.typed(request, name) if refusal else "", error=refusal.reason if refusal else ""),
    }  # fmt: skip


def _found(request: HttpRequest, which: str, by: Actor) -> Person:
    """By its paper. The fault belongs to the field of that paper."""
    try:
        paper = id_document(
            common.typed(request, f"{which}_type"), common.typed(request, f"{which}_number"),
            issuer=common.typed(request, f"{which}_issuer"),
        )  # fmt: skip
        person = person_with(paper)
        if person is None:
            raise NotFound("person_unknown", "这个证件没有登记过", "请核对证件种类和号码", "id_number")
    except Refusal as refusal:
        refusal.field = refusal.field.replace("id_", f"{which}_")
        raise
    accesses.note(by, person_id=person.pk, kind="person", subject="")
    return person


def _paper(which: str, label: str) -> list[Field]:
    return [
        Field.of(one, name=one.name.replace("id_", f"{which}_"), label=f"{label}{one.label}")
        for one in common.paper_fields()
    ]


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, kept: UUID, merged: UUID) -> HttpResponse:
    by, refusal = merger(request), None
    if request.method == "POST":
        try:
            merging.merge(kept, merged, reason=common.typed(request, "reason", 500), by=by, now=clock.now())
        except Refusal as no:
            if isinstance(no, Forbidden | NotFound):
                raise
            refusal = no
        else:
            messages.success(request, "已合并，办件和证照都归到留下的登记")
            return redirect("accounts:merging")
    two = merging.look_at(kept, merged, by=by, now=clock.now())
    for one in (two.kept, two.merged):
        accesses.note(by, person_id=one.pk, kind="person", subject="")
    fields = common.filled(request, [REASON], refusal)
    context = {
        "kept": _facts(two.kept), "merged": _facts(two.merged), "moving": two.moving, "fields": fields,
        "errors": common.summary(refusal, fields), "differ": two.kept.name != two.merged.name,
    }  # fmt: skip
    return render(request, "accounts/merging_pair.html", context, status=refusal.status if refusal else 200)


def _facts(one: Person) -> dict[str, object]:
    paper = id_document(one.id_type, one.id_number, issuer=one.id_issuer)
    return {
        "public_id": one.public_id, "name": one.name, "paper": f"{paper.type_name}　{mask_id(one.id_number)}",
        "born": born_on(paper), "phone": mask_phone(one.phone), "since": one.created_at,
    }  # fmt: skip


@require_POST
def undo(request: HttpRequest, merging: UUID) -> HttpResponse:
    by = merger(request)
    try:
        _part(request, merging, by)
    except Refusal as no:
        if isinstance(no, Forbidden | NotFound):
            raise
        return _search(request, by, no, merging)
    messages.success(request, "合并已撤销，移过来的已经移回")
    return redirect("accounts:merging")


def _part(request: HttpRequest, which: UUID, by: Actor) -> None:
    merging.part(which, reason=common.typed(request, f"reason-{which}", 500), by=by, now=clock.now())


REASON = Field(
    name="reason",
    label="为什么是同一个人",
    kind="long_text",
    rows=2,
    help="例如：护照和身份证人像、出生日期一致，本人到场确认",
)
