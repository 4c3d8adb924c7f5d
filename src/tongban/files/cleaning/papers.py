"""PDF: what runs, what opens other things and what is hidden inside is taken out. A signed one gets a clean preview; the
caller keeps what came beside it, since any change breaks a signature."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Object, Stream

from tongban.files.cleaning.result import Cleaned
from tongban.files.structure import papers
from tongban.kernel.refusals import Refusal

FORBIDDEN_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/SetOCGState", "/Trans", "/Hide", "/ResetForm",
}  # fmt: skip
FORBIDDEN_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"}
FORBIDDEN_KEYS = ("/OpenAction", "/AA", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/Collection")
DEEP = 60
"""Dictionaries within dictionaries: no honest document goes half as far."""
_SUSPECT = re.compile(
    rb"/(?:J(?:S|avaScript)|OpenAction|AA|Launch|EmbeddedFiles?|XFA|RichMedia)\b|/[A-Za-z]*#[0-9A-Fa-f]{2}[A-Za-z#]"
)
"""Names, also disguised ones, that stand somewhere a parser may not look: then the whole file is written anew."""


def clean(content: bytes) -> Cleaned:
    """As it came when there is nothing to take out and nothing to mend; else written anew. Raises Refusal."""
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            return _cleaned(pdf, content)
    except pikepdf.PasswordError as error:
        raise papers.encrypted() from error
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # a crooked document fails in many ways inside qpdf, and means one thing
        raise papers.broken() from error


def _cleaned(pdf: pikepdf.Pdf, content: bytes) -> Cleaned:
    if pdf.is_encrypted:
        raise papers.encrypted()
    pages = len(pdf.pages)
    if pages == 0:
        raise papers.broken()
    papers.check_counts(pages=pages, objects=len(pdf.objects))
    signed = _signed(pdf)
    removed = _strip(pdf)
    if not removed and not pdf.get_warnings() and not _SUSPECT.search(content):
        return Cleaned(content, pages)
    out = io.BytesIO()
    pdf.save(
        out, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False, fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.preserve, deterministic_id=True,
    )  # fmt: skip
    return Cleaned(out.getvalue(), pages, tuple(sorted(removed)), signed)


def _signed(pdf: pikepdf.Pdf) -> bool:
    return any(
        isinstance(each, Dictionary) and "/ByteRange" in each and "/Contents" in each for each in _dictionaries(pdf)
    )


def _strip(pdf: pikepdf.Pdf) -> set[str]:
    """Take out what is forbidden, wherever it hangs; the names of what was there."""
    removed: set[str] = set()
    for thing in _dictionaries(pdf):
        for key in FORBIDDEN_KEYS:
            if key in thing:
                del thing[key]
                removed.add(key)
        for key in ("/A", "/Next", "/PA"):
            if key in thing and (action := _forbidden(thing[key])):
                del thing[key]
                removed.add(action)
        if "/Annots" in thing and isinstance(thing.Annots, Array):
            removed |= _strip_annotations(thing.Annots)
    return removed


def _strip_annotations(annotations: Array) -> set[str]:
    found = {}
    for at, each in enumerate(annotations):
        kind = str(each.get("/Subtype", "")) if isinstance(each, Dictionary) else ""
        if kind in FORBIDDEN_ANNOTATIONS:
            found[at] = kind
    for at in sorted(found, reverse=True):
        del annotations[at]
    return set(found.values())


def _forbidden(action: Object) -> str:
    """The name of a forbidden action, also within a list of actions."""
    if isinstance(action, Array):
        return next(filter(None, map(_forbidden, action)), "")
    kind = str(action.get("/S", "")) if isinstance(action, Dictionary) else ""
    return kind if kind in FORBIDDEN_ACTIONS else ""


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Object]:
    """Every dictionary: the trailer's, each object's, and those that stand inside them."""
    yield from _within(pdf.trailer, 0)
    for thing in pdf.objects:
        yield from _within(thing, 0)


def _within(thing: Object, depth: int) -> Iterator[Object]:
    if depth > DEEP:
        raise papers.broken()
    if isinstance(thing, Dictionary | Stream):
        yield thing
        children = [thing[key] for key in list(thing.keys())] if isinstance(thing, Dictionary) else [
            thing.stream_dict[key] for key in list(thing.stream_dict.keys())
        ]  # fmt: skip
    elif isinstance(thing, Array):
        children = list(thing)
    else:
        return
    for child in children:
        if not child_is_elsewhere(child):
            yield from _within(child, depth + 1)


def child_is_elsewhere(child: object) -> bool:
    """An indirect object comes by itself; numbers and names have nothing inside."""
    return not isinstance(child, Object) or child.is_indirect
