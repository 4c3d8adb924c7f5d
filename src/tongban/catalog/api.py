"""The catalogue as JSON: the same editions as the pages."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from tongban.catalog import api_codes, api_versions, listed, queries, rules, searching, tally
from tongban.catalog.content import Condition
from tongban.catalog.facets import Filters
from tongban.catalog.lists import LISTS
from tongban.catalog.schema import form_schema
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

PageSize = Annotated[int, Field(ge=1, le=100)]
router = Router(tags=["事项"], auth=None)
router.add_router("", api_codes.router)
router.add_router("", api_versions.router)


class ItemLine(Schema):
    code: str
    name: str
    type: str
    body: str
    connection: str
    online: bool
    instant: bool
    visits: int
    promised_days: int | None


class ItemList(Schema):
    items: list[ItemLine]
    next: str | None = None
    corrected: str = ""
    """What was looked for instead, when the words as typed found nothing."""


@router.get("/items", response=ItemList, operation_id="find_items", summary="查找事项")
def find_items(
    request: HttpRequest,
    q: str = "",
    region: str = "",
    audience: str = "",
    theme: str = "",
    event: str = "",
    body: str = "",
    way: str = "",
    limit: PageSize = 20,
    after: str = "",
) -> ItemList:
    """Words, two characters, pinyin or initials; without `q` all items, those handled here first.

    `region` (a code) keeps what is done there or above it, the nearest first; `theme` 服务主题, `event` 生活事件,
    `body` the body's key, `way` one of online, mobile, window, kiosk, town, post, instant, once, here, away.
    """
    _no_nul(q, region, audience, theme, event, body, way, after)
    filters = Filters(region=region, audience=audience, theme=theme, event=event, body=body, way=way)
    results = searching.search(q, filters, limit=limit, after=after)
    if q and not results.found and not filters and not after:
        tally.missed(q)
    lines = [
        ItemLine(
            code=f.code, name=f.name, type=f.type_code, body=f.body, connection=f.connection, online=f.online,
            instant=f.instant, visits=f.visits, promised_days=f.promised_days,
        )
        for f in results.found
    ]  # fmt: skip
    more = lines and len(lines) == limit
    return ItemList(items=lines, next=results.found[-1].after if more else None, corrected=results.corrected)


class Suggestions(Schema):
    suggestions: list[str]


@router.get("/items/suggestions", response=Suggestions, operation_id="suggest_items", summary="边输边提示事项名称")
def suggest_items(request: HttpRequest, response: HttpResponse, q: str = "") -> Suggestions:
    """Names of items for what is typed so far, at most eight."""
    _no_nul(q)
    response["Cache-Control"] = "public, max-age=15"
    return Suggestions(suggestions=list(searching.suggested(q)))


class Guide(Schema):
    code: str
    item_code: str
    name: str
    type: str
    body: str
    version: int
    sha256: str
    assurance: str
    """认证等级 asked for on line: registered, phone, real_name, in_person or face."""
    content: dict[str, Any]


@router.get("/items/{code}", response=Guide, operation_id="read_guide", summary="办事指南")
def read_guide(request: HttpRequest, code: str) -> HttpResponse:
    """What a published edition says never changes, so its JSON is made once; `ETag` is the edition's hash."""
    _no_nul(code)
    edition = queries.edition(code)
    tag = f'"{edition.sha256[:32]}-{edition.pk}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(_guide_json(edition.pk), content_type="application/json; charset=utf-8", headers={"ETag": tag})


@lru_cache(maxsize=4096)
def _guide_json(pk: int) -> bytes:
    edition = queries.edition_by_id(pk)
    guide = Guide(
        code=edition.code, item_code=edition.item.code, name=edition.name, type=edition.type_code,
        body=edition.body.name, version=edition.version, sha256=edition.sha256,
        assurance=edition.document.assurance, content=edition.content,
    )  # fmt: skip
    return guide.model_dump_json().encode()


class MaterialLine(Schema):
    key: str
    name: str
    give: str
    required: bool
    requirement: str
    may_follow: bool
    when: Condition


class MaterialList(Schema):
    answers: dict[str, str]
    total: int
    to_prepare: int
    materials: list[MaterialLine]


@router.get("/items/{code}/materials", response=MaterialList, operation_id="read_materials", summary="按情形列出材料")
def read_materials(request: HttpRequest, code: str, answer: Query[list[str]] = []) -> MaterialList:  # noqa: B006
    """`answer=question:value`, once for each question."""
    _no_nul(code, *answer)
    edition = queries.edition(code)
    given: dict[str, str] = {}
    for one in answer:
        question, colon, value = one.partition(":")
        if not colon:
            raise Refusal("answer_form", "answer 的写法是 问题:选项", "例如 answer=kind:catering", "answer")
        given[question] = value
    answers = rules.check_answers(edition.document, given)
    materials = rules.materials_for(edition.document, answers)
    return MaterialList(
        answers=answers,
        total=len(materials),
        to_prepare=sum(map(rules.must_be_prepared, materials)),
        materials=[
            MaterialLine(**m.model_dump(include=set(MaterialLine.model_fields), mode="json")) for m in materials
        ],
    )


def _no_nul(*texts: str) -> None:
    if any("\0" in text for text in texts):
        raise Refusal("characters", "参数含有不能处理的字符", "请去掉后重试")


class ListSummary(Schema):
    key: str
    name: str
    about: str
    parent: str
    count: int


class ListDirectory(Schema):
    lists: list[ListSummary]


@router.get("/lists", response=ListDirectory, operation_id="read_lists", summary="公开清单目录")
def read_lists(request: HttpRequest) -> ListDirectory:
    counts = listed.counts().total
    return ListDirectory(
        lists=[
            ListSummary(key=one.key, name=one.name, about=one.about, parent=one.parent, count=counts.get(one.key, 0))
            for one in LISTS.values()
        ]
    )


class ListLine(Schema):
    code: str
    name: str
    type: str
    body: str
    connection: str
    online: bool
    instant: bool
    visits: int
    statutory_days: int | None
    promised_days: int | None
    materials: int
    version: int
    published_on: str


@router.get("/items/{code}/form-schema", operation_id="read_form_schema", summary="申请表的 JSON Schema")
def read_form_schema(request: HttpRequest, code: str) -> HttpResponse:
    """JSON Schema 2020-12 of the `answers` and the `form` that POST /applications takes; money is in fen."""
    _no_nul(code)
    edition = queries.edition(code)
    made = form_schema(edition.document, today=clock.today(), title=f"{edition.name}（第 {edition.version} 版）")
    return HttpResponse(json.dumps(made, ensure_ascii=False), content_type="application/schema+json; charset=utf-8")


class ListPage(Schema):
    key: str
    name: str
    items: list[ListLine]
    next: str | None = None


@router.get("/lists/{key}", response=ListPage, operation_id="read_list", summary="一份公开清单")
def read_list(request: HttpRequest, key: str, body: str = "", limit: PageSize = 50, after: str = "") -> ListPage:
    """By name; `body` is a body's key, `after` the `next` of the page before. Limits are in working days."""
    _no_nul(key, body, after)
    the_list = listed.list_named(key)
    lines = listed.lines(key, body=body, after=after, limit=limit)
    items = [
        ListLine(type=line.type_code, **{name: getattr(line, name) for name in ListLine.model_fields if name != "type"})
        for line in lines
    ]
    following = lines[-1].after if len(lines) == limit else None
    return ListPage(key=the_list.key, name=the_list.name, items=items, next=following)
