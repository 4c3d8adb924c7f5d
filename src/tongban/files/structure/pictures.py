"""图片: size and end of a JPEG or PNG, found by walking its segments or chunks."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from tongban.files.structure import strangers
from tongban.kernel.refusals import Refusal

MAX_PIXELS = 60_000_000
"""A full page at 800 dpi; a phone's best camera takes 50 million, more than it needs for paper."""
MAX_SIDE = 30_000
JPEG_HEAD, PNG_HEAD = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_BARE = {0x01, *range(0xD0, 0xD8)}
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""In the compressed part FF is followed by 00 or a restart; anything else begins the next segment."""


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    end: int
    """The offset behind its last byte; what follows isn't picture."""


def check(picture: Picture, content: bytes) -> None:
    """Raises Refusal for a bomb, and for a file that carries another."""
    if picture.width * picture.height > MAX_PIXELS or max(picture.width, picture.height) > MAX_SIDE:
        raise too_many_pixels()
    strangers.refuse_tail(content[picture.end :])


def jpeg(content: bytes) -> Picture:
    """Raises Refusal when the picture breaks off before it has a size or an end."""
    at, size = 2, (0, 0)
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise broken()
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker == 0xD9:
            return _sized(size, at + 2)
        else:
            length = int.from_bytes(content[at + 2 : at + 4], "big")
            if length < 2:
                raise broken()
            if marker in _FRAMES:
                if at + 9 > len(content):
                    raise broken()
                height, width = struct.unpack(">HH", content[at + 5 : at + 9])
                size = (width, height)
            at += 2 + length
            if marker == 0xDA:
                found = _MARKER.search(content, at)
                if found is None:
                    raise broken()
                at = found.start()
    if content[at : at + 2] == b"\xff\xd9":
        return _sized(size, at + 2)
    raise broken()


def png(content: bytes) -> Picture:
    """Raises Refusal when a chunk is missing or cut short."""
    at, size = len(PNG_HEAD), (0, 0)
    while at + 12 <= len(content):
        length, name = struct.unpack(">I4s", content[at : at + 8])
        if name == b"IHDR" and length == 13 and at == len(PNG_HEAD):
            size = struct.unpack(">II", content[at + 8 : at + 16].ljust(8, b"\0"))
        at += 12 + length
        if name == b"IEND" and at <= len(content):
            return _sized(size, at)
    if size[0] * size[1] > MAX_PIXELS:  # the header alone says enough
        raise too_many_pixels()
    raise broken()


def _sized(size: tuple[int, int], end: int) -> Picture:
    if not all(size):
        raise broken()
    return Picture(*size, end)


def too_many_pixels() -> Refusal:
    return Refusal("image_too_large", "图片像素过大", "请用手机重新拍照，或降低扫描分辨率", "file")


def broken() -> Refusal:
    return Refusal("image_broken", "图片打不开，文件可能已损坏", "请重新拍照或扫描后上传", "file")
