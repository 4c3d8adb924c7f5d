"""批量修改: choose editions, fill in changes, read every difference, then drafts, publication, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.catalog.bulk_edits import actions
from tongban.catalog.bulk_edits.changes import FLAGS, WORDED, changes_of
from tongban.catalog.content.labels import TYPES
from tongban.catalog.differences import differences
from tongban.catalog.models import BulkEdit, BulkEditLine, Edition
from tongban.catalog.workbook.cells import CellError, read_limit
from tongban.design.parts import Choice, Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal
from tongban.orgs.models import Body

PER_PAGE = 20
TONES = {"planned": "warn", "drafted": "warn", "published": "ok", "undone": "", "restored": ""}


def _editor(request: HttpRequest) -> Actor:
    by = doors.staff(request)
    if not by.posts_for("catalog.edit"):
        by.must("catalog.edit")
    return by


def _theirs(by: Actor) -> Q:
    """The editions that this actor may edit."""
    mine = Q(pk__in=[])
    for post in by.posts_for("catalog.edit"):
        mine |= Q(body=post.body_id) if post.role.scope == "body" else Q(region_path__startswith=post.region_path)
    return mine


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_edits(request: HttpRequest) -> HttpResponse:
    by = _editor(request)
    given, refusal = request.POST, None
    if request.method == "POST":
        try:
            title = given.get("title", "").replace("\0", "").strip()
            edit = actions.plan(
                title=title, editions=_chosen(by, given), changes=_changes(given), by=by, now=clock.now()
            )
            return redirect("catalog:bulk_edit", number=edit.pk)
        except Refusal as refused:
            refusal = refused
    context = {
        "fields": _fields(by, given, refusal),
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
        "edits": [(one, TONES[one.state]) for one in BulkEdit.objects.filter(by=by.who).order_by("-pk")[:20]],
    }
    return render(request, "catalog/desk/bulk_edits.html", context, status=refusal.status if refusal else 200)


def _chosen(by: Actor, given: QueryDict) -> list[int]:
    """The pk of each edition in force that the filter or the list of codes names, one more than may be."""
    found = Edition.objects.published().filter(_theirs(by))
    codes = given.get("codes", "").replace("\0", "").replace("，", " ").replace(",", " ").split()
    if codes:
        found = found.filter(Q(code__in=codes) | Q(item__code__in=codes))
    if body := given.get("body", "").replace("\0", ""):
        found = found.filter(body__key=body)
    if type_code := given.get("type", "").replace("\0", ""):
        found = found.filter(type_code=type_code)
    if name := given.get("name", "").replace("\0", "").strip():
        found = found.filter(name__contains=name)
    if not (codes or body or type_code or name or given.get("all")):
        raise Refusal(
            "selection_missing", "请先选定改哪些实施清单", "选部门、类型，写名称里的字，列出编码，或勾选全部", "codes"
        )
    return list(found.order_by("body", "name", "pk").values_list("pk", flat=True)[: actions.MOST + 1])


def _changes(given: QueryDict) -> list[dict[str, Any]]:
    """Every change that is filled in. Raises Refusal."""

    def text(name: str) -> str:
        return given.get(name, "").replace("\0", "").strip()

    found: list[dict[str, Any]] = []
    if limit := text("promised"):
        try:
            read = read_limit(limit)
        except CellError as error:
            raise Refusal("change_wrong", str(error), "例如 10个工作日、30日、即办", "promised") from error
        found.append({"what": "promised", **read})
    found += [
        {"what": which, "old": text(f"{which}_old"), "new": text(f"{which}_new")}
        for which in ("phone", "complaint_phone")
        if text(f"{which}_new")
    ]
    if text("address_old"):
        found.append({"what": "address", "old": text("address_old"), "new": text("address_new")})
    if text("hours_new"):
        found.append({"what": "hours", "place": text("hours_place"), "new": text("hours_new")})
    if text("words_old"):
        words = {"section": text("words_section"), "old": text("words_old"), "new": text("words_new")}
        found.append({"what": "words", **words})
    for which in ("themes", "life_events"):
        for add in (True, False):
            if name := text(f"{which}_{'add' if add else 'remove'}"):
                found.append({"what": which, "add": add, "name": name})
    if text("flag_key") and text("flag_holds"):
        found.append({"what": "flag", "key": text("flag_key"), "holds": text("flag_holds") == "true"})
    if text("law_old"):
        law = {key: text(f"law_{key}") for key in ("old", "old_article", "new", "number", "article")}
        found.append({"what": "law", **law})
    return found


def _fields(by: Actor, given: QueryDict, refusal: Refusal | None) -> dict[str, Field]:
    bodies = Body.objects.filter(pk__in=Edition.objects.published().filter(_theirs(by)).values("body")).order_by("name")

    def field(name: str, label: str, **shape: Any) -> Field:
        error = refusal.reason if refusal and refusal.field == name else ""
        required = bool(shape.pop("required", False))
        return Field(name=name, label=label, value=given.get(name, ""), error=error, required=required, **shape)

    return {
        one.name: one
        for one in (
            field(
                "title", "缘由", required=True, help="为什么改：作为每份清单的版本说明公开", attrs={"maxlength": "100"}
            ),
            field("body", "部门", kind="select", choices=tuple(Choice(one.key, one.name) for one in bodies)),
            field("type", "事项类型", kind="select", choices=tuple(Choice(*one) for one in TYPES.items())),
            field("name", "名称里有"),
            field("codes", "编码", kind="long_text", rows=2, help="事项编码或实施编码，用空格或换行隔开"),
            field("all", "我能修改的全部实施清单", kind="checkbox"),
            field("promised", "承诺时限改为", help="例如 10个工作日、30日、即办"),
            field("phone_old", "原来的咨询电话", help="空着：不论原来是什么"),
            field("phone_new", "咨询电话换成"),
            field("complaint_phone_old", "原来的投诉电话", help="空着：不论原来是什么"),
            field("complaint_phone_new", "投诉电话换成"),
            field("address_old", "地址里的"),
            field("address_new", "地址里换成"),
            field("hours_place", "哪个办理地点", help="空着：所有办理地点"),
            field("hours_new", "办公时间改为"),
            field("words_section", "哪一部分", kind="select", choices=tuple(Choice(*one) for one in WORDED.items())),
            field("words_old", "原来的文字"),
            field("words_new", "文字换成", help="空着：删去原来的文字"),
            field("themes_add", "加上服务主题"),
            field("themes_remove", "去掉服务主题"),
            field("life_events_add", "加上人生事件"),
            field("life_events_remove", "去掉人生事件"),
            field("flag_key", "哪一项", kind="select", choices=tuple(Choice(*one) for one in FLAGS.items())),
            field("flag_holds", "改为", kind="select", choices=(Choice("true", "是"), Choice("false", "否"))),
            field("law_old", "原来的法律法规"),
            field("law_old_article", "原来的条款", help="空着：不论哪一条"),
            field("law_new", "法律法规换成"),
            field("law_number", "新的文号"),
            field("law_article", "新的条款", help="空着：条款不变"),
        )
    }


@require_safe
def bulk_edit(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, number)


def _page(request: HttpRequest, number: int, refusal: Refusal | None = None) -> HttpResponse:
    one = _edit(request, number)
    changes = changes_of(one.changes)
    after = request.GET.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 18 else 0
    fitting = one.lines.filter(refused="")
    lines = list(
        fitting.filter(pk__gt=start).select_related("edition__item", "edition__body", "draft").order_by("pk")[: PER_PAGE + 1]
    )  # fmt: skip
    left_out = list(one.lines.exclude(refused="").select_related("edition__body").order_by("pk")[:PER_PAGE])
    context = {
        "edit": one,
        "tone": TONES[one.state],
        "changes": [str(change) for change in changes],
        "count": fitting.count(),  # at most `actions.MOST`
        "left_out_count": one.lines.exclude(refused="").count(),
        "rows": [(line, _differences(line, changes)) for line in lines[:PER_PAGE]],
        "left_out": left_out,
        "next_url": f"?after={lines[PER_PAGE - 1].pk}" if len(lines) > PER_PAGE else "",
        "first_url": "?" if start else "",
        "errors": [refusal] if refusal else [],
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "catalog/desk/bulk_edit.html", context, status=refusal.status if refusal else 200)


def _differences(line: BulkEditLine, changes: list[Any]) -> list[Any]:
    """What the draft changes; before there is one, what it would."""
    try:
        after = line.draft.document if line.draft else actions.changed(line.edition, changes)
    except Refusal:
        return []
    return list(differences(line.edition.document, after))


def _edit(request: HttpRequest, number: int) -> BulkEdit:
    """One's own. Raises NotFound, Forbidden."""
    found = BulkEdit.objects.filter(pk=number, by=_editor(request).who).first()
    if found is None:
        raise NotFound("bulk_edit_unknown", "没有这次批量修改，或者不是您做的", "请从批量修改页选择")
    return found


@require_POST
def make_drafts(request: HttpRequest, number: int) -> HttpResponse:
    return _do(
        request, number, lambda one, by: f"已起草 {actions.make_drafts(one, by=by, now=clock.now())} 份，还没有公布"
    )


@require_POST
def publish(request: HttpRequest, number: int) -> HttpResponse:
    return _do(request, number, lambda one, by: f"已发布 {actions.publish(one, by=by, now=clock.now())} 份")


@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    return _do(request, number, lambda one, by: f"已撤销，删去 {actions.undo(one, by=by, now=clock.now())} 份草稿")


@require_POST
def restore(request: HttpRequest, number: int) -> HttpResponse:
    def verb(one: BulkEdit, by: Actor) -> str:
        back, left = actions.restore(one, by=by, now=clock.now())
        return f"已恢复 {back} 份" + (f"；{left} 份在这以后又发布过新版，没有动" if left else "")

    return _do(request, number, verb)


def _do(request: HttpRequest, number: int, verb: Callable[[BulkEdit, Actor], str]) -> HttpResponse:
    one = _edit(request, number)
    try:
        done = verb(one, doors.staff(request))
    except Refusal as refusal:
        return _page(request, number, refusal)
    messages.success(request, done)
    return redirect("catalog:bulk_edit", number=number)
