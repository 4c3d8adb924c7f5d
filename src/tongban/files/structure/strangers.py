"""别的文件: one file that a second reader would take for another kind (a polyglot)."""

from __future__ import annotations

import re

from tongban.kernel.refusals import Refusal

MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe|object|embed|\?php)\b", re.I)
SIGNATURES = (
    b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00",
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MSCF",
)  # fmt: skip
"""What begins an archive, a program, a script or another document."""
ZIP_END, ZIP_END_LENGTH, ZIP_COMMENT = b"PK\x05\x06", 22, 65_535


def refuse_tail(tail: bytes) -> None:
    """What hangs behind the end of a picture or a PDF: a camera's leftovers are harmless, a file in itself is not."""
    head = tail.lstrip(b"\0\r\n\t ")
    if head.startswith(SIGNATURES) or MARKUP.search(head[:4096]) or opens_as_zip(tail):
        raise two_in_one()


def opens_as_zip(content: bytes) -> bool:
    """Whether an unzipper would find an archive: it looks from the end, whatever stands before."""
    end = content[-(ZIP_END_LENGTH + ZIP_COMMENT) :]
    at = end.rfind(ZIP_END)
    while at >= 0:
        record = end[at : at + ZIP_END_LENGTH]
        if len(record) == ZIP_END_LENGTH and record[4:8] == b"\0\0\0\0" and record[8:10] == record[10:12] != b"\0\0":
            return True
        at = end.rfind(ZIP_END, 0, at)
    return False


def two_in_one() -> Refusal:
    return Refusal(
        "file_two_in_one",
        "这个文件里还藏着另一种文件（压缩包、网页或程序），为了安全不能接收",
        "请重新拍照或扫描，或者用办公软件另存为 PDF 后再传",
        "file",
    )
