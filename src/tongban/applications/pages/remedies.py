"""权利救济: what can be done against this very decision, until which day, and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.applications import documents, queries
from tongban.applications.models import Application, Lapse, Revocation, Termination
from tongban.applications.pages import common
from tongban.applications.remedies import remedies
from tongban.applications.rules import FINAL, State
from tongban.kernel import calendar, clock
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Refusal
from tongban.orgs.models import Region


@dataclass(frozen=True)
class Against:
    """What one may be unhappy with, and since when one knows: None while it was not delivered."""

    name: str
    known_on: date | None
    paper: str = ""
    silent: bool = False


@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    one = queries.case(number, by=common.actor(request))
    against = _against(one)
    if against is None:
        raise Refusal(
            "nothing_decided", "这个办件还没有作出决定，也没有超过法定期限", "有意见可以给经办部门留言，或投诉"
        )
    ways = remedies(against.known_on, calendar.current(), region=_region(one), silent=against.silent)
    paper = next(((kind, title) for kind, title in documents.available(one) if kind == against.paper), None)
    today = clock.today()
    rows = [{"way": way, "past": way.until is not None and way.until < today} for way in ways]
    context = {"case": one, "against": against, "rows": rows, "paper": paper}
    return render(request, "applications/remedies.html", context)


def _against(one: Application) -> Against | None:
    step: Revocation | Termination | Lapse | None
    match one.status:
        case State.REVOKED:
            step = Revocation.objects.get(application=one, round=one.round)
            return Against("撤销决定", date_of(step.at), "revocation")
        case State.TERMINATED:
            step = Termination.objects.get(application=one, round=one.round)
            return Against("终止办理的决定", date_of(step.at), "termination")
        case State.LAPSED:
            step = Lapse.objects.get(application=one, round=one.round)
            return Against("终结办理", date_of(step.at), "lapse")
        case State.REJECTED if rejection := one.rejection:
            return Against("不予受理的决定", date_of(rejection.at), "rejection")
    if decision := one.decision:
        delivery = one.delivery
        name, paper = ("准予决定", "decision") if decision.granted else ("不予决定", "refusal")
        return Against(name, date_of(delivery.at) if delivery else None, paper)
    late = one.statutory_on is not None and one.status not in FINAL and one.statutory_on < clock.today()
    return Against("到期没有作出决定", one.statutory_on, silent=True) if late else None


def _region(one: Application) -> str:
    """县级以上地方政府 of the body: that of a town or village answers to the county."""
    region = Region.objects.select_related("parent__parent").get(pk=one.body.region_id)
    while region.level > COUNTY and region.parent:
        region = region.parent
    return region.name


COUNTY = 4
