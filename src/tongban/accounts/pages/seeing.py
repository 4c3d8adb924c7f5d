"""当面核验 at the window: the clerk holds the card in their hand, and its holder stands there."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.accesses import actions as accesses
from tongban.accounts.pages import common
from tongban.accounts.queries import claims_of
from tongban.design.parts import Field
from tongban.identity import assurance, doors
from tongban.identity.actors import Actor
from tongban.identity.id_types import id_document
from tongban.identity.queries import person_with
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Refusal


def clerk(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not by.posts_for("person.see"):
        raise Forbidden("not_empowered", "您的岗位不能当面核验身份", "由综窗人员核验")
    return replace(by, channel="counter")


@require_http_methods(["GET", "POST"])
def seen(request: HttpRequest) -> HttpResponse:
    by, refusal = clerk(request), None
    if request.method == "POST":
        given = {name: common.typed(request, name) for name in ("name", "id_type", "id_number", "id_issuer")}
        try:
            if not request.POST.get("card"):
                raise Refusal("card_not_seen", "请确认看过证件原件，人证一致", "没有带证件的，不能核验", "card")
            _note(given, by)
            person = assurance.see_in_person(**given, by=by, now=clock.now())
        except Refusal as no:
            if isinstance(no, Forbidden):
                raise
            refusal = no
        else:
            messages.success(request, f"{person.name}：已当面核验")
            if waiting := claims_of(person):
                return redirect("accounts:claim_at_window", claim=waiting[0].public_id)
            return redirect("accounts:seen")
    fields = common.filled(request, [*common.paper_fields(), NAME, CARD], refusal)
    context = {"fields": fields, "errors": common.summary(refusal, fields)}
    return render(request, "accounts/seen.html", context, status=refusal.status if refusal else 200)


def _note(given: dict[str, str], by: Actor) -> None:
    """The number was looked up, whatever comes of it: on record at once, for the answer may be a redirect."""
    paper = id_document(given["id_type"], given["id_number"], issuer=given["id_issuer"])
    if found := person_with(paper):
        accesses.note_all(by, people=[found.pk], kind="person", subject="", now=clock.now())


NAME = Field(name="name", label="姓名", attrs={"autocomplete": "off"})
CARD = Field(name="card", label="看过证件原件，持证人就是本人", kind="checkbox")
