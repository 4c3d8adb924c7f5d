"""待打印信函: for people who can't be reached by SMS or mail; each printed once, with who and when."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.accesses import actions as accesses
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.identity.rules import mask_name
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Forbidden, NotFound
from tongban.kernel.typed import grouped
from tongban.notices import actions
from tongban.notices.documents import letter_pdf
from tongban.notices.models import Delivery

MOST = 100


def printer(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not by.posts_for("notice.print"):
        raise Forbidden("not_a_printer", "您的岗位不打印信函", "信函由综合窗口和经办部门打印")
    return by


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
def printing(request: HttpRequest, letter: UUID) -> HttpResponse:
    by = printer(request)
    try:
        one = actions.print_letter(letter, by=by, now=clock.now())
    except Conflict as refusal:
        return _page(request, refusal)
    return redirect("notices:letter", letter=one.public_id)


@require_safe
def paper(request: HttpRequest, letter: UUID) -> HttpResponse:
    """Only after it was marked printed: who sees name and address is on record."""
    by = printer(request)
    mine = Delivery.objects.letters().within(by, "notice.print").filter(state="printed")
    one = mine.select_related("message", "person", "body").filter(public_id=letter).first()
    if one is None:
        raise NotFound("letter_not_printed", "这封信还没有打印，或者没有这封信", "请在待打印信函里点“打印”")
    accesses.note(
        by, person_id=one.person_id, kind="letter", subject=one.message.subject, body_id=one.body_id,
        region_path=one.region_path,
    )  # fmt: skip
    response = HttpResponse(letter_pdf(one), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="letter-{one.message.subject}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, refusal: Conflict | None = None) -> HttpResponse:
    by = printer(request)
    done = request.GET.get("printed") == "1"
    mine = Delivery.objects.letters().within(by, "notice.print").filter(state="printed" if done else "to_print")
    found = mine.select_related("message", "person", "body").order_by("-printed_at" if done else "pk")[:MOST]
    shown = list(found)
    names = names_of(one.printed_by for one in shown if one.printed_by)
    context = {
        "rows": [
            {
                "letter": one,
                "name": mask_name(one.person.name),
                "number": grouped(one.message.subject),
                "printed_by": names.get(one.printed_by, ""),
            }
            for one in shown
        ],
        "done": done,
        "most": MOST,
        "errors": [("", f"{refusal.reason}，{refusal.hint}")] if refusal else [],
    }
    return render(request, "notices/letters.html", context, status=refusal.status if refusal else 200)
