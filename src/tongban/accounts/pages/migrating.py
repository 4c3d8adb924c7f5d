"""用户迁移: a file of a department's users; what became of its lines; and those of whom somebody must say who they are."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.accesses import actions as accesses
from tongban.accounts import migrating
from tongban.accounts.migrating_models import STATES, MigratedUser, Migration
from tongban.accounts.pages import common
from tongban.design.parts import Choice, Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.identity.rules import mask_id, mask_phone
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, NotFound, Refusal
from tongban.kernel.tables import Report

MOST_BYTES = 1024 * 1024
"""Through the page; larger files by `tongban import-users`."""
SHOWN = 30


def administrator(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not by.posts_for("platform.manage"):
        raise Forbidden("not_empowered", "只有平台管理员能迁移用户", "请联系平台管理员")
    return by


@require_http_methods(["GET", "POST"])
def migrations(request: HttpRequest) -> HttpResponse:
    by, refusal = administrator(request), None
    if request.method == "POST":
        try:
            report, made = _imported(request, by)
        except Refusal as no:
            refusal = no
        else:
            for note in report.notes:
                messages.warning(request, note)
            return redirect("accounts:migration", migration=made.public_id)
    fields = common.filled(request, [SYSTEM, FILE], refusal)
    context = {
        "fields": fields, "errors": common.summary(refusal, fields), "columns": COLUMNS,
        "rows": [{"migration": one, "counts": _counts(one)} for one in _lately()],
    }  # fmt: skip
    return render(request, "accounts/migrations.html", context, status=refusal.status if refusal else 200)


def _imported(request: HttpRequest, by: Actor) -> tuple[Report, Migration]:
    given = request.FILES.get("file")
    if given is None:
        raise Refusal("file_missing", "请选择文件", "CSV 或 .xlsx", "file")
    if (given.size or 0) > MOST_BYTES:
        raise Refusal("file_too_large", "文件超过 1 MB", "请分成几个文件，或由运维用 tongban import-users 导入", "file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(given.name or "file").name
        path.write_bytes(given.read())
        return migrating.import_users(path, system=common.typed(request, "system", 60), by=by, now=clock.now())


def _lately() -> list[Migration]:
    return list(Migration.objects.order_by("-at")[:20])


def _counts(one: Migration) -> list[tuple[str, int]]:
    rows = one.users.values_list("state").annotate(n=Count("pk"))
    found = dict(rows.order_by("state"))
    return [(label, found[state]) for state, label in STATES.items() if state in found]


@require_safe
def migration(request: HttpRequest, migration: UUID) -> HttpResponse:
    return _page(request, administrator(request), migration)


def _page(
    request: HttpRequest, by: Actor, which: UUID, at: UUID | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    one = Migration.objects.filter(public_id=which).first()
    if one is None:
        raise NotFound("migration_unknown", "没有这个迁移批次", "请从用户迁移打开")
    waiting = list(one.users.filter(state="waiting").order_by("line")[:SHOWN])
    candidates = migrating.candidates_of(waiting)
    for person in {each.pk for found in candidates.values() for each in found}:
        accesses.note(by, person_id=person, kind="person", subject="")
    context = {
        "migration": one,
        "counts": _counts(one),
        "rejected": one.rejected[:200],
        "rows": [_row(user, candidates[user.pk], refusal if user.public_id == at else None) for user in waiting],
        "errors": [(f"choice-{at}", common.words(refusal))] if refusal else [],
        "more": len(waiting) == SHOWN,
    }
    return render(request, "accounts/migration.html", context, status=refusal.status if refusal else 200)


def _row(user: MigratedUser, candidates: list[Person], refusal: Refusal | None) -> dict[str, object]:
    facts = user.facts
    paper = facts["paper"]
    choices = [
        Choice(f"accept:{one.public_id}", f"就是{one.name}",
               f"{one.id_type_name} {mask_id(one.id_number)}，手机 {mask_phone(one.phone) or '没有'}")
        for one in candidates
    ]  # fmt: skip
    choices += [Choice("new", "是另一个人，新登记")] if paper else []
    choices += [Choice("refuse", "不迁入")]
    return {
        "user": user, "name": facts["name"], "paper": mask_id(paper["number"]) if paper else "没有",
        "phone": mask_phone(facts["phone"]) or "没有",
        "choice": Field(name=f"choice-{user.public_id}", label="他是谁", kind="choice", long=True, choices=choices,
                        error=refusal.reason if refusal else ""),
        "reason": Field(name=f"reason-{user.public_id}", label="不迁入的理由", required=False),
    }  # fmt: skip


@require_POST
def decision(request: HttpRequest, user: UUID) -> HttpResponse:
    by = administrator(request)
    found = MigratedUser.objects.select_related("migration").filter(public_id=user).first()
    if found is None:
        raise NotFound("user_unknown", "没有这个迁移来的用户", "请从迁移批次里打开")
    which = found.migration.public_id
    try:
        _decide(request, user, by)
    except Refusal as no:
        if isinstance(no, Forbidden):
            raise
        return _page(request, by, which, user, no)
    messages.success(request, f"第 {found.line} 行已处理")
    return redirect("accounts:migration", migration=which)


def _decide(request: HttpRequest, user: UUID, by: Actor) -> None:
    choice, now = common.typed(request, f"choice-{user}"), clock.now()
    what, _, whom = choice.partition(":")
    if what == "new":
        migrating.register_new(user, by=by, now=now)
    elif what == "refuse":
        migrating.refuse(user, reason=common.typed(request, f"reason-{user}"), by=by, now=now)
    elif what == "accept":
        try:
            person = UUID(whom)
        except ValueError:
            raise NotFound("candidate_unknown", "候选人里没有这个人", "请刷新后再选") from None
        migrating.accept(user, person, by=by, now=now)
    else:
        raise Refusal("choice_missing", "请选择他是谁", "认不准的，先放着", f"choice-{user}")


COLUMNS = "用户编号（必填）、姓名（必填）、证件种类、证件号码、国家码、手机号、地址"
SYSTEM = Field(name="system", label="哪个系统的用户", help="同一个系统每次写一样的名字，例如：区民政局低保系统")
FILE = Field(
    name="file", label="用户清单", kind="file", help="CSV 或 .xlsx，第一行是列名", attrs={"accept": ".csv,.xlsx"}
)
