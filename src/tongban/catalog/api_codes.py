"""Code sets as JSON: what a platform's codes mean, and what they become in the others."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from tongban.catalog.codes import queries
from tongban.kernel.refusals import Refusal

router = Router(tags=["代码"], auth=None)


class Code(Schema):
    code: str
    name: str
    becomes: dict[str, list[str]]
    """By the other system; a system where the code has no counterpart is missing."""


class CodeSetRead(Schema):
    system: str
    set: str
    name: str
    source: str
    codes: list[Code]


@router.get("/codes/{system}/{key}", response=CodeSetRead, operation_id="read_codes", summary="代码集及其对照")
def read_codes(request: HttpRequest, system: str, key: str) -> CodeSetRead:
    """`system` is gb, chongqing, guangdong, tongban, or what the instance adds; `key` e.g. audience."""
    if "\0" in system + key:
        raise Refusal("characters", "参数含有不能处理的字符", "请去掉后重试")
    book = queries.book()
    this = book.set(system, key)
    place = (system, key)
    codes = []
    for code, name in this.codes.items():
        becomes = {
            other.system: list(found)
            for other in book.counterparts(place)
            if (found := book.mapped.get((place, (other.system, key)), {}).get(code))
        }
        codes.append(Code(code=code, name=name, becomes=becomes))
    return CodeSetRead(system=system, set=key, name=this.name, source=this.source, codes=codes)
