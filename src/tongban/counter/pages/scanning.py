"""扫码上传 at the window: the applicant's own phone, or the window's, takes the pictures of one material."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tongban.applications.models import Draft
from tongban.catalog.content import Material
from tongban.files import links
from tongban.files.actions import sheaves
from tongban.files.links import Invitation
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.kernel import clock


def onward(request: HttpRequest, one: Draft, there: HttpResponse, *, by: Actor) -> HttpResponse:
    """Back to the page; with a code to scan, or on to the pages of one material, when that was asked for."""
    asked = request.POST.get("phone") or request.POST.get("sheaf")
    material = next((each for each in one.edition.document.materials if each.key == asked), None)
    if material is None:
        return there
    back = f"{there.headers['Location']}#paper-{material.key}"
    sheaf = sheaves.open_sheaf(
        subject=one.subject(material.key), label=material.name, back=back, by=by, now=clock.now()
    )
    return redirect("files:sheaf", sheaf=sheaf.public_id) if "sheaf" in request.POST else redirect(back)


def codes(one: Draft, needed: Sequence[Material], *, by: Actor) -> dict[str, Invitation]:
    """The codes that were asked for, by material."""
    subjects = {one.subject(material.key): material.key for material in needed}
    opened = sheaves.open_sheaves(list(subjects), by=by)
    return {subjects[subject]: links.invitation(sheaf, now=clock.now()) for subject, sheaf in opened.items()}


def kept(one: Draft, needed: Sequence[Material]) -> dict[str, StoredFile]:
    """The scans so far, by material."""
    given = one.content["materials"]
    ids = {material.key: how for material in needed if len(how := given.get(material.key, "")) == 36}
    found = {str(file.public_id): file for file in StoredFile.objects.filter(public_id__in=ids.values())} if ids else {}
    return {key: found[how] for key, how in ids.items() if how in found}
