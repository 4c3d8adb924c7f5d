"""What the steps of an application share: the draft they fill, where each step is, and which comes next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from tongban.applications import acting, actions, prefill
from tongban.applications.actions.drafts import must_still_act, own_draft
from tongban.applications.models import Draft
from tongban.catalog import forming
from tongban.catalog import rules as guide
from tongban.catalog.content import Material
from tongban.catalog.sheets import Hint
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Invalid, Refusal

FREE = ("generated", "library")
"""What the citizen has nothing to do for."""


def opened(draft: UUID, *, by: Actor) -> Draft:
    """One's own draft, under the guide that is in force, with what a phone has sent meanwhile."""
    one = own_draft(draft, by=by)
    if not one.submitted_number:
        must_still_act(one, by=by, today=clock.today())
    if replaced(one):
        actions.carry_over(draft, by=by, now=clock.now())
        one = own_draft(draft, by=by)
    return actions.take_bound(one, by=by, now=clock.now())


def replaced(one: Draft) -> bool:
    return one.edition.state != "published" and not one.submitted_number


def sheets_of(one: Draft) -> list[forming.Sheet]:
    return forming.sheets(one.edition.document, one.content["answers"], one.content["form"])


def materials_of(one: Draft) -> list[Material]:
    return guide.materials_for(one.edition.document, one.content["answers"])


def hints_of(one: Draft, *, logged_in: bool = True) -> dict[str, Hint]:
    """What is known for the fields that nobody has typed in yet."""
    assert one.applicant is not None  # noqa: S101 - drafts are opened with one
    return prefill.hints(
        one.edition,
        person=one.applicant,
        organisation=one.organisation,
        today=clock.today(),
        logged_in=logged_in and one.power is None,
        reach=acting.knows(one.power),
    )


def next_step(one: Draft) -> HttpResponseRedirect:
    """The first step that isn't finished: a question open, a page never sent or with a fault, a material missing."""
    content, typed = one.edition.document, one.content["form"]
    try:
        guide.check_answers(content, {key: value for key, value in one.content["answers"].items() if value})
    except Invalid:
        return redirect("applications:situation", draft=one.public_id)
    for number, sheet in enumerate(sheets_of(one), start=1):
        keys = {sheet.page.key} if sheet.page.repeat else {field.key for field in sheet.blocks[0].fields}
        if not keys & typed.keys() or forming.check_sheet(sheet, typed, today=clock.today()):
            return to_page(one, number)
    return to_materials(one) if missing(one) else redirect("applications:check", draft=one.public_id)


def finished(one: Draft) -> bool:
    """Nothing is left but to look it over and hand it in."""
    return next_step(one).url == reverse("applications:check", args=[one.public_id])


def missing(one: Draft) -> list[Refusal]:
    """The materials that must still be given before the application can be handed in."""
    given, faults = one.content["materials"], []
    licence_pledge, pledged = one.edition.document.licence_pledge, one.content.get("pledged")
    if licence_pledge and pledged is None:
        faults.append(Refusal("pledge_choice", "请选择按告知承诺办理，还是按普通程序办理", "", "pledged"))
    for material in materials_of(one):
        field = f"materials.{material.key}"
        if material.give == "pledge" and not given.get(material.key) and not (licence_pledge and pledged is not False):
            words = f"请阅读并勾选承诺，或者上传证明：{material.name}"
            faults.append(Refusal("pledge_missing", words, "", field))
        elif (
            material.give == "upload" and material.required and not material.may_follow and not given.get(material.key)
        ):
            faults.append(Refusal("materials_missing", f"请上传：{material.name}", material.requirement, field))
    return faults


def to_page(one: Draft, page: int) -> HttpResponseRedirect:
    if page > len(sheets_of(one)):
        return to_materials(one)
    return redirect("applications:form", draft=one.public_id, page=page)


def to_materials(one: Draft) -> HttpResponseRedirect:
    stops = materials_of(one) or one.edition.document.licence_pledge
    return redirect("applications:materials" if stops else "applications:check", draft=one.public_id)


def page_url(one: Draft, page: int) -> str:
    if page >= 1:
        return reverse("applications:form", args=[one.public_id, page])
    return reverse("applications:situation", args=[one.public_id])


def left(request: HttpRequest) -> HttpResponseRedirect:
    messages.success(request, "已保存。换一台设备登录也能接着填，30 天内有效")
    return redirect(settings.LOGIN_REDIRECT_URL)


def context(one: Draft, here: str) -> dict[str, Any]:
    """The steps of this application, with the one we are at; and what changed when its guide was replaced."""
    steps = [("situation", "选情形")] if one.edition.document.questions else []
    steps += [(f"form{at}", sheet.page.title) for at, sheet in enumerate(sheets_of(one), start=1)]
    steps += [("materials", "交材料"), ("check", "核对提交")]
    keys = [key for key, _ in steps]
    at = keys.index(here) if here in keys else 0
    return {
        "draft": one,
        "edition": one.edition,
        "carried": one.content.get("carried"),
        "offline": replaced(one),
        "steps": [
            {"title": title, "state": "done" if i < at else "now" if i == at else ""}
            for i, (_, title) in enumerate(steps)
        ],
        "step_number": at + 1,
        "step_count": len(steps),
    }
