from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tongban.evaluations import actions
from tongban.identity import doors
from tongban.kernel import clock

router = Router(tags=["评价"])


class RatingIn(Schema):
    level: int = Field(ge=1, le=5)
    aspects: dict[str, int] = {}
    comment: str = ""


class RatingOut(Schema):
    number: str
    level: int


@router.post(
    "/applications/{number}/evaluation", response={201: RatingOut}, operation_id="rate_application", summary="评价"
)
def rate_application(request: HttpRequest, number: str, body: RatingIn) -> Status[RatingOut]:
    rating = actions.rate(
        number,
        level=body.level,
        aspects=body.aspects,
        comment=body.comment,
        by=doors.whoever(request),
        now=clock.now(),
    )
    return Status(201, RatingOut(number=rating.number, level=rating.level))
