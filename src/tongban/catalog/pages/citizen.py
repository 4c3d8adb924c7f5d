"""Find an item; read its guide, with the materials the answers choose."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.catalog import queries, rules
from tongban.catalog.content import Content
from tongban.design.slots import slots_for
from tongban.kernel.refusals import Invalid

PER_PAGE = 20
TYPES = {
    "01": "行政许可", "05": "行政给付", "07": "行政确认", "08": "行政奖励",
    "09": "行政裁决", "10": "其他行政权力", "20": "公共服务",
}  # fmt: skip
AUDIENCES = {"1": "个人办事", "2": "企业办事"}


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").replace("\0", "").strip()[:60]
    audience = request.GET.get("audience", "") if request.GET.get("audience") in AUDIENCES else ""
    after = request.GET.get("after", "").replace("\0", "")
    found = queries.find(typed=typed, audience=audience, limit=PER_PAGE, after=after)
    context = {
        "typed": typed,
        "audience": audience,
        "title": f"搜索“{typed}”" if typed else AUDIENCES.get(audience, "全部事项"),
        "items": [{"found": one, "type_name": TYPES.get(one.type_code, "")} for one in found],
        "after": found[-1].after if len(found) == PER_PAGE else "",
        "continued": bool(after),
    }
    return render(request, "catalog/items.html", context)


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """`?kind=catering&…` are the answers; without all of them the list shows what is certain, and what depends."""
    edition = queries.edition(code)
    content = edition.document
    given = {question.key: request.GET.get(question.key, "") for question in content.questions}
    answers = {key: value for key, value in given.items() if value}
    context = {
        "edition": edition,
        "content": content,
        "type_name": TYPES.get(edition.type_code, ""),
        "promised": rules.limit_words(content.promised or content.statutory),
        "statutory": rules.limit_words(content.statutory),
        "questions": [{"question": q, "answer": answers.get(q.key, "")} for q in rules.asked(content, answers)],
        "materials": materials_shown(content, answers),
        "fee_words": "、".join(fee.name for fee in content.fees) or "不收费",
        "slots": slots_for(request, edition, "catalog.guide.start", "catalog.guide.side"),
    }
    return render(request, "catalog/guide.html", context)


def materials_shown(content: Content, answers: dict[str, str]) -> dict[str, object]:
    """The materials for these answers and the sentence above them."""
    try:
        complete = rules.check_answers(content, {k: v for k, v in answers.items() if v})
    except Invalid:
        certain = [material for material in content.materials if not material.when]
        return {"complete": False, "rows": certain, "depends": len(content.materials) - len(certain)}
    needed = rules.materials_for(content, complete)
    prepare = sum(1 for material in needed if material.give in ("upload", "window"))
    return {"complete": True, "rows": needed, "total": len(needed), "free": len(needed) - prepare, "prepare": prepare}
