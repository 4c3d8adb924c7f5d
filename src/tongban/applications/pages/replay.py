"""指南回放: what a draft would have changed for the cases of the item so far. Counts only; no answers, no names."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.applications import past
from tongban.applications.replay import Counted, replay
from tongban.catalog.models import Edition
from tongban.design.parts import Choice, Table
from tongban.identity import doors
from tongban.kernel.refusals import Forbidden, NotFound
from tongban.kernel.typed import grouped

SIZES = {"1000": 1_000, "10000": past.MOST}


@require_safe
def run(request: HttpRequest, edition: int) -> HttpResponse:
    """`?cases=1000` or `10000`: how many of the newest cases."""
    by = doors.staff(request)
    if not by.posts_for("catalog.edit"):
        raise Forbidden("not_empowered", "您的岗位不管理事项", "请联系事项管理员，或向管理员申请岗位")
    draft = Edition.objects.select_related("item", "body").filter(pk=edition).first()
    if draft is None or not by.may("catalog.edit", body_id=draft.body_id, region_path=draft.region_path):
        raise NotFound("edition_unknown", "没有这一版实施清单", "请从事项列表进入")
    size = request.GET.get("cases", "") if request.GET.get("cases") in SIZES else "1000"
    result = replay(draft.document, past.cases_of(draft, at_most=SIZES[size]))
    context = {
        "edition": draft,
        "result": result,
        "facts": [
            ("回放办件", result.cases, "件"),
            ("可免的补正", result.corrections_avoided, f"次，共 {result.corrections} 次"),
            ("少交材料", result.papers_saved, f"份，原来共 {result.papers} 份"),
            ("多交材料", result.papers_added, "份"),
            ("情形不明", result.undefined, "件"),
        ],
        "saved": _table("不用再交的材料", "涉及办件", result.saved),
        "added": _table("新要交的材料", "涉及办件", result.added),
        "questions": _table("没有答案的问题", "涉及办件", result.open_questions),
        "fields": _table("新的必填项", "当时没有填的办件", result.fields),
        "examples": [{"number": number, "shown": grouped(number)} for number in past.seen_by(by, result.examples)],
        "sizes": [Choice(value, f"最近 {number} 件") for value, number in SIZES.items()],
        "size": size,
    }
    return render(request, "applications/replay.html", context)


def _table(what: str, unit: str, counted: tuple[Counted, ...]) -> Table:
    return Table(columns=(what, unit), numeric=(unit,), rows=[[one.name, one.cases] for one in counted])
