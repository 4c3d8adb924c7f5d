"""The applicant's page of a case: parcel-like progress, what is to be done now, who handles it, its papers."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.applications import acting, documents, queries, usual
from tongban.applications.actions.serving import may_change_address as own_address_open
from tongban.applications.models import Application, CaseMessage, Correction, HearingRequest
from tongban.applications.pages import case_materials, common
from tongban.applications.pages.desk_serving import lines_of
from tongban.applications.pages.told import told
from tongban.applications.queries import TONES
from tongban.applications.rules import FINAL, NEXT, Act, State
from tongban.design.slots import slots_for
from tongban.flow import queries as flow
from tongban.identity.roles import DECIDER, REVIEWER, WINDOW
from tongban.kernel import clock
from tongban.kernel.typed import grouped


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Rooms above add licence, messages, rating and complaint."""
    by = common.actor(request)
    one = queries.case(number, by=by)
    own = not by.is_staff and acting.is_theirs(one, by=by)
    helps = acting.is_agent_of(one, by=by)
    correction = Correction.objects.filter(application=one).order_by("-at").first()
    context = {
        "case": one,
        "state": one.status.label,
        "tone": TONES.get(one.status, ""),
        "number": grouped(one.number),
        "track": queries.track(one),
        "lamp": _lamp(one),
        "correction": correction if one.status == State.CORRECTING else None,
        "parties": acting.parties(one) if helps or one.power_id else "",
        "told": told(one, own=own),
        "refusal": _refusal(one),
        "made": one.status == State.MADE,
        "may_take": Act.DELIVER in NEXT[one.status]
        and (own or (helps and acting.may(one, "receive", by=by, today=clock.today()))),
        "materials": case_materials.lines(one, own=own),
        "papers": lines_of(one, documents.papers(one)),
        "handler": handler(one),
        "usual": usual.usual_time(one.edition.item_id, one.body_id) if one.status not in FINAL else None,
        "links": _links(one) if own else _messages_of(one) if helps else [],
        "slots": slots_for(request, one, "applications.case.side"),
    }
    return render(request, "applications/case.html", context)


def _refusal(one: Application) -> dict[str, str] | None:
    """不予受理 or 不予, as it stands: the reason, and what can be done now."""
    if one.status == State.REJECTED and (rejection := one.rejection):
        shown = {"title": "申请不予受理", "reason": rejection.reason, "right_body": rejection.right_body}
        return shown | {"remedies": one.edition.document.remedies}
    decision = one.decision
    if decision is None or decision.granted:
        return None
    return {"title": "申请没有获准", "reason": decision.reason, "right_body": "", "remedies": decision.remedies}


def _lamp(one: Application) -> str:
    """Of the promised limit of the round that runs."""
    sheets = flow.sheets(one.number, today=clock.today()) if one.status not in FINAL else []
    return next((sheet.lamp for sheet in reversed(sheets) if sheet.kind == "promised"), "")


def handler(one: Application) -> list[tuple[str, str]]:
    """Who handles it now: body, post and telephone; never the official's name."""
    phone = one.body.phone or one.edition.document.phone
    lines = [("办理单位", one.body.name), ("现在由", _post(one)), ("电话", phone), ("地址", one.body.address)]
    return [(label, value) for label, value in lines if value]


def _post(one: Application) -> str:
    content = one.edition.document
    posts = {step.role: step.post for step in reversed(content.steps)}
    match one.status:
        case State.SUBMITTED | State.PRECHECKED:
            by_window = {"window": WINDOW.name, "system": "平台自动受理"}
            return by_window.get(content.accepted_by, "") or posts.get("reviewer") or REVIEWER.name
        case State.CORRECTING:
            return "等您补正"
        case State.ACCEPTED if content.review == "instant":
            return posts.get("decider") or DECIDER.name
        case State.ACCEPTED | State.SUSPENDED:
            return posts.get("reviewer") or REVIEWER.name
        case State.REVIEWED:
            return posts.get("decider") or DECIDER.name
        case State.FORWARDED:
            return content.decided_above
        case State.RECORDED | State.GRANTED | State.MADE | State.REFUSED:
            return WINDOW.name
    return ""


@dataclass(frozen=True)
class Link:
    text: str
    url: str
    note: str = ""


APPEALABLE = frozenset({
    State.REJECTED, State.REFUSED, State.GRANTED, State.MADE, State.DELIVERED, State.CLOSED, State.TERMINATED,
    State.REVOKED, State.LAPSED,
})  # fmt: skip


def _links(one: Application) -> list[Link]:
    """What else the applicant can do."""
    allowed = NEXT[one.status]

    def to(name: str) -> str:
        return reverse(f"applications:{name}", args=[one.number])

    found = _messages_of(one)
    if own_address_open(one):
        found.append(Link("送达地址", to("address")))
    asked = HearingRequest.objects.filter(application=one, round=one.round)
    if Act.ASK_HEARING in allowed and not asked.exists():
        found.append(Link("申请听证", to("hearing")))
    late = one.statutory_on is not None and one.status not in FINAL and one.statutory_on < clock.today()
    if one.status in APPEALABLE or late:
        found.append(Link("权利救济：不服怎么办", to("remedies")))
    if Act.WITHDRAW in allowed:
        found.append(Link("撤回申请", to("withdraw")))
    return found


def _messages_of(one: Application) -> list[Link]:
    if one.status in (State.RECORDED, State.VOID):
        return []
    unread = CaseMessage.objects.filter(application=one, from_staff=True, read_at=None).count()
    url = reverse("applications:messages", args=[one.number])
    return [Link("给经办部门留言", url, f"{unread} 条未读" if unread else "")]
