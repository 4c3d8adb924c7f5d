"""What may be uploaded, judged by the content: never by the name."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.files import rules
from tongban.files.structure import archives, papers, pictures
from tongban.files.tests.samples import PDF, archive, bomb, packed, pdf, picture
from tongban.kernel.refusals import Refusal

CODES = {
    "file_kind", "file_two_in_one", "file_encrypted", "file_bomb", "file_crooked", "file_nested", "file_broken",
    "file_macros", "image_broken", "image_too_large", "pdf_broken", "pdf_too_long", "pdf_too_complex",
}  # fmt: skip


def refused(content: bytes) -> str:
    """The code of the refusal."""
    with pytest.raises(Refusal) as no:
        rules.sniff(content)
    assert no.value.hint, "a refusal says what to do next"
    return no.value.code


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, rules.PDF),
        (PDF + b"\r\n", rules.PDF),
        (pdf(3), rules.PDF),
        (picture("PNG"), rules.PNG),
        (picture("JPEG"), rules.JPEG),
        (archive("OFD.xml", "Doc_0/Document.xml"), rules.OFD),
        (archive("[Content_Types].xml", "word/document.xml"), rules.DOCX),
        (archive("[Content_Types].xml", "xl/workbook.xml"), rules.XLSX),
    ],
)
def test_what_may_be_uploaded_is_known_by_its_content(content: bytes, kind: rules.Kind) -> None:
    assert rules.sniff(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff",  # a program, whatever it is called
        b"\x7fELF\x02\x01\x01",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<html>%PDF-1.4",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"#!/bin/sh\nrm -rf /",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # the old binary Word
        b"GIF89a" + bytes(20),
        picture("BMP"),
        picture("TIFF"),
        b"\x89PNG",
        b"\xff\xd8",
        b" " + PDF,  # a PDF begins with its head
        archive("a.exe"),
        archive("word/document.xml.exe"),
        archive(),
        b"just words",
    ],
)
def test_anything_else_is_refused_with_what_is_accepted(content: bytes) -> None:
    with pytest.raises(Refusal, match="PDF、OFD、JPG、PNG") as no:
        rules.sniff(content)

    assert no.value.code == "file_kind"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04" + bytes(50), "file_broken"),
        (archive("OFD.xml")[:-30], "file_broken"),
        (PDF[:-5], "pdf_broken"),
        (b"%PDF-x" + PDF[6:], "pdf_broken"),
        (picture("JPEG", (300, 300))[:-2], "image_broken"),
        (picture("PNG", (300, 300))[:-12], "image_broken"),
        (picture("PNG")[:20], "image_broken"),
        (picture("JPEG")[:20], "image_broken"),
    ],
)
def test_what_is_cut_short_is_refused(content: bytes, code: str) -> None:
    assert refused(content) == code


ZIP = archive("evil.class")
PROGRAM = b"MZ\x90\x00" + bytes(60)
WEB_PAGE = b"<script>alert(1)</script>"


@pytest.mark.parametrize("tail", [ZIP, PROGRAM, WEB_PAGE, b"\0\0\n" + ZIP, b"<svg onload=x>", b"<?php x ?>", PDF])
@pytest.mark.parametrize("front", [picture("JPEG"), picture("PNG"), PDF])
def test_a_file_with_another_behind_it_is_refused(front: bytes, tail: bytes) -> None:
    if (front, tail) == (PDF, PDF):
        return  # two revisions of one document, as far as anybody can tell
    assert refused(front + tail) == "file_two_in_one"


def test_a_pdf_that_is_an_archive_too_is_refused_wherever_the_archive_begins() -> None:
    assert refused(PDF[:-5] + b"%" + ZIP + b"\n%%EOF") == "file_two_in_one"


def test_a_pdf_that_is_a_page_of_the_web_too_is_refused() -> None:
    assert refused(PDF.replace(b"\n", b"\n%<html><script>x</script>\n", 1)) == "file_two_in_one"


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_what_a_camera_leaves_behind_a_picture_is_no_second_file(form: str) -> None:
    """A motion photo carries its film behind the picture; it is dropped with everything else that isn't picture."""
    film = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40

    assert rules.sniff(picture(form) + film).extension in ("jpg", "png")


@pytest.mark.parametrize(("width", "height"), [(8_000, 8_000), (60_000, 60_000), (31_000, 2), (2**31, 2)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_opened(width: int, height: int) -> None:
    assert refused(bomb(width, height)) in ("image_too_large", "image_broken")
    with pytest.raises(Refusal, match="像素过大"):
        pictures.check(pictures.Picture(width, height, 0), b"")


@pytest.mark.parametrize(("form", "size"), [("JPEG", (301, 7)), ("PNG", (7, 301))])
def test_size_and_end_of_a_picture_are_found(form: str, size: tuple[int, int]) -> None:
    content = picture(form, size)

    found = (pictures.jpeg if form == "JPEG" else pictures.png)(content + b"tail")

    assert found == pictures.Picture(*size, len(content))


def test_a_pdf_of_ten_thousand_pages_is_refused() -> None:
    from pikepdf import ObjectStreamMode

    assert refused(pdf(10_000, object_stream_mode=ObjectStreamMode.disable)) == "pdf_too_long"
    rules.sniff(pdf(papers.MAX_PAGES, object_stream_mode=ObjectStreamMode.disable))


def test_a_pdf_of_too_many_objects_is_refused() -> None:
    assert refused(PDF[:-5] + b"9 0 obj 1 endobj\n" * (papers.MAX_OBJECTS + 1) + b"%%EOF") == "pdf_too_complex"


def test_an_encrypted_pdf_is_refused() -> None:
    from pikepdf import Encryption

    assert refused(pdf(encryption=Encryption(owner="o", user="u"))) == "file_encrypted"


def office(name: str = "word/media/a.png", content: bytes = b"x", *, compress: int = zipfile.ZIP_STORED) -> bytes:
    return packed({"word/document.xml": b"<x/>", name: content}, compress=compress)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (office(content=bytes(3 * archives.SMALL), compress=zipfile.ZIP_DEFLATED), "file_bomb"),
        (packed({"OFD.xml": b"<x/>"} | {f"{n}.xml": b"" for n in range(archives.MAX_MEMBERS)}), "file_bomb"),
        (office("../../etc/passwd"), "file_crooked"),
        (office("/etc/passwd"), "file_crooked"),
        (office("C:evil"), "file_crooked"),
        (office("a\\..\\b"), "file_crooked"),
        (office(compress=zipfile.ZIP_BZIP2, content=bytes(100)), "file_crooked"),
        (b"PK\x03\x04" + office(), "file_crooked"),  # something before the archive
        (office("word/a.zip"), "file_nested"),
        (office("word/picture.png", archive("x")), "file_nested"),
        (office("word/vbaProject.bin"), "file_macros"),
        (office("word/evil.EXE"), "file_macros"),
    ],
)
def test_an_archive_past_a_limit_is_refused(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_an_encrypted_member_is_refused() -> None:
    content = bytearray(office())
    for head, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rindex(head) + at] |= 1

    assert refused(bytes(content)) == "file_encrypted"


def test_members_that_share_their_bytes_are_refused() -> None:
    """A bomb without a ratio: many entries, one content."""
    content = bytearray(office(content=b"y" * 100))
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = (4).to_bytes(4, "little")

    assert refused(bytes(content)) in ("file_crooked", "file_broken")


def test_ordinary_text_that_packs_well_is_welcome() -> None:
    text = b"".join(b"<w:p>%d</w:p>" % number for number in range(200_000))

    assert rules.sniff(office("word/more.xml", text, compress=zipfile.ZIP_DEFLATED)) == rules.DOCX


HEADS = [b"", b"PK\x03\x04", archive("OFD.xml")[:60], b"%PDF-1.4\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]


@given(st.binary(max_size=200), st.sampled_from(HEADS))
def test_any_bytes_are_known_or_refused(noise: bytes, head: bytes) -> None:
    try:
        rules.sniff(head + noise)
    except Refusal as refusal:
        assert refusal.code in CODES


@given(st.sampled_from([PDF, picture("PNG"), picture("JPEG"), office()]), st.data())
def test_a_damaged_file_is_known_or_refused(whole: bytes, data: st.DataObject) -> None:
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        rules.sniff(bytes(content[: data.draw(st.integers(1, len(content)))]))
    except Refusal as refusal:
        assert refusal.code in CODES


@given(st.binary(min_size=1, max_size=300))
def test_whatever_hangs_behind_a_picture_its_end_is_the_same(tail: bytes) -> None:
    for form, walk in (("PNG", pictures.png), ("JPEG", pictures.jpeg)):
        assert walk(picture(form) + tail).end == len(picture(form))


@given(st.data())
def test_a_damaged_archive_is_known_or_refused(data: st.DataObject) -> None:
    content = bytearray(archive("OFD.xml", "Doc_0/Document.xml"))
    content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        assert rules.sniff(bytes(content)) == rules.OFD
    except Refusal as refusal:
        assert refusal.code in CODES


MB = 1024 * 1024


@pytest.mark.parametrize("size", [1, MB, 20 * MB])
def test_a_file_within_the_limit_is_welcome(size: int) -> None:
    rules.check_size(size, limit_mb=20)


def test_a_file_past_the_limit_or_empty_is_refused() -> None:
    with pytest.raises(Refusal, match="超过 20 MB"):
        rules.check_size(20 * MB + 1, limit_mb=20)
    with pytest.raises(Refusal, match="空的"):
        rules.check_size(0, limit_mb=20)
