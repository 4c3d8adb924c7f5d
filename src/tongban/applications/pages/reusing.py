"""用以前交过的: on the page of the materials of a draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tongban.applications import acting, actions, material_states
from tongban.applications.material_states import Earlier
from tongban.applications.models import Draft
from tongban.applications.pages import common
from tongban.catalog.content import Give, Material
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped

SHOWN = 3
"""So many of one material: the most trusted first, of these the newest."""


@dataclass(frozen=True)
class Offer:
    """One earlier material, as it can be chosen."""

    value: str
    earlier: Earlier
    number: str


def offers(one: Draft, needed: Iterable[Material]) -> dict[str, list[Offer]]:
    """By material: what the applicant gave before. One look for the page."""
    names = {material.name: material.key for material in needed if material.give == Give.UPLOAD}
    if not names or one.applicant_id is None or "earlier" not in acting.knows(one.power):
        return {}
    found = material_states.earlier_of(
        list(names), person_id=one.applicant_id, organisation_id=one.organisation_id, today=clock.today()
    )
    return {
        names[name]: [
            Offer(f"{each.case.number}/{each.material.key}", each, grouped(each.case.number))
            for each in sorted(earlier, key=lambda one: one.trust)[:SHOWN]
        ]
        for name, earlier in found.items()
    }


def take(request: HttpRequest, draft: UUID, key: str) -> HttpResponse:
    """Choose one; it is looked at again when the application is submitted."""
    there = redirect(f"{reverse('applications:materials', args=[draft])}#material-{key}")
    if request.method != "POST":
        return there
    by = common.actor(request)
    number, _, origin = request.POST.get("earlier", "").replace("\0", "").partition("/")
    try:
        actions.reuse_in_draft(draft, key, actions.Reused(number, origin), by=by, now=clock.now())
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        messages.error(request, f"{refusal.reason}。{refusal.hint}")
        return there
    messages.success(request, "已选用以前交过的，提交以后自动加水印")
    return there
