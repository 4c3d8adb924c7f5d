"""补交容缺材料 at the window: in parts or at once; what was scanned is kept while a page comes back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.applications import actions as applications
from tongban.applications import queries as cases
from tongban.applications.actions import commitments
from tongban.counter import actions, queries
from tongban.counter.pages import common
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Refusal
from tongban.kernel.typed import grouped


@require_http_methods(["GET", "POST"])
def supply(request: HttpRequest, number: str) -> HttpResponse:
    by = common.window(request)
    one = cases.case(number, by=by)
    waiting = queries.papers_awaited(one)
    if not waiting:
        raise Conflict("nothing_to_supply", "这个办件没有待补交的容缺材料", "请在工作台查看办件现在的状态")
    given, faults, status = dict.fromkeys((row.key for row in waiting), ""), list[Refusal](), 422
    if request.method == "POST":
        given, faults = common.brought(request, list(given), by=by)
        if not faults and "look" not in request.POST:  # Enter in a field only keeps what came
            try:
                applications.supply(
                    number, materials={key: how for key, how in given.items() if how},
                    by=actions.acting_for(by, one.person), now=clock.now(), seen=common.seen(request),
                )  # fmt: skip
            except Refusal as refusal:
                if refusal.status not in (409, 422):
                    raise
                faults, status = common.faults_of(refusal), refusal.status
                one = cases.case(number, by=by)
            else:
                left = [row.name for row in queries.papers_awaited(cases.case(number, by=by))]
                more = f"，还差：{'、'.join(left)}" if left else "，已经补齐"
                messages.success(request, f"容缺材料已收：{grouped(one.number)}{more}")
                return redirect("applications:desk_case", number=one.number)
    errors = common.by_name(faults)
    context = {
        "case": one,
        "number": grouped(one.number),
        "promises": commitments.still_open(one, "provision", "later"),
        "rows": [
            {"key": row.key, "name": row.name, "how": common.way_of(given[row.key]), "kept": given[row.key],
             "error": errors.get(f"material-{row.key}", "")}
            for row in waiting
        ],
        "errors": common.shown_faults(faults),
    }  # fmt: skip
    return render(request, "counter/supply.html", context, status=status if faults else 200)
