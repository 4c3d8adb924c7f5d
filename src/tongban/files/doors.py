"""At the door of a page: the file that came for a field, and a file on its way out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.files import actions
from tongban.files.models import StoredFile
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Refusal

INLINE = {"application/pdf", "image/jpeg", "image/png"}
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
SENT = "sent."
"""A file that arrived in pieces stands in the form as `sent.<field>`, with its id."""


def came(request: HttpRequest, name: str) -> bool:
    return bool(request.FILES.get(name) or request.POST.get(SENT + name))


def brought(request: HttpRequest, name: str, *, by: Actor, now: datetime) -> StoredFile | None:
    """The file that came for this field, kept: with the form, or before it in pieces. Raises Refusal."""
    if sent := request.POST.get(SENT + name, ""):
        return own(sent, by=by)
    upload = request.FILES.get(name)
    return actions.keep_upload(upload.read(), by=by, now=now) if upload else None


def too_large(request: HttpRequest, field: str) -> Refusal | None:
    """What to say when the form was cut off for its size (`uploads.Limited`)."""
    if not request.META.get("tongban.upload_too_large"):
        return None
    limit = settings.TONGBAN.upload_limit_mb
    return Refusal("file_too_large", f"文件太大，没有收到：每份不超过 {limit} MB", "请压缩后再传，或分几次上传", field)


def own(public_id: str, *, by: Actor) -> StoredFile:
    try:
        found = StoredFile.objects.filter(public_id=UUID(public_id), uploaded_by=by.who).first()
    except ValueError:
        found = None
    if found is None:
        raise Refusal("file_unknown", "没有这个文件", "请重新选择文件上传", "file")
    return found


def send_file(file: StoredFile, *, name: str, original: bool = False, framed: bool = False) -> HttpResponse:
    """Pictures and PDFs open in the browser under a sandbox; everything else is only saved, as is a signed document in
    its original. `framed`: a page of this site shows it in itself. Raises Refusal unless it is clean."""
    content = actions.read_original(file) if original else actions.read(file)
    response = HttpResponse(content, content_type=file.media_type)
    place = "inline" if file.media_type in INLINE and not original else "attachment"
    response.headers["Content-Disposition"] = f'{place}; filename="{name}.{file.extension}"'
    response.headers["Content-Security-Policy"] = _SANDBOX
    if framed and place == "inline":
        response.headers["Content-Security-Policy"] = f"{_SANDBOX}; frame-ancestors 'self'"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
