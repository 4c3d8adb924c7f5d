"""收件 on one page: situation, materials, form. Everything is saved as it is sent; then the same `submit` as everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.accesses import actions as accesses
from tongban.applications import acting, prefill
from tongban.applications import actions as applications
from tongban.applications.actions.drafts import own_draft
from tongban.applications.models import Draft
from tongban.catalog import forming, sheets
from tongban.catalog import rules as guide
from tongban.catalog.content import Give, Material
from tongban.counter import actions
from tongban.counter.pages import checking, common, confirming, pledge, scanning
from tongban.design.parts import WAYS, Field, Way
from tongban.files.links import Invitation
from tongban.files.models import StoredFile
from tongban.identity import rules as identifiers
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest, draft: UUID) -> HttpResponse:
    by = common.window(request)
    one = applications.take_bound(own_draft(draft, by=by), by=by, now=clock.now())
    if one.submitted_number:
        return redirect("counter:received", number=one.submitted_number)
    if request.method == "GET":
        return page(request, in_force(one, by=by))
    one, faults = take(request, one, by=by)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204)
    before, one = one.edition_id, in_force(one, by=by)
    if faults or one.edition_id != before:
        return page(request, one, faults)
    if "submit" in request.POST and (unchosen := pledge.unchosen(one, now=clock.now())):
        return page(request, one, [unchosen])
    if "send_code" in request.POST:
        try:
            confirming.send(request, who_confirms(one))
        except Refusal as refusal:
            return page(request, one, [refusal])
        return page(request, one)
    if "submit" in request.POST:
        try:
            one = confirming.take(request, one, who_confirms(one), by=by)
            case = actions.take_in(one, by=by, now=clock.now())
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            return page(request, one, common.faults_of(refusal), status=refusal.status)
        return redirect("counter:received", number=case.number)
    if request.headers.get("HX-Request"):
        return page(request, one)
    return scanning.onward(request, one, redirect("counter:intake", draft=draft), by=by)


def in_force(one: Draft, *, by: Actor) -> Draft:
    """The draft under the guide that is in force; what the clerk typed comes along."""
    if one.edition.state == "published":
        return one
    applications.carry_over(one.public_id, by=by, now=clock.now())
    return own_draft(one.public_id, by=by)


def take(
    request: HttpRequest, one: Draft, *, back_entry: Mapping[str, str] | None = None, by: Actor
) -> tuple[Draft, list[Refusal]]:
    """Keep what the page brought: answers, fields, and how each material listed on it was given."""
    content = one.edition.document
    answers = {q.key: common.typed(request, f"answer-{q.key}", 60) for q in content.questions}
    form = sheets.taken(content, request.POST, one.content["form"], prefix="form-")
    listed = set(request.POST.getlist("listed"))
    materials: dict[str, str] = {}
    taken: dict[str, dict[str, object]] = {}
    faults: list[Refusal] = []
    for material in content.materials:
        if material.key in listed:
            taken[material.key] = checking.said(request, material)
            try:
                materials[material.key] = _given(
                    request, material, one.content["materials"].get(material.key, ""), by=by
                )
            except Refusal as refusal:
                faults.append(refusal)
    pledged = {"yes": True, "no": False}.get(request.POST.get("pledged", "")) if content.licence_pledge else None
    saved = applications.save_draft(
        one.public_id, pledged=pledged, answers={key: value for key, value in answers.items() if value}, form=form,
        materials=materials, back_entry=back_entry, taken=taken, by=by, now=clock.now(),
    )  # fmt: skip
    return saved, faults


def _given(request: HttpRequest, material: Material, before: str, *, by: Actor) -> str:
    """How that material is given now: a scan's id, `paper`, `pledge`, or nothing."""
    key = material.key
    if request.POST.get("remove") == key:
        return ""
    if scan := common.keep_scan(request, key, by=by):
        return scan
    if before not in ("", "paper", "pledge"):
        return before
    ticked = bool(request.POST.get(f"material-{key}"))
    how = "pledge" if material.give == Give.PLEDGE else "paper"
    return how if ticked else ""


@dataclass(frozen=True)
class PaperLine:
    """One material as the window takes it in."""

    key: str
    name: str
    requirement: str
    pledge_text: str
    way: Way
    give: str
    how: str
    url: str
    mark: str
    tone: str
    follows: bool
    required: bool
    error: str
    lacking: bool
    file: StoredFile | None
    invitation: Invitation | None
    check: checking.Panel | None
    """What is said of it once it is there."""

    @property
    def awaited(self) -> bool:
        """Whether something may appear by itself: pictures from a phone, the end of a check."""
        return bool((self.invitation and self.invitation.awaited) or (self.file and self.file.state == "quarantined"))


def page(
    request: HttpRequest, one: Draft, faults: list[Refusal] | None = None, *, back: Sequence[Field] = (),
    status: int = 422,
) -> HttpResponse:  # fmt: skip
    """`back`: what a 补录 asks beside: when the paper was received, and why it comes now."""
    content, answers = one.edition.document, one.content["answers"]
    person, errors = applicant_of(one), common.by_name(faults or [])
    accesses.note(common.window(request), person_id=person.pk, kind="person", subject="")
    if one.power and one.power.agent_id:
        accesses.note(common.window(request), person_id=one.power.agent_id, kind="person", subject="")
    hints = prefill.hints(
        one.edition,
        person=person,
        organisation=one.organisation,
        today=clock.today(),
        logged_in=False,
        reach=acting.knows(one.power),
    )
    needed = guide.materials_for(content, answers)
    codes = scanning.codes(one, needed, by=common.window(request))
    kept = scanning.kept(one, needed)
    papers = [_line(one, material, errors, codes.get(material.key), kept.get(material.key)) for material in needed]
    context = {
        "draft": one,
        "here": request.path,
        "back": back,
        "edition": one.edition,
        "facts": _facts(one, person),
        "questions": [
            Field.of(q, name=f"answer-{q.key}", value=answers.get(q.key, ""), error=errors.get(f"answer-{q.key}", ""))
            for q in guide.asked(content, answers)
        ],
        "papers": papers,
        "pledge": pledge.offered(one, now=clock.now(), error=errors.get("pledged", "")),
        "free": sum(paper.give in ("generated", "library") for paper in papers),
        "lacking": sum(paper.lacking for paper in papers),
        "confirming": None if back else confirming.panel(request, one, who_confirms(one), errors),
        "form": sheets.drawn(
            content,
            answers,
            prefill.rows_known(content, hints) | one.content["form"],
            hints=hints,
            errors=errors,
            prefix="form-",
            dense=True,
            excused=forming.PHONELESS,
        ),
        "promised": guide.limit_words(content.promised or content.statutory),
        "carried": one.content.get("carried"),
        "offline": one.edition.state != "published",
        "because": "" if one.edition.state == "published" else "办事指南已更新，请回到开头重新选事项",
        "errors": common.shown_faults(faults or []),
    }
    return render(request, "counter/intake.html", context, status=status if faults else 200)


def applicant_of(one: Draft) -> Person:
    assert one.applicant is not None  # noqa: S101 - the window opens drafts with one
    return one.applicant


def who_confirms(one: Draft) -> Person:
    """Who stands here: the applicant, or their agent."""
    return one.power.agent if one.power and one.power.agent else applicant_of(one)


def _facts(one: Draft, person: Person) -> list[tuple[str, str]]:
    """Who stands here; identifiers masked."""
    firm = [("企业", one.organisation.name), ("信用代码", one.organisation.uscc)] if one.organisation else []
    return [
        *firm,
        ("经办人" if one.organisation else "申请人", person.name),
        (f"{person.id_type_name}号码", identifiers.mask_id(person.id_number)),
        ("联系电话", identifiers.mask_phone(person.phone) or "未留"),
        *([(one.power.agent_word, one.power.agent_name)] if one.power else []),
    ]


def _line(
    one: Draft,
    material: Material,
    errors: dict[str, str],
    invitation: Invitation | None,
    file: StoredFile | None,
) -> PaperLine:
    how = one.content["materials"].get(material.key, "")
    asked = material.give in (Give.PLEDGE, Give.UPLOAD, Give.WINDOW) and not pledge.replaces(one, material)
    lacking = asked and not how and material.required and not material.may_follow
    mark, tone = (file.mark, file.tone) if file and not file.is_clean else _mark(how, asked)
    if pledge.replaces(one, material):
        mark, tone = "✓ 由告知承诺代替", "ok"
    return PaperLine(
        key=material.key,
        name=material.name,
        requirement=material.requirement,
        pledge_text=material.pledge_text,
        way=WAYS[material.give],
        give="" if pledge.replaces(one, material) else material.give,
        how="scan" if how not in ("", "paper", "pledge") else how,
        url=reverse("applications:draft_file", args=[one.public_id, material.key]),
        mark=mark,
        tone=tone,
        follows=material.may_follow,
        required=material.required,
        error=errors.get(f"material-{material.key}", ""),
        lacking=lacking,
        file=file,
        invitation=invitation,
        check=checking.panel(one, material) if asked and how and how != "pledge" else None,
    )


def _mark(how: str, asked: bool) -> tuple[str, str]:
    if not asked:
        return "✓ 免提交", "ok"
    words = {"": "▲ 待收", "paper": "✓ 已收纸质", "pledge": "✓ 已承诺"}
    return words.get(how, "✓ 已扫描"), "ok" if how else "wait"
