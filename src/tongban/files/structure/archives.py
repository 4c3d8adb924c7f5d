"""压缩结构: OFD, Word and Excel files are zip archives. Limits are checked on the table of contents, before unpacking."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from tongban.kernel.refusals import Refusal

MAX_MEMBERS = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 200
"""Text packs a hundred times at the very best; a bomb a thousand times."""
SMALL = 1024 * 1024
"""Below this a member may pack as well as it likes."""
ARCHIVES = (
    ".zip",
    ".jar",
    ".rar",
    ".7z",
    ".gz",
    ".tgz",
    ".bz2",
    ".xz",
    ".tar",
    ".cab",
    ".iso",
    ".docx",
    ".xlsx",
    ".ofd",
)
PROGRAMS = (
    ".exe",
    ".dll",
    ".scr",
    ".bat",
    ".cmd",
    ".com",
    ".js",
    ".vbs",
    ".ps1",
    ".msi",
    ".lnk",
    ".hta",
    ".sh",
    ".class",
)
_OUTSIDE = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|\\|\0")
_ARCHIVE_HEADS = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00")


def names(content: bytes) -> set[str]:
    """What its table lists. Raises Refusal when there is none."""
    with _opened(content) as archive:
        return set(archive.namelist())


def check(content: bytes) -> None:
    """Raises Refusal for an archive that breaks a limit."""
    with _opened(content) as archive:
        listed = archive.infolist()
        _check_table(listed, len(content))
        for info in listed:
            _check_member(archive, info)


@contextmanager
def _opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            yield archive
    except Refusal:
        raise
    except Exception as error:  # a damaged archive fails in many ways inside zipfile, and means one thing
        raise broken() from error


def _check_table(listed: list[zipfile.ZipInfo], size: int) -> None:
    if len(listed) > MAX_MEMBERS:
        raise bomb()
    if sum(info.file_size for info in listed) > MAX_UNPACKED:
        raise bomb()
    names = [info.filename for info in listed]
    if len(set(names)) < len(names) or any(_OUTSIDE.search(name) for name in names):
        raise crooked()
    at = 0
    for info in sorted(listed, key=lambda each: each.header_offset):
        if info.header_offset < at:  # members that share their bytes: a bomb without a ratio
            raise crooked()
        at = info.header_offset + 30 + info.compress_size
    if (listed and min(info.header_offset for info in listed) != 0) or at > size:
        raise crooked()


def _check_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    name = info.filename.lower()
    if info.flag_bits & 0x1:
        raise Refusal("file_encrypted", "文件加了密码，打不开", "请去掉密码后再传", "file")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise crooked()
    if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise bomb()
    if name.endswith("vbaproject.bin") or name.endswith(PROGRAMS):
        raise Refusal("file_macros", "文件里带有宏或者程序，为了安全不能接收", "请另存为不带宏的文档，或者 PDF", "file")
    if name.endswith(ARCHIVES):
        raise nested()
    if not info.is_dir():
        with archive.open(info) as member:
            if member.read(6).startswith(_ARCHIVE_HEADS):
                raise nested()


def bomb() -> Refusal:
    return Refusal("file_bomb", "文件解开以后太大", "请另存为 PDF 后再传", "file")


def crooked() -> Refusal:
    return Refusal("file_crooked", "文件的内部结构不正常，为了安全不能接收", "请用办公软件打开，另存后再传", "file")


def nested() -> Refusal:
    return Refusal("file_nested", "文件里还套着别的文档或压缩包", "请分开上传，或者另存为 PDF 后再传", "file")


def broken() -> Refusal:
    return Refusal("file_broken", "文件打不开，可能已损坏", "请在自己的电脑上打开看看，另存后再传", "file")
