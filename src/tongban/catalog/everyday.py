"""日常说法: how people speak, beside how the catalogue writes, from `everyday.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
STOP = frozenset(_WORDS["stop"].split())
"""Words that say nothing about what is wanted."""
GENERIC = frozenset(_WORDS["generic"].split())
"""Words that hundreds of items share: alone they find nothing, and they count for little beside others."""
SAME: dict[str, tuple[str, ...]] = {}
"""日常词 → what else may stand in its place, itself included."""
for _line in _WORDS["same"].strip().splitlines():
    for _word in _line.split():
        SAME[_word] = tuple(dict.fromkeys((*SAME.get(_word, ()), *_line.split())))
LONGEST = max(map(len, SAME))
