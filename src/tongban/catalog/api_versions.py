"""What two published versions of an edition say differently, as the comparison page tells it."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tongban.catalog import versions
from tongban.catalog.differences import differences
from tongban.kernel.refusals import NotFound

router = Router(tags=["事项"], auth=None)
Number = Annotated[int, Field(ge=1, le=1_000_000)]


class DifferenceLine(Schema):
    place: list[str]
    kind: str
    before: str
    after: str


class DifferenceList(Schema):
    code: str
    before: int
    after: int
    differences: list[DifferenceLine]


@router.get(
    "/items/{code}/differences", response=DifferenceList, operation_id="read_differences", summary="两版之间的不同"
)
def read_differences(request: HttpRequest, code: str, before: Number, after: Number) -> DifferenceList:
    """`kind`: changed, added, removed or moved; `place` is the way there in words. Drafts are nobody's business."""
    if "\0" in code:
        raise NotFound("item_unknown", "没有这个事项", "请检查编码，或从首页搜索")
    one, _ = versions.version(code, before)
    other, _ = versions.version(code, after)
    lines = [
        DifferenceLine(place=list(found.place), kind=found.kind, before=found.before, after=found.after)
        for found in differences(one.document, other.document)
    ]
    return DifferenceList(code=other.code, before=before, after=after, differences=lines)
