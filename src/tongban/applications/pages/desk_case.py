"""What one case shows on the desk: asked for here, once, so that the template only shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tongban.applications import acting, documents, material_states, queries
from tongban.applications.actions import confirmations
from tongban.applications.actions.common import is_one_s_own
from tongban.applications.actions.review import next_step
from tongban.applications.material_rules import Result, Trust
from tongban.applications.material_states import State as MaterialState
from tongban.applications.models import Application, ApplicationMaterial, Correction
from tongban.applications.pages import (
    common,
    course,
    desk_acts,
    desk_correction_panel,
    desk_fields,
    desk_panels,
    desk_record,
    opinions,
)
from tongban.applications.queries import TONES
from tongban.applications.rules import FINAL, State
from tongban.catalog import forming
from tongban.catalog import rules as guide
from tongban.catalog.content import Material
from tongban.design.parts import WAYS, Way
from tongban.design.slots import slots_for
from tongban.files.models import StoredFile
from tongban.flow import queries as flow
from tongban.flow.models import RUN_TOGETHER
from tongban.identity import rules as identifiers
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped

STALE = ("page_stale", "act_out_of_turn")
"""Refusals because a colleague was quicker."""


def page(request: HttpRequest, number: str, refusal: Refusal | None = None) -> HttpResponse:
    """The page; after a refusal with its reason and what was typed, and, when a colleague was quicker, with what they did."""
    by = common.staff(request)
    one = queries.case(number, by=by)
    entries = desk_record.entries_of(one.number)
    sheets = flow.sheets(one.number, today=clock.today())
    record = desk_panels.record_of(one, entries, sheets)
    acts = desk_acts.acts_of(one, by, asked=record.asked, waiting=record.waiting)
    step = next_step(one) if "review" in acts else None
    because = desk_acts.reasons_against(one, by, acts, step=step, asked=record.asked)
    errors = common.faults_of(refusal) if refusal else []
    papers_shown = papers(request, one)
    fields = desk_fields.fields(request, one, [each.key for each in record.running], errors)
    stale = refusal is not None and refusal.code in STALE
    context = {
        "case": one,
        "number": grouped(one.number),
        "state": one.status.label,
        "tone": TONES.get(one.status, ""),
        "lamps": _lamps(sheets),
        "facts": _facts(one),
        "may_unmask": by.may("person.unmask", body_id=one.body_id, region_path=one.region_path),
        "form": form_lines(one),
        "papers": papers_shown,
        "points": sum(len(paper.points) for paper in papers_shown),
        "checking": bool(acts & {"accept", "correct"}),
        "acts": acts,
        "may_archive": one.status in FINAL
        and by.may("application.archive", body_id=one.body_id, region_path=one.region_path),
        "deciding": "grant" in acts and not _review_comes_first(one),
        "above": one.status == State.FORWARDED,
        "decided_above": one.edition.document.decided_above,
        "because": because,
        "waits_for": desk_acts.waits_for(one, by, acts),
        "fields": fields,
        "opinions": opinions.offered(one, by, acts),
        "unfolded": desk_fields.unfolded(fields),
        "step": step,
        "course": course.drawn(one, links=True),
        "provisional": desk_panels.provisional_of(one) if "accept" in acts else None,
        "verifications": [
            (each, desk_fields.verification(request, each, errors))
            for each in (desk_acts.to_verify(one, record.waiting) if "verify" in acts else [])
        ],
        "record": record,
        "superseded": desk_panels.superseded(one),
        "track": queries.track(one),
        "sheets": sheets,
        "corrections": list(Correction.objects.filter(application=one).order_by("at")),
        "again": desk_correction_panel.of(one, acts, entries),
        "steps": desk_record.steps_of(one, entries),
        "notices": documents.available(one, inside=not is_one_s_own(one, by=by)),
        "errors": errors,
        "stale": stale,
        "meanwhile": desk_record.meanwhile(entries, _seen_entry(request)) if stale else [],
        "typed": desk_fields.left_over(request, fields, acts, {paper.key: paper.name for paper in papers_shown})
        if stale
        else [],
        "entry": _seen_entry(request) if refusal else entries[-1].id if entries else "",
        "hint": refusal.hint if refusal else "",
        "slots": slots_for(request, one, "applications.desk.side"),
    }
    return render(request, "applications/desk_case.html", context, status=refusal.status if refusal else 200)


def _review_comes_first(one: Application) -> bool:
    return one.status == State.ACCEPTED and one.edition.document.review != "instant"


def _seen_entry(request: HttpRequest) -> int | None:
    """The last entry of the journal that the page had seen."""
    text = request.POST.get("entry", "")
    return int(text) if text.isdigit() and len(text) < 19 else None


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
        *([("代理", acting.agency(one))] if one.power_id else []),
        *([("申请人确认", said)] if one.channel == "counter" and (said := confirmations.words_of(one)) else []),
        ("证件号码", identifiers.mask_id(one.person.id_number)),
        ("联系电话", identifiers.mask_phone(one.person.phone) or "未留"),
        ("收件渠道", CHANNELS.get(one.channel, one.channel)),
        *situation,
    ]


CHANNELS = {"web": "网上", "mobile": "手机", "counter": "综合窗口", "kiosk": "自助机", "api": "接口", "phone": "电话"}


def form_lines(one: Application) -> list[tuple[str, str]]:
    lines = forming.lines(one.edition.document, one.answers, one.form, masked=True)
    return [(line.label, line.text) for line in lines]


@dataclass(frozen=True)
class Point:
    """审查要点 with its box."""

    id: str
    text: str
    ticked: bool
    none: bool
    """不适用."""
    note: str
    """What was noted the last time that this version was looked at, where it was not met."""

    @property
    def met(self) -> bool:
        return self.ticked or self.none


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
    original: str
    """Where the signed document lies as it came; empty when `url` shows it."""
    file: StoredFile | None
    given: bool
    points: tuple[Point, ...]
    note: str
    missing: bool
    source: str
    trust: Trust | None
    versions: int
    """How many there are."""
    waits: bool
    """For its watermark."""

    @property
    def some_none(self) -> bool:
        return any(point.none for point in self.points)


def papers(request: HttpRequest, one: Application) -> list[Paper]:
    known = {material.key: material for material in one.edition.document.materials}
    return [_paper(request, one, state, known[state.row.key]) for state in material_states.states_of(one)]


def _paper(request: HttpRequest, one: Application, state: MaterialState, material: Material) -> Paper:
    row, sent = state.row, request.POST
    mark, tone = _mark(row)
    there = reverse("applications:material", args=[one.number, row.key])
    return Paper(
        key=row.key,
        name=row.name,
        requirement=material.requirement,
        way=Way("纸质") if row.give == "paper" else WAYS.get(row.give, Way(row.give)),
        mark=mark,
        tone=tone,
        url=there if row.file and row.file.is_clean else "",
        original=f"{there}?original" if row.file and row.file.original else "",
        file=row.file,
        given=row.given,
        points=_points(request, state, material),
        note=sent.get(f"note.{row.key}", ""),
        missing=bool(sent.get(f"missing.{row.key}")),
        source=state.current.source.label if state.current else "",
        trust=state.trust,
        versions=len(state.versions),
        waits=state.awaits_stamp,
    )


def _points(request: HttpRequest, state: MaterialState, material: Material) -> tuple[Point, ...]:
    """As they were sent; else as they were found of the version that stands."""
    key, sent, found = state.row.key, request.POST, state.found()
    if "checking" in sent:
        ticked, none = set(sent.getlist(f"met.{key}")), set(sent.getlist(f"na.{key}"))
    else:
        everything = request.GET.get("ticked") == "all" or (state.row.checked is True and not found)
        ticked = {text for text, one in found.items() if one.result == Result.MET}
        none = {text for text, one in found.items() if one.result == Result.NONE}
        ticked |= set(material.check_points) - none if everything else set()
    wrong = {text: one.note for text, one in found.items() if one.result == Result.UNMET}
    return tuple(
        Point(f"id_point-{key}" + (f"-{at}" if at else ""), text, text in ticked, text in none, wrong.get(text, ""))
        for at, text in enumerate(material.check_points if state.row.given else ())
    )


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
        paper.key: (paper.name, [point.text for point in paper.points if not point.met])
        for paper in papers(request, one)
    }
    return {key: found for key, found in open_points.items() if found[1]}


def found_points(request: HttpRequest, number: str) -> dict[str, dict[str, Result]]:
    """From the page with the check points: what was found met, or not to apply; by material."""
    if "checking" not in request.POST:
        return {}
    one = queries.case(number, by=common.staff(request))
    found = {
        paper.key: {
            point.text: Result.MET if point.ticked else Result.NONE for point in paper.points if point.met
        }
        for paper in papers(request, one)
    }  # fmt: skip
    return {key: results for key, results in found.items() if results}


# When


@dataclass(frozen=True)
class LampLine:
    """时限灯 of the head: which limit, until when."""

    name: str
    state: str
    word: str
    due_on: date | None


def _lamps(sheets: list[flow.Sheet]) -> list[LampLine]:
    """What runs now, and what became of the last promised and statutory clocks."""
    last = {sheet.kind: sheet for sheet in sheets if sheet.kind in RUN_TOGETHER}
    return [_lamp_of(sheet) for sheet in sheets if sheet.stopped_on is None or last.get(sheet.kind) is sheet]


def _lamp_of(sheet: flow.Sheet) -> LampLine:
    if sheet.stopped_on is None:
        return LampLine(sheet.kind_name, sheet.lamp, "", sheet.due_on)
    late = sheet.lamp == "over"
    return LampLine(
        sheet.kind_name, "over" if late else "done", "超期作出决定" if late else "按时作出决定", sheet.due_on
    )
