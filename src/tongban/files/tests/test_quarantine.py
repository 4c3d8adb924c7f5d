"""Between arrival and use: nobody opens what isn't clean, and what isn't clean is not silently gone."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tongban.files import actions, chores
from tongban.files.actions import keeping, resuming
from tongban.files.cleaning import bounded
from tongban.files.gateways import ScannerAway
from tongban.files.models import StoredFile
from tongban.files.store import Quarantine, quarantine, store
from tongban.files.tests.daemon import DIES, EICAR, LIMIT, daemon
from tongban.files.tests.samples import pdf, picture
from tongban.files.tests.test_cleaning import ATTACKS, made
from tongban.kernel import bookkeeper, jobs
from tongban.kernel.actors import Actor, system
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Refusal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LIU = Actor(who="person:liu", channel="web")
WORKER = system("worker")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.TONGBAN = replace(settings.TONGBAN, data=tmp_path)
    return tmp_path


def keep(content: bytes) -> StoredFile:
    return actions.keep_upload(content, by=LIU, now=NOW)


def large(inside: bytes = b"", **attack: Any) -> bytes:
    """A PDF of three megabytes, with something in it."""

    def fill(document: pikepdf.Pdf) -> None:
        document.pages[0].Contents = document.make_stream(inside + b"x" * 3_000_000)
        for change in attack.values():
            change(document)

    return made(fill, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def examined(file: StoredFile) -> StoredFile:
    bookkeeper.link_waiting()
    jobs.run_waiting()
    return StoredFile.objects.get(pk=file.pk)


def test_a_large_file_waits_until_the_worker_has_examined_it() -> None:
    content = large()
    file = keep(content)
    assert (file.state, file.mark) == ("quarantined", "◌ 正在检查")
    assert list(store().all()) == []
    with pytest.raises(Conflict, match="正在做安全检查"):
        actions.read(file)

    file = examined(file)

    assert (file.state, file.pages) == ("clean", 1)
    assert actions.read(file) == content


def test_a_large_file_is_cleaned_too() -> None:
    file = examined(keep(large(script=ATTACKS["open action"])))

    assert b"JavaScript" not in actions.read(file)


def test_what_came_is_dropped_an_hour_after_it_was_made_anew_and_never_while_it_waits() -> None:
    """Sooner, a crash that loses the worker's last commit would lose the file."""
    waiting, clean = keep(large()), keep(large())
    refused = keep(large())
    StoredFile.objects.filter(pk=refused.pk).update(state="refused")
    actions.examine(clean.public_id, by=WORKER, now=NOW)
    half = resuming.begin(length=9, by=LIU, now=NOW).public_id
    resuming.append(half, offset=0, piece=b"half", by=LIU, now=NOW)
    quarantine().put("12345678-1234-5678-1234-567812345678", b"its transaction failed")
    written = datetime.now(UTC)

    chores.tidy_quarantine(written + timedelta(minutes=59))
    assert quarantine().get(str(clean.public_id))
    chores.tidy_quarantine(written + timedelta(minutes=61))

    left = {path.name for path in quarantine().folder.glob("*/*")}
    assert left == {str(waiting.public_id), str(refused.public_id), str(half)}


def test_what_the_worker_refuses_keeps_its_reason_and_is_opened_by_nobody() -> None:
    document, out = pikepdf.new(), io.BytesIO()
    for _ in range(501):
        document.add_blank_page()
    document.pages[0].Contents = document.make_stream(os.urandom(3_000_000))
    document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    file = examined(keep(out.getvalue()))

    assert (file.state, file.mark) == ("refused", "■ 没有通过检查")
    assert "超过 500 页" in file.reason
    with pytest.raises(Forbidden, match="超过 500 页"):
        actions.read(file)
    assert quarantine().get(str(file.public_id)), "it is kept, out of reach"
    facts = JournalEntry.objects.filter(name="files.Examined").latest("pk").facts
    assert facts == {"file": str(file.public_id), "state": "refused"}


def test_examining_again_changes_nothing() -> None:
    file = examined(keep(large()))

    again = actions.examine(file.public_id, by=WORKER, now=NOW + timedelta(days=1))

    assert again.state == "clean"
    assert JournalEntry.objects.filter(name="files.Examined").count() == 1


def test_what_takes_long_at_the_door_is_left_to_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", 0.01)

    file = keep(pdf())

    assert file.state == "quarantined"
    assert examined(file).state == "clean"


def test_what_nobody_can_finish_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise bounded.Unfinished

    file = keep(large())
    monkeypatch.setattr(bounded, "clean", never)

    assert "检查不完" in examined(file).reason


def test_content_lost_before_it_was_examined_is_said() -> None:
    file = keep(large())
    quarantine().drop(str(file.public_id))

    assert "重新上传" in examined(file).reason


def test_a_page_of_a_scan_becomes_a_jpeg_whatever_it_was() -> None:
    file = actions.keep_upload(picture("PNG", (30, 20)), way="page", by=LIU, now=NOW)

    assert (file.media_type, file.extension) == ("image/jpeg", "jpg")
    assert actions.read(file).startswith(b"\xff\xd8\xff")


def test_a_signed_document_is_kept_beside_its_preview() -> None:
    def sign(document: pikepdf.Pdf) -> None:
        value = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"\0" * 8)
        document.Root.AcroForm = pikepdf.Dictionary(
            SigFlags=3, Fields=[pikepdf.Dictionary(FT=pikepdf.Name.Sig, V=value)]
        )
        ATTACKS["open action"](document)

    content = made(sign, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    file = keep(content)

    assert b"JavaScript" not in actions.read(file)
    assert actions.read_original(file) == content


@pytest.fixture
def scanner(settings: Any) -> Any:
    with daemon() as address:
        settings.TONGBAN = replace(settings.TONGBAN, clamav=address)
        yield settings


def test_with_a_scanner_a_file_is_scanned_and_without_one_says_so(scanner: Any) -> None:
    scanned = keep(pdf())
    scanner.TONGBAN = replace(scanner.TONGBAN, clamav="")
    unscanned = keep(pdf())

    assert (scanned.scan, scanned.scan_words) == ("clean", "已查毒")
    assert (unscanned.scan, unscanned.scan_words) == ("unscanned", "未扫描病毒")


def small_with(inside: bytes) -> bytes:
    return made(lambda document: setattr(document.pages[0], "Contents", document.make_stream(inside)))


def test_a_virus_is_refused_at_the_door_and_kept_out_of_reach(scanner: Any) -> None:
    with pytest.raises(Refusal, match="Eicar-Test-Signature") as no:
        keep(small_with(EICAR))

    file = StoredFile.objects.get()
    assert (no.value.code, file.state, file.reason) == ("file_infected", "infected", "Eicar-Test-Signature")
    with pytest.raises(Forbidden):
        actions.read(file)
    with pytest.raises(Forbidden):
        actions.read_original(file)
    assert JournalEntry.objects.get(name="files.Examined").facts["state"] == "infected"
    assert list(store().all()) == []


def test_a_virus_in_a_large_file_is_found_by_the_worker(scanner: Any) -> None:
    file = examined(keep(large(EICAR)))

    assert (file.state, file.mark) == ("infected", "■ 发现病毒，已隔离")


def test_while_the_scanner_is_away_nothing_is_given_out(scanner: Any) -> None:
    away = replace(scanner.TONGBAN, clamav="tcp://127.0.0.1:1")
    here, scanner.TONGBAN = scanner.TONGBAN, away

    file = keep(pdf())

    assert file.state == "quarantined"
    with pytest.raises(ScannerAway):
        actions.examine(file.public_id, by=WORKER, now=NOW)
    scanner.TONGBAN = here
    assert (examined(file).state, StoredFile.objects.get().scan) == ("clean", "clean")


def test_a_scanner_that_dies_midway_leaves_the_file_where_it_is(scanner: Any) -> None:
    file = keep(large(DIES))

    with pytest.raises(ScannerAway):
        actions.examine(file.public_id, by=WORKER, now=NOW)
    assert StoredFile.objects.get().state == "quarantined"


def test_what_is_too_large_to_scan_is_refused(scanner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    content = made(lambda document: setattr(document.pages[0], "Contents", document.make_stream(os.urandom(LIMIT + 1))))

    assert "查不了病毒" in examined(keep(content)).reason
    monkeypatch.setattr(keeping, "AT_ONCE", 10**8)
    with pytest.raises(Refusal, match="查不了病毒"):
        keep(content)


def test_a_piece_takes_its_place_whatever_an_interrupted_writer_left(tmp_path: Path) -> None:
    here = Quarantine(tmp_path / "q")
    here.write("ab", 0, b"first")
    here.write("ab", 5, b"half of the sec")  # and the process was killed before the row knew

    here.write("ab", 5, b"second")

    assert here.get("ab") == b"firstsecond"
    here.drop("ab")
    here.drop("ab")
