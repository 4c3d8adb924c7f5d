"""水印: a copy of a file that says on every page what it may be used for. The file itself stays as it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tongban.design.documents import compile_pdf
from tongban.files import rules
from tongban.files.actions.keeping import keep, read
from tongban.files.cleaning import bounded
from tongban.files.models import StoredFile
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Refusal

PAPER = Path(__file__).parents[1] / "typst" / "stamp.typ"
KINDS = (rules.PDF, rules.JPEG, rules.PNG)


def stamp(file: StoredFile, *, words: str, by: Actor, now: datetime) -> StoredFile:
    """A new PDF with the words on every page; a picture becomes one page of it. Raises Refusal for what is not clean, or of a
    kind that takes none."""
    kind = rules.KINDS.get(file.extension)
    if kind not in KINDS:
        raise Refusal("stamp_kind", "这种格式的文件加不了水印", "请重新上传 PDF 或者图片", "file")
    content = read(file)
    plain = bounded.as_pdf(content, kind)
    overlay = compile_pdf(PAPER, {"words": words, "width": plain.width, "height": plain.height}, at=now)
    marked = bounded.stamp(plain.content, overlay)
    return keep(marked.content, kind=rules.PDF, pages=marked.pages, by=by, now=now)
