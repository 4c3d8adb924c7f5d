"""What the doors of the desk share: an act is one POST to one verb, then the case again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tongban.applications.models import Application
from tongban.applications.pages import common, desk_case
from tongban.identity.actors import Actor
from tongban.kernel.refusals import Conflict, Refusal
from tongban.kernel.typed import grouped

Verb = Callable[[Actor], Application]
View = Callable[..., HttpResponse]


def act(view: View) -> View:
    """An act is POSTed; who comes to its address otherwise (a reload, a fresh login) is shown the case."""

    @wraps(view)
    def door(request: HttpRequest, number: str, **which: int) -> HttpResponse:
        if request.method != "POST":
            return redirect("applications:desk_case", number=number)
        return view(request, number, **which)

    return door


def do(
    request: HttpRequest, number: str, done: str, verb: Verb, fields: Mapping[str, str] | None = None
) -> HttpResponse:
    """One act: back to the case with a word, or the page again with the reason and what was typed.

    `fields` says how the page calls a field that the verb refuses.
    """
    by = common.staff(request)
    try:
        one = verb(by)
    except Refusal as refusal:
        if not (isinstance(refusal, Conflict) or refusal.status == 422):
            raise
        for fault in common.faults_of(refusal):
            fault.field = (fields or {}).get(fault.field, fault.field)
        return desk_case.page(request, number, refusal)
    messages.success(request, f"{done}：{grouped(one.number)}")
    return redirect("applications:desk_case", number=one.number)


def seen(request: HttpRequest) -> int | None:
    return whole(request, "version")


def text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "")


def whole(request: HttpRequest, name: str) -> int | None:
    """A number as it was typed; None for anything else."""
    typed = request.POST.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None


def days(request: HttpRequest, name: str) -> int:
    """So many working days; what is no number is no number of days, and the verb says so beside the field."""
    return whole(request, name) or 0
