"""合成: JPEG pages into one PDF, each on a sheet of A4, upright or lying as the picture is. The pictures go in as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.files.structure import pictures

A4 = (595.28, 841.89)
"""Points, upright."""


@dataclass(frozen=True)
class Leaf:
    """A picture in RGB; `turns`: quarters clockwise."""

    jpeg: bytes
    turns: int = 0


def bind(leaves: Sequence[Leaf]) -> bytes:
    """The same leaves give the same bytes."""
    kids = b" ".join(b"%d 0 R" % (3 + 3 * at) for at in range(len(leaves)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(leaves))]
    for at, leaf in enumerate(leaves):
        objects += _leaf(leaf, first=3 + 3 * at)
    made, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(made)


def _leaf(leaf: Leaf, *, first: int) -> list[bytes]:
    """Page, what is drawn on it, the picture."""
    picture = pictures.jpeg(leaf.jpeg)
    turned = leaf.turns % 2 == 1
    width, height = (picture.height, picture.width) if turned else (picture.width, picture.height)
    sheet = A4 if height >= width else A4[::-1]
    scale = min(sheet[0] / width, sheet[1] / height)
    wide, high = width * scale, height * scale
    left, low = (sheet[0] - wide) / 2, (sheet[1] - high) / 2
    drawn = b"q %s cm /P Do Q" % _matrix(leaf.turns % 4, wide, high, left, low)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R/Resources<</XObject<</P %d 0 R>>>>>>"
    image = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length %d>>"
    return [
        page % (*sheet, first + 1, first + 2),
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(drawn), drawn),
        image % (picture.width, picture.height, len(leaf.jpeg)) + b"\nstream\n" + leaf.jpeg + b"\nendstream",
    ]


def _matrix(turns: int, wide: float, high: float, left: float, low: float) -> bytes:
    """The unit square onto the sheet, turned clockwise."""
    a, b, c, d, e, f = {
        0: (wide, 0.0, 0.0, high, left, low),
        1: (0.0, -high, wide, 0.0, left, low + high),
        2: (-wide, 0.0, 0.0, -high, left + wide, low + high),
        3: (0.0, high, -wide, 0.0, left + wide, low),
    }[turns]
    return b"%.2f %.2f %.2f %.2f %.2f %.2f" % (a, b, c, d, e, f)
