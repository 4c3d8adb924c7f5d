"""交材料: upload, pledge, or see that nothing is needed. Each file is kept as soon as it arrives."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import actions
from tongban.applications.actions.drafts import own_draft
from tongban.applications.models import Draft
from tongban.applications.pages import common, pledging, steps
from tongban.applications.pages.documents import send_file
from tongban.catalog.content import Material
from tongban.files import actions as files
from tongban.files.models import StoredFile
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal


@require_http_methods(["GET", "POST"])
def materials(request: HttpRequest, draft: UUID) -> HttpResponse:
    by = common.actor(request)
    faults: list[Refusal] = []
    if request.method == "POST":
        was = own_draft(draft, by=by)
        one, faults = _take(request, was, steps.materials_of(was))
        if not faults and "leave" in request.POST:
            return steps.left(request)
        if steps.replaced(was):
            return redirect("applications:go_on", draft=draft)
        if not faults and "next" in request.POST:
            faults = steps.missing(one)
            if not faults:
                return redirect("applications:check", draft=draft)
        elif not faults:
            return redirect("applications:materials", draft=draft)
    one = steps.opened(draft, by=by)
    needed = steps.materials_of(one)
    errors = {fault.field.removeprefix("materials."): fault.reason for fault in faults}
    context = steps.context(one, "materials") | {
        "rows": material_rows(one, [m for m in needed if m.give not in steps.FREE], errors),
        "pledging": pledging.offered(one, now=clock.now(), error=errors.get("pledged", "")),
        "free": [m for m in needed if m.give in steps.FREE],
        "errors": faults,
        "back": steps.page_url(one, len(steps.sheets_of(one))),
    }
    return render(request, "applications/materials.html", context, status=422 if faults else 200)


def _take(request: HttpRequest, one: Draft, needed: list[Material]) -> tuple[Draft, list[Refusal]]:
    """Keep what came: pledges, files, removals. A file that is refused leaves the others kept."""
    by, now = common.actor(request), clock.now()
    faults: list[Refusal] = []
    if request.META.get("tongban.upload_too_large"):
        faults.append(
            Refusal("file_too_large", "文件太大，没有收到：每份不超过 20 MB", "请压缩后再传，或拆成几份", "materials")
        )
    given: dict[str, str] = {}
    pledged = {"yes": True, "no": False}.get(request.POST.get("pledged", ""))
    for material in needed:
        key = material.key
        if request.POST.get("remove") == key:
            given[key] = ""
        elif material.give == "pledge" and not request.FILES.get(f"file.{key}"):
            kept = one.content["materials"].get(key, "")
            given[key] = "pledge" if request.POST.get(f"pledge.{key}") else "" if kept == "pledge" else kept
        elif upload := request.FILES.get(f"file.{key}"):
            try:
                given[key] = str(files.keep_upload(upload.read(), by=by, now=now).public_id)
            except Refusal as refusal:
                refusal.field = f"materials.{key}"
                refusal.reason = f"{material.name}：{refusal.reason}"
                faults.append(refusal)
    return actions.save_draft(one.public_id, materials=given, pledged=pledged, by=by, now=now), faults


def material_rows(one: Draft, needed: list[Material], errors: dict[str, str]) -> list[dict[str, Any]]:
    """Each material with how it is given so far, and what is wrong with it."""
    given = one.content["materials"]
    ids = [how for how in given.values() if how not in ("pledge", "paper")]
    kept = {str(f.public_id): f for f in StoredFile.objects.filter(public_id__in=ids)} if ids else {}
    rows = []
    for material in needed:
        how = given.get(material.key, "")
        rows.append(
            {
                "material": material,
                "pledged": how == "pledge",
                "file": kept.get(how),
                "give": "upload" if kept.get(how) else material.give,
                "error": errors.get(material.key, ""),
            }
        )
    return rows


@require_safe
def material_file(request: HttpRequest, draft: UUID, key: str) -> HttpResponse:
    """One's own upload, before it is submitted."""
    by = common.actor(request)
    one = own_draft(draft, by=by)
    how = one.content["materials"].get(key, "")
    found = StoredFile.objects.filter(public_id=how, uploaded_by=by.who).first() if len(how) == 36 else None
    if found is None:
        raise NotFound("file_unknown", "没有这个文件", "可能已经删除，请重新上传")
    return send_file(found, name=key)
