"""代码与对照: the sets of each system side by side, one set with its codes, its counterparts and its gaps."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.catalog.actions.powers import governs
from tongban.catalog.codes import actions, queries
from tongban.catalog.codes.rules import SYSTEMS, Book, Set
from tongban.catalog.models import CodeMapping, CodeSet
from tongban.design.parts import Choice, Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.books import guarded
from tongban.kernel.refusals import NotFound, Refusal


def _reader(request: HttpRequest) -> Actor:
    """Who edits any part of the catalogue may read the codes."""
    by = doors.staff(request)
    if not by.posts_for("catalog.edit"):
        by.must("catalog.edit")
    return by


def _keeps(by: Actor) -> bool:
    try:
        governs(by)
    except Refusal:
        return False
    return True


@dataclass(frozen=True)
class Line:
    """A kind of code: its sets by system, each with how many codes and how many of them are gaps somewhere."""

    name: str
    key: str
    sets: list[tuple[Set, int]]


@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    _reader(request)
    book = queries.book()
    lines = []
    for key, group in groupby(book.sets.values(), key=lambda one: one.key):
        sets = list(group)
        lines.append(Line(sets[0].name, key, [(one, len(_gaps(book, one))) for one in sets]))
    systems = sorted({one.system for one in book.sets.values()}, key=lambda name: [*SYSTEMS, name].index(name))
    columns = [(name, SYSTEMS.get(name, name)) for name in systems]
    rows = [
        (
            line,
            [(said, next((pair for pair in line.sets if pair[0].system == name), None)) for name, said in columns],
        )
        for line in lines
    ]
    return render(request, "catalog/desk/codes.html", {"columns": columns, "rows": rows})


def _gaps(book: Book, one: Set) -> set[str]:
    place = (one.system, one.key)
    return {code for other in book.counterparts(place) for code in book.gaps(place, (other.system, other.key))}


@require_safe
def code_set(request: HttpRequest, system: str, key: str) -> HttpResponse:
    return _page(request, system, key)


def _page(request: HttpRequest, system: str, key: str, refusal: Refusal | None = None) -> HttpResponse:
    by = _reader(request)
    of, book = queries.code_set(system, key), queries.book()
    this = book.set(of.system, of.key)
    said, given = queries.mappings(of), request.POST
    others = []
    for other in book.counterparts((of.system, of.key)):
        gaps = book.gaps((of.system, of.key), (other.system, other.key))
        others.append({
            "set": other,
            "mappings": said.get(other.system, []),
            "gaps": [(code, this.codes[code]) for code in gaps],
            "source": _choice(f"{other.system}_source", "本代码集的代码", this, given),
            "target": _choice(f"{other.system}_target", f"{other.system_name}的代码", other, given),
            "note": Field(
                name=f"{other.system}_note", label="说明", value=given.get(f"{other.system}_note", ""), required=False,
                help="对照不完全等同时写明", attrs={"maxlength": "200"},
            ),
        })  # fmt: skip
    context = {
        "set": this,
        "values": list(of.values.order_by("position", "id")),
        "others": others,
        "keeps": _keeps(by),
        "code_field": Field(name="code", label="代码", value=given.get("code", "") if refusal else "",
                            error=_said(refusal, "code"), attrs={"maxlength": "20"}),
        "name_field": Field(name="name", label="名称", value=given.get("name", "") if refusal else "",
                            error=_said(refusal, "name"), attrs={"maxlength": "100"}),
        "errors": [refusal] if refusal else [],
    }  # fmt: skip
    return render(request, "catalog/desk/code_set.html", context, status=refusal.status if refusal else 200)


def _choice(name: str, label: str, of: Set, given: QueryDict) -> Field:
    choices = tuple(Choice(code, f"{code} {name}") for code, name in of.codes.items())
    return Field(name=name, label=label, kind="select", choices=choices, value=given.get(name, ""))


def _said(refusal: Refusal | None, field: str) -> str:
    return refusal.reason if refusal and refusal.field == field else ""


@require_POST
def add(request: HttpRequest, system: str, key: str) -> HttpResponse:
    def verb(of: CodeSet, by: Actor) -> str:
        code, name = _typed(request, "code"), _typed(request, "name")
        made = actions.add_code(of, code=code, name=name, by=by, now=clock.now())
        return f"已加上 {made.code} {made.name}"

    return _do(request, system, key, verb)


@require_POST
def rename(request: HttpRequest, system: str, key: str) -> HttpResponse:
    def verb(of: CodeSet, by: Actor) -> str:
        value = actions.value_of(of, _typed(request, "code"))
        actions.rename_code(value, name=_typed(request, "name"), by=by, now=clock.now())
        return f"{value.code} 现在叫“{value.name}”"

    return _do(request, system, key, verb)


@require_POST
def remove(request: HttpRequest, system: str, key: str) -> HttpResponse:
    def verb(of: CodeSet, by: Actor) -> str:
        value = actions.value_of(of, _typed(request, "code"))
        actions.remove_code(value, by=by, now=clock.now())
        return f"已去掉 {value.code} {value.name}"

    return _do(request, system, key, verb)


@require_POST
def map_code(request: HttpRequest, system: str, key: str) -> HttpResponse:
    def verb(of: CodeSet, by: Actor) -> str:
        other = queries.code_set(_typed(request, "other"), key)
        source = actions.value_of(of, _typed(request, f"{other.system}_source"), field=f"{other.system}_source")
        target = actions.value_of(other, _typed(request, f"{other.system}_target"), field=f"{other.system}_target")
        note = _typed(request, f"{other.system}_note")
        actions.map_code(source=source, target=target, note=note, by=by, now=clock.now())
        return f"已对照：{source.code} {source.name} → {target.code} {target.name}"

    return _do(request, system, key, verb)


@require_POST
def unmap_code(request: HttpRequest, system: str, key: str) -> HttpResponse:
    def verb(of: CodeSet, by: Actor) -> str:
        number = _typed(request, "mapping")
        rows = CodeMapping.objects.select_related("source__set", "target__set").filter(source__set=of)
        found = rows.filter(pk=number).first() if number.isdecimal() and len(number) < 18 else None
        if found is None:
            raise NotFound("mapping_unknown", "没有这条对照，可能已经取消", "请刷新页面")
        actions.unmap_code(found, by=by, now=clock.now())
        return f"已取消对照：{found.source.code} → {found.target.code}"

    return _do(request, system, key, verb)


def _do(request: HttpRequest, system: str, key: str, verb: Callable[[CodeSet, Actor], str]) -> HttpResponse:
    by = _reader(request)
    governs(by)
    try:
        done = verb(queries.code_set(system, key), by)
    except Refusal as refusal:
        return _page(request, system, key, refusal)
    messages.success(request, done)
    return redirect("catalog:code_set", system=system, key=key)


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()


@require_safe
def codes_file(request: HttpRequest, system: str, key: str) -> HttpResponse:
    """The set as CSV: code, name, and for each other system what the code becomes there."""
    _reader(request)
    book = queries.book()
    this = book.set(system.replace("\0", ""), key.replace("\0", ""))
    others = book.counterparts((this.system, this.key))
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, lineterminator="\r\n")
    writer.writerow(["代码", "名称", *(one.system_name for one in others)])
    for code, name in this.codes.items():
        mapped = [book.mapped.get(((this.system, this.key), (one.system, one.key)), {}).get(code, ()) for one in others]
        writer.writerow([guarded(text) for text in (code, name, *("；".join(each) for each in mapped))])
    response = HttpResponse("\ufeff" + kept.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="codes-{this.system}-{this.key}.csv"'
    return response
