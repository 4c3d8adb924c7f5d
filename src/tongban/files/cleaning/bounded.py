"""有界: cleaning in a process of its own, with limits on memory, time and what it may write."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tongban.files import rules
from tongban.files.cleaning import pictures
from tongban.files.cleaning.result import Cleaned
from tongban.files.structure.pictures import Picture, jpeg, png
from tongban.kernel.refusals import Refusal

Way = Literal["file", "page"]
Work = Literal["file", "page", "pdf", "stamp"]
"""What the child does: clean a file or a page; make a PDF of it; put a watermark on it."""
PATIENCE = 40.0
"""Seconds by the wall; the child's own limit counts the processor's."""
QUICK_BYTES, QUICK_PIXELS = 1024 * 1024, 4_000_000
"""A picture this small needs 16 MB and a tenth of a second: no process of its own."""


class Unfinished(Exception):
    """There was not enough time to find out."""


def clean(content: bytes, kind: rules.Kind, *, way: Way = "file", patience: float = PATIENCE) -> Cleaned:
    """Raises Refusal: what is wrong with the file, or that it is too much work to find out. Raises Unfinished."""
    if kind in (rules.JPEG, rules.PNG) and len(content) <= QUICK_BYTES and _pixels(content, kind) <= QUICK_PIXELS:
        return pictures.clean_page(content, kind) if way == "page" else pictures.clean(content, kind)
    with tempfile.TemporaryDirectory(prefix="tongban-clean-") as folder:
        came, goes = Path(folder, "came"), Path(folder, "goes")
        came.write_bytes(content)
        told = _run(way, kind, came, goes, patience)
        if "refused" in told:
            raise Refusal(*told["refused"])
        return Cleaned(goes.read_bytes(), told["pages"], tuple(told["removed"]), told["signed"])


@dataclass(frozen=True)
class Plain:
    """A PDF, and how large its first page is, in points."""

    content: bytes
    width: float
    height: float


def as_pdf(content: bytes, kind: rules.Kind) -> Plain:
    """What a watermark can be put on. Raises Refusal, Unfinished."""
    made, told = _made("pdf", kind, content)
    return Plain(made, told["width"], told["height"])


def stamp(content: bytes, overlay: bytes) -> Cleaned:
    """The PDF with the first page of the other laid over each of its pages. Raises Refusal, Unfinished."""
    made, told = _made("stamp", rules.PDF, content, beside=overlay)
    return Cleaned(made, told["pages"])


def _made(work: Work, kind: rules.Kind, content: bytes, *, beside: bytes = b"") -> tuple[bytes, dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="tongban-stamp-") as folder:
        came, goes = Path(folder, "came"), Path(folder, "goes")
        came.write_bytes(content)
        came.with_name("beside").write_bytes(beside)
        told = _run(work, kind, came, goes, PATIENCE)
        if "refused" in told:
            raise Refusal(*told["refused"])
        return goes.read_bytes(), told


def _pixels(content: bytes, kind: rules.Kind) -> int:
    found: Picture = jpeg(content) if kind == rules.JPEG else png(content)
    return found.width * found.height


def _run(way: Work, kind: rules.Kind, came: Path, goes: Path, patience: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "tongban.files.cleaning", way, kind.extension, str(came), str(goes)]
    environ = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(
            command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=patience, check=False
        )
        return dict(json.loads(done.stdout))
    except subprocess.TimeoutExpired as error:
        raise Unfinished from error
    except ValueError as error:  # killed by a limit, it says nothing
        raise too_complex() from error


def too_complex() -> Refusal:
    return Refusal(
        "file_too_complex",
        "文件太复杂，检查不完",
        "请打印成新的 PDF 或重新扫描；图片请降低分辨率后再传",
        "file",
    )
