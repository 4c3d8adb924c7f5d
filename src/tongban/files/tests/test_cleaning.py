"""What may be given out is made anew: nothing runs, nothing opens other things, nothing is hidden inside."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from tongban.files import rules
from tongban.files.cleaning import archives, bounded, papers, pictures
from tongban.files.structure.papers import MAX_PAGES
from tongban.files.tests.samples import PDF, bomb, packed, pdf, picture
from tongban.kernel.refusals import Refusal


def made(change: Callable[[Pdf], object], **save: object) -> bytes:
    """A PDF of one page with something in it."""
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page(page_size=(595, 842))
    change(document)
    document.save(out, compress_streams=False, **save)
    return out.getvalue()


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def _named(document: Pdf) -> None:
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["x", document.make_indirect(script())])))


def _attached(document: Pdf) -> None:
    document.attachments["evil.exe"] = b"MZ evil"


def _annotated(document: Pdf) -> None:
    spec = Dictionary(Type=Name.Filespec, F="a.exe", EF=Dictionary(F=document.make_stream(b"MZ evil")))
    one = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=spec)
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=script())
    document.pages[0].Annots = document.make_indirect(Array([one, link]))


ATTACKS: dict[str, Callable[[Pdf], object]] = {
    "open action": lambda document: setattr(document.Root, "OpenAction", script()),
    "named script": _named,
    "page event": lambda document: setattr(document.pages[0], "AA", Dictionary(O=script())),
    "attachment": _attached,
    "annotations": _annotated,
    "launch": lambda document: setattr(
        document.pages[0], "Annots",
        Array([Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F="cmd.exe"), Rect=[0, 0, 1, 1])]),
    ),
    "chained": lambda document: setattr(
        document.pages[0], "Annots",
        Array([Dictionary(Subtype=Name.Link, Rect=[0, 0, 1, 1], A=Dictionary(S=Name.URI, URI="https://x", Next=Array([script()])))]),
    ),
    "form": lambda document: setattr(document.Root, "AcroForm", Dictionary(Fields=Array([]), XFA=document.make_stream(b"<x/>"))),
}  # fmt: skip
TRACES = (
    b"JavaScript",
    b"/JS",
    b"OpenAction",
    b"/AA",
    b"EmbeddedFile",
    b"/EF",
    b"MZ evil",
    b"/Launch",
    b"/XFA",
    b"cmd.exe",
)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("packed_objects", [False, True])
def test_what_runs_or_hides_in_a_pdf_is_taken_out(attack: str, packed_objects: bool) -> None:
    modes = pikepdf.ObjectStreamMode
    content = made(ATTACKS[attack], object_stream_mode=modes.generate if packed_objects else modes.disable)

    cleaned = papers.clean(content)

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(cleaned.content)) as document:
        document.save(out, object_stream_mode=modes.disable, stream_decode_level=pikepdf.StreamDecodeLevel.all)
    assert cleaned.removed
    assert cleaned.pages == 1
    assert [trace for trace in TRACES if trace in out.getvalue()] == []
    assert papers.clean(cleaned.content).removed == (), "once is enough"


def test_a_link_to_a_page_of_the_web_stays() -> None:
    link = Dictionary(Subtype=Name.Link, Rect=[0, 0, 1, 1], A=Dictionary(S=Name.URI, URI="https://example.cn"))
    content = made(lambda document: setattr(document.pages[0], "Annots", Array([link])))

    assert papers.clean(content).content == content


def test_a_script_that_no_parser_finds_is_gone_too() -> None:
    content = pdf().replace(b"trailer", b"9 0 obj<</S/JavaScript/JS(x)>>endobj\ntrailer")

    assert b"JavaScript" not in papers.clean(content).content


def test_a_name_in_disguise_is_found() -> None:
    plain = made(ATTACKS["open action"], object_stream_mode=pikepdf.ObjectStreamMode.disable)
    content = plain.replace(b"/OpenAction", b"/Open#41ction")
    assert content != plain

    assert "/OpenAction" in papers.clean(content).removed


def test_a_damaged_table_is_mended() -> None:
    cleaned = papers.clean(PDF)

    assert cleaned.content != PDF
    assert len(pikepdf.open(io.BytesIO(cleaned.content)).pages) == 1


def test_a_signed_pdf_says_so_when_its_preview_differs() -> None:
    def sign(document: Pdf) -> None:
        value = Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents=b"\0" * 8)
        document.Root.AcroForm = Dictionary(SigFlags=3, Fields=Array([Dictionary(FT=Name.Sig, T="s", V=value)]))

    plain, scripted = made(sign), made(lambda document: (sign(document), ATTACKS["open action"](document)))

    assert (papers.clean(plain).content, papers.clean(plain).signed) == (plain, False)
    assert papers.clean(scripted).signed


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "file_encrypted"),
        (pdf(encryption=pikepdf.Encryption(owner="o", user="")), "file_encrypted"),
        (pdf(MAX_PAGES + 1, object_stream_mode=pikepdf.ObjectStreamMode.generate), "pdf_too_long"),
        (b"%PDF-1.4\nnothing\n%%EOF", "pdf_broken"),
        (pdf(0), "pdf_broken"),
    ],
)
def test_a_pdf_that_nobody_can_read_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as no:
        papers.clean(content)

    assert no.value.code == code


def test_a_pdf_of_ten_thousand_pages_in_disguise_is_refused_in_its_own_process() -> None:
    content = pdf(10_000, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert rules.sniff(content) == rules.PDF, "its pages are packed away"

    with pytest.raises(Refusal, match="超过 500 页"):
        bounded.clean(content, rules.PDF)


def test_a_process_that_takes_too_long_is_ended() -> None:
    with pytest.raises(bounded.Unfinished):
        bounded.clean(pdf(), rules.PDF, patience=0.01)


def test_the_process_has_little_memory() -> None:
    """An object stream that unpacks to two gigabytes."""
    import zlib

    packer = zlib.compressobj(9)
    filled = b"".join(packer.compress(bytes(1 << 24)) for _ in range(128)) + packer.flush()
    stream = zlib.compress(filled, 9)
    objects = b"4 0 obj<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(stream)
    head = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" + objects + stream + b"\nendstream endobj\n"
    table = (
        b"\0\0\0\0\xff"
        + b"\1\0\0\x09\0"
        + b"\2\0\0\x04\0"
        + b"\2\0\0\x04\1"
        + b"\1"
        + head.index(b"4 0 obj").to_bytes(3, "big")
        + b"\0"
    )
    xref = (
        b"5 0 obj<</Type/XRef/Size 5/W[1 3 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
        + table
        + b"\nendstream endobj\n"
    )
    content = head + xref + b"startxref\n%d\n%%%%EOF" % len(head)

    with pytest.raises(Refusal) as no:
        bounded.clean(content, rules.PDF)
    assert no.value.code in ("pdf_broken", "file_too_complex")


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([pdf(2), made(_annotated), PDF]), st.data())
def test_a_damaged_pdf_is_cleaned_or_refused(whole: bytes, data: st.DataObject) -> None:
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        assert papers.clean(papers.clean(bytes(content)).content).removed == ()
    except Refusal as no:
        assert no.code in ("pdf_broken", "file_encrypted", "pdf_too_long", "pdf_too_complex")


def test_a_page_of_a_scan_is_a_small_jpeg_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (3000, 1500), (0, 0, 0, 0)).save(out, "PNG")

    page = Image.open(io.BytesIO(bounded.clean(out.getvalue(), rules.PNG, way="page").content))

    assert (page.format, page.size, page.getpixel((5, 5))) == ("JPEG", (2400, 1200), (255, 255, 255))


def test_a_large_picture_is_cleaned_in_its_own_process() -> None:
    content = picture("JPEG", (3000, 2000))

    assert bounded.clean(content, rules.JPEG).content == pictures.clean(content, rules.JPEG).content
    with pytest.raises(Refusal, match="打不开"):
        bounded.clean(bomb(2500, 2000)[:-4] + bytes(9) + b"\0\0\0\0IEND\xaeB`\x82", rules.PNG)


@pytest.mark.parametrize(
    ("contents", "code"),
    [
        ({"OFD.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}, "file_crooked"),
        ({"word/document.xml": b"<w>"}, "file_broken"),
    ],
)
def test_an_archive_whose_xml_is_no_plain_xml_is_refused(contents: dict[str, bytes], code: str) -> None:
    with pytest.raises(Refusal) as no:
        archives.clean(packed(contents))

    assert no.value.code == code


def test_an_archive_whose_content_is_spoilt_is_refused() -> None:
    content = packed({"OFD.xml": b"<x/>", "Doc_0/image.png": b"picture" * 9})

    assert archives.clean(content).content == content
    with pytest.raises(Refusal, match="打不开"):
        archives.clean(content.replace(b"picture", b"PICTURE", 1))
