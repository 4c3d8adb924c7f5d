"""The window's first page: which item, and who stands there; what the window took in lately."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import actions as applications
from tongban.applications.models import Application
from tongban.applications.queries import TONES
from tongban.applications.rules import State
from tongban.catalog import queries as catalog
from tongban.counter import actions, queries
from tongban.counter.pages import common
from tongban.design.parts import Choice, Field
from tongban.identity.actors import Actor
from tongban.identity.id_types import ID_TYPES
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

LISTED = 8


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """GET asks; POST searches again (`find`), or opens the draft for the person."""
    by = common.window(request)
    if request.method == "GET" or _wants_search(request):
        return _page(request, by)
    applicant = actions.Applicant(
        id_type=common.typed(request, "id_type", 20) or "id_card",
        **{
            name: common.typed(request, name, 200)
            for name in ("id_issuer", "id_number", "name", "phone", "uscc", "organisation")
        },
    )
    try:
        draft = actions.start(
            common.typed(request, "item", 60), applicant, back="back" in request.POST, by=by, now=clock.now()
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _page(request, by, refusal)
    return redirect("counter:back_enter" if "back" in request.POST else "counter:intake", draft=draft.public_id)


def _wants_search(request: HttpRequest) -> bool:
    """Enter in the search box searches; Enter in any other field begins."""
    changed = common.typed(request, "q") != common.typed(request, "searched")
    return "find" in request.POST or (changed and "start" not in request.POST and "back" not in request.POST)


@require_safe
def find_case(request: HttpRequest) -> HttpResponse:
    """From the number on the receipt to what the window does next with that case."""
    by = common.window(request)
    try:
        one = queries.case_by(request.GET.get("number", "")[:60], by=by)
    except Refusal as refusal:
        refusal.field = "number"
        return _page(request, by, refusal)
    steps = queries.steps_of(one)
    return redirect(steps[0][0] if steps else "applications:desk_case", one.number)


def _usual_step(one: Application) -> str:
    """By the state alone: the list asks nothing more for each line."""
    usual = {State.RECORDED: "counter:entry", State.CORRECTING: "counter:supplement"}
    return "counter:delivery" if one.status in queries.HANDED_OUT else usual.get(one.status, "applications:desk_case")


def discard(request: HttpRequest, draft: UUID) -> HttpResponse:
    by = common.window(request)
    if request.method == "POST":
        applications.discard_draft(draft, by=by)
    return redirect("counter:start")


def _page(request: HttpRequest, by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    sent = request.POST or request.GET
    words = sent.get("q", "").replace("\0", "").strip()[:60]
    faults = common.faults_of(refusal) if refusal else []
    context = {
        "hall": queries.hall_of(by),
        "words": words,
        "item": _items(by, words, sent.get("item", "").replace("\0", "")[:60], common.by_name(faults)),
        "fields": _fields(request, common.by_name(faults)),
        "number": request.GET.get("number", ""),
        "drafts": queries.open_drafts(by),
        "recent": [
            {"case": one, "who": one.organisation.name if one.organisation else one.person.name,
             "tone": TONES.get(one.status, ""), "step": _usual_step(one)}
            for one in queries.recent(by)
        ],
        "errors": common.shown_faults(faults),
    }  # fmt: skip
    return render(request, "counter/start.html", context, status=refusal.status if refusal else 200)


def _items(by: Actor, words: str, chosen: str, errors: dict[str, str]) -> Field | None:
    """The items found, as one question; None when nothing was found."""
    found = catalog.find(typed=words, region=queries.region_of(by), here_only=True, limit=LISTED)
    choices = [Choice(each.code, each.name, _about(each)) for each in found]
    if chosen and chosen not in {choice.value for choice in choices}:
        try:
            edition = catalog.edition(chosen, reader=lambda: by)
        except Refusal:
            pass
        else:
            chosen = edition.code
            if chosen not in {choice.value for choice in choices}:
                choices.insert(0, Choice(edition.code, edition.name, edition.body.short))
    if not choices:
        return None
    only = choices[0].value if words and len(choices) == 1 else ""
    return Field(
        name="item", label="选事项", kind="choice", long=True, choices=choices, value=chosen or only,
        error=errors.get("item", ""),
    )  # fmt: skip


def _about(found: catalog.Found) -> str:
    days = f"承诺 {found.promised_days} 个工作日" if found.promised_days else ""
    return "　".join(filter(None, [found.body, "即办" if found.instant else days]))


def _fields(request: HttpRequest, errors: dict[str, str]) -> dict[str, Field]:
    made = [
        Field(name="id_number", label="身份证号码", kind="id_number", help="来过的只填号码，姓名会自动带出；别的证件在下面选"),
        Field(name="name", label="姓名", required=False, help="第一次来的要填", attrs={"autocomplete": "off"}),
        Field(name="phone", label="手机号或电话", kind="phone", required=False, help="没有的不填，凭证上有查询码",
              attrs={"autocomplete": "off"}),
        Field(name="uscc", label="统一社会信用代码", kind="uscc", required=False, help="替企业或组织办的要填"),
        Field(name="organisation", label="企业名称", required=False, help="第一次来的要填", attrs={"autocomplete": "off"}),
        Field(name="id_type", label="证件种类", kind="select", choices=[Choice(*one) for one in ID_TYPES.items()]),
        Field(name="id_issuer", label="护照国家码", required=False, help="只有护照要填，例如 CHN",
              attrs={"autocomplete": "off", "maxlength": "3"}),
    ]  # fmt: skip
    return {
        field.name: Field.of(field, value=request.POST.get(field.name, ""), error=errors.get(field.name, ""))
        for field in made
    }
