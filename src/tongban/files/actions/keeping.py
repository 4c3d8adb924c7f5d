"""Keep a file, and read it back. What is small is examined while one waits; the rest goes into the quarantine."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tongban.files import rules
from tongban.files.actions.examining import cleaned_row, infected, scanned
from tongban.files.cleaning import bounded
from tongban.files.cleaning.bounded import Way
from tongban.files.events import Examined, Received
from tongban.files.gateways import ScannerAway, Unscannable
from tongban.files.models import StoredFile
from tongban.files.rules import State
from tongban.files.store import quarantine, store
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict, Forbidden, Refusal

AT_ONCE = 2 * 1024 * 1024
"""Up to here the answer is worth waiting for: it stands beside the field."""
PATIENCE = 5.0
"""Seconds that a door waits for the scanner, and for the cleaning; then it is the worker's."""


def keep_upload(content: bytes, *, way: Way = "file", by: Actor, now: datetime) -> StoredFile:
    """Raises Refusal for what is seen at once. A large file comes back quarantined; the worker examines it."""
    rules.check_size(len(content), limit_mb=settings.TONGBAN.upload_limit_mb)
    kind = rules.sniff(content)
    file = StoredFile(
        sha256=hashlib.sha256(content).hexdigest(), size=len(content), media_type=kind.media_type,
        extension=kind.extension, uploaded_by=by.who, way=way, state=State.QUARANTINED, created_at=now,
    )  # fmt: skip
    if len(content) > AT_ONCE:
        return _hold(file, content, by=by, now=now)
    try:
        virus = scanned(file, content, patience=PATIENCE)
        cleaned = None if virus else bounded.clean(content, kind, way=way, patience=PATIENCE)
    except (ScannerAway, bounded.Unfinished):  # fail closed: it waits for the worker, and until the scanner is back
        return _hold(file, content, by=by, now=now)
    except Unscannable as error:
        raise too_large_to_scan() from error
    if cleaned is None:
        file.state, file.reason = State.INFECTED, virus
        _hold(file, content, by=by, now=now)
        raise infected(virus)
    cleaned_row(file, cleaned, came=content)
    file.save()
    return file


@transaction.atomic
def _hold(file: StoredFile, content: bytes, *, by: Actor, now: datetime) -> StoredFile:
    """On the disk first, then the row, and whoever examines it is told."""
    quarantine().put(str(file.public_id), content)
    file.save()
    told = (
        Received(file=str(file.public_id))
        if file.state == State.QUARANTINED
        else Examined(file=str(file.public_id), state=file.state)
    )
    journal.record(told, by=by, now=now)
    return file


def keep(content: bytes, *, kind: rules.Kind, pages: int | None = None, by: Actor, now: datetime) -> StoredFile:
    """Write content we made or checked ourselves, then its row."""
    sha256 = store().put(content)
    return StoredFile.objects.create(
        sha256=sha256,
        size=len(content),
        media_type=kind.media_type,
        extension=kind.extension,
        uploaded_by=by.who,
        pages=pages,
        created_at=now,
    )


def copy(file: StoredFile, *, by: Actor, now: datetime) -> StoredFile:
    """The same content as a file of somebody's own; the store keeps it once. Raises Refusal unless it is clean."""
    must_be_clean(file)
    return StoredFile.objects.create(
        sha256=file.sha256, size=file.size, media_type=file.media_type, extension=file.extension, uploaded_by=by.who,
        pages=file.pages, scan=file.scan, created_at=now,
    )  # fmt: skip


def read(file: StoredFile) -> bytes:
    """The content. The caller has checked that the reader may see it. Raises Refusal unless it is clean."""
    must_be_clean(file)
    return store().get(file.sha256)


def read_original(file: StoredFile) -> bytes:
    """A signed document as it came, for saving only. Raises Refusal unless it is clean."""
    must_be_clean(file)
    return store().get(file.original or file.sha256)


def must_be_clean(file: StoredFile) -> None:
    if file.state == State.QUARANTINED:
        raise Conflict("file_quarantined", "文件正在做安全检查，暂时不能打开", "通常只要几秒钟，请稍后刷新页面")
    if file.state != State.CLEAN:
        raise Forbidden(
            "file_unsafe",
            f"{State(file.state).label}，这个文件不能打开：{file.reason}",
            "请重新上传一份；原件已隔离保存",
        )


def too_large_to_scan() -> Refusal:
    return Refusal("file_unscannable", "文件太大，查不了病毒，没有收下", "请降低扫描分辨率，或者拆成几份上传", "file")
