"""图片: decoded and encoded again. What isn't picture is gone: position, camera, comments, whatever hung behind."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from tongban.files import rules
from tongban.files.cleaning.result import Cleaned
from tongban.files.structure.pictures import MAX_PIXELS, broken, too_many_pixels
from tongban.kernel.refusals import Refusal

LONGEST_SIDE = 4000
PAGE_SIDE = 2400
"""A page of a scan: A4 at 200 dpi, and a little more."""


def clean(content: bytes, kind: rules.Kind) -> Cleaned:
    """Upright, without anything but its pixels. Raises Refusal."""
    upright = _opened(content, kind)
    if max(upright.size) > LONGEST_SIDE:
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = "RGB" if kind == rules.JPEG else upright.mode if upright.mode in ("RGB", "RGBA", "L") else "RGBA"
    return Cleaned(_written(upright.convert(plain), "JPEG" if kind == rules.JPEG else "PNG", quality=88))


def clean_page(content: bytes, kind: rules.Kind) -> Cleaned:
    """The same as a page of a scan: always a JPEG, no larger than paper needs. Raises Refusal."""
    upright = _opened(content, kind, draft=PAGE_SIDE)
    if max(upright.size) > PAGE_SIDE:
        upright.thumbnail((PAGE_SIDE, PAGE_SIDE))
    if "A" in upright.getbands() or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
    return Cleaned(_written(upright.convert("RGB"), "JPEG", quality=82))


def _opened(content: bytes, kind: rules.Kind, *, draft: int = 0) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            form = "JPEG" if kind == rules.JPEG else "PNG"
            picture: Image.Image = Image.open(io.BytesIO(content), formats=[form])
            if picture.width * picture.height > MAX_PIXELS:
                raise too_many_pixels()
            warnings.simplefilter("ignore")
            if draft:
                picture.draft("RGB", (draft, draft))  # a JPEG decoder halves on the way, for a quarter of the work
            picture.load()
            return ImageOps.exif_transpose(picture) or picture
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise too_many_pixels() from error
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # a damaged picture fails in many ways inside Pillow, and means one thing
        raise broken() from error


def _written(clean: Image.Image, form: str, *, quality: int) -> bytes:
    out = io.BytesIO()
    clean.info.clear()  # else Pillow carries a JPEG's comment over
    clean.save(out, form, quality=quality)
    return out.getvalue()
