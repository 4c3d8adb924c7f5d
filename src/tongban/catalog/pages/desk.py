"""The editors' desk: table and tree of the catalogue, and one base item with its editions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.catalog import coding, levels, listing
from tongban.catalog.actions import editing, items
from tongban.catalog.content import Basis, Content
from tongban.catalog.content.labels import AUDIENCES, HANDLING, TYPES
from tongban.catalog.models import Edition, Item
from tongban.catalog.pages import desk_common as common
from tongban.design.parts import Choice, Field
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Invalid, NotFound, Refusal
from tongban.orgs.models import Body, Region

STATES = (("published", "已发布"), ("draft", "草稿"), ("items", "基本目录"))
MOST_EDITIONS = 100


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Editions in force, open drafts or base items, by body, type and words."""
    by = common.editor(request)
    bodies = common.bodies_of(by)
    wanted = _wanted(request, bodies)
    found = listing.items(wanted) if wanted.state == "items" else listing.editions(wanted, by=by)
    asked = {"state": wanted.state, "body": wanted.body or "", "type": wanted.type_code, "q": wanted.typed}
    context = {
        "wanted": wanted,
        "rows": found.rows,
        "types": TYPES,
        "tabs": [{"key": key, "name": name, "url": "?" + urlencode(asked | {"state": key})} for key, name in STATES],
        "filters": [
            Field(name="body", label="部门", kind="select", required=False, value=str(wanted.body or ""),
                  choices=tuple(Choice(str(body.pk), body.short) for body in bodies)),
            Field(name="type", label="类型", kind="select", required=False, value=wanted.type_code,
                  choices=tuple(Choice(*one) for one in TYPES.items())),
            Field(name="q", label="名称、叫法或编码", kind="search", value=wanted.typed, required=False),
        ],
        "may_govern": common.may_govern(by),
        "next_url": "?" + urlencode(asked | {"after": found.after}) if found.after else "",
        "first_url": "?" + urlencode(asked) if wanted.after else "",
        "here": "table",
    }  # fmt: skip
    return render(request, "catalog/desk_table.html", context)


def _wanted(request: HttpRequest, bodies: list[Body]) -> listing.Wanted:
    """An editor of one body begins with it."""
    given = {key: request.GET.get(key, "").replace("\0", "").strip() for key in request.GET}
    own = str(bodies[0].pk) if len(bodies) == 1 else ""
    body = given.get("body", own)
    return listing.Wanted(
        state=given["state"] if given.get("state") in dict(STATES) else "published",
        body=int(body) if body.isdecimal() and len(body) < 10 else None,
        type_code=given["type"] if given.get("type") in TYPES else "",
        typed=given.get("q", "")[:60],
        after=given.get("after", "")[:300],
    )


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """主项 → 子项 → 业务办理项, one level at a time."""
    by = common.editor(request)
    parent = common.item_of(request.GET["under"]) if request.GET.get("under") else None
    after = request.GET.get("after", "").replace("\0", "")
    found = listing.under(parent, after=after)
    under = {"under": parent.code} if parent else {}
    context = {
        "parent": parent,
        "path": listing.path_to(parent)[:-1] if parent else [],
        "rows": [{"item": one, "type": TYPES.get(one.type_code, "")} for one in found.rows],
        "may_govern": common.may_govern(by),
        "next_url": "?" + urlencode(under | {"after": found.after}) if found.after else "",
        "first_url": "?" + urlencode(under) if after else "",
        "here": "tree",
    }
    return render(request, "catalog/desk_tree.html", context)


@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """A base item: the four, the other elements, its place, and who has editions of it."""
    return _item(request, code)


def _item(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    by = common.editor(request)
    one = common.item_of(code)
    readable = Edition.objects.readable_by(by).filter(item=one).select_related("body").defer("content")
    editions = list(readable.exclude(state="withdrawn").order_by("body__name", "version")[:MOST_EDITIONS])
    past = list(readable.filter(state="withdrawn").order_by("-withdrawn_at", "-pk")[:20])
    in_force = [edition for edition in editions if edition.state == "published"]
    drafting = {edition.body_id for edition in editions if edition.state == "draft"}
    free = [body for body in common.bodies_of(by) if body.pk not in drafting]
    context = {
        "item": one,
        "path": listing.path_to(one)[:-1],
        "type": TYPES.get(one.type_code, one.type_code),
        "kind": levels.KIND_NAMES[one.kind],
        "basis": levels.basis_of(one.basis),
        "audience": "、".join(dict(AUDIENCES).get(str(each), str(each)) for each in one.audience),
        "handling": "、".join(dict(HANDLING).get(str(each), str(each)) for each in one.handling_forms),
        "editions": [{"edition": edition, "url": common.url("desk_edition", edition)} for edition in editions],
        "past": [{"edition": edition, "url": common.url("desk_edition", edition)} for edition in past],
        "start": _start_fields(free, in_force) if free and one.state == "active" else None,
        "may_govern": common.may_govern(by),
        "parent_field": Field(name="parent", label="上级事项的编码", required=False, help="留空就是放在最上面",
                              value=one.parent.code if one.parent else ""),
        "errors": common.faults_of(refusal) if refusal else [],
        "hint": refusal.hint if refusal else "",
        "here": "table",
    }  # fmt: skip
    return render(request, "catalog/desk_item.html", context, status=refusal.status if refusal else 200)


def _start_fields(bodies: list[Body], in_force: list[Edition]) -> list[Field]:
    """For which body, and from what: what is in force there comes first, then other bodies' (认领), then nothing."""
    own = {body.pk for body in bodies}
    ordered = sorted(in_force, key=lambda edition: edition.body_id not in own)
    sources = [
        Choice(
            str(edition.pk),
            f"{'改' if edition.body_id in own else '认领'}{edition.body.short}的第 {edition.version} 版",
        )
        for edition in ordered
    ]
    return [
        Field(name="body", label="为哪个部门编写", kind="select", value=str(bodies[0].pk),
              choices=tuple(Choice(str(body.pk), body.short) for body in bodies)),
        Field(name="source", label="从哪里开始", kind="select", value=sources[0].value if sources else "blank",
              choices=(*sources, Choice("blank", "从空白开始"))),
    ]  # fmt: skip


@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """A draft for a body, from the chosen edition."""
    by = common.editor(request)
    one = common.item_of(code)
    body = next((each for each in common.bodies_of(by) if str(each.pk) == request.POST.get("body", "")), None)
    if body is None:
        raise NotFound("body_unknown", "没有这个部门，或者您不能替它编写", "请从列出的部门里选")
    chosen = request.POST.get("source", "")
    source = (
        one.editions.filter(pk=int(chosen), state="published").first()
        if chosen.isdecimal() and len(chosen) < 18
        else None
    )
    try:
        made = editing.start(item=one, body=body, source=source, by=by, now=clock.now())
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _item(request, code, refusal)
    messages.success(request, "草稿已建好，从左边选一页开始改")
    return redirect(common.url("desk_edition", made))


# 基本目录: the keeper's


@require_http_methods(["GET", "HEAD", "POST"])
def new_item(request: HttpRequest) -> HttpResponse:
    by = common.editor(request)
    refusal = None
    if request.method == "POST":
        try:
            code = request.POST.get("code", "").strip() or _free_code(request)
            parent = _parent(request)
            made = items.create(
                code=code, kind=_kind(request), elements=_elements(request), parent=parent, by=by, now=clock.now()
            )
            messages.success(request, f"已建好：{made.name}")
            return redirect("catalog:desk_item", code=made.code)
        except Refusal as found:
            refusal = _shown(found)
    return _elements_page(request, None, refusal, by)


@require_http_methods(["GET", "HEAD", "POST"])
def elements(request: HttpRequest, code: str) -> HttpResponse:
    """The four and the other elements; changing one of the four republishes the editions."""
    by = common.editor(request)
    one = common.item_of(code)
    refusal = None
    if request.method == "POST":
        try:
            done = items.revise(one, _elements(request), by=by, now=clock.now())
            messages.success(request, _said(done))
            return redirect("catalog:desk_item", code=one.code)
        except Refusal as found:
            refusal = _shown(found)
    return _elements_page(request, one, refusal, by)


def _said(done: items.Revision) -> str:
    if not done.changed:
        return "没有改动"
    if done.republished or done.drafts:
        return f"已修改；{done.republished} 份实施清单随之更新发布，{done.drafts} 份草稿随之更新"
    return "已修改"


def _shown(refusal: Refusal) -> Refusal:
    if refusal.status not in (409, 422):
        raise refusal
    return refusal


def _kind(request: HttpRequest) -> str:
    kind = request.POST.get("kind", "")
    return kind if kind in levels.KIND_NAMES else "item"


def _parent(request: HttpRequest) -> Item | None:
    code = request.POST.get("parent", "").strip()
    return common.item_of(code) if code else None


def _free_code(request: HttpRequest) -> str:
    """基本编码, the next free one of the department that was chosen. Raises Refusal."""
    body = (
        Body.objects.filter(pk=request.POST["department"]).first()
        if request.POST.get("department", "").isdecimal()
        else None
    )
    region = Region.objects.order_by("level", "path").first()
    if body is None or region is None:
        raise Refusal("item_code", "请填写编码，或者选主管部门，由平台编码", "", "code")
    type_code = request.POST.get("type_code", "")
    department = body.department_code if len(body.department_code) == 2 else "99"
    head = f"{region.code[:2]}{type_code}{department}"
    known = Item.objects.filter(code__startswith=head).values_list("code", "main_name")
    return coding.Codes(region.code, known).next(type_code=type_code, department=department, main_name="")


def _elements(request: HttpRequest) -> items.Elements:
    """As typed; a basis a line: 《法律》第几条."""
    text = {
        key: request.POST.get(key, "").replace("\0", "").strip()[:4000]
        for key in ("name", "type_code", "exercise", "bodies")
    }
    lines = [line.strip() for line in request.POST.get("basis", "").replace("\0", "").splitlines() if line.strip()]
    themes = [line.strip() for line in request.POST.get("themes", "").replace("\0", "").splitlines() if line.strip()]
    until = {str(one): one for one in _basis_before(request)}
    basis = [until.get(line) or Content.model_validate({"audience": ["1"], "basis": [line]}).basis[0] for line in lines]
    return items.Elements(
        **text, basis=basis, themes=themes,
        audience=[one for one in request.POST.getlist("audience") if one in dict(AUDIENCES)],
        handling_forms=[one for one in request.POST.getlist("handling_forms") if one in dict(HANDLING)],
        is_public=bool(request.POST.get("is_public")),
    )  # fmt: skip


def _basis_before(request: HttpRequest) -> tuple[Basis, ...]:
    """A line that was not touched keeps what it doesn't show: its words, until when it is in force."""
    code = request.resolver_match.kwargs.get("code", "") if request.resolver_match else ""
    return levels.basis_of(common.item_of(code).basis) if code else ()


def _elements_page(request: HttpRequest, one: Item | None, refusal: Refusal | None, by: Actor) -> HttpResponse:
    by.must("catalog.govern", region_path=_root())
    given: Any = request.POST if request.method == "POST" else None

    def now(key: str, stored: Any) -> Any:
        return given.get(key, "") if given is not None else stored

    errors = {fault.field: fault.reason for fault in common.faults_of(refusal)} if refusal else {}
    basis = levels.basis_of(one.basis) if one else ()
    fields = [
        Field(name="name", label="事项名称", value=now("name", one.name if one else ""), error=errors.get("name", "")),
        Field(name="type_code", label="事项类型", kind="select", value=now("type_code", one.type_code if one else "01"),
              choices=tuple(Choice(*each) for each in TYPES.items()), error=errors.get("type_code", "")),
        Field(name="basis", label="设定依据", kind="long_text", value=now("basis", "\n".join(map(str, basis))),
              help="一行一条：《中华人民共和国食品安全法》第三十五条", required=False, error=errors.get("basis", "")),
        Field(name="exercise", label="行使内容", kind="long_text", value=now("exercise", one.exercise if one else ""), required=False),
        Field(name="bodies", label="实施机构", value=now("bodies", one.bodies if one else ""), required=False,
              help="例如县级以上市场监督管理部门"),
        Field(name="audience", label="服务对象", kind="checks", choices=tuple(Choice(*each) for each in AUDIENCES), required=False,
              value=given.getlist("audience") if given is not None else one.audience if one else []),
        Field(name="themes", label="服务主题", kind="long_text", required=False, rows=2,
              value=now("themes", "\n".join(one.themes) if one else "")),
        Field(name="handling_forms", label="办理形式", kind="checks", choices=tuple(Choice(*each) for each in HANDLING), required=False,
              value=given.getlist("handling_forms") if given is not None else one.handling_forms if one else []),
        Field(name="is_public", label="向社会公开", kind="checkbox", value=now("is_public", one.is_public if one else True)),
    ]  # fmt: skip
    if one is None:
        fields[1:1] = [
            Field(name="kind", label="在目录的哪一层", kind="select", value=now("kind", "item"),
                  choices=tuple(Choice(*each) for each in levels.KIND_NAMES.items())),
            Field(name="parent", label="上级事项的编码", value=now("parent", request.GET.get("under", "")), required=False),
            Field(name="code", label="编码", value=now("code", ""), required=False, error=errors.get("code", ""),
                  help="留空由平台按基本编码规则编：地区 2 位、类型 2 位、部门 2 位、主项 3 位、子项 3 位"),
            Field(name="department", label="主管部门（平台编码时用）", kind="select", value=now("department", ""), required=False,
                  choices=tuple(Choice(str(body.pk), body.short) for body in common.bodies_of(by))),
        ]  # fmt: skip
    context = {
        "item": one, "fields": fields, "errors": common.faults_of(refusal) if refusal else [],
        "hint": refusal.hint if refusal and not isinstance(refusal, Invalid) else "", "here": "table",
        "in_force": Edition.objects.filter(item=one, state="published").count() if one else 0,
    }  # fmt: skip
    return render(request, "catalog/desk_elements.html", context, status=refusal.status if refusal else 200)


def _root() -> str:
    return Region.objects.order_by("level", "path").values_list("path", flat=True).first() or ""


@require_POST
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Under another item, or at the top of the tree."""
    by = common.editor(request)
    one = common.item_of(code)
    try:
        items.place(one, _parent(request), by=by, now=clock.now())
    except Refusal as refusal:
        return _item(request, code, _shown(refusal))
    messages.success(request, "已放好")
    return redirect("catalog:desk_item", code=one.code)


@require_POST
def abolish(request: HttpRequest, code: str) -> HttpResponse:
    by = common.editor(request)
    one = common.item_of(code)
    try:
        withdrawn = items.abolish(one, by=by, now=clock.now())
    except Refusal as refusal:
        return _item(request, code, _shown(refusal))
    messages.success(request, f"已取消“{one.name}”，{withdrawn} 份实施清单随之下线")
    return redirect(reverse("catalog:desk_item", args=[one.code]))
