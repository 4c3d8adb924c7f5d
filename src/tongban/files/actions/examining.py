"""检查: scanned where a scanner is configured, then cleaned; only then may anybody open it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.files import rules
from tongban.files.cleaning import bounded
from tongban.files.cleaning.result import Cleaned
from tongban.files.events import Examined
from tongban.files.gateways import Unscannable, scanner
from tongban.files.models import StoredFile
from tongban.files.rules import State
from tongban.files.store import quarantine, store
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Refusal


@transaction.atomic
def examine(public_id: UUID, *, by: Actor, now: datetime) -> StoredFile:
    """Decide about a quarantined file; again does nothing. Raises ScannerAway: it stays where it is, and is tried again.

    What is refused or infected keeps its row, its reason, and its content in the quarantine.
    """
    file = StoredFile.objects.select_for_update().get(public_id=public_id)
    if file.state != State.QUARANTINED:
        return file
    try:
        content = quarantine().get(str(file.public_id))
    except FileNotFoundError:
        return _settle(file, State.REFUSED, "没有检查完就丢失了，请重新上传", by=by, now=now)
    try:
        if virus := scanned(file, content):
            return _settle(file, State.INFECTED, virus, by=by, now=now)
        way: bounded.Way = "page" if file.way == "page" else "file"
        cleaned_row(file, bounded.clean(content, rules.KINDS[file.extension], way=way), came=content)
    except Unscannable:
        return _settle(file, State.REFUSED, "文件太大，查不了病毒", by=by, now=now)
    except bounded.Unfinished:
        no = bounded.too_complex()
        return _settle(file, State.REFUSED, f"{no.reason}。{no.hint}", by=by, now=now)
    except Refusal as no:
        return _settle(file, State.REFUSED, f"{no.reason}。{no.hint}"[:200], by=by, now=now)
    return _settle(
        file, State.CLEAN, "", by=by, now=now
    )  # what came is dropped by `tidy`, when this has surely been committed


def _settle(file: StoredFile, state: State, reason: str, *, by: Actor, now: datetime) -> StoredFile:
    file.state, file.reason = state, reason
    file.save()
    journal.record(Examined(file=str(file.public_id), state=state.value), by=by, now=now)
    return file


def scanned(file: StoredFile, content: bytes, *, patience: float = 60.0) -> str:
    """The name of what a scanner found; notes on the row that one looked. Raises ScannerAway, Unscannable."""
    scanning = scanner(patience=patience)
    if scanning is None:
        return ""
    virus = scanning.scan(content)
    file.scan = "infected" if virus else "clean"
    return virus


def cleaned_row(file: StoredFile, cleaned: Cleaned, *, came: bytes) -> None:
    """The content into the store, and what it is now into the row."""
    file.sha256, file.size, file.pages = store().put(cleaned.content), len(cleaned.content), cleaned.pages
    if cleaned.signed:
        file.original = store().put(came)
    if file.way == "page":
        file.media_type, file.extension = rules.JPEG.media_type, rules.JPEG.extension
    file.state = State.CLEAN


def infected(virus: str) -> Refusal:
    return Refusal(
        "file_infected",
        f"发现病毒（{virus}），文件已隔离，没有收下",
        "请先用杀毒软件检查电脑或手机，再换一份文件上传",
        "file",
    )
