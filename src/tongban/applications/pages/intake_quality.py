"""收件质量 on the desk: for the supervisor of the region and for the window's own people."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.applications import intake_quality as quality
from tongban.applications.pages import common
from tongban.design.parts import Field
from tongban.identity.queries import names_of
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped

PER_PAGE = 30


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    by = common.staff(request)
    of = quality.whose(by)
    typed = {name: request.GET.get(name, "").replace("\0", "")[:10] for name in ("since", "until")}
    refusal: Refusal | None = None
    try:
        span = quality.span(typed["since"], typed["until"], today=clock.today())
    except Refusal as no:
        refusal, span = no, quality.span("", "", today=clock.today())
        shown = typed
    else:
        shown = {"since": span.first.isoformat(), "until": span.last.isoformat()}
    after = request.GET.get("after", "")
    behind = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    rows = quality.findings(of, span, limit=PER_PAGE, after=behind)
    clerks = quality.by_clerk(of, span)
    names = names_of([*(row.clerk for row in rows), *(one.name for one in clerks)]) if of.names else {}
    halls = quality.by_hall(of, span)
    onward = urlencode({**shown, "after": rows[-1].pk}) if len(rows) == PER_PAGE else ""
    context = {
        "span": span,
        "fields": [_field("since", "从哪天", shown, refusal), _field("until", "到哪天", shown, refusal)],
        "halls": halls,
        "taken": sum(one.taken for one in halls),
        "items": quality.by_item(of, span),
        "points": quality.by_point(of, span),
        "clerks": [(names[one.name], one) for one in clerks],
        "named": of.names,
        "rows": [
            {"row": row, "number": grouped(row.application.number), "who": names.get(row.clerk, ""), "own": row.clerk == by.who}
            for row in rows
        ],
        "next_url": f"?{onward}" if onward else "",
        "first_url": f"?{urlencode(shown)}" if behind else "",
        "errors": [refusal] if refusal else [],
    }  # fmt: skip
    return render(request, "applications/intake_quality.html", context, status=refusal.status if refusal else 200)


def _field(name: str, label: str, shown: dict[str, str], refusal: Refusal | None) -> Field:
    error = refusal.reason if refusal and refusal.field == name else ""
    return Field(name=name, label=label, kind="date", value=shown[name], error=error, required=False)
