"""What may be uploaded, judged by the content, never by the name or the sender's word; and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tongban.files.structure import archives, papers, pictures
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
KINDS = {kind.extension: kind for kind in (PDF, JPEG, PNG, OFD, DOCX, XLSX)}
ACCEPTED_WORDS = "PDF、OFD、JPG、PNG、Word（docx）、Excel（xlsx）"


class State(StrEnum):
    """A file between its arrival and its use. Only a clean one is ever given out."""

    QUARANTINED = "quarantined"
    CLEAN = "clean"
    REFUSED = "refused"
    INFECTED = "infected"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    State.QUARANTINED: "正在检查",
    State.CLEAN: "已上传",
    State.REFUSED: "没有通过检查",
    State.INFECTED: "发现病毒，已隔离",
}
MARKS = {
    State.QUARANTINED: ("◌ 正在检查", "wait"),
    State.CLEAN: ("✓ 已上传", "ok"),
    State.REFUSED: ("■ 没有通过检查", "bad"),
    State.INFECTED: ("■ 发现病毒，已隔离", "bad"),
}
"""Word, shape and tone."""


def sniff(content: bytes) -> Kind:
    """The kind of a file by its first bytes and structure. Raises Refusal for what is not accepted, not whole, past a
    limit, or two files in one."""
    if content.startswith(b"%PDF-"):
        papers.check(content)
        return PDF
    if content.startswith(pictures.JPEG_HEAD):
        pictures.check(pictures.jpeg(content), content)
        return JPEG
    if content.startswith(pictures.PNG_HEAD):
        pictures.check(pictures.png(content), content)
        return PNG
    if content.startswith(b"PK\x03\x04") and (kind := _archive_kind(archives.names(content))):
        archives.check(content)
        return kind
    raise Refusal(
        "file_kind",
        f"这个文件的内容不是可以接收的格式，请上传 {ACCEPTED_WORDS}",
        "改文件名不会改变格式；可拍照或另存为 PDF 后再传",
        "file",
    )


def _archive_kind(names: set[str]) -> Kind | None:
    """An OFD or an Office document; any other zip is not accepted."""
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
