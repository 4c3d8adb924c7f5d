"""Keep a file, read it back, and sweep what nobody points at."""

from __future__ import annotations

import io
import warnings
from datetime import datetime

from django.conf import settings
from PIL import Image, ImageOps

from tongban.files import rules
from tongban.files.models import StoredFile
from tongban.files.store import store
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Refusal

MAX_PIXELS = 60_000_000
LONGEST_SIDE = 4000


def keep_upload(content: bytes, *, by: Actor, now: datetime) -> StoredFile:
    """Check, re-encode images, write, then make the row. Raises Refusal."""
    rules.check_size(len(content), limit_mb=settings.TONGBAN.upload_limit_mb)
    kind = rules.sniff(content)
    if kind in (rules.JPEG, rules.PNG):
        content = _reencode(content, kind)
    return keep(content, kind=kind, by=by, now=now)


def keep(content: bytes, *, kind: rules.Kind, by: Actor, now: datetime) -> StoredFile:
    """Write content we made or checked ourselves, then its row."""
    sha256 = store().put(content)
    return StoredFile.objects.create(
        sha256=sha256,
        size=len(content),
        media_type=kind.media_type,
        extension=kind.extension,
        uploaded_by=by.who,
        created_at=now,
    )


def read(file: StoredFile) -> bytes:
    """The content. The caller has checked that the reader may see it."""
    return store().get(file.sha256)


def _reencode(content: bytes, kind: rules.Kind) -> bytes:
    """Decode and encode again: what is not picture is gone (scripts, positions), and bombs are refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=[kind.extension.upper().replace("JPG", "JPEG")])
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_many_pixels()
            warnings.simplefilter("ignore")
            picture.load()
            upright = ImageOps.exif_transpose(picture) or picture
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_many_pixels() from error
    except Refusal:
        raise
    except Exception as error:  # a damaged picture fails in many ways inside Pillow, and means one thing
        raise Refusal("image_broken", "图片打不开，文件可能已损坏", "请重新拍照或扫描后上传", "file") from error
    if max(upright.size) > LONGEST_SIDE:
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    plain = "RGB" if kind == rules.JPEG else upright.mode if upright.mode in ("RGB", "RGBA", "L") else "RGBA"
    clean = upright.convert(plain)
    clean.info.clear()  # else Pillow carries a JPEG's comment over
    clean.save(out, "JPEG" if kind == rules.JPEG else "PNG", quality=88)
    return out.getvalue()


def _too_many_pixels() -> Refusal:
    return Refusal("image_too_large", "图片像素过大", "请用手机重新拍照，或降低扫描分辨率", "file")
