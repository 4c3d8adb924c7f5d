"""Uploads are kept as pictures and papers, nothing else: bombs refused, positions and comments gone."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from tongban.files import actions, rules
from tongban.files.cleaning import pictures
from tongban.files.models import StoredFile
from tongban.files.store import FolderStore, store
from tongban.files.tests.samples import PDF, archive, bomb, pdf, picture
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Refusal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LIU = Actor(who="person:liu", channel="web")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.TONGBAN = replace(settings.TONGBAN, data=tmp_path)
    return tmp_path / "files"


def keep(content: bytes) -> StoredFile:
    return actions.keep_upload(content, by=LIU, now=NOW)


def photo(**options: Any) -> bytes:
    """Four by two, the left half red, as a phone takes it: lying, with its position and the camera's words."""
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (20, 0, 40, 20))
    exif = Image.Exif()
    exif[0x010E] = "云江区滨河路 8 号"
    exif[0x0112] = 6  # to be turned by a quarter to stand upright
    exif.get_ifd(0x8825)[2] = (29.0, 33.0, 1.0)  # GPS latitude
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"<script>alert(1)</script>", **options)
    return out.getvalue()


def test_a_pdf_is_kept_as_it_is(db: None) -> None:
    paper = pdf(3)
    file = keep(paper)

    assert actions.read(file) == paper
    assert (file.media_type, file.extension, file.size) == ("application/pdf", "pdf", len(paper))
    assert (file.state, file.pages, file.original) == ("clean", 3, "")
    assert (file.uploaded_by, file.scan) == ("person:liu", "unscanned")


@pytest.mark.parametrize("content", [archive("OFD.xml"), archive("word/document.xml")])
def test_a_document_is_kept_as_it_is(db: None, content: bytes) -> None:
    assert actions.read(keep(content)) == content


def test_a_photo_loses_position_camera_and_comment_and_stands_upright(db: None) -> None:
    taken = photo()
    assert b"<script>" in taken and Image.open(io.BytesIO(taken)).getexif()

    kept = actions.read(keep(taken))

    assert b"script" not in kept
    assert "滨河路".encode() not in kept
    image = Image.open(io.BytesIO(kept))
    assert not image.getexif()
    assert "comment" not in image.info
    assert image.size == (20, 40)
    assert _nearly(image.getpixel((10, 3)), (255, 0, 0)), "the left half is on top now"


def _nearly(found: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(found, wanted, strict=True))


def test_a_png_loses_its_text(db: None) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "<script>secret</script>")
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 100)).save(out, "PNG", pnginfo=words, exif=Image.Exif())

    kept = actions.read(keep(out.getvalue()))

    assert b"secret" not in kept
    assert Image.open(io.BytesIO(kept)).getpixel((0, 0)) == (255, 0, 0, 100)


def test_what_hangs_behind_a_picture_is_gone(db: None) -> None:
    kept = actions.read(keep(picture("PNG") + b"\0\0\0\x18ftypmp42 evil film"))

    assert b"evil" not in kept


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_kind_is_kept(db: None, mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (4, 4)).save(out, "PNG")

    assert Image.open(io.BytesIO(actions.read(keep(out.getvalue())))).size == (4, 4)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_jpeg_of_any_kind_is_kept(db: None, mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (4, 4)).save(out, "JPEG")

    assert Image.open(io.BytesIO(actions.read(keep(out.getvalue())))).mode == "RGB"


def test_a_large_scan_is_made_smaller(db: None) -> None:
    assert Image.open(io.BytesIO(actions.read(keep(picture("PNG", (5000, 10)))))).size == (4000, 8)


@pytest.mark.parametrize("side", [8_000, 10_000, 20_000, 60_000])
def test_a_decompression_bomb_is_refused(db: None, side: int) -> None:
    with pytest.raises(Refusal, match="像素过大"):
        keep(bomb(side, side))

    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_truncated_picture_is_refused(db: None, form: str) -> None:
    whole = picture(form, (300, 300))

    for length in (12, 40, len(whole) // 4, len(whole) // 2):
        with pytest.raises(Refusal, match="打不开"):
            keep(whole[:length])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.sampled_from([photo(), picture("PNG", (20, 20))]), st.data())
def test_a_damaged_picture_is_kept_or_refused(whole: bytes, data: st.DataObject) -> None:
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(8, min(len(content) - 1, 400)))] = data.draw(st.integers(0, 255))

    try:
        kind = rules.sniff(bytes(content))
        pictures.clean(bytes(content), kind)
        pictures.clean_page(bytes(content), kind)
    except Refusal as refusal:
        assert refusal.code in ("image_broken", "image_too_large", "file_two_in_one", "file_kind")


def test_an_upload_past_the_limit_is_refused(db: None, settings: Any) -> None:
    settings.TONGBAN = replace(settings.TONGBAN, upload_limit_mb=1)

    with pytest.raises(Refusal, match="超过 1 MB"):
        keep(PDF + bytes(1024 * 1024))


def test_the_same_content_is_stored_once_and_owned_twice(db: None, folder: Path) -> None:
    first, second = keep(PDF), keep(PDF)

    assert first.public_id != second.public_id
    assert first.sha256 == second.sha256
    assert list(store().all()) == [first.sha256]
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_the_store_keeps_gives_and_forgets(tmp_path: Path) -> None:
    kept = FolderStore(tmp_path / "s")
    name = kept.put(b"content")

    assert name == "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"
    assert kept.put(b"content") == name
    assert kept.get(name) == b"content"
    kept.delete(name)
    kept.delete(name)
    assert list(kept.all()) == []


def test_half_a_file_of_a_crash_is_not_listed(tmp_path: Path) -> None:
    kept = FolderStore(tmp_path / "s")
    name = kept.put(b"content")
    (kept._path(name).parent / f"{name}.abc.tmp").write_bytes(b"con")

    assert list(kept.all()) == [name]


def test_content_without_a_row_can_be_told_apart(db: None) -> None:
    owned = keep(PDF)
    orphan = store().put(b"written, then the transaction failed")

    rows = set(StoredFile.objects.values_list("sha256", flat=True))
    assert set(store().all()) - rows == {orphan}
    assert owned.sha256 in rows
