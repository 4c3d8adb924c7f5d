"""What one case shows on the desk: asked for here, once, so that the template only shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tongban.applications import documents, queries
from tongban.applications.models import (
    Acceptance,
    Application,
    ApplicationMaterial,
    Correction,
    Decision,
    Rejection,
    Review,
    Suspension,
)
from tongban.applications.pages import common, desk_acts
from tongban.applications.queries import TONES
from tongban.applications.rules import (
    REJECTION_KINDS,
    SUSPENSION_CAUSES,
    State,
)
from tongban.catalog import forming
from tongban.catalog import rules as guide
from tongban.catalog.content import Material
from tongban.design.parts import WAYS, Way
from tongban.design.slots import slots_for
from tongban.flow import queries as flow
from tongban.flow import rules as clocks
from tongban.flow.models import NEVER, Task
from tongban.identity import rules as identifiers
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped

TASK_LIMITS = {
    "application.accept": "受理期限",
    "application.review": "办理期限",
    "application.decide": "办理期限",
    "application.deliver": "送达期限",
}


def page(request: HttpRequest, number: str, refusal: Refusal | None = None) -> HttpResponse:
    """The page; after a refusal with its reason and what was typed."""
    by = common.staff(request)
    one = queries.case(number, by=by)
    reviews = list(Review.objects.filter(application=one).order_by("at"))
    acceptance = Acceptance.objects.filter(application=one).first()
    acts = desk_acts.acts_of(one, by)
    sheets = flow.sheets(one.number, today=clock.today())
    errors = common.faults_of(refusal) if refusal else []
    papers = _papers(request, one)
    context = {
        "case": one,
        "number": grouped(one.number),
        "state": one.status.label,
        "tone": TONES.get(one.status, ""),
        "lamps": _lamps(one, sheets),
        "facts": _facts(one),
        "form": _form(one),
        "papers": papers,
        "points": sum(len(paper.points) for paper in papers),
        "checking": bool(acts & {"accept", "correct"}),
        "acts": acts,
        "because": desk_acts.reasons_against(one, by, acts, reviews, acceptance),
        "waits_for": desk_acts.waits_for(one, acts),
        "fields": desk_acts.fields(request, errors),
        "track": queries.track(one),
        "sheets": sheets,
        "corrections": list(Correction.objects.filter(application=one).order_by("at")),
        "steps": _steps(one, reviews, acceptance),
        "notices": documents.available(one),
        "errors": errors,
        "stale": refusal is not None and refusal.code in ("page_stale", "act_out_of_turn"),
        "hint": refusal.hint if refusal else "",
        "slots": slots_for(request, one, "applications.desk.side"),
    }
    return render(request, "applications/desk_case.html", context, status=refusal.status if refusal else 200)


# What the case says


def _facts(one: Application) -> list[tuple[str, str]]:
    """Who applies and in which situation; identifiers masked."""
    who = [("申请人", one.organisation.name), ("信用代码", one.organisation.uscc)] if one.organisation else []
    name = "经办人" if one.organisation else "申请人"
    situation = [
        (q.text, next((o.label for o in q.options if o.value == one.answers.get(q.key)), ""))
        for q in guide.asked(one.edition.document, one.answers)
    ]
    return [
        *who,
        (name, one.person.name),
        ("证件号码", identifiers.mask_id(one.person.id_number)),
        ("联系电话", identifiers.mask_phone(one.person.phone) or "未留"),
        ("收件渠道", CHANNELS.get(one.channel, one.channel)),
        *situation,
    ]


CHANNELS = {"web": "网上", "mobile": "手机", "counter": "综合窗口", "kiosk": "自助机", "api": "接口", "phone": "电话"}


def _form(one: Application) -> list[tuple[str, str]]:
    lines = forming.lines(one.edition.document, one.answers, one.form, masked=True)
    return [(line.label, line.text) for line in lines]


@dataclass(frozen=True)
class Point:
    """审查要点 with its box."""

    id: str
    text: str
    ticked: bool


@dataclass(frozen=True)
class Paper:
    """One material as it is checked."""

    key: str
    name: str
    requirement: str
    way: Way
    mark: str
    tone: str
    url: str
    given: bool
    points: tuple[Point, ...]
    note: str
    missing: bool


def _papers(request: HttpRequest, one: Application) -> list[Paper]:
    known = {material.key: material for material in one.edition.document.materials}
    rows = one.materials.select_related("file").order_by("id")
    return [_paper(request, one, row, known[row.key]) for row in rows]


def _paper(request: HttpRequest, one: Application, row: ApplicationMaterial, material: Material) -> Paper:
    sent = request.POST
    everything = request.GET.get("ticked") == "all" or row.checked is True
    ticked = set(sent.getlist(f"met.{row.key}")) if "checking" in sent else _all(material, everything)
    mark, tone = _mark(row)
    return Paper(
        key=row.key,
        name=row.name,
        requirement=material.requirement,
        way=Way("纸质") if row.give == "paper" else WAYS.get(row.give, Way(row.give)),
        mark=mark,
        tone=tone,
        url=reverse("applications:material", args=[one.number, row.key]) if row.file else "",
        given=row.given,
        points=tuple(
            Point(f"id_point-{row.key}" + (f"-{at}" if at else ""), text, text in ticked)
            for at, text in enumerate(material.check_points if row.given else ())
        ),
        note=sent.get(f"note.{row.key}", ""),
        missing=bool(sent.get(f"missing.{row.key}")),
    )


def _all(material: Material, everything: bool) -> set[str]:
    return set(material.check_points) if everything else set()


def _mark(row: ApplicationMaterial) -> tuple[str, str]:
    if not row.given:
        return "▲ 待交", "wait"
    if row.checked is None:
        return "已交", ""
    return ("✓ 已核对", "ok") if row.checked else ("■ 要补正", "bad")


def unmet_points(request: HttpRequest, number: str) -> dict[str, tuple[str, list[str]]]:
    """From the page with the check points: by material, its name and the points left unticked."""
    if "checking" not in request.POST:
        return {}
    one = queries.case(number, by=common.staff(request))
    open_points = {
        paper.key: (paper.name, [point.text for point in paper.points if not point.ticked])
        for paper in _papers(request, one)
    }
    return {key: found for key, found in open_points.items() if found[1]}


# When


@dataclass(frozen=True)
class LampLine:
    """时限灯 of the head: which limit, until when."""

    name: str
    state: str
    word: str
    due_on: date | None


def _lamps(one: Application, sheets: list[flow.Sheet]) -> list[LampLine]:
    """The limit of the act that waits, then both clocks."""
    found = []
    waiting = Task.objects.open().filter(subject=one.number).order_by("due_on").first()
    if waiting and waiting.act in ("application.accept", "application.deliver"):
        due_on = None if waiting.due_on == NEVER else waiting.due_on
        found.append(
            LampLine(TASK_LIMITS[waiting.act], clocks.lamp(clock.today(), due_on, waiting.near_on), "", due_on)
        )
    return found + [_lamp_of(sheet) for sheet in sheets]


def _lamp_of(sheet: flow.Sheet) -> LampLine:
    if sheet.stopped_on is None:
        return LampLine(sheet.kind_name, sheet.lamp, "", sheet.due_on)
    late = sheet.lamp == "over"
    return LampLine(
        sheet.kind_name, "over" if late else "done", "超期作出决定" if late else "按时作出决定", sheet.due_on
    )


# Who did what


@dataclass(frozen=True)
class StepLine:
    """经办: an act on record, with the colleague who did it."""

    what: str
    who: str
    at: datetime
    says: str = ""


def _steps(one: Application, reviews: list[Review], acceptance: Acceptance | None) -> list[StepLine]:
    lines: list[tuple[str, Any, str]] = [("受理", acceptance, "")] if acceptance else []
    lines += [(f"{r.step_name}：{'通过' if r.passes else '不通过'}", r, r.opinion) for r in reviews]
    for suspension in Suspension.objects.filter(application=one):
        lines.append((f"暂停计时：{SUSPENSION_CAUSES[suspension.cause]}", suspension, suspension.reason))
    if one.status in (State.GRANTED, State.REFUSED, State.DELIVERED):
        decision = Decision.objects.get(application=one)
        lines.append(("准予" if decision.granted else "不予", decision, decision.reason))
    if one.status == State.REJECTED:
        rejection = Rejection.objects.get(application=one)
        lines.append((f"不予受理：{REJECTION_KINDS[rejection.kind]}", rejection, rejection.reason))
    names = _names(step.by for _, step, _ in lines)
    return sorted(
        (StepLine(what, names[step.by], step.at, says) for what, step, says in lines), key=lambda line: line.at
    )


def _names(who: Iterable[str]) -> dict[str, str]:
    """Colleagues by name; the platform itself as 系统."""
    wanted = set(who)
    ids = {int(each.removeprefix("staff:")) for each in wanted if each.startswith("staff:")}
    accounts = Account.objects.select_related("person").filter(pk__in=ids).order_by("pk") if ids else []
    names = {f"staff:{account.pk}": account.display_name for account in accounts}
    return {each: names.get(each, "系统" if each.startswith("system:") else "申请人") for each in wanted}
