"""公文与凭证: PDFs by typst. Data goes in as JSON through `sys.inputs`, never by putting strings together.

A room keeps its papers as `<room>/typst/<paper>.typ`. The import root is the `tongban` package folder, so a paper
begins with `#import "/design/typst/official.typ": *` and shows `data.title`, `data.number` and so on. A QR code is
passed as SVG text (`design.qr.qr_svg`) and drawn by `official`'s `qr:`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Literal, cast

import typst
from django.conf import settings

from tongban.design import words

ROOT = Path(__file__).resolve().parents[1]
SONG = (
    "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "FZShuSong-Z01", "SimSun", "NSimSun", "Songti SC",
    "STSong", "AR PL UMing CN",
)  # fmt: skip
HEI = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "SimHei", "Microsoft YaHei", "PingFang SC", "STHeiti",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
)  # fmt: skip
Format = Literal["pdf", "svg"]
FANG = ("FangSong", "FangSong_GB2312", "FZFangSong-Z02", "STFangsong")
"""仿宋, the body of an official paper (GB/T 9704); without one, 宋."""


class FontMissing(Exception):
    """No Chinese font: a paper would show empty boxes. The message says how to mend it."""


@dataclass(frozen=True)
class Faces:
    """The families a paper uses, each found on this machine."""

    song: str
    hei: str
    fang: str


class _Press:
    """One compiler and its fonts. The compiler keeps parsed files and is used by one thread at a time."""

    def __init__(self, folder: Path | None) -> None:
        fonts = typst.Fonts(font_paths=[folder] if folder else [])
        self.faces = faces_among(fonts.families(), folder)
        self._compiler = typst.Compiler(root=ROOT, font_paths=fonts)
        self._lock = Lock()

    def print(self, template: Path, inputs: dict[str, str], at: datetime | None, format: Format = "pdf") -> bytes:
        with self._lock:
            made = self._compiler.compile(input=template, format=format, sys_inputs=inputs, timestamp=_fixed(at))
        return cast(bytes, made[0] if isinstance(made, list) else made)  # a PDF is one file; pictures come by page


def compile_pdf(
    template: Path, data: Mapping[str, object], *, fonts: Path | None = None, at: datetime | None = None
) -> bytes:
    """The paper as PDF. `fonts`: an extra folder, else the site's setting; `at`: the time the file says it was made.

    Raises FontMissing, ValueError for a template outside the package, typst.TypstError for a mistake in the paper.
    """
    return _compiled(template, data, fonts, at, "pdf")


def compile_svg(
    template: Path, data: Mapping[str, object], *, fonts: Path | None = None, at: datetime | None = None
) -> bytes:
    """The first page as SVG with its letters as outlines, for those who put it into a poster. Raises as the PDF does."""
    return _compiled(template, data, fonts, at, "svg")


def _compiled(
    template: Path, data: Mapping[str, object], fonts: Path | None, at: datetime | None, format: Format
) -> bytes:
    template = template.resolve()
    if not template.is_relative_to(ROOT):
        raise ValueError(f"{template} is not below {ROOT}, where papers and what they import are kept")
    press = press_with(fonts or _site_fonts())
    faces = {"song": press.faces.song, "hei": press.faces.hei, "fang": press.faces.fang}
    inputs = {"data": json.dumps(dict(data), ensure_ascii=False, default=_plain), "faces": json.dumps(faces)}
    return press.print(template, inputs, at, format)


@lru_cache(maxsize=4)
def press_with(folder: Path | None) -> _Press:
    """Fonts are looked for once per process (a scan takes a good part of a second)."""
    return _Press(folder)


def faces_among(families: list[str], folder: Path | None = None) -> Faces:
    """The best of the families found. Raises FontMissing when none is Chinese."""
    there = set(families)
    song, hei, fang = (next((name for name in names if name in there), "") for names in (SONG, HEI, FANG))
    some = song or fang or hei
    if not some:
        where = f"the folder {folder} and the system" if folder else "the system"
        raise FontMissing(
            f"no Chinese font in {where}: install Noto CJK (Debian: apt install fonts-noto-cjk), "
            "or point TONGBAN_FONTS to a folder that holds one of " + ", ".join((*SONG[:3], *HEI[:3]))
        )
    return Faces(song=song or some, hei=hei or some, fang=fang or some)


def _site_fonts() -> Path | None:
    named = str(getattr(getattr(settings, "TONGBAN", None), "fonts", "") or "")
    return Path(named) if named else None


def _plain(value: object) -> object:
    """What JSON lacks: dates as ISO text in Shanghai time, amounts as text."""
    if isinstance(value, datetime):
        return words.local(value).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    raise TypeError(f"a paper can't take a {type(value).__name__}")


def _fixed(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at else None
