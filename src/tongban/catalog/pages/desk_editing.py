"""An edition's pages: what it says section by section, each a plain form; rows are added, changed, moved, removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.catalog.actions import editing
from tongban.catalog.conditions import Decider, all_deciders, deciders, form_deciders, in_words, uses
from tongban.catalog.content import Content, Part, Step
from tongban.catalog.content import edits as do
from tongban.catalog.content.deciding import facts_of
from tongban.catalog.content.faults import blank, part_of, read
from tongban.catalog.content.forms import FormField, FormPage
from tongban.catalog.content.labels import SECTIONS, Entry, Section, entries_of, name_of
from tongban.catalog.differences import Difference, differences, say
from tongban.catalog.models import Edition
from tongban.catalog.pages import desk_common as common
from tongban.catalog.pages import desk_fields as plain
from tongban.design.parts import Choice, Field
from tongban.design.slots import slots_for
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, NotFound, Refusal

NEW_PAGE = "new"
SHOWN = (
    "conditions",
    "outcome",
    "when",
    "give",
    "kind",
    "role",
    "asked",
    "amount_fen",
    "article",
    "address",
    "answer",
    "who_pays",
    "limit",
)
"""Keys that a list says of each row, beside its name, in this order, as far as the row has them."""


@require_safe
def edition(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """All sections with what they say, the findings beside them, and what can be done next."""
    by = common.editor(request)
    one = common.edition_of(by, code, version)
    content = one.document
    summaries = [
        {"section": section, "url": common.url("desk_section", one, section.key), "lines": _summary(section, content)}
        for section in SECTIONS
    ]
    context = common.around(one, "edition") | {
        "summaries": summaries,
        "edited_by": common.who_is(one.edited_by) if one.edited_by else "",
        "may_edit": common.may_edit(by, one),
        "slots": slots_for(request, one, "catalog.edition.side"),
    }
    return render(request, "catalog/desk_edition.html", context)


def _summary(section: Section, content: Content) -> list[str]:
    said = []
    for entry in section.entries:
        value = getattr(content, entry.key)
        if value not in ("", (), None, False):
            said.append(
                entry.label if value is True else f"{entry.label}：{_in_a_line(say(entry, value, content))}"[:120]
            )
    for entry in section.lists:
        rows = getattr(content, entry.key)
        if rows:
            said.append(f"{entry.label} {len(rows)}：{say(entry, rows, content)}"[:160])
    return said[:8]


def _in_a_line(text: str) -> str:
    """Several lines as one: short ones as a list, sentences apart."""
    lines = text.split("\n")
    return ("、" if all(len(line) <= 12 for line in lines) else "；").join(lines)


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, code: str, version: int, section: str) -> HttpResponse:
    """The plain keys as one form, the lists below it."""
    by = common.editor(request)
    one = common.draft_of(by, code, version)
    place = next((each for each in SECTIONS if each.key == section), None)
    if place is None:
        raise NotFound("section_unknown", "没有这一页", "请从左边选一页")
    keys = [entry.key for entry in place.entries]
    values: Mapping[str, Any] = one.content
    refusal: Refusal | None = None
    conflict: list[Difference] = []
    if request.method == "POST":
        typed = plain.typed(Content, request.POST, common.keeper_of_files(request, by, one.document), keys=keys)
        values = {**one.content, **typed}
        try:
            plain.check_needed(Content, typed, keys=keys)
            one = editing.save(one, typed, seen=_seen(request), by=by, now=clock.now())
            messages.success(request, f"已保存：{place.title}")
            return redirect(common.url("desk_section", one, place.key))
        except Refusal as found:
            refusal, conflict = _answered(found, one, typed)
            one = common.draft_of(by, code, version)
    errors = {fault.field: fault.reason for fault in common.faults_of(refusal)} if refusal else {}
    context = common.around(one, place.key) | {
        "section": place,
        "controls": plain.controls(Content, values, keys=keys, errors=errors) if keys else [],
        "lists": [_list(one, place, entry) for entry in place.lists],
        "locked": place.key == "basis" and bool(one.item.basis),
        "errors": common.faults_of(refusal) if refusal else [],
        "conflict": conflict,
        "hint": refusal.hint if refusal else "",
        "who": common.who_is(one.edited_by) if conflict else "",
        "slots": (slots := slots_for(request, one, "catalog.edition.side")),
        "beside": any(slots.values()),
    }
    return render(request, "catalog/desk_section.html", context, status=refusal.status if refusal else 200)


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _answered(refusal: Refusal, one: Edition, part: Mapping[str, Any]) -> tuple[Refusal, list[Difference]]:
    """A refusal that the page shows, with (when someone saved meanwhile) how what is there differs from what was typed."""
    if not (refusal.status == 422 or isinstance(refusal, Conflict)):
        raise refusal
    if refusal.code != "draft_changed":
        return refusal, []
    now = Edition.objects.get(pk=one.pk)
    try:
        return refusal, differences(now.document, read({**now.content, **part}))
    except Refusal:
        return refusal, []


def _list(one: Edition, place: Section, entry: Entry) -> dict[str, Any]:
    """A list as the page shows it: each row by its name and what matters most of it. The form is a list of pages."""
    content = one.document
    groups = []
    if entry.key == "form":
        for number, page in enumerate(content.form):
            rows = [_row(one, place, entry, f"{number}-{at}", field, content) for at, field in enumerate(page.fields)]
            groups.append({"title": page.title, "rows": rows, "about": _page_words(page, content),
                           "url": common.url("desk_row", one, place.key, entry.key, f"page-{number}")})  # fmt: skip
    else:
        rows = [_row(one, place, entry, str(at), row, content) for at, row in enumerate(getattr(content, entry.key))]
        groups.append({"title": "", "rows": rows})
    return {
        "entry": entry, "groups": groups, "called": "字段" if entry.key == "form" else entry.label,
        "new_url": common.url("desk_row", one, place.key, entry.key, "new"),
    }  # fmt: skip


def _page_words(page: FormPage, content: Content) -> str:
    said = [in_words(content, page.when)]
    if page.repeat:
        said.append(f"每个{page.repeat.row}填一遍，{page.repeat.minimum}–{page.repeat.maximum} 个")
    return "；".join(filter(None, said))


def _row(one: Edition, place: Section, entry: Entry, at: str, row: Part, content: Content) -> dict[str, Any]:
    cls = type(row)
    said = [
        say(each, getattr(row, each.key), content)
        for key in SHOWN
        if (each := entries_of(cls).get(key)) and getattr(row, key) not in ("", None, (), {})
    ]
    if hasattr(row, "options") and row.options:
        said.append("选项：" + "、".join(option.label for option in row.options))
    return {
        "name": name_of(cls, row), "said": [line[:120] for line in said], "at": at,
        "required": getattr(row, "required", True),
        "url": common.url("desk_row", one, place.key, entry.key, at),
        "place_url": common.url("desk_row_place", one, place.key, entry.key, at),
    }  # fmt: skip


# One row


@dataclass(frozen=True)
class Spot:
    """Which row of which list a page is about. `at` is None for a new one; a field of the form has a page too."""

    section: Section
    entry: Entry
    part: type[Part]
    at: int | None
    page: int | None = None

    @property
    def name(self) -> str:
        if self.part is FormField:
            return "字段"
        return "申请表的页" if self.part is FormPage else self.entry.label


def _spot(content: Content, section: str, rows: str, at: str) -> Spot:
    """Raises NotFound where there is no such list or row (any more)."""
    place = next((each for each in SECTIONS if each.key == section), None)
    entry = next((each for each in place.lists if each.key == rows), None) if place else None
    gone = NotFound("row_unknown", "没有这一项", "可能已经移动或删除，请回到列表里看")
    if place is None or entry is None:
        raise gone
    if entry.key != "form":
        number = None if at == "new" else int(at) if at.isdecimal() and len(at) < 5 else -1
        if number is not None and not 0 <= number < len(getattr(content, entry.key)):
            raise gone
        return Spot(place, entry, part_of(entry), number)
    first, _, second = at.partition("-")
    if at == "new":
        return Spot(place, entry, FormField, None)
    if first == "page" and second.isdecimal() and int(second[:4]) < len(content.form):
        return Spot(place, entry, FormPage, int(second[:4]))
    if first.isdecimal() and second.isdecimal() and int(first[:4]) < len(content.form):
        page, number = int(first[:4]), int(second[:4])
        if number < len(content.form[page].fields):
            return Spot(place, entry, FormField, number, page)
    raise gone


def _current(one: Edition, spot: Spot) -> dict[str, Any]:
    """The row's JSON as it stands; a new row's beginning."""
    if spot.at is None:
        return blank(spot.part)
    rows = one.content[spot.entry.key]
    return dict(rows[spot.page]["fields"][spot.at] if spot.page is not None else rows[spot.at])


def _deciders(content: Content, spot: Spot) -> list[Decider]:
    """What the row's condition may name."""
    if spot.entry.key == "questions":
        here = content.questions[spot.at].key if spot.at is not None else ""
        return deciders(content, before=here)
    if spot.part is FormField:
        page = len(content.form) if spot.page is None else spot.page
        return form_deciders(content, page, spot.at or 0)
    if spot.part is FormPage:
        return form_deciders(content, spot.at or 0, 0)
    return all_deciders(content) if spot.part is Step else deciders(content)


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, code: str, version: int, section: str, rows: str, at: str) -> HttpResponse:
    """One row as a plain form. `again` goes on to the next new one."""
    by = common.editor(request)
    one = common.draft_of(by, code, version)
    spot = _spot(one.document, section, rows, at)
    values = _current(one, spot)
    refusal: Refusal | None = None
    conflict: list[Difference] = []
    if request.method == "POST":
        facts = facts_of(one.document.questions, one.document.form)
        typed = plain.typed(spot.part, request.POST, common.keeper_of_files(request, by, one.document), facts=facts)
        before, values, part = values, {**values, **typed}, {}
        try:
            plain.check_needed(spot.part, values)
            _check_answers_kept(one.document, before, values)
            values = _with_keys(one, spot, values)
            part = _put(request, one, spot, values)
            one = editing.save(one, part, seen=_seen(request), by=by, now=clock.now())
            messages.success(request, f"已保存：{name_of(spot.part, values)}")
            return redirect(_onward(request, one, spot))
        except Refusal as found:
            refusal, conflict = _answered(found, one, part)
            one = common.draft_of(by, code, version)
    context = _row_context(request, one, spot, values, refusal) | {
        "conflict": conflict,
        "who": common.who_is(one.edited_by) if conflict else "",
        "place_url": common.url("desk_row_place", one, section, rows, at) if spot.at is not None else "",
    }
    return render(request, "catalog/desk_row.html", context, status=refusal.status if refusal else 200)


def _row_context(
    request: HttpRequest, one: Edition, spot: Spot, values: Mapping[str, Any], refusal: Refusal | None
) -> dict[str, Any]:
    content = one.document
    prefix = f"{spot.entry.key}."
    errors: dict[str, str] = {}
    for fault in common.faults_of(refusal) if refusal else ():
        inside = fault.field.removeprefix(prefix)
        for step in ("", *(f"{number}." for number in _numbers(inside))):
            inside = inside.removeprefix(step)
        fault.field = inside
        errors[inside] = fault.reason
    pages = [Choice(str(at), f"第 {at + 1} 页：{page.title}") for at, page in enumerate(content.form)]
    chosen = (
        request.POST.get("on_page")
        or request.GET.get("page")
        or str(spot.page if spot.page is not None else len(content.form) - 1)
    )
    return common.around(one, spot.section.key) | {
        "spot": spot,
        "title": name_of(spot.part, values) if spot.at is not None else f"添加{spot.name}",
        "controls": plain.controls(spot.part, values, deciders=_deciders(content, spot), errors=errors,
                                   facts=facts_of(content.questions, content.form)),
        "on_page": Field(name="on_page", label="放在哪一页", kind="select", value=chosen if pages else NEW_PAGE,
                         choices=(*pages, Choice(NEW_PAGE, "新的一页"))),
        "page_title": Field(name="page_title", label="新一页的页名", required=False, error=errors.get("page_title", ""),
                            value=request.POST.get("page_title", ""), help="选“新的一页”时填，例如经营场所"),
        "is_field": spot.part is FormField,
        "is_page": spot.part is FormPage,
        "errors": common.faults_of(refusal) if refusal else [],
        "hint": refusal.hint if refusal else "",
        "back": common.url("desk_section", one, spot.section.key),
    }  # fmt: skip


def _numbers(field: str) -> list[str]:
    """The steps at the head of a place that only say where the row is: `3.name`, `0.fields.2.label`."""
    steps = []
    for step in field.split("."):
        if not (step.isdecimal() or step == "fields"):
            break
        steps.append(step)
    return steps


def _check_answers_kept(content: Content, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """An answer that a condition names can't be taken away unnoticed. Raises Conflict naming where it is needed."""
    kept = {option["value"] for option in after.get("options") or ()}
    for option in before.get("options") or ():
        if option["value"] not in kept and (places := uses(content, before["key"], option["value"])):
            raise Refusal(
                "answer_in_use", f"选项“{option['label']}”还有条件用到：{'、'.join(places)}",
                "请先改那些条件；只想换个说法，直接改选项的文字", "options",
            )  # fmt: skip


def _with_keys(one: Edition, spot: Spot, values: dict[str, Any]) -> dict[str, Any]:
    known = entries_of(spot.part)
    if "key" not in known or (spot.part is FormPage and not values.get("repeat")):
        return values
    return do.with_keys(values, name_of(spot.part, values), one.content)


def _put(request: HttpRequest, one: Edition, spot: Spot, row: dict[str, Any]) -> dict[str, Any]:
    """The keys of the document that change, with the row in its place."""
    rows = one.content[spot.entry.key]
    if spot.part is not FormField:
        return {spot.entry.key: do.put(rows, spot.at, row)}
    chosen = request.POST.get("on_page", "")
    page = int(chosen) if chosen.isdecimal() and len(chosen) < 4 and int(chosen) < len(rows) else None
    title = request.POST.get("page_title", "").replace("\0", "").strip()
    if page is None and not title:
        raise Refusal("page_title", "请填写新一页的页名", "", "page_title")
    at = (spot.page, spot.at) if spot.page is not None and spot.at is not None else None
    return {"form": do.put_field(rows, at, row, page, title)}


def _onward(request: HttpRequest, one: Edition, spot: Spot) -> str:
    if "again" not in request.POST:
        return common.url("desk_section", one, spot.section.key)
    return common.url("desk_row", one, spot.section.key, spot.entry.key, "new")


@require_POST
def row_place(request: HttpRequest, code: str, version: int, section: str, rows: str, at: str) -> HttpResponse:
    """`act`: up, down or remove."""
    by = common.editor(request)
    one = common.draft_of(by, code, version)
    spot = _spot(one.document, section, rows, at)
    if spot.at is None:
        raise NotFound("row_unknown", "没有这一项", "请回到列表里看")
    act = {
        "up": lambda: _moved(one, spot, -1),
        "down": lambda: _moved(one, spot, 1),
        "remove": lambda: _removed(one, spot),
    }
    chosen: Callable[[], list[Any]] | None = act.get(request.POST.get("act", ""))
    if chosen is None:
        raise Refusal("act_unknown", "没有这种操作", "请用页面上的按钮")
    editing.save(one, {spot.entry.key: chosen()}, seen=_seen(request), by=by, now=clock.now())
    return redirect(common.url("desk_section", one, spot.section.key))


def _moved(one: Edition, spot: Spot, by: int) -> list[Any]:
    rows, at = one.content[spot.entry.key], spot.at or 0
    return do.moved_field(rows, (spot.page, at), by) if spot.page is not None else do.moved(rows, at, by)


def _removed(one: Edition, spot: Spot) -> list[Any]:
    """Raises Refusal while a condition names it."""
    row = _current(one, spot)
    if (key := row.get("key")) and (places := uses(one.document, key)):
        raise Refusal(
            "question_in_use", f"“{name_of(spot.part, row)}”还有条件用到：{'、'.join(places)}", "请先改那些条件，再删除"
        )
    rows, at = one.content[spot.entry.key], spot.at or 0
    return do.removed_field(rows, (spot.page, at)) if spot.page is not None else do.removed(rows, at)
