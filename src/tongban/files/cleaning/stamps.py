"""水印 laid over every page of a PDF; before that a picture becomes a page."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf
from PIL import Image

from tongban.files import binding, rules
from tongban.files.cleaning.result import Cleaned


@dataclass(frozen=True)
class Plain:
    """A PDF, and how large its first page is, in points."""

    content: bytes
    width: float
    height: float


def as_pdf(content: bytes, kind: rules.Kind) -> Plain:
    """The document itself, or the picture on a sheet of A4."""
    if kind != rules.PDF:
        with Image.open(io.BytesIO(content)) as picture:
            rgba = picture.convert("RGBA")
            whole = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
        jpeg = io.BytesIO()
        whole.save(jpeg, "JPEG", quality=88)
        content = binding.bind([binding.Leaf(jpeg.getvalue())])
    with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
        left, low, right, high = (float(each) for each in pdf.pages[0].trimbox)
        turned = int(pdf.pages[0].obj.get("/Rotate", 0)) % 180 == 90
    width, height = abs(right - left), abs(high - low)
    return Plain(content, *((height, width) if turned else (width, height)))


def stamp(content: bytes, overlay: bytes) -> Cleaned:
    with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf, pikepdf.open(io.BytesIO(overlay)) as mark:
        for page in pdf.pages:
            page.add_overlay(mark.pages[0], None)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return Cleaned(out.getvalue(), len(pdf.pages))
