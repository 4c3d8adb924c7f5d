"""续传: a large file in pieces, in the manner of tus: the length first, then pieces at their offset, then the checksum.

A piece is on the disk before its offset is in the row; a piece that was cut off is sent again from the row's offset.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tongban.files import rules
from tongban.files.actions.keeping import keep_upload
from tongban.files.cleaning.bounded import Way
from tongban.files.models import StoredFile, Upload
from tongban.files.store import quarantine
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict, NotFound, Refusal, demand

PIECE = 4 * 1024 * 1024
OPEN_AT_ONCE = 20


@transaction.atomic
def begin(*, length: int, way: Way = "file", by: Actor, now: datetime) -> Upload:
    """Raises Refusal: too large, or too many begun."""
    rules.check_size(length, limit_mb=settings.TONGBAN.upload_limit_mb)
    begun = Upload.objects.filter(uploaded_by=by.who, file=None, expires_at__gt=now)[:OPEN_AT_ONCE].count()
    if begun >= OPEN_AT_ONCE:
        raise Conflict("too_many_uploads", "同时在传的文件太多", "请等前面的传完，或者明天再试")
    return Upload.objects.create(
        uploaded_by=by.who, length=length, way=way, created_at=now, expires_at=now + Upload.LASTS
    )


def own_upload(public_id: UUID, *, by: Actor, now: datetime) -> Upload:
    """Raises NotFound for another's as for none, and when it has expired."""
    found = Upload.objects.filter(public_id=public_id, uploaded_by=by.who, expires_at__gt=now).first()
    if found is None:
        raise NotFound("upload_unknown", "没有这次上传，或者已经过期", "请重新选择文件上传")
    return found


@transaction.atomic
def append(public_id: UUID, *, offset: int, piece: bytes, by: Actor, now: datetime) -> Upload:
    """Raises Conflict when the piece doesn't begin where the last one ended; `own_upload` says where."""
    own_upload(public_id, by=by, now=now)
    upload = Upload.objects.select_for_update().get(public_id=public_id)
    if upload.file_id is not None:
        return upload
    if offset != upload.offset:
        raise Conflict("upload_offset", f"已收到 {upload.offset} 字节，请从那里接着传")
    demand(len(piece) <= PIECE, "upload_piece", f"每段不超过 {PIECE} 字节", "请分成更小的段")
    demand(offset + len(piece) <= upload.length, "upload_length", "传来的比说好的长", "请重新选择文件上传")
    if piece:
        quarantine().write(str(public_id), offset, piece)
        upload.offset += len(piece)
        upload.save(update_fields=["offset"])
    return upload


def complete(public_id: UUID, *, digest: str = "", by: Actor, now: datetime) -> StoredFile:
    """The file, once every byte is there; again gives the same. `digest`: SHA-256 as the sender counted it, in hex.

    Raises Refusal; a file that is refused has to be sent anew, so its upload ends.
    """
    upload = own_upload(public_id, by=by, now=now)
    if upload.file is not None:
        return upload.file
    if upload.offset < upload.length:
        raise Conflict("upload_incomplete", f"还差 {upload.length - upload.offset} 字节", "请接着传")
    try:
        content = quarantine().get(str(public_id))
        if digest and hashlib.sha256(content).hexdigest() != digest.lower():
            raise Refusal("upload_damaged", "文件在路上损坏了", "请重新选择文件上传", "file")
        file = keep_upload(content, way="page" if upload.way == "page" else "file", by=by, now=now)
    except (Refusal, FileNotFoundError) as error:
        discard(public_id, by=by)
        if isinstance(error, Refusal):
            raise
        raise NotFound("upload_unknown", "已收到的部分丢失了", "请重新选择文件上传") from error
    Upload.objects.filter(pk=upload.pk).update(file=file)
    quarantine().drop(str(public_id))
    return file


def discard(public_id: UUID, *, by: Actor) -> None:
    Upload.objects.filter(public_id=public_id, uploaded_by=by.who, file=None).delete()
    quarantine().drop(str(public_id))


def forget_expired(*, now: datetime) -> int:
    """Rows and pieces of uploads that nobody finished, and rows of those that are done. Returns how many."""
    expired = list(Upload.objects.filter(expires_at__lte=now).order_by("expires_at")[:1000])
    for upload in expired:
        quarantine().drop(str(upload.public_id))
    Upload.objects.filter(pk__in=[upload.pk for upload in expired]).delete()
    return len(expired)
