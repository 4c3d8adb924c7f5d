"""二维码 as SVG: one path, for a page (with a label) or for a paper."""

from __future__ import annotations

from itertools import groupby

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str, *, label: str = "") -> SafeString:
    """`label` says what the code is for; without one the code is decoration (a paper says it beside the code)."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix]
    size = len(rows) + 8  # a quiet zone of four on each side
    path = "".join(_runs(row, y + 4) for y, row in enumerate(rows))
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {0} {0}" {1} shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{2}"/></svg>',
        size,
        role,
        path,
    )


def _runs(row: list[int], y: int) -> str:
    drawn, x = "", 4
    for dark, run in groupby(row, bool):
        length = len(list(run))
        drawn += f"M{x} {y}h{length}v1H{x}z" if dark else ""
        x += length
    return drawn
