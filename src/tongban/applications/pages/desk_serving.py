"""送达 at the desk: every paper of a case with how it was served; a proof is registered by its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.applications import document_rules as rules
from tongban.applications import documents, queries
from tongban.applications.actions import serving
from tongban.applications.document_models import SERVICE_STATES
from tongban.applications.documents.common import Paper
from tongban.applications.documents.serving import address_of, electronic_words, facts_shown
from tongban.applications.models import Application, Service
from tongban.applications.pages import common
from tongban.applications.pages.serving import fields as address_fields
from tongban.applications.pages.serving import given, usual_address
from tongban.design.parts import Choice, Field
from tongban.files import doors
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal
from tongban.kernel.typed import grouped

SERVED_BY_THEMSELVES = ("service", "address", "commitment")
"""Forms that nobody serves: proofs, and what the applicant signed."""
TONES = {"served": "ok", "sent": "warn", "failed": "bad"}
SHAPES = {"ok": "●", "warn": "▲", "bad": "■"}


@dataclass(frozen=True)
class Line:
    """One paper in the list, with what was done to serve it; the last attempt first."""

    paper: Paper
    url: str
    services: list[dict[str, object]]
    may_serve: bool

    @property
    def words(self) -> str:
        if self.services:
            return str(self.services[0]["words"])
        return "不用送达" if self.paper.form in SERVED_BY_THEMSELVES else "还没有送达记录"


def lines_of(case: Application, papers: Sequence[Paper]) -> list[Line]:
    by_code: dict[str, list[dict[str, object]]] = {}
    for one in Service.objects.filter(application=case).select_related("document").order_by("-pk"):
        by_code.setdefault(one.document.code, []).append(_service(one))
    return [
        Line(
            paper, reverse("applications:notice", args=[case.number, paper.kind]), by_code.get(paper.code, []),
            bool(paper.code)
            and paper.form not in SERVED_BY_THEMSELVES
            and all(one["state"] == "failed" for one in by_code.get(paper.code, [])),
        )
        for paper in papers
        if not paper.inside
    ]  # fmt: skip


def _service(one: Service) -> dict[str, object]:
    tone, way = TONES[one.state], rules.WAYS[one.way]
    return {
        "row": one, "state": one.state, "way": way, "tone": tone, "at": one.served_at or one.sent_at,
        "words": f"{SHAPES[tone]} {SERVICE_STATES[one.state]}", "facts": facts_shown(one),
        "next": [rules.WAYS[key].name for key in way.next_ways] if one.state == "failed" else [],
        "because": one.failed_because,
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def services(request: HttpRequest, number: str) -> HttpResponse:
    by = common.staff(request)
    one = queries.case(number, by=by)
    if request.method == "GET":
        return _page(request, one, by)
    try:
        file = doors.brought(request, "scan", by=by, now=clock.now())
        facts = {name: value.replace("\0", "") for name, value in request.POST.items() if isinstance(value, str)}
        made = serving.record_service(
            one.number, facts.get("document", ""), facts.get("way", ""), facts, on=_day(request, "on"), file=file,
            by=by, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(request, one, by, refusal)
    messages.success(request, f"送达回证已登记：{made.document.title}，{SERVICE_STATES[made.state]}")
    return redirect("applications:services", number=one.number)


@require_POST
def settle(request: HttpRequest, number: str, service: UUID) -> HttpResponse:
    by = common.staff(request)
    one = queries.case(number, by=by)
    try:
        made = serving.settle_service(
            one.number, service, served=request.POST.get("result") == "served", on=_day(request, "on"),
            receiver=request.POST.get("receiver", "").replace("\0", ""),
            because=request.POST.get("because", "").replace("\0", ""), by=by, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(request, one, by, refusal)
    messages.success(request, f"已登记：{SERVICE_STATES[made.state]}")
    return redirect("applications:services", number=one.number)


def _refused(request: HttpRequest, one: Application, by: Actor, refusal: Refusal) -> HttpResponse:
    if not (isinstance(refusal, Conflict) or refusal.status == 422):
        raise refusal
    return _page(request, one, by, refusal)


def _page(request: HttpRequest, one: Application, by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    wanted = request.POST.get("document", "") or request.GET.get("document", "")
    way = request.POST.get("way", "") or request.GET.get("way", "") or "window"
    lines = lines_of(one, documents.papers(one))
    chosen = next((line for line in lines if line.paper.code and line.paper.code == wanted and line.may_serve), None)
    errors = common.faults_of(refusal) if refusal else []
    address = address_of(one)
    context = {
        "case": one, "number": grouped(one.number), "lines": lines, "chosen": chosen,
        "ways": list(rules.WAYS.values()), "way": rules.WAYS.get(way, rules.WAYS["window"]),
        "fields": _fields(request, rules.WAYS.get(way, rules.WAYS["window"]), errors, address.facts if address else {}),
        "address": address, "electronic": electronic_words(address.facts) if address else "",
        "may_change": serving.may_change_address(one),
        "errors": [(fault.field, common.words_of(fault)) for fault in errors],
    }  # fmt: skip
    return render(request, "applications/desk_services.html", context, status=refusal.status if refusal else 200)


def _fields(request: HttpRequest, way: rules.Way, errors: list[Refusal], address: dict[str, str]) -> list[Field]:
    wrong = {fault.field: fault.reason for fault in errors}
    start = {"sent_to": address.get("address", "")}
    found = []
    for fact in way.facts:
        kind = "select" if fact.kind == "choice" else fact.kind
        choices = [Choice(key, label) for key, label in rules.RELATIONS.items()] if fact.key == "relation" else []
        found.append(Field(
            name=fact.key, label=fact.label, kind=kind, choices=choices, required=fact.required, help=fact.help,  # type: ignore[arg-type]
            value=request.POST.get(fact.key, start.get(fact.key, "")), error=wrong.get(fact.key, ""),
            attrs={"maxlength": "500"} if kind in ("text", "long_text", "code") else {},
        ))  # fmt: skip
    if way.key in ("window", "left", "post"):
        label = "寄出日期" if way.key == "post" else "送达日期"
        found.append(Field(
            name="on", label=label, kind="date", required=False, help="不填就是今天",
            value=request.POST.get("on", ""), error=wrong.get("on", ""),
        ))  # fmt: skip
    if way.key != "electronic":
        found.append(Field(
            name="scan", label="签收的回证、照片或扫描件", kind="file", required=False, help="PDF、JPG、PNG，不超过 20 MB",
            error=wrong.get("scan", ""),
        ))  # fmt: skip
    return found


def _day(request: HttpRequest, name: str) -> date | None:
    """Raises Refusal for what is no date."""
    typed = request.POST.get(name, "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refusal("day_form", "日期写成 2026-03-02 这样", "", name) from None


@require_http_methods(["GET", "POST"])
def desk_address(request: HttpRequest, number: str) -> HttpResponse:
    """送达地址确认书 on paper: what it says, and its scan."""
    by = common.staff(request)
    one = queries.case(number, by=by)
    if not by.may("application.intake", region_path=one.region_path):
        raise Forbidden("not_at_the_window", "纸质的送达地址确认书由综合窗口登记", "请申请人到窗口，或者登录后自己确认")
    refusal = None
    if request.method == "POST":
        try:
            file: StoredFile | None = doors.brought(request, "scan", by=by, now=clock.now())
            serving.confirm_address(one.number, given(request), file=file, by=by, now=clock.now())
        except Refusal as no:
            if no.status not in (409, 422):
                raise
            refusal = no
        else:
            messages.success(request, "纸质的送达地址确认书已登记")
            return redirect("applications:services", number=one.number)
    last = address_of(one)
    scan = Field(
        name="scan", label="签过字的确认书（扫描件）", kind="file", required=False, help="PDF、JPG、PNG；原件随档保存"
    )
    context = {
        "case": one, "number": grouped(one.number), "errors": common.faults_of(refusal) if refusal else [],
        "fields": [*address_fields(request, last.facts if last else usual_address(one.person), one.person, refusal), scan],
    }  # fmt: skip
    return render(request, "applications/desk_address.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET"])
def service_file(request: HttpRequest, number: str, service: UUID) -> HttpResponse:
    """The scan that was filed with a proof."""
    one = queries.case(number, by=common.staff(request))
    found = Service.objects.select_related("file").filter(application=one, public_id=service).first()
    if found is None or found.file is None:
        raise NotFound("file_unknown", "没有这个文件", "这份回证没有附件")
    return doors.send_file(found.file, name=f"service-{found.pk}")
