"""Home and my page: what the citizen meets first."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.accounts.queries import claim_waits
from tongban.analytics import queries as analytics
from tongban.applications import queries as applications
from tongban.applications.models import Application, Draft
from tongban.applications.queries import TONES
from tongban.applications.rules import State
from tongban.catalog.popular import popular
from tongban.design.parts import Step
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel.typed import grouped
from tongban.licences.models import Licence
from tongban.notices.models import Message

LIFE_EVENTS = ("出生", "入学", "就业", "住房", "婚姻", "养老", "救助", "出行")
BUSINESS_STAGES = ("开办企业", "准营准办", "工程建设", "变更注销", "用工社保", "纳税")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    by = doors.whoever(request)
    mine = _mine(by)[:1]
    correcting = _mine(by).filter(state=State.CORRECTING)[:1] if by.person_id else []
    context = {
        "popular": popular(),
        "life_events": LIFE_EVENTS,
        "stages": BUSINESS_STAGES,
        "latest": [
            {"case": one, "number": grouped(one.number), "track": _here(applications.track(one))} for one in mine
        ],
        "to_correct": list(correcting),
        "indicators": analytics.headline(),
    }
    return render(request, "portal/home.html", context)


def _here(track: list[Step]) -> list[Step]:
    """Where the case is, with the step before and the one after; of a closed case the last three."""
    at = next((number for number, step in enumerate(track) if step.state != "done"), len(track))
    start = max(0, min(at - 1, len(track) - 3))
    return track[start : start + 3]


def _mine(by: Actor) -> QuerySet[Application]:
    visible = Application.objects.visible_to(by).select_related("body").newest_first()
    return visible if by.person_id and not by.is_staff else visible.none()


@require_safe
def my(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    drafts = Draft.objects.filter(account=by.account_id, submitted_number="").select_related("edition", "organisation")
    licences = Licence.objects.visible_to(by).select_related("body").order_by("-pk")
    context = {
        "claim": claim_waits(by),
        "cases": [{"case": c, "state": c.status.label, "tone": TONES.get(c.status, "")} for c in _mine(by)[:5]],
        "drafts": list(drafts.order_by("-updated_at")[:10]),
        "licences": [] if by.is_staff else list(licences[:6]),
        "messages_unread": list(Message.objects.visible_to(by).filter(read_at=None).order_by("-pk")[:5]),
    }
    return render(request, "portal/my.html", context)
