"""What may be uploaded, judged by the content, never by the name or the sender's word."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO

from tongban.kernel.refusals import Refusal


@dataclass(frozen=True)
class Kind:
    media_type: str
    extension: str


PDF = Kind("application/pdf", "pdf")
JPEG = Kind("image/jpeg", "jpg")
PNG = Kind("image/png", "png")
OFD = Kind("application/ofd", "ofd")
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
ACCEPTED_WORDS = "PDF、OFD、JPG、PNG、Word（docx）、Excel（xlsx）"


def sniff(content: bytes) -> Kind:
    """The kind of a file by its first bytes and structure. Raises Refusal for anything not accepted."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"PK\x03\x04") and (kind := _sniff_zip(content)):
        return kind
    raise Refusal(
        "file_kind",
        f"这个文件的内容不是可以接收的格式，请上传 {ACCEPTED_WORDS}",
        "改文件名不会改变格式；可拍照或另存为 PDF 后再传",
        "file",
    )


def _sniff_zip(content: bytes) -> Kind | None:
    """An OFD or an Office document; any other zip is not accepted."""
    try:
        names = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except Exception:  # a damaged archive fails in many ways inside zipfile, and means one thing
        return None
    if "OFD.xml" in names:
        return OFD
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def check_size(size: int, *, limit_mb: int) -> None:
    if size == 0:
        raise Refusal("file_empty", "文件是空的", "请重新选择文件", "file")
    if size > limit_mb * 1024 * 1024:
        raise Refusal("file_too_large", f"文件超过 {limit_mb} MB", "可以降低扫描分辨率，或者拆成几份上传", "file")
