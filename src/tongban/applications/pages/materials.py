"""交材料: upload, pledge, or see that nothing is needed. Each file is kept as soon as it arrives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import actions
from tongban.applications.actions.drafts import must_still_act, own_draft
from tongban.applications.models import Draft
from tongban.applications.pages import common, pledging, reusing, steps
from tongban.catalog.content import Material
from tongban.files import doors, links
from tongban.files.actions import sheaves
from tongban.files.doors import send_file
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
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
            return _onward(request, one, needed=steps.materials_of(one), by=by)
    one = steps.opened(draft, by=by)
    needed = steps.materials_of(one)
    errors = {fault.field.removeprefix("materials."): fault.reason for fault in faults}
    offered = reusing.offers(one, needed)
    context = steps.context(one, "materials") | {
        "rows": material_rows(one, [m for m in needed if m.give not in steps.FREE], errors, by=by, offered=offered),
        "pledging": pledging.offered(one, now=clock.now(), error=errors.get("pledged", "")),
        "free": [m for m in needed if m.give in steps.FREE],
        "errors": faults,
        "back": steps.page_url(one, len(steps.sheets_of(one))),
    }
    return render(request, "applications/materials.html", context, status=422 if faults else 200)


def _onward(request: HttpRequest, one: Draft, *, needed: list[Material], by: Actor) -> HttpResponse:
    """Back to the page; with a code to scan, or on to the pages of one material, when that was asked for."""
    there = reverse("applications:materials", args=[one.public_id])
    asked = request.POST.get("phone") or request.POST.get("sheaf")
    material = next((each for each in needed if each.key == asked), None)
    if material is None:
        return redirect(there)
    there += f"#material-{material.key}"
    sheaf = sheaves.open_sheaf(
        subject=one.subject(material.key), label=material.name, back=there, by=by, now=clock.now()
    )
    return redirect(there) if "phone" in request.POST else redirect("files:sheaf", sheaf=sheaf.public_id)


def _take(request: HttpRequest, one: Draft, needed: list[Material]) -> tuple[Draft, list[Refusal]]:
    """Keep what came: pledges, files, removals. A file that is refused leaves the others kept."""
    by, now = common.actor(request), clock.now()
    faults: list[Refusal] = []
    if no := doors.too_large(request, "materials"):
        faults.append(no)
    given: dict[str, str] = {}
    pledged = {"yes": True, "no": False}.get(request.POST.get("pledged", ""))
    for material in needed:
        key = material.key
        if request.POST.get("remove") == key:
            given[key] = ""
        elif material.give == "pledge" and not doors.came(request, f"file.{key}"):
            kept = one.content["materials"].get(key, "")
            given[key] = "pledge" if request.POST.get(f"pledge.{key}") else "" if kept == "pledge" else kept
        elif doors.came(request, f"file.{key}"):
            try:
                if file := doors.brought(request, f"file.{key}", by=by, now=now):
                    given[key] = str(file.public_id)
            except Refusal as refusal:
                refusal.field = f"materials.{key}"
                refusal.reason = f"{material.name}：{refusal.reason}"
                faults.append(refusal)
    return actions.save_draft(one.public_id, materials=given, pledged=pledged, by=by, now=now), faults


def material_rows(
    one: Draft,
    needed: list[Material],
    errors: dict[str, str],
    *,
    by: Actor | None = None,
    offered: Mapping[str, list[reusing.Offer]] | None = None,
) -> list[dict[str, Any]]:
    """Each material with how it is given so far, and what is wrong with it; for `by` with the code to scan, once asked for."""
    given = one.content["materials"]
    ids = [how for how in given.values() if how not in ("pledge", "paper")]
    kept = {str(f.public_id): f for f in StoredFile.objects.filter(public_id__in=ids)} if ids else {}
    subjects = {material.key: one.subject(material.key) for material in needed}
    opened = sheaves.open_sheaves(list(subjects.values()), by=by) if by else {}
    rows, now = [], clock.now()
    for material in needed:
        sheaf = opened.get(subjects[material.key])
        how = given.get(material.key, "")
        file, invitation = kept.get(how), links.invitation(sheaf, now=now) if sheaf else None
        rows.append(
            {
                "material": material,
                "pledged": how == "pledge",
                "file": file,
                "invitation": invitation,
                "awaited": bool((invitation and invitation.awaited) or (file and file.state == "quarantined")),
                "give": "upload" if file else material.give,
                "error": errors.get(material.key, ""),
                "earlier": (offered or {}).get(material.key, []) if not how else [],
                "reused": one.content.get("reused", {}).get(material.key, {}).get("file") == how and bool(how),
            }
        )
    return rows


@require_safe
def material_file(request: HttpRequest, draft: UUID, key: str) -> HttpResponse:
    """One's own upload, before it is submitted."""
    by = common.actor(request)
    one = own_draft(draft, by=by)
    must_still_act(one, by=by, today=clock.today())
    how = one.content["materials"].get(key, "")
    found = StoredFile.objects.filter(public_id=how, uploaded_by=by.who).first() if len(how) == 36 else None
    if found is None:
        raise NotFound("file_unknown", "没有这个文件", "可能已经删除，请重新上传")
    return send_file(found, name=key)
