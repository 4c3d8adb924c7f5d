"""PDF: what its bytes say before anybody parses it. What only a parser can see is for `cleaning.papers`."""

from __future__ import annotations

import re

from tongban.files.structure import strangers
from tongban.kernel.refusals import Refusal

MAX_PAGES = 500
MAX_OBJECTS = 100_000
TRAILING = 2048
"""Scanners leave a little behind the end; nobody needs more."""
_HEAD = re.compile(rb"%PDF-[12]\.\d")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z0-9])")
_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


def check(content: bytes) -> None:
    """Raises Refusal: not whole, two files in one, encrypted, or more than anybody will read."""
    end = content.rfind(b"%%EOF")
    if not _HEAD.match(content) or end < 0:
        raise broken()
    if strangers.MARKUP.search(content[:1024]) or strangers.opens_as_zip(content):
        raise strangers.two_in_one()
    tail = content[end + 5 :]
    strangers.refuse_tail(tail)
    if len(tail.strip(b"\0\r\n\t ")) > TRAILING:
        raise strangers.two_in_one()
    if _ENCRYPTED.search(content):
        raise encrypted()
    check_counts(pages=_more_than(_PAGE, content, MAX_PAGES), objects=content.count(b" obj"))


def check_counts(*, pages: int, objects: int) -> None:
    if pages > MAX_PAGES:
        raise Refusal("pdf_too_long", f"PDF 超过 {MAX_PAGES} 页", "请只交需要的页，或者拆成几份上传", "file")
    if objects > MAX_OBJECTS:
        raise Refusal("pdf_too_complex", "PDF 太复杂，检查不完", "请打印成新的 PDF（或扫描件）后再传", "file")


def _more_than(what: re.Pattern[bytes], content: bytes, limit: int) -> int:
    """How often, but no further than one past the limit."""
    count = 0
    for count, _ in enumerate(what.finditer(content), 1):
        if count > limit:
            break
    return count


def encrypted() -> Refusal:
    return Refusal("file_encrypted", "文件加了密码，打不开", "请去掉密码后再传", "file")


def broken() -> Refusal:
    return Refusal("pdf_broken", "PDF 打不开，文件可能不完整或已损坏", "请在自己的电脑上打开看看，另存后再传", "file")
