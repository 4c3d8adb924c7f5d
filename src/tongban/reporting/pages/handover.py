"""移交: which system, what goes along, the applicant's consent; then a link that works once, for five minutes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.catalog import queries as catalog
from tongban.design.parts import Answer, Choice, Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.identity.rules import mask_id, mask_phone
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, NotFound, Refusal
from tongban.reporting import actions
from tongban.reporting.actions.handing import answered
from tongban.reporting.handing import FIELDS, LASTS, host_of


@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest, code: str) -> HttpResponse:
    by = doors.actor(request)
    if by.person_id is None or by.is_staff:
        raise Forbidden("no_person", "请用个人账号办理", "岗位账号不能为自己移交")
    edition = catalog.edition(code)
    found = actions.destination(edition)
    if found is None:
        raise NotFound("no_destination", "这个事项没有可以移交的系统", "请按办事指南上的方式办理")
    given = {
        q.key: request.GET.get(q.key) or request.POST.get(f"answers.{q.key}", "") for q in edition.document.questions
    }
    url, refusal = "", None
    if request.method == "POST":
        try:
            _, url = actions.hand_over(
                edition, answers=given, agrees=bool(request.POST.get("agrees")),
                uscc=request.POST.get("uscc", "")[:18].replace("\0", ""), by=by, now=clock.now(),
            )  # fmt: skip
        except Refusal as no:
            refusal = no
    person = Person.objects.get(pk=by.person_id)
    words = answered(edition, given)
    context = {
        "edition": edition, "system": found.system, "host": host_of(found.url), "plain_url": found.url, "url": url,
        "passed": [Answer(label=FIELDS[name], value=_shown(name, person, words)) for name in found.passes],
        "given": [{"name": f"answers.{key}", "value": value} for key, value in given.items() if value],
        "who": _who(by, request), "errors": [refusal] if refusal else [], "minutes": int(LASTS.total_seconds() // 60),
        "agreed": refusal.reason if refusal and refusal.field == "agrees" else "",
    }  # fmt: skip
    response = render(request, "reporting/handover.html", context, status=422 if refusal else 200)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _shown(name: str, person: Person, words: dict[str, str]) -> str:
    """What goes along, as its owner recognises it."""
    match name:
        case "name":
            return str(person.name)
        case "id_number":
            return mask_id(str(person.id_number))
        case "phone":
            return mask_phone(str(person.phone)) or "没有登记"
        case "address":
            return str(person.address) or "没有登记"
        case _:
            return "；".join(f"{question}{answer}" for question, answer in words.items()) or "没有选"


def _who(by: Actor, request: HttpRequest) -> Field | None:
    """For whom, where they act for an organisation too."""
    held = list(Organisation.objects.filter(pk__in=by.organisation_ids).order_by("name", "pk"))
    if not held:
        return None
    choices = [Choice("", "我本人"), *(Choice(one.uscc, one.name) for one in held)]
    return Field(
        name="uscc",
        label="为谁办理",
        kind="choice",
        value=request.POST.get("uscc", ""),
        choices=choices,
        required=False,
    )
