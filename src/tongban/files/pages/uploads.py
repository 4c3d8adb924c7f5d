"""续传's door: POST makes an upload, HEAD says how far it is, PATCH brings a piece, DELETE gives it up.

`Upload-Length`, `Upload-Offset` and `Upload-Way` (`file` or `page`) are headers, as is `Upload-Digest` (SHA-256 in hex)
with the last piece. No name is asked for: a name may tell who somebody is, and nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.files.actions import resuming
from tongban.files.models import Upload
from tongban.files.pages import common
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

Door = Callable[..., HttpResponse]


def _told(door: Door) -> Door:
    """These doors answer a script: a refusal is problem+json."""

    @wraps(door)
    def answer(request: HttpRequest, **named: UUID) -> HttpResponse:
        try:
            return door(request, **named)
        except Refusal as no:
            body = {"title": no.reason, "detail": no.hint, "code": no.code, "status": no.status}
            return JsonResponse(body, status=no.status, content_type="application/problem+json")

    return answer


@_told
@require_POST
def uploads(request: HttpRequest) -> HttpResponse:
    by = common.sender(request)
    way = request.headers.get("Upload-Way", "file")
    made = resuming.begin(
        length=_number(request, "Upload-Length"), way="page" if way == "page" else "file", by=by, now=clock.now()
    )
    return _progress(
        made, HttpResponse(status=201, headers={"Location": reverse("files:upload", args=[made.public_id])})
    )


@_told
@require_http_methods(["HEAD", "PATCH", "DELETE"])
def upload(request: HttpRequest, upload: UUID) -> HttpResponse:
    by, now = common.sender(request), clock.now()
    if request.method == "HEAD":
        return _progress(resuming.own_upload(upload, by=by, now=now), HttpResponse())
    if request.method == "DELETE":
        resuming.discard(upload, by=by)
        return HttpResponse(status=204)
    piece = request.read(resuming.PIECE + 1)
    one = resuming.append(upload, offset=_number(request, "Upload-Offset"), piece=piece, by=by, now=now)
    if one.offset < one.length:
        return _progress(one, HttpResponse(status=204))
    file = resuming.complete(upload, digest=request.headers.get("Upload-Digest", "")[:64], by=by, now=now)
    body = {"id": str(file.public_id), "state": file.state, "mark": file.mark, "size": file.size}
    return _progress(one, JsonResponse(body))


def _progress(one: Upload, response: HttpResponse) -> HttpResponse:
    response.headers["Upload-Offset"] = str(one.offset)
    response.headers["Upload-Length"] = str(one.length)
    response.headers["Cache-Control"] = "no-store"
    return response


def _number(request: HttpRequest, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 13):
        raise Refusal("upload_header", f"请求头 {name} 应为字节数", "请升级浏览器，或者不用断点续传直接上传")
    return int(text)
