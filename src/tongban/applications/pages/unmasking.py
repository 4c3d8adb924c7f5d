"""查看完整号码（写明理由）: the form, and what it shows once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.applications import queries
from tongban.applications.actions.unmasking import WHAT, unmask
from tongban.applications.pages import common
from tongban.design.parts import Choice, Field
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped


@require_http_methods(["GET", "HEAD", "POST"])
def whole_number(request: HttpRequest, number: str) -> HttpResponse:
    """What POST shows is in no address, kept by no browser, and gone with the next page."""
    by = common.staff(request)
    one = queries.case(number, by=by)
    by.must("person.unmask", body_id=one.body_id, region_path=one.region_path)
    sent = {name: request.POST.get(name, "").replace("\0", "") for name in ("what", "reason")}
    shown: list[tuple[str, str]] = []
    errors: list[Refusal] = []
    if request.method == "POST":
        try:
            shown = unmask(one.number, **sent, by=by, now=clock.now())
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            errors = [refusal]
    context = {
        "case": one,
        "number": grouped(one.number),
        "shown": shown,
        "done": request.method == "POST" and not errors,
        "fields": _fields(sent, errors),
        "errors": errors,
        "hint": errors[0].hint if errors else "",
    }
    response = render(request, "applications/unmask.html", context, status=422 if errors else 200)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _fields(sent: dict[str, str], errors: list[Refusal]) -> list[Field]:
    wrong = {fault.field: fault.reason for fault in errors}
    made = [
        Field(name="what", label="要看哪个号码", kind="choice", choices=[Choice(*each) for each in WHAT.items()]),
        Field(name="reason", label="为什么要看", kind="long_text", rows=2, help="5 至 200 个字，申请人能看到这条理由",
              attrs={"maxlength": "200"}),
    ]  # fmt: skip
    return [Field.of(one, value=sent[one.name], error=wrong.get(one.name, "")) for one in made]
