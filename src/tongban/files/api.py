"""Upload by API: the raw content as the body, judged by what it is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema, Status

from tongban.files import actions, rules
from tongban.kernel import clock
from tongban.kernel.actors import Actor

router = Router(tags=["附件"])


class FileMade(Schema):
    id: str
    sha256: str
    size: int
    media_type: str
    state: str
    """`clean`, or `quarantined` until the worker has examined it."""


@router.post(
    "/files",
    response={201: FileMade},
    operation_id="upload_file",
    summary="上传附件",
    openapi_extra={
        "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def upload_file(request: HttpRequest) -> Status[FileMade]:
    limit = settings.TONGBAN.upload_limit_mb
    declared = request.headers.get("Content-Length", "")
    if declared.isdigit():
        rules.check_size(int(declared), limit_mb=limit)
    content = request.read(limit * 1024 * 1024 + 1)
    by: Actor = request.actor  # type: ignore[attr-defined]
    file = actions.keep_upload(content, by=by, now=clock.now())
    made = FileMade(
        id=str(file.public_id),
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
        state=file.state,
    )
    return Status(201, made)
