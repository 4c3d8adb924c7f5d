"""What may be uploaded, judged by the content: never by the name."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tongban.files import rules
from tongban.kernel.refusals import Refusal

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
trailer<</Root 1 0 R>>
%%EOF"""


def picture(form: str, size: tuple[int, int] = (4, 3)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, form)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(zipfile.ZipInfo(name), "<x/>")  # dated 1980: a test's name holds these bytes
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, rules.PDF),
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
        archive("a.exe"),
        archive("word/document.xml.exe"),
        archive(),
        archive("OFD.xml")[:-30],  # cut short
        b"PK\x03\x04" + bytes(50),
        b"just words",
    ],
)
def test_anything_else_is_refused_with_what_is_accepted(content: bytes) -> None:
    with pytest.raises(Refusal, match="PDF、OFD、JPG、PNG") as refused:
        rules.sniff(content)

    assert refused.value.code == "file_kind"


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", archive("OFD.xml")[:60]]))
def test_any_bytes_are_known_or_refused(noise: bytes, head: bytes) -> None:
    try:
        rules.sniff(head + noise)
    except Refusal as refusal:
        assert refusal.code == "file_kind"


@given(st.data())
def test_a_damaged_archive_is_known_or_refused(data: st.DataObject) -> None:
    content = bytearray(archive("OFD.xml", "Doc_0/Document.xml"))
    content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        assert rules.sniff(bytes(content)) == rules.OFD
    except Refusal as refusal:
        assert refusal.code == "file_kind"


MB = 1024 * 1024


@pytest.mark.parametrize("size", [1, MB, 20 * MB])
def test_a_file_within_the_limit_is_welcome(size: int) -> None:
    rules.check_size(size, limit_mb=20)


def test_a_file_past_the_limit_or_empty_is_refused() -> None:
    with pytest.raises(Refusal, match="超过 20 MB"):
        rules.check_size(20 * MB + 1, limit_mb=20)
    with pytest.raises(Refusal, match="空的"):
        rules.check_size(0, limit_mb=20)
