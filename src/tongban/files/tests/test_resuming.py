"""A large file in pieces: it goes on where the line broke, belongs to whoever began it, and is counted at the end."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from tongban.files import actions, chores
from tongban.files.actions import resuming
from tongban.files.models import StoredFile, Upload
from tongban.files.store import quarantine
from tongban.files.tests.samples import pdf
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict, NotFound, Refusal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LIU, STRANGER = Actor(who="person:liu", channel="web"), Actor(who="person:stranger", channel="web")
PAPER = pdf(3)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    settings.TONGBAN = replace(settings.TONGBAN, data=tmp_path)


def begun(length: int = len(PAPER)) -> Any:
    return resuming.begin(length=length, by=LIU, now=NOW).public_id


def append(upload: Any, offset: int, piece: bytes, *, by: Actor = LIU) -> Upload:
    return resuming.append(upload, offset=offset, piece=piece, by=by, now=NOW)


def test_pieces_become_the_file() -> None:
    upload = begun()
    for at in range(0, len(PAPER), 100):
        append(upload, at, PAPER[at : at + 100])

    file = resuming.complete(upload, digest=hashlib.sha256(PAPER).hexdigest(), by=LIU, now=NOW)

    assert (file.uploaded_by, actions.read(file)) == ("person:liu", PAPER)
    assert resuming.complete(upload, by=LIU, now=NOW) == file, "asked again, the same"
    with pytest.raises(FileNotFoundError):
        quarantine().get(str(upload))


@trying(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_however_the_line_breaks_the_file_is_whole(data: st.DataObject) -> None:
    """A piece may arrive whole, be cut off before its row was written, or arrive twice."""
    upload = begun()
    while (at := resuming.own_upload(upload, by=LIU, now=NOW).offset) < len(PAPER):
        piece = PAPER[at : at + data.draw(st.integers(1, 400))]
        fate = data.draw(st.sampled_from(["arrives", "killed", "twice"]))
        if fate == "killed":
            quarantine().write(str(upload), at, piece[: len(piece) // 2])
            continue
        append(upload, at, piece)
        if fate == "twice":
            with pytest.raises(Conflict):
                append(upload, at, piece)

    assert actions.read(resuming.complete(upload, by=LIU, now=NOW)) == PAPER


def test_a_piece_at_the_wrong_place_is_refused_with_the_right_one() -> None:
    upload = begun()
    append(upload, 0, PAPER[:50])

    for offset in (0, 49, 51):
        with pytest.raises(Conflict, match="已收到 50 字节"):
            append(upload, offset, b"x")
    with pytest.raises(Conflict, match="还差"):
        resuming.complete(upload, by=LIU, now=NOW)


def test_more_than_was_said_is_refused() -> None:
    upload = begun(10)

    with pytest.raises(Refusal, match="比说好的长"):
        append(upload, 0, b"x" * 11)
    with pytest.raises(Refusal, match="超过 20 MB"):
        begun(20 * 1024 * 1024 + 1)
    with pytest.raises(Refusal, match="空的"):
        begun(0)


def test_a_stranger_finds_no_upload() -> None:
    upload = begun()

    for act in (
        lambda: resuming.own_upload(upload, by=STRANGER, now=NOW),
        lambda: append(upload, 0, b"x", by=STRANGER),
        lambda: resuming.complete(upload, by=STRANGER, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    resuming.discard(upload, by=STRANGER)
    assert Upload.objects.filter(public_id=upload).exists()


def test_a_file_damaged_on_the_way_or_refused_has_to_be_sent_anew() -> None:
    for content, digest, code in ((PAPER, "0" * 64, "upload_damaged"), (b"MZ program", "", "file_kind")):
        upload = begun(len(content))
        append(upload, 0, content)

        with pytest.raises(Refusal) as no:
            resuming.complete(upload, digest=digest, by=LIU, now=NOW)

        assert no.value.code == code
        assert not Upload.objects.exists()
        with pytest.raises(FileNotFoundError):
            quarantine().get(str(upload))


def test_what_nobody_finished_is_forgotten_after_a_day() -> None:
    upload = begun()
    append(upload, 0, PAPER[:50])
    tomorrow = NOW + timedelta(hours=24)
    with pytest.raises(NotFound):
        resuming.own_upload(upload, by=LIU, now=tomorrow)

    chores.forget_uploads(NOW)
    assert Upload.objects.exists()
    chores.forget_uploads(tomorrow)

    assert not Upload.objects.exists()
    with pytest.raises(FileNotFoundError):
        quarantine().get(str(upload))


def test_nobody_fills_the_disk_with_beginnings() -> None:
    for _ in range(resuming.OPEN_AT_ONCE):
        begun()

    with pytest.raises(Conflict, match="太多"):
        begun()
    assert StoredFile.objects.count() == 0
