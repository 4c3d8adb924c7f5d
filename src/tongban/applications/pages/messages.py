"""留言, from both sides: the applicant's page and the desk's."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import actions, queries
from tongban.applications.models import Application, CaseMessage
from tongban.applications.pages import common
from tongban.applications.rules import ANSWER_DAYS, MESSAGE_LENGTH, MESSAGES_OF_A_SIDE
from tongban.design.parts import Field
from tongban.files import doors
from tongban.files.doors import send_file
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal
from tongban.kernel.typed import grouped

KINDS = ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx"


@require_http_methods(["GET", "POST"])
def citizen(request: HttpRequest, number: str) -> HttpResponse:
    by = common.actor(request)
    one = queries.own_case(number, act="follow", by=by)
    return _page(request, one, by, template="applications/messages.html", here="applications:messages")


@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest, number: str) -> HttpResponse:
    """Whoever may see the case reads; who answers for the body writes."""
    by = common.staff(request)
    one = queries.case(number, by=by)
    return _page(request, one, by, template="applications/desk_messages.html", here="applications:desk_messages")


def _page(request: HttpRequest, one: Application, by: Actor, *, template: str, here: str) -> HttpResponse:
    refusal = None
    if request.method == "POST":
        try:
            _write(request, one, by)
        except Refusal as no:
            if no.status not in (409, 422):
                raise
            refusal = no
        else:
            flash.success(request, "已发送")
            return redirect(here, number=one.number)
    actions.read_messages(one.number, by=by, now=clock.now())
    newest = CaseMessage.objects.filter(application=one).select_related("file").order_by("-pk")
    context = {
        "case": one,
        "number": grouped(one.number),
        "written": list(newest[: 2 * MESSAGES_OF_A_SIDE])[::-1],
        "staff_side": by.is_staff,
        "may_write": not by.is_staff or by.may("application.answer", body_id=one.body_id, region_path=one.region_path),
        "fields": _fields(request, refusal),
        "answer_days": ANSWER_DAYS,
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }
    return render(request, template, context, status=refusal.status if refusal else 200)


def _write(request: HttpRequest, one: Application, by: Actor) -> None:
    if no := doors.too_large(request, "file"):
        raise no
    now = clock.now()
    file = doors.brought(request, "file", by=by, now=now)
    actions.write_message(one.number, text=request.POST.get("text", "").replace("\0", ""), file=file, by=by, now=now)


def _fields(request: HttpRequest, refusal: Refusal | None) -> dict[str, Field]:
    def error(name: str) -> str:
        return refusal.reason if refusal and refusal.field == name else ""

    return {
        "text": Field(
            name="text", label="留言", kind="long_text", value=request.POST.get("text", ""), error=error("text"),
            help=f"最多 {MESSAGE_LENGTH} 个字", attrs={"maxlength": str(MESSAGE_LENGTH)},
        ),
        "file": Field(
            name="file", label="附件", kind="file", required=False, error=error("file"),
            help="PDF、OFD、JPG、PNG、Word、Excel，不超过 20 MB", attrs={"accept": KINDS},
        ),
    }  # fmt: skip


@require_safe
def attachment(request: HttpRequest, number: str, file: UUID) -> HttpResponse:
    """For both sides, and whoever may see the case."""
    one = queries.case(number, by=common.actor(request))
    found = CaseMessage.objects.select_related("file").filter(application=one, file__public_id=file).first()
    if found is None or found.file is None:
        raise NotFound("file_unknown", "没有这个文件", "")
    return send_file(found.file, name=f"message-{found.pk}")
