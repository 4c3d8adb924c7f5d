"""A drawing as a stand-in for a scan."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def picture() -> bytes:
    drawn = Image.new("RGB", (640, 420), "white")
    drawing = ImageDraw.Draw(drawn)
    drawing.rectangle((40, 40, 600, 380), outline="black", width=3)
    drawing.line((320, 40, 320, 380), fill="black", width=3)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()
