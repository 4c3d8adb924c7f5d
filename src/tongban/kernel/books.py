"""工作簿: tables written for people with a spreadsheet, and read back from what they saved.

XLSX and CSV are written row by row and the same rows always give the same bytes. A cell that a spreadsheet would take
for a formula gets an apostrophe before it, and loses it again when read.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet computes."""
    return "'" + text if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """What was guarded, as it was."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
